"""Articles of public accounts that were pasted into a text file or printed."""

from __future__ import annotations

from datetime import datetime

import pytest

from jsisa_search.model import Release
from jsisa_search.page import parse_release

TITLE = "清河区织密地下管网"
TEXT = ["4月17日，清河区启动老旧小区雨污分流改造。", "首批涉及12个小区，惠及居民3.2万人。"]


def read(*lines: str, name: str = "a.txt") -> Release:
    """Read a page of these lines."""
    return parse_release("\n".join(lines).encode(), name)


@pytest.mark.parametrize(
    ("byline", "author"),
    [
        (["原创 王小禾 清河发布", "2023年04月18日 15:42 江苏"], "王小禾"),
        (["原创 王小禾 清河发布 2023年04月18日 15:42 江苏"], "王小禾"),
        (["原创", "王小禾", "清河发布", "2023年04月18日 15:42"], "王小禾"),
        (["清河发布 2023年04月18日 15:42 江苏"], None),
        (["清河发布", "2023-04-18 15:42 发表于江苏"], None),
        (["原创 王小禾 清河发布", "2023年04月18日 15:42", "江苏"], "王小禾"),
        (["清河发布", "2023年04月18日 15:42"], None),
        (["清河发布 2023-04-18 15:42"], None),
    ],
)
def test_names_between_title_and_time(byline: list[str], author: str | None) -> None:
    """The account is the source, a person the author, the time is that of publishing, wherever they stand."""
    release = read(TITLE, *byline, "", *TEXT)
    assert (release.title, release.source, release.author) == (TITLE, "清河发布", author)
    assert release.published == datetime(2023, 4, 18, 15, 42)
    assert [paragraph.text for paragraph in release.paragraphs] == TEXT


def test_buttons_below_are_no_text() -> None:
    """赞, 在看 and 写留言 end a pasted article; its editor and readers are fields."""
    foot = ["编辑：周青苗", "阅读 1.2万", "赞", "在看", "写留言"]
    release = read(TITLE, "原创 清河发布", "2023年04月18日 15:42 江苏", *TEXT, *foot)
    assert [paragraph.text for paragraph in release.paragraphs] == TEXT
    assert (release.source, release.editor) == ("清河发布", "周青苗")


def test_a_line_above_the_byline_that_is_a_sentence_is_no_title() -> None:
    """A badge below running text is no byline."""
    release = read(TITLE, TEXT[0], "原创 清河发布", "2023年04月18日 15:42 江苏", TEXT[1])
    assert release.title == TITLE
    assert release.source is None


def test_a_plain_page_is_not_taken_for_an_article_of_an_account() -> None:
    """Names and a time without badge and place are read as before."""
    release = read("清河新闻网", TITLE, "来源：清河日报", "2023-04-18 15:42", *TEXT)
    assert (release.title, release.source) == (TITLE, "清河日报")
