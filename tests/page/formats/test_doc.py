"""Word 97-2003 documents, and which format an Office document is of."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from jsisa_search.errors import JsisaSearchError, PageError
from jsisa_search.page import explain_release, parse_release
from jsisa_search.page.formats.doc import read_doc
from jsisa_search.page.formats.docx import read_docx
from jsisa_search.page.formats.word_binary import WordFile
from jsisa_search.page.lines import clean_text
from tests.page.sample_files import HTML, TEXT, paragraph, web_archive, word

FIXTURES = Path(__file__).parents[1] / "fixtures"
NOTICE = (FIXTURES / "notice.doc").read_bytes()
MAGIC = b"\xec\xa5"  # of the stream of text
SENTENCE = "全市推进网格化管理，矛盾纠纷就地化解。"


def streams(*pieces: str, compressed: int) -> dict[str, bytes]:
    """Return the streams of a document in pieces of text, the piece `compressed` with a byte a character."""
    head = bytearray(0x400)
    text = bytearray()
    places: list[int] = []
    for number, piece in enumerate(pieces):
        is_compressed = number == compressed
        at = len(head) + len(text)
        places.append(at * 2 | 0x40000000 if is_compressed else at)
        text += piece.encode("cp1252" if is_compressed else "utf-16-le")
    ends = [len("".join(pieces[:number]).encode("utf-16-le")) // 2 for number in range(len(pieces) + 1)]
    table = struct.pack(f"<{len(ends)}L", *ends) + b"".join(struct.pack("<HLH", 0, p, 0) for p in places)
    clx = b"\x01\x03\x00abc\x02" + struct.pack("<L", len(table)) + table
    struct.pack_into("<HH", head, 0, 0xA5EC, 193)
    struct.pack_into("<L", head, 0x4C, ends[-1])
    struct.pack_into("<LL", head, 0x9A + 8 * 33, 0, len(clx))
    return {"WordDocument": bytes(head + text), "0Table": clx}


def test_a_document_of_libreoffice() -> None:
    """Styles make headings, lists numbers, tables rows; hidden and deleted text and headers are left out."""
    release = parse_release(NOTICE, "旧.doc")
    assert (release.title, release.source) == ("关于做好云浦市防汛工作的通知", "云浦发布")
    assert str(release.published)[:10] == "2024-06-03"
    assert [(s.heading, s.subheading) for s in release.sections] == [
        ("总体要求", None),
        ("总体要求", "责任分工"),
    ]
    assert [p.text for p in release.paragraphs] == [
        "全市防汛工作坚持预防为主，各镇街要在汛期到来之前完成排查。",
        "水务部门负责堤防巡查，应急部门负责物资储备。",
        "镇街 | 沙袋（只）",
        "澄川镇 | 1200",
        "一、加强值班值守，落实二十四小时值班制度。",
        "二、强化预警发布，确保信息到村到户。",
        "Emergency line 12345 — “全天”开通。",
        "ASCII only paragraph.",
        "汛期指每年五月至九月。",
    ]


def test_all_formats_of_word_are_read_alike() -> None:
    """The same document as .doc and .docx has the same lines, levels and numbers."""
    assert read_docx((FIXTURES / "notice.docx").read_bytes()).lines == read_doc(NOTICE).lines


@pytest.mark.parametrize("name", ["公文.wps", "a.docx", "a.rtf", "a.bak", "a"])
def test_a_document_under_another_name(name: str) -> None:
    """The content tells the format, not the suffix."""
    assert parse_release(NOTICE, name).title == "关于做好云浦市防汛工作的通知"


def test_pieces_of_one_and_of_two_bytes() -> None:
    """Text lies in pieces, in Latin bytes or UTF-16, where a rare character takes two positions."""
    document = WordFile(streams("网格", "caf\xe9 “x”\r", "\U00020bb7野\r", "尾\r", compressed=1))
    runs = list(document.runs(document.stories()["text"]))
    assert clean_text("".join(run.text for run in runs)) == "网格caf\xe9 “x”\r\U00020bb7野\r尾\r"
    assert [len(run.text) for run in runs] == [2, 9, 4, 2]


def test_properties_too_long_for_their_page() -> None:
    """They lie in the stream of data; a paragraph that no page of properties has is plain."""
    parts = streams("甲\r乙\r丙\r", compressed=-1)
    page = bytearray(512)
    struct.pack_into("<3L", page, 0, 0x400, 0x404, 0x408)  # of 甲 and of 乙
    page[12], page[25], page[511] = 50, 0, 2  # the offset of the first, in words; the second has none
    page[100:110] = b"\0\x05" + b"\0\0" + struct.pack("<HL", 0x6646, 4)
    word = bytearray(parts["WordDocument"].ljust(0x600, b"\0")) + page
    table = parts["0Table"] + struct.pack("<3L", 0x400, 0x408, 3)
    struct.pack_into("<LL", word, 0x9A + 8 * 13, len(parts["0Table"]), 12)
    data = bytes(4) + struct.pack("<H", 3) + struct.pack("<HB", 0x2416, 1)
    document = WordFile({"WordDocument": bytes(word), "0Table": table, "Data": data})
    assert [document.paragraph_at(at).in_table for at in (0x402, 0x406, 0x40A)] == [True, False, False]


def renamed(stream: str) -> bytes:
    """Return the document with another name for its stream of text."""
    data, name = bytearray(NOTICE), f"{stream}\0".encode("utf-16-le")
    at = NOTICE.index("WordDocument".encode("utf-16-le"))
    data[at : at + 66] = name.ljust(64, b"\0") + struct.pack("<H", len(name))
    return bytes(data)


def test_documents_that_are_refused() -> None:
    """A password, an older version and damage are named with what to do."""
    at = NOTICE.index(MAGIC)
    encrypted, old = bytearray(NOTICE), bytearray(NOTICE)
    encrypted[at + 11] |= 1
    old[at : at + 2] = b"\xdc\xa5"
    for data, message in (
        (bytes(encrypted), "is encrypted; save it without a password"),
        (bytes(old), "is of Word 95 or older"),
        (NOTICE[:512], "is a damaged Office document"),
        (renamed("Anything"), "is an Office document of a program that is not known"),
        (renamed("EncryptedPackage"), "is encrypted; save it without a password"),
        (renamed("CONTENTS"), "is a document of Microsoft Works"),
    ):
        with pytest.raises(PageError, match=rf"^a\.doc: {message}"):
            parse_release(data, "a.doc")


def test_files_that_are_called_doc() -> None:
    """HTML, a web archive, text and a newer document are read as what they are."""
    newer = word(paragraph("网格进楼栋"), paragraph(SENTENCE))
    assert {parse_release(data, "a.doc").title for data in (HTML.encode(), web_archive(), newer)} == {
        "网格进楼栋"
    }
    assert parse_release(TEXT.encode("gb18030"), "a.doc").title == parse_release(TEXT.encode(), "a.txt").title


def test_claims_of_a_document_cost_nothing() -> None:
    """Sizes and numbers of sectors that the file has no bytes for are refused before anything is made."""
    for at in (44, 64, 72):  # sectors of the tables
        data = bytearray(NOTICE)
        struct.pack_into("<L", data, at, 0x7FFFFFFF)
        with pytest.raises(PageError, match="damaged"):
            parse_release(bytes(data), "a.doc")
    data = bytearray(NOTICE)
    struct.pack_into("<H", data, 30, 40)  # sectors of a terabyte
    with pytest.raises(PageError, match="damaged"):
        parse_release(bytes(data), "a.doc")


@pytest.mark.slow
def test_torn_documents() -> None:
    """A document that is cut short or altered is read or refused."""
    for at in range(0, len(NOTICE), 101):
        for torn in (NOTICE[:at], NOTICE[:at] + b"\xff\x00" + NOTICE[at + 2 :]):
            try:
                explain_release(torn, "a.doc")
            except JsisaSearchError as error:
                assert str(error).startswith("a.doc: ")
