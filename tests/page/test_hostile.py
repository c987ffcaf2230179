"""Any bytes give a release or an error of ours, in bounded time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.errors import JsisaSearchError
from jsisa_search.model import Release
from jsisa_search.page import SUFFIXES, parse_release
from tests.properties import examples

PAGE = (
    "澄川市社会治理促进会\n地址：文昌路118号\n一张网守护万家灯火|网格化纪事\n"
    "2025-11-14 09:26\n来源:澄川发布  浏览1386\n"
    "全市网格化社会治理成效明显。\n一、主要成效\n（一）治安\n群众安全感达99.12%。\n责任编辑：甲某\n上一篇：乙\n"
)
HTML = (
    "<!DOCTYPE html><html><head><meta charset='gb2312'><title>纪事_澄川网</title></head><body><h1>纪事</h1>"
    "<table><tr><td>来源：澄川发布</td></tr></table>"
    "<p>全市<b>网格化</b>治理。<br>成效</p><!-- x --></body></html>"
)
MARKDOWN = (
    "---\ntitle: 纪事\n---\n# 纪事\n\n> **网格化** [链接](https://a.example)\n\n| 甲 | 乙 |\n|---|---|\n"
)
PARTS = [PAGE, HTML, MARKDOWN]
ENCODINGS = ["utf-8", "gb18030", "utf-16", "utf-16-be", "utf-8-sig"]


@st.composite
def truncated(draw: st.DrawFn) -> bytes:
    """Draw a page in some encoding, cut at both ends."""
    data = draw(st.sampled_from(PARTS)).encode(draw(st.sampled_from(ENCODINGS)))
    start = draw(st.integers(0, len(data) // 4))
    return data[start : draw(st.integers(start, len(data)))]


@st.composite
def mixed(draw: st.DrawFn) -> bytes:
    """Draw pieces of pages in several encodings, and random bytes, one after the other."""
    pieces = draw(st.lists(st.one_of(truncated(), st.binary(max_size=60)), min_size=1, max_size=4))
    return b"".join(pieces)


def read_or_refuse(data: bytes, suffix: str) -> None:
    """Read `data`; let pass nothing but a release or an error of ours."""
    try:
        release = parse_release(data, f"hostile{suffix}")
    except JsisaSearchError as error:
        assert "hostile" in str(error)
        return
    assert isinstance(release, Release)
    assert release.title or release.paragraphs
    assert all(paragraph.text and paragraph.line >= 1 for paragraph in release.paragraphs)


@given(st.binary(max_size=2000), st.sampled_from(SUFFIXES))
@examples(2)
def test_random_bytes(data: bytes, suffix: str) -> None:
    """Random bytes: a release or a JsisaSearchError."""
    read_or_refuse(data, suffix)


@given(truncated(), st.sampled_from(SUFFIXES))
@examples(2)
def test_truncated_pages(data: bytes, suffix: str) -> None:
    """Truncated pages: a release or a JsisaSearchError."""
    read_or_refuse(data, suffix)


@given(mixed(), st.sampled_from(SUFFIXES))
@examples(2)
def test_mixed_encodings(data: bytes, suffix: str) -> None:
    """Files that change their encoding half-way: a release or a JsisaSearchError."""
    read_or_refuse(data, suffix)


@given(
    st.text(alphabet="一二三、（）.。:：|<>/-#*_`[]()! \n\t来源浏览年月日0129章第节abp大中小", max_size=600),
    st.sampled_from(SUFFIXES),
)
@examples(2)
def test_texts_of_marks(text: str, suffix: str) -> None:
    """Texts made of the characters that the rules look at: a release or a JsisaSearchError."""
    read_or_refuse(text.encode(), suffix)


def repetitive(many: int) -> list[tuple[str, str]]:
    """Return texts built to exhaust a reader, each about `many` times the same, with their suffixes."""
    return [
        ("<div>" * many + "网格化", ".html"),
        ("<b>" * many + "网格化", ".html"),
        ("<p>网格化</p>" * many, ".html"),
        ("<!--" * many, ".html"),
        ("&lt;" * many, ".html"),
        ("<table><tr><td>网格化。" * 600, ".html"),
        ("<a href=x>网格化社会治理</a><p>" * many, ".html"),
        ("<li><a>相关新闻</a></li>全市推进网格化，治理。<br>" * (many // 5), ".html"),
        ("<h1>来源：2022-09-06</h1>" * (many // 5), ".html"),
        ("<textarea>" * many + "</textarea", ".html"),
        ("<script>" + '"<p>' * many, ".html"),
        ("<script>" + '"content":"<p>网格化<\\/p>",' * (many // 5) + "</script>", ".html"),
        ("<h1>网格化治理</h1>2022-09-06" + '<i title="2022-09-06 14:23">' * (many // 5), ".html"),
        ("<p>2022-09-06 1566666666=1566666666" * (many // 5), ".html"),
        ("<p align=center><b>网格化治理</b><p>" * (many // 5) + "全市推进。", ".html"),
        ("网格化\n" * many, ".txt"),
        ("一、网格化\n" * many, ".txt"),
        ("<p>1. 网格化<p>全市推进。" * (many // 5), ".html"),
        ("上一篇\n" * many, ".txt"),
        ("网" * 2 * many, ".txt"),
        ("网格化。\n" + "来源：" * many, ".txt"),
        ("\n" * many * 5 + "网格化", ".txt"),
        ("-" * many + "\n网", ".md"),
        ("<!--" * many, ".md"),
        ("![" * many, ".md"),
        ("[a](" * many, ".md"),
        ("**网" * many, ".md"),
        ("| 网 " * many + "|", ".md"),
        ("# 网\n" * many, ".md"),
    ]


@pytest.mark.parametrize(
    ("many", "seconds"), [(1_000, 60), pytest.param(50_000, 300, marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("number", range(len(repetitive(1))))
def test_large_and_repetitive_files(number: int, many: int, seconds: float) -> None:
    """A file built to exhaust a reader is read or refused in seconds; what is quadratic takes longer."""
    text, suffix = repetitive(many)[number]
    started = time.process_time()
    read_or_refuse(text.encode(), suffix)
    assert time.process_time() - started < seconds


@pytest.mark.parametrize(
    "line",
    [
        "»" * 199,
        "首页>" * 49 + "x。",
        "简 " * 99 + "x",
        "繁體中文" * 49 + "x",
        "字号大" * 60 + "x",
        "1 " * 99,
        "2022-" * 39,
        "9月6" * 49,
        "Sep 6, " * 28,
        "12:3" * 49,
        "来源 " * 60 + ":",
    ],
)
def test_lines_that_tempt_an_expression_to_backtrack(line: str) -> None:
    """Lines that nearly match a pattern many times over cost no more than others."""
    started = time.process_time()
    read_or_refuse(f"{line}\n标题在这里\n{line}\n正文。\n{line}\n".encode(), ".txt")
    assert time.process_time() - started < 60


def test_entities_are_not_expanded_from_outside() -> None:
    """An entity that names a file is not replaced by its content."""
    page = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]><html><body><p>网格化&x;治理。</p></body></html>'
    release = parse_release(page.encode(), "a.html")
    assert any("网格化" in paragraph.text for paragraph in release.paragraphs)
    assert all("&x;" in paragraph.text for paragraph in release.paragraphs if "网格化" in paragraph.text)
