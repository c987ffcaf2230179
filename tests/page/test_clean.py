"""What a page says is text: no character of it steers a terminal, hides or reorders."""

from __future__ import annotations

import json
import os
import socket
import stat
from email.message import EmailMessage
from pathlib import Path

import pytest

from jsisa_search.errors import PageError
from jsisa_search.page import explain_release, parse_release, parse_releases, read_bytes
from jsisa_search.page.decode import decode_label, decode_name, mend_name
from jsisa_search.page.lines import clean_line, clean_text
from tests.page.sample_files import TEXT, mail, paragraph, word, zipped_names

HALF = "\\ud83d"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("网\x1b[31m格\x07", "网[31m格"),
        ("网\x9b格\x85化\u2028治\u2029理", "网格 化 治 理"),
        ("\u202e网\u202a格\u202c\u2066化\u2069\u200e\u200f", "网格化"),
        ("\ufeff软\u200b件\u00ad园\u2060区\u200d", "软件园区"),
        (
            "👨\u200d👩\u200d👧 👩🏽\u200d💻 ❤\ufe0f\u200d🔥 ☎\ufe0f",
            "👨\u200d👩\u200d👧 👩🏽\u200d💻 ❤\ufe0f\u200d🔥 ☎\ufe0f",
        ),
        ("网\ud83d格\ude00", "网\ufffd格\ufffd"),
        ("\ud83d\ude00", "😀"),
        ("一\r\n二\r三\n四\t五", "一\r\n二\r三\n四\t五"),
    ],
)
def test_clean_text(text: str, cleaned: str) -> None:
    """Controls and invisible marks are removed, emoji and line ends kept, half characters shown as U+FFFD."""
    assert clean_text(text) == cleaned
    assert clean_text(cleaned) == cleaned


def test_a_line_has_no_line_end() -> None:
    """In a field of one line, line ends and tabs are blanks."""
    assert clean_line("一\r二\n三\t四") == "一 二 三 四"


@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_half_an_emoji_in_json(suffix: str) -> None:
    """A string cut within an emoji, in a title or a text, is read; the half is shown as U+FFFD."""
    fields = f'"title": "网格进楼栋{HALF}", "source": "澄川\\u001b[2J发布{HALF}"'
    record = "{" + fields + f', "text": "全市{HALF}\\ude00推进。"}}'
    (reading,) = parse_releases(record.encode(), f"a{suffix}")
    release = reading.release
    assert release is not None
    assert (release.title, release.source) == ("网格进楼栋\ufffd", "澄川[2J发布\ufffd")
    assert [p.text for p in release.paragraphs] == ["全市😀推进。"]


def test_half_an_emoji_in_html() -> None:
    """JSON-LD, entities and text in scripts may hold half an emoji and controls; none reaches a release."""
    linked = f'{{"headline": "网格进楼栋{HALF}", "publisher": {{"name": "澄川\\u0007发布{HALF}"}}}}'
    page = (
        "<html><head><title>网格进楼栋&#xD83D;</title>"
        f'<script type="application/ld+json">{linked}</script></head><body><h1>网格进楼栋&#27;[1m</h1>'
        "<p id='&#27;a'>全市&#x202E;推进&#xD83D;网格化&#8203;，&#141;治理。</p></body></html>"
    )
    reading = explain_release(page.encode(), "a.html")
    release = reading.release
    assert (release.title, release.publisher) == ("网格进楼栋[1m", "澄川发布\ufffd")
    (text,) = (p.text for p in release.paragraphs)
    assert text.replace("\ufffd", "") == "全市推进网格化，治理。"
    assert all(clean_line(f.text + f.rule + f.place) == f.text + f.rule + f.place for f in reading.findings)


def test_bare_carriage_returns_end_lines() -> None:
    """A bare CR ends a line in every format that has lines, and the numbers of the lines follow it."""
    for suffix in (".txt", ".md"):
        release = parse_release(
            "网格进楼栋\r\r2025-03-02\r\r全市推进网格化。\r服务群众。".encode(), f"a{suffix}"
        )
        assert [(p.text, p.line) for p in release.paragraphs] == [("全市推进网格化。", 5), ("服务群众。", 6)]
    release = parse_release(word(paragraph("网格进楼栋", "t"), paragraph("全市推进。&#13;服务。")), "a.docx")
    assert [(p.text, p.line) for p in release.paragraphs] == [("全市推进。", 2), ("服务。", 3)]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "cp950"])
def test_names_in_an_archive_are_decoded_by_plausibility(encoding: str) -> None:
    """The name of a member whose encoding the archive does not say is shown as it was meant."""
    name = "關於印發通知.txt" if encoding == "cp950" else "关于印发通知.txt"
    placeholder = "x" * (len(name.encode(encoding)))
    data = zipped_names({placeholder: TEXT}).replace(placeholder.encode(), name.encode(encoding))
    (reading,) = parse_releases(data, "x.zip")
    assert reading.member == f"!/{name}"
    assert reading.release is not None


@pytest.mark.parametrize("wrong", ["cp437", "latin-1"])
def test_a_name_that_was_misread_before_is_mended(wrong: str) -> None:
    """A program that packed GBK names as cp437 or Latin-1 in UTF-8 is seen through."""
    name = "关于印发通知.txt".encode("gb18030").decode(wrong)
    (reading,) = parse_releases(zipped_names({name: TEXT}), "x.zip")
    assert reading.member == "!/关于印发通知.txt"


@pytest.mark.parametrize(
    "name", ["Müller.txt", "café–menü.txt", "网格.txt", "пример.txt", "a.txt", "일정.txt"]
)
def test_names_that_are_right_stay(name: str) -> None:
    """Names that mean what they say are not taken for misread ones."""
    assert mend_name(name) == name
    assert decode_name(name.encode()) == name


def test_a_name_that_nothing_explains_is_read_as_cp437() -> None:
    """Bytes in no encoding that is tried give a name all the same."""
    assert decode_name(b"M\x81ller.txt") == "Müller.txt"


@pytest.mark.parametrize("charset", ["gb2312", "GB2312", "a\0b", "no-such-charset", "utf-8", None])
def test_a_false_label_of_a_charset_is_no_error(charset: str | None) -> None:
    """A label that is false, unknown or holds a NUL gives way to plausibility; gb2312 means GB18030."""
    assert decode_label("关于李喆同志任职的通知".encode("gb18030"), charset) == "关于李喆同志任职的通知"


def test_headers_of_mails() -> None:
    """A date in the year 9999, a NUL in a charset, an endless number and raw GBK bytes cost no mail."""
    body = "\n\n" + TEXT
    for head in (
        b"Date: Fri, 31 Dec 9999 23:59:59 -1200",
        b'Content-Type: text/plain; charset="a\0b"',
        b"Content-Type: text/plain; charset*=a\0b''x",
        b"Content-Type: text/plain; name*" + b"9" * 5000 + b"=x",
        b"Content-Transfer-Encoding: \xff",
        b"Subject: =?a\0b?q?=ff?=",
    ):
        (reading, *_) = parse_releases(head + body.encode(), "a.eml")
        assert reading.release is not None, head
    raw = "Subject: 关于印发通知".encode("gb18030") + "\n\n各位：\n全市推进网格化。\n".encode()
    assert parse_release(raw, "a.eml").path == "a.eml"
    (reading,) = parse_releases(raw.replace("各位：\n".encode(), b""), "a.eml")
    assert reading.release is not None and reading.release.title == "关于印发通知"


def test_names_of_attachments_in_gbk() -> None:
    """The name of an attachment in raw GBK bytes, or misread before, is shown as it was meant."""
    data = mail(a__txt=TEXT.encode()).replace(b'"a.txt"', '"通知附件.txt"'.encode("gb18030"))
    assert [reading.member for reading in parse_releases(data, "a.eml")] == ["", "!/1-通知附件.txt"]


def test_a_subject_in_gbk_declared_as_gb2312() -> None:
    """A character outside GB2312, as names have them, does not cost the subject."""
    message = EmailMessage()
    message.set_content("全市推进网格化。\n")
    word = __import__("base64").b64encode("关于李喆同志任职的通知".encode("gbk")).decode()
    data = f"Subject: =?gb2312?B?{word}?=\n".encode() + message.as_bytes()
    assert parse_release(data, "a.eml").title == "关于李喆同志任职的通知"


def test_reasons_and_keys_are_clean() -> None:
    """A reason names keys of a record without what they could do to a terminal."""
    data = json.dumps({"\x1b]0;x\x07键": 1, "\ud83d": 2}).encode()
    with pytest.raises(PageError) as raised:
        parse_release(data, "a.json")
    assert clean_line(str(raised.value)) == str(raised.value)
    str(raised.value).encode()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
def test_pipes_sockets_and_devices_are_never_read(tmp_path: Path) -> None:
    """What is no regular file is refused at once, and nothing waits for a writer."""
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    with pytest.raises(PageError, match=r"pipe\.txt: is no regular file"):
        read_bytes(pipe)
    link = tmp_path / "device.txt"
    link.symlink_to("/dev/zero")
    with pytest.raises(PageError, match=r"device\.txt: is no regular file"):
        read_bytes(link)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s.txt"))
        assert stat.S_ISSOCK((tmp_path / "s.txt").stat().st_mode)
        with pytest.raises(PageError, match=r"s\.txt: can not be read"):
            read_bytes(tmp_path / "s.txt")
    with pytest.raises(PageError, match="is a folder"):
        read_bytes(tmp_path)
