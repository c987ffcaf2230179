"""Mail of Outlook: text, subject, time and attachments from MAPI properties."""

from __future__ import annotations

import struct

import pytest

from jsisa_search.errors import PageError
from jsisa_search.page import MemberReading, parse_release, parse_releases
from jsisa_search.page.formats.compressed_rtf import decompress_rtf
from tests.page.sample_files import HTML, TEXT, compound_file, outlook_mail, zipped

LETTER = "各位同事：\n现将网格化工作安排发给你们，请抓好落实，确保各项任务落地见效。\n"


def read(data: bytes) -> list[MemberReading]:
    """Return the readings of a mail."""
    return list(parse_releases(data, "a.msg"))


@pytest.mark.parametrize("ansi", ["", "gb18030", "utf-8"])
def test_subject_and_time_hold_where_the_text_has_none(ansi: str) -> None:
    """As in .eml, without 转发 before the subject; texts are Unicode, or bytes in some encoding."""
    release = parse_release(outlook_mail(text=LETTER, ansi=ansi), "a.msg")
    assert (release.title, str(release.published)) == ("关于网格化的通知", "2025-04-07 09:30:00")
    assert "抓好落实" in str(release.sections)


@pytest.mark.parametrize("name", ["a.doc", "a", "a.bak"])
def test_the_content_tells_a_mail(name: str) -> None:
    """A mail of Outlook is one under any name."""
    assert parse_release(outlook_mail(text=LETTER), name).title == "关于网格化的通知"


def test_html_comes_before_plain_text() -> None:
    """HTML is in the code page that the mail states."""
    (reading,) = read(outlook_mail(html=HTML.encode("gb18030")))
    assert reading.release is not None
    assert (reading.release.source, reading.release.paragraphs[0].text) == (
        "澄川发布",
        "全市推进网格化管理。",
    )


def test_rich_text_is_read_where_there_is_nothing_else() -> None:
    """Outlook packs it; a reference repeats what came before, the start of every document included."""
    rich = (
        b"{\\rtf1\\ansi\\ansicpg936 " + "".join(f"\\u{ord(char)}?" for char in LETTER.strip()).encode() + b"}"
    )
    packed = struct.pack("<LL4sL", len(rich) + 12, len(rich), b"MELA", 0) + rich
    assert "抓好落实" in str(parse_release(outlook_mail(text="", rtf=packed), "a.msg"))


def test_packed_rich_text() -> None:
    """A byte of flags, then bytes and references of two bytes, to a window that begins with common words."""
    # Six bytes of the window, a, b, three bytes from where a stands, and a reference to the end.
    body = bytes([0b11001, 0x00, 0x04]) + b"ab" + bytes([0x0D, 0x51, 0x0D, 0xA0]) + b"behind it"
    packed = struct.pack("<LL4sL", len(body) + 12, 99, b"LZFu", 0) + body
    assert decompress_rtf(packed) == b"{\\rtf1ababa"
    assert decompress_rtf(struct.pack("<LL4sL", 0, 3, b"LZFu", 0) + body) == b"{\\r"
    for damaged in (b"", packed[:9], packed.replace(b"LZFu", b"LZFx")):
        with pytest.raises(PageError, match="damaged rich text"):
            decompress_rtf(damaged)


def test_attachments_are_members() -> None:
    """Each by number and name; of unknown formats the name only, and a mail within is reported."""
    data = outlook_mail(a__txt=TEXT.encode(), b__zip=zipped(c__html=HTML), d__png=b"x" * 5000)
    readings = read(data)
    assert [(r.member, bool(r.release), r.reason) for r in readings] == [
        ("", True, ""),
        ("!/1-a.txt", True, ""),
        ("!/2-b.zip!/c.html", True, ""),
        ("!/3-d.png", False, ""),
    ]
    inner = compound_file(
        {
            "__properties_version1.0": bytes(32),
            "__substg1.0_1000001F": TEXT.encode("utf-16-le"),
            "__attach_version1.0_#00000000/__substg1.0_3701000D/__properties_version1.0": bytes(32),
        }
    )
    assert "a mail within the mail" in read(inner)[1].reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "damaged"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504), "damaged"),
        (compound_file({"a": b"b"}), "no mail of Outlook"),
        (compound_file({"__properties_version1.0": b""}), "no text"),
    ],
)
def test_what_is_no_mail_says_why(data: bytes, reason: str) -> None:
    """Damaged files, other documents, and mails without a text."""
    with pytest.raises(PageError, match=reason):
        parse_release(data, "a.msg")


def test_a_time_out_of_range_is_none() -> None:
    """A number beyond every calendar is no time of sending."""
    values = bytes(32) + struct.pack("<LLQ", 0x00390040, 6, 2**64 - 1)
    streams = {"__properties_version1.0": values, "__substg1.0_1000001F": LETTER.encode("utf-16-le")}
    assert parse_release(compound_file(streams), "a.msg").published is None
