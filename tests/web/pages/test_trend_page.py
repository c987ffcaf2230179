from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams
from starlette.testclient import TestClient

from jsisa_search.web.pages.trend_page import TrendForm, view_trend
from jsisa_search.web.processes.collection import Collection
from tests.web.conftest import SCRIPT


@pytest.mark.parametrize(
    ("typed", "wordings"),
    [
        ("社会治理 社会管理", ("社会治理", "社会管理")),
        ("社会治理，社会管理、网格化;平安", ("社会治理", "社会管理", "网格化", "平安")),
        ("“网格化 管理” 平安", ("网格化 管理", "平安")),
        ("平安 平安", ("平安",)),
        (" ，“” ", ()),
    ],
)
def test_wordings_are_separated_by_blanks_and_marks(typed: str, wordings: tuple[str, ...]) -> None:
    """Quotation marks keep blanks; what is typed twice is one wording."""
    assert TrendForm(q=typed).wordings == wordings


@given(
    st.dictionaries(st.sampled_from(["q", "by", "measure", "order", "fold", "source"]), st.text(max_size=20))
)
def test_an_address_gives_the_same_form_again(typed: dict[str, str]) -> None:
    """Whatever is typed, the address that the page writes asks for the same page."""
    form = TrendForm.of(QueryParams(typed))
    query = urlsplit(form.url("/trend")).query
    assert TrendForm.of(QueryParams(query)) == form


def test_the_table_has_the_counts_of_the_library(collection: Collection) -> None:
    """Each period has the count that was asked for, the latest first, and leads to a search within it."""
    form = TrendForm(q="网格化 网格员", by="year", measure="occurrences")
    view = view_trend(collection.index, form)
    expected = collection.index.trend(["网格化", "网格员"], by="year")
    assert [row.period for row in view.rows] == [period.name for period in reversed(expected.periods)]
    for row, at in zip(view.rows, range(len(expected.periods) - 1, -1, -1), strict=True):
        counts = [wording.by_period[at].occurrences for wording in expected.wordings]
        assert [shown for shown, _ in row.cells] == [str(count) for count in counts]
        assert [bool(url) for _, url in row.cells] == [bool(count) for count in counts]
    assert view.undated is not None
    assert view.undated.cells[0][0] == "1"


@pytest.mark.parametrize(
    ("by", "since", "until"),
    [("year", "2022", "2022"), ("quarter", "2022-07", "2022-09"), ("month", "2022-09", "2022-09")],
)
def test_a_count_leads_to_what_was_counted(
    client: TestClient, collection: Collection, by: str, since: str, until: str
) -> None:
    """The search of a cell finds the passages of that period, and no others."""
    form = TrendForm(q="群众满意率", by=by, measure="passages")
    (row,) = (row for row in view_trend(collection.index, form).rows if row.cells[0][1])
    query = parse_qs(urlsplit(row.cells[0][1]).query)
    assert (query["since"], query["until"]) == ([since], [until])
    hits = re.findall(r'<li class="hit[" ]', client.get(row.cells[0][1]).text)
    assert len(hits) == int(row.cells[0][0])


def test_a_page_shows_use_companions_and_context(client: TestClient) -> None:
    """First and last use with their citations, sources, and occurrences with links to the release."""
    page = client.get("/trend?q=网格化管理").text
    assert "《全市社会治理工作会议》，微讯江苏，2022-09-06" in page
    assert "2022-09-06 起" in page
    line = re.search(r'<td class="word"><a href="([^"]*)">网格化管理</a>', page)
    assert line is not None
    release = client.get(unescape(line[1]))
    assert release.status_code == 200
    assert 'class="w0"' in release.text


def test_the_chart_is_a_picture(client: TestClient) -> None:
    """It is well-formed SVG without scripts, of the wordings that the page shows."""
    page = client.get("/trend", params={"q": f"网格化 {SCRIPT}"}).text
    address = re.search(r'<img class="chart" src="([^"]*)"', page)
    assert address is not None
    answer = client.get(unescape(address[1]))
    assert answer.headers["content-type"] == "image/svg+xml"
    root = ElementTree.fromstring(answer.text)
    assert {element.tag.partition("}")[2] for element in root.iter()}.isdisjoint({"script", "image"})
    assert "网格化" in answer.text
    assert client.get("/trend.svg").status_code == 400


def test_what_can_not_be_counted_says_why(client: TestClient) -> None:
    """A date that is none, too many wordings, a wording that occurs nowhere."""
    assert "不是日期" in client.get("/trend?q=网格&since=某天").text
    assert (
        client.get("/trend", params={"q": " ".join(f"词{number}" for number in range(30))}).status_code == 400
    )
    assert "“没有的词语”在存稿中没有出现" in client.get("/trend?q=没有的词语").text
    assert client.get("/trend").status_code == 200


def test_no_markup_is_run(client: TestClient) -> None:
    """Texts, sources and what was typed are escaped."""
    page = client.get("/trend", params={"q": f"平安 {SCRIPT}", "source": SCRIPT}).text
    assert "<script>alert" not in page
    found = client.get("/trend", params={"q": "平安"}).text
    assert "<script>alert" not in found
    assert "<img src=x" not in found
