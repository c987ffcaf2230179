"""The lines around a title, as the content systems of Chinese sites write them: what they say, and when."""

import re
import tomllib
from pathlib import Path

import pytest

from jsisa_search.model import format_timestamp
from jsisa_search.page import parse_release

CASES = tomllib.loads((Path(__file__).parent / "bylines.toml").read_text(encoding="utf-8"))["case"]
TITLE = "云浦市前八个月工业增加值同比增长百分之五点三"
PARAGRAPHS = (
    "云浦市工业和信息化局今天通报，前八个月规模以上工业增加值同比增长百分之五点三，比上年同期加快零点八个百分点。",
    "分行业看，装备制造业增长最快，绿色化改造项目已有四十二个竣工，另有十七个正在建设，年底前全部投产。",
    "下一步，全市将继续推进智能化改造和数字化转型，支持中小企业上云用数，力争全年完成技术改造投资一百二十亿元。",
)


def page_of(case: dict[str, str]) -> str:
    """Return a page of a site with what a case puts around title and text."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    parts = {name: case.get(name, "") for name in ("head", "above", "below", "after")}
    return (
        f"<html><head><title>{TITLE}_云浦网</title>{parts['head']}</head><body>"
        '<div class="nav"><a href="/">首页</a> <a href="/n">新闻</a></div>'
        f'<div class="main"><div class="c">{parts["above"]}<h1>{TITLE}</h1>{parts["below"]}'
        f'<div class="content">{text}</div>{parts["after"]}</div></div>'
        '<div class="footer">版权所有 云浦网 备案号</div></body></html>'
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_byline_is_read(case: dict[str, str]) -> None:
    """Time, source and author are those that the page says, and the text is the text alone."""
    release = parse_release(page_of(case).encode(), "page.html")
    if "address" in case:
        assert (format_timestamp(release.date, "day"), release.date_from) == (case["address"], "address")
    assert format_timestamp(release.published, release.published_precision) == case.get("published")
    assert release.source == case.get("source")
    assert release.author == case.get("author", release.author)
    assert [paragraph.text for paragraph in release.paragraphs] == list(PARAGRAPHS)


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.get("is_plain")], ids=lambda case: case["about"]
)
def test_byline_is_read_in_a_text(case: dict[str, str]) -> None:
    """The same line says the same in a text file, where no element tells that it is a byline."""
    line = re.sub(r"<[^>]+>", "", case["below"]).replace("&nbsp;", " ")
    release = parse_release("\n".join((TITLE, line, *PARAGRAPHS)).encode(), "page.txt")
    assert (release.title, release.source) == (TITLE, case.get("source"))
    assert format_timestamp(release.published, release.published_precision) == case["published"]
    assert release.author == case.get("author", release.author)
    assert [paragraph.text for paragraph in release.paragraphs] == list(PARAGRAPHS)
