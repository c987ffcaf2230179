"""Notes that programs made of pages: Obsidian Web Clipper, MarkDownload, Joplin, Notion."""

from __future__ import annotations

from datetime import datetime

import pytest

from jsisa_search.model import Release
from jsisa_search.page import parse_release
from jsisa_search.page.formats.markdown import read_markdown

ADDRESS = "https://www.qinghe.example.cn/art/2023/4/18/art_1.html"
TITLE = "清河区织密地下管网"
TEXT = "清河区启动老旧小区雨污分流改造，首批涉及12个小区。"


def read(*lines: str) -> Release:
    """Read a Markdown page of these lines."""
    return parse_release("\n".join(lines).encode(), "a.md")


def test_the_web_clipper_of_obsidian() -> None:
    """`created` is the day of clipping, `source` the address, authors are a list of links."""
    front = [
        "---",
        f'title: "{TITLE}"',
        f'source: "{ADDRESS}"',
        "author:",
        '  - "[[王小禾]]"',
        '  - "[[人物/李青苗|李青苗]]"',
        "published:",
        "created: 2024-10-10",
        "tags:",
        '  - "clippings"',
        "---",
    ]
    release = read(*front, TEXT)
    assert (release.title, release.url, release.source) == (TITLE, ADDRESS, None)
    assert (release.author, release.published) == ("王小禾 李青苗", None)
    assert read_markdown("\n".join([*front, TEXT])).fields["saved"] == "2024-10-10"


def test_what_the_text_says_goes_before_what_the_clipper_found() -> None:
    """The time and the source in the text win over `published`, `site` and `author` above it."""
    front = [
        "---",
        f"source: {ADDRESS}",
        "site: 清河门户",
        "author: 管理员",
        "published: 2023-04-19",
        "created: 2024-10-10T08:00:00 (UTC +08:00)",
        "---",
        f"# {TITLE}",
    ]
    release = read(*front, "发布时间：2023-04-18 09:30 来源：清河日报 作者：王小禾", TEXT)
    assert (release.published, release.source) == (datetime(2023, 4, 18, 9, 30), "清河日报")
    assert release.author == "王小禾"
    bare = read(*front, TEXT)
    assert (bare.published, bare.source) == (datetime(2023, 4, 19), "清河门户")


def test_joplin_tells_when_the_note_was_changed() -> None:
    """`updated` of a note is no time of publishing, and an empty field is none."""
    times = ["updated: 2024-10-11 00:12:31Z", "created: 2024-10-10 00:12:31Z"]
    release = read("---", f"title: {TITLE}", *times, f"source: {ADDRESS}", "author: ", "---", "", TEXT)
    assert (release.published, release.author, release.url) == (None, None, ADDRESS)


def test_properties_of_notion_stand_below_the_title() -> None:
    """`Created:` and `URL:` below the first heading are no text."""
    release = read(
        f"# {TITLE}", "", "Created: October 10, 2024 8:00 AM", "Tags: 城市更新", f"URL: {ADDRESS}", "", TEXT
    )
    assert (release.title, release.published, release.url) == (TITLE, None, ADDRESS)
    assert [paragraph.text for paragraph in release.paragraphs] == [TEXT]


def test_the_excerpt_of_a_clipper_is_no_text_of_its_own() -> None:
    """The summary that MarkDownload puts above a text which begins so; another summary stays."""
    release = read(
        "---", f"source: {ADDRESS}", "---", f"# {TITLE}", "> ## Excerpt", f"> {TEXT[:22]}…", "", TEXT
    )
    assert [paragraph.text for paragraph in release.paragraphs] == [TEXT]
    release = read("---", f"source: {ADDRESS}", "---", f"# {TITLE}", "> ## Excerpt", "> 另一段话。", "", TEXT)
    assert [paragraph.text for paragraph in release.paragraphs] == ["另一段话。", TEXT]


@pytest.mark.parametrize("line", ["source: 清河日报", "来源: 清河日报"])
def test_the_front_matter_of_an_author_is_certain(line: str) -> None:
    """Without an address and a day of clipping the fields mean what they say."""
    release = read("---", f"title: {TITLE}", "date: 2023-04-18", line, "---", TEXT)
    assert (release.published, release.source) == (datetime(2023, 4, 18), "清河日报")
