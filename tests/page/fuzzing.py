"""Mutations of small files of every format, the same for the same seed."""

from __future__ import annotations

import io
import random
import zipfile
from functools import cache
from pathlib import Path

from tests.page.sample_files import (
    HTML,
    TEXT,
    epub,
    flat_word,
    json_lines,
    lists,
    mail,
    numbered,
    ofd,
    ofd_text,
    outlook_mail,
    paragraph,
    pdf,
    prose,
    table,
    web_archive,
    word,
    word_2003,
    zipped_names,
)

SEEDS = Path(__file__).parents[2] / "seeds"
FIXTURES = Path(__file__).parent / "fixtures"
OFFICE = (".doc", ".rtf", ".pptx", ".ppt")  # workbooks take a process each, as PDF documents do
RECORD = {
    "title": "网格进楼栋",
    "text": "全市推进网格化。\n服务群众。",
    "date": 1741000000,
    "source": "澄川发布",
}
LINKED = (
    '<html><head><script type="application/ld+json">{"headline": "网格\\ud83d进楼栋", '
    '"author": {"name": "甲\\u001b某"}}</script>'
    "<meta name=PubDate content='2025-03-02 10:00'></head><body><h1>网格&#xD83D;进&#27;楼栋</h1>"
    "<p style='text-align:center'>来源：澄川发布</p>"
    "<table><tr><td>甲&#133;<td>1</table><pre>一&#13;二</pre></body></html>"
)
MARKDOWN = (
    "---\ntitle: 纪事\n---\n# 纪事\n\n> **网格化** [链接](https://a.example)\n\n| 甲 | 乙 |\n|---|---|\n"
    "| 1 | 2 |\n\n"
    "1. 第一\n2. 第二\n\n```\nx\n```\n\n<p>甲</p><p>乙</p>\n\n![图](a.png)\n"
)
# What mutations put in: bytes and words at which readers branch, and characters that are none.
_INSERTED = (
    [bytes([value]) for value in (0, 9, 10, 13, 0x1B, 0x7F, 0x80, 0xFF)]
    + [b"\\ud83d", b"&#xD83D;", b"&#0;", b"&#27;", b"\xed\xa0\xbd", b"\xff\xfe", b"\xef\xbb\xbf", b"\x0d\x0a"]
    + [
        b"=?gb2312?b?1tDOxA==?=",
        b"=?\0?q?=ff?=",
        b'charset="a\0b"',
        b"name*99999=x",
        b"name*" + b"9" * 5000 + b"=x",
    ]
    + [
        b"Date: Fri, 31 Dec 9999 23:59:59 +0000\n",
        b"boundary*0=x",
        b";" * 50,
        b"<" * 9,
        b"[" * 9,
        b"{" * 9,
        b'"',
        b"\\",
    ]
    + [
        "来源：".encode(),
        "一、".encode(),
        "2025年".encode(),
        "第".encode("gb18030"),
        "\u202e\u200b\u2028".encode(),
    ]
)


@cache
def originals() -> tuple[tuple[bytes, str], ...]:
    """Return small files with their suffixes: the seeds, and one or more of every format."""
    document = word(
        paragraph("网格进楼栋", "t"),
        numbered("工作安排"),
        paragraph("全市推进。"),
        table(("甲", "1"), ("乙", "2")),
        numbering=lists(("chineseCounting", "%1、"), ("decimal", "%1.%2")),
        title="网格",
        creator="甲某",
    )
    inner = zipped_names({"e.md": MARKDOWN})
    files = [
        (TEXT.encode(), ".txt"),
        (TEXT.encode("gb18030"), ".txt"),
        (HTML.encode(), ".html"),
        (LINKED.encode(), ".html"),
        (MARKDOWN.encode(), ".md"),
        (document, ".docx"),
        (ofd(ofd_text(26, 30, "网格进楼栋", 8), ofd_text(26, 60, "全市推进。") * 3), ".ofd"),
        (epub({"a.xhtml": HTML, "b.xhtml": LINKED}, labels={"a.xhtml": "网格"}), ".epub"),
        ('标题,日期,正文\n网格,2025-03-02,全市推进网格化。\n平安,,"就地\n化解。"\n'.encode(), ".csv"),
        ("甲\t乙\n丙\t丁\n".encode("gb18030"), ".tsv"),
        (outlook_mail(html=HTML.encode("gb18030"), a__txt=TEXT.encode()), ".msg"),
        (flat_word(paragraph("网格进楼栋", "t"), paragraph("全市推进。")), ".doc"),
        (word_2003("<w:p><w:r><w:t>全市推进。</w:t></w:r></w:p>"), ".doc"),
        (json_lines(RECORD, RECORD), ".jsonl"),
        (json_lines(RECORD), ".json"),
        (b"[" + json_lines(RECORD).strip() + b", " + json_lines(RECORD).strip() + b"]", ".json"),
        (mail(html=HTML, a__txt=TEXT.encode(), b__html=HTML.encode()), ".eml"),
        (mail(), ".eml"),
        (web_archive(), ".mhtml"),
        (zipped_names({"a.txt": TEXT, "b.eml": mail(), "内/c.docx": document, "d.zip": inner}), ".zip"),
    ]
    files += [
        (path.read_bytes(), path.suffix) for path in sorted(FIXTURES.iterdir()) if path.suffix in OFFICE
    ]
    files += [(path.read_bytes(), path.suffix) for path in sorted(SEEDS.iterdir()) if path.is_file()]
    return tuple(files)


@cache
def documents() -> tuple[tuple[bytes, str], ...]:
    """Return PDF documents and workbooks, each read by a process of its own, which takes much longer."""
    workbooks = [(path.read_bytes(), path.suffix) for path in sorted(FIXTURES.glob("*.xls*"))]
    return (
        *workbooks,
        (pdf(prose("全市推进网格化社会治理，群众安全感达到百分之九十九。" * 3)), ".pdf"),
    )


def mutate_inside(data: bytes, rng: random.Random) -> bytes:
    """Return a Zip file with a change in one of its members, packed as it should be."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(sorted(members))
    content = members[name]
    members[name] = mutate(content if isinstance(content, bytes) else content.encode(), rng)
    return zipped_names(members)


def mutate(data: bytes, rng: random.Random) -> bytes:
    """Return `data` with one to six small changes."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(changed) + 1)
        end = min(at + rng.choice((1, 2, 8, 64, 999)), len(changed))
        match rng.randrange(7):
            case 0:
                changed[at:at] = rng.choice(_INSERTED)
            case 1:
                changed[at:end] = b""
            case 2:
                changed[at:at] = changed[at:end] * rng.choice((1, 2, 30))
            case 3:
                changed[at:end] = rng.randbytes(end - at)
            case 4:
                del changed[at:]
            case 5:
                other = rng.choice(originals())[0]
                start = rng.randrange(len(other))
                changed[at:at] = other[start : start + rng.choice((4, 40, 400))]
            case _:
                if at < len(changed):
                    changed[at] ^= 1 << rng.randrange(8)
    return bytes(changed)
