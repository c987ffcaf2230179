import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.errors import DecodeError
from jsisa_search.page import explain_release, parse_release
from jsisa_search.page.decode import decode

SIMPLIFIED = "全市推进网格化社会治理，群众安全感达到99.12%。"
TRADITIONAL = "海灣區推行網格關愛隊計劃，義工走訪獨居長者。"
COMMON = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对"
    "成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
)
ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_simplified_text_survives_every_encoding(encoding: str) -> None:
    """The same simplified text comes out of every encoding it can be saved in."""
    assert decode(SIMPLIFIED.encode(encoding), "a.txt") == SIMPLIFIED


@pytest.mark.parametrize("encoding", ["utf-8", "big5", "cp950", "gb18030", "utf-16-le", "utf-16-be"])
def test_traditional_text_survives_every_encoding(encoding: str) -> None:
    """The same traditional text comes out of every encoding it can be saved in."""
    assert decode(TRADITIONAL.encode(encoding), "a.txt") == TRADITIONAL


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-16-le"])
@pytest.mark.parametrize("text", ["優化營商環境研討會圓滿舉行", "新聞發佈", "應急管理工作"])
def test_short_text_is_enough(text: str, encoding: str) -> None:
    """A headline of a few characters suffices to tell Big5, GB18030 and UTF-16 apart."""
    assert decode(text.encode(encoding), "a.txt") == text


@given(
    st.text(COMMON, min_size=12, max_size=80), st.sampled_from(["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
)
def test_any_common_text_survives(text: str, encoding: str) -> None:
    """Random rows of common characters are read rightly, whatever the encoding."""
    assert decode(text.encode(encoding), "a.txt") == text


@pytest.mark.parametrize("encoding", [*ENCODINGS])
def test_encoding_does_not_change_the_release(encoding: str) -> None:
    """A page gives the same release in every encoding."""
    page = f"平安建设见成效\n\n2025-01-02 10:00\n来源：澄川发布\n\n{SIMPLIFIED}\n"
    assert parse_release(page.encode(encoding), "a.txt") == parse_release(page.encode(), "a.txt")


def test_foreign_text_in_utf8_is_kept() -> None:
    """UTF-8 in another language is valid text and is not taken for Chinese."""
    assert decode("Où est le château d’été ?".encode(), "a.txt") == "Où est le château d’été ?"


def test_declaration_is_no_truth() -> None:
    """A page that declares gb2312 and is UTF-8 is read as UTF-8."""
    assert decode(SIMPLIFIED.encode(), "a.html", declared="gb2312") == SIMPLIFIED


def test_declaration_decides_a_near_tie() -> None:
    """A declared character set that fits is used."""
    assert decode(SIMPLIFIED.encode("gbk"), "a.html", declared="GB2312") == SIMPLIFIED


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "PNG image"),
        (b"PK\x03\x04....", "ZIP archive"),
        (b"%PDF-1.7\n", "PDF document"),
        (b"abc\0\0\0def\0\0\1", "zero bytes"),
        (codecs.BOM_UTF8 + b"\xff\xfe\xff", "mark of UTF-8"),
        (codecs.BOM_UTF16_LE + b"a", "mark of UTF-16"),
        ("网格化".encode() + b"\xff\xff", "invalid at byte 9"),
        (b"\x01\x02\x03\x04\x05text", "control characters"),
        ("\ue000\ue001\ue002".encode(), "no plausible text"),
    ],
)
def test_what_is_no_text_is_refused_by_name_and_reason(data: bytes, reason: str) -> None:
    """Bytes that are no text are refused with the file's name and the reason."""
    with pytest.raises(DecodeError, match=reason) as caught:
        decode(data, "folder/x.txt")
    assert "folder/x.txt" in str(caught.value)


def test_a_page_with_a_few_damaged_characters_is_read() -> None:
    """A character that a page cut in two is replaced where that is allowed, and makes the page doubtful."""
    text = SIMPLIFIED * 8
    damaged = text.encode("gb18030")[:-1]
    with pytest.raises(DecodeError):
        decode(damaged, "a.txt")
    assert decode(damaged, "a.html", declared="gb2312", is_tolerant=True) == text[:-1] + "\ufffd"
    page = b"<meta charset=gb2312><p>" + damaged + b"</p>"
    kinds = [doubt.kind for doubt in explain_release(page, "a.html").doubts]
    assert "replacement characters" in kinds


def test_a_stray_control_character_is_dropped() -> None:
    """One control character in a page does no harm and does not reach a terminal."""
    assert decode(f"{SIMPLIFIED * 5}\x1b[31m".encode(), "a.txt") == f"{SIMPLIFIED * 5}[31m"


def test_characters_of_hong_kong() -> None:
    """Characters that only Hong Kong's extension of Big5 has are read."""
    text = f"{TRADITIONAL}佢哋嘅社區，啲義工好熱心。"
    assert decode(text.encode("big5hkscs"), "a.txt") == text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "cp950"])
def test_one_damaged_byte_does_not_lose_a_text(encoding: str) -> None:
    """A stray byte is shown as U+FFFD, and the doubt says on which line and at which character."""
    title, text = ("网格进楼栋", SIMPLIFIED) if encoding != "cp950" else ("網格進樓棟", TRADITIONAL)
    above, below = f"{title}\n2025-03-02\n{text}\n", text * 3
    data = above.encode(encoding) + b"\xff" + below.encode(encoding)
    reading = explain_release(data, "a.txt")
    assert reading.release.paragraphs[-1].text.startswith("\ufffd")
    (reason,) = (doubt.reason for doubt in reading.doubts if doubt.kind == "replacement characters")
    assert "line 4, character 1" in reason


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("times", [1, 40])
def test_a_text_that_is_cut_within_its_last_character_is_read(encoding: str, times: int) -> None:
    """A download that broke off loses that character only, and the doubt says so."""
    reading = explain_release(
        ("网格进楼栋\n2025-03-02\n" + SIMPLIFIED * times).encode(encoding)[:-1], "a.txt"
    )
    assert reading.release.title == "网格进楼栋"
    assert any("cut off" in doubt.reason for doubt in reading.doubts)


def test_the_euro_sign_of_windows() -> None:
    """The byte 0x80 between characters of GBK is the euro sign; within one it is half of that."""
    text = f"{SIMPLIFIED}总投资€500万，€800万元。亐丂"
    data = text.encode("gb18030").replace("€".encode("gb18030"), b"\x80")
    assert decode(data, "a.txt") == text


def test_many_damaged_bytes_are_no_text() -> None:
    """A few gaps are put up with, holes all over are not."""
    data = b"".join("网格".encode() + b"\xff" for _ in range(200))
    with pytest.raises(DecodeError):
        decode(data, "a.txt", is_tolerant=True)
