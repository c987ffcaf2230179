from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from jsisa_search.web.pages.figures_page import view_figures
from jsisa_search.web.pages.study_form import StudyForm
from jsisa_search.web.processes.collection import Collection
from tests.conftest import page_text
from tests.web.conftest import SCRIPT, client_of


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    """Return a collection of releases whose figures agree and disagree, one of them with markup."""
    root = tmp_path_factory.mktemp("figures")
    first = "2021年，澄川市群众安全感为98.1%，2022年提高到99.2%，提高了1.1个百分点。"
    second = f"2021年，澄川市群众安全感为98.7%。{SCRIPT}"
    (root / "pages").mkdir()
    for name, text, source in (("a", first, "澄川发布"), ("b", second, f"江岸报{SCRIPT}")):
        page = page_text(f"年度通报{name}", text, source=source, published="2023-01-05")
        (root / "pages" / f"{name}.txt").write_text(page, encoding="utf-8")
    made = Collection(root / "index", [root / "pages"], is_watching=False)
    made.index.update([root / "pages"])
    yield made
    made.close()


@pytest.fixture
def reader(counted: Collection) -> TestClient:
    """Return a client of their pages."""
    return client_of(counted)


def test_figures_stand_in_the_order_of_their_periods(reader: TestClient, counted: Collection) -> None:
    """Each has its period, value, place, passage and source, and leads to the release with its mark."""
    page = reader.get("/figures?q=群众安全感").text
    periods = re.findall(r'<th scope="row">([^<]*)', page)
    assert periods == [fact.period_name for fact in counted.index.figures("群众安全感").facts]
    assert "澄川市 群众安全感" in page
    address = re.search(r'<a href="(/release/[^"]*98\.1[^"]*)"', page)
    assert address is not None
    release = reader.get(unescape(address[1]))
    assert '<mark class="w0">98.1%</mark>' in release.text


def test_values_that_disagree_are_flagged_on_both_sides(reader: TestClient) -> None:
    """Each of two values for one period names the other with its source."""
    page = reader.get("/figures?q=群众安全感").text
    assert "1 个时期说法不一" in page
    flags = re.findall(r'<p class="flag">≠ ([\d.%]+)', page)
    assert sorted(flags) == ["98.1%", "98.7%"]


def test_rows_say_what_the_library_found(counted: Collection) -> None:
    """The text around a figure is that of its passage, and a change comes with its two levels."""
    view = view_figures(counted.index, StudyForm(q="群众安全感"))
    assert view.table is not None
    assert [row.fact for row in view.rows] == list(view.table.facts)
    for row in view.rows:
        around = row.before.removeprefix("…") + row.fact.written + row.after.removesuffix("…")
        assert around in row.fact.text
        assert len(row.levels) == (2 if row.check else 0)


def test_the_chart_is_a_picture_where_there_are_points(reader: TestClient) -> None:
    """Two periods make a line; one value makes none."""
    page = reader.get("/figures?q=群众安全感").text
    address = re.search(r'<img class="chart" src="([^"]*)"', page)
    assert address is not None
    answer = reader.get(unescape(address[1]))
    assert answer.headers["content-type"] == "image/svg+xml"
    root = ElementTree.fromstring(answer.text)
    assert {element.tag.partition("}")[2] for element in root.iter()}.isdisjoint({"script", "image"})
    assert "<img class" not in reader.get("/figures?q=群众安全感 > 99%").text
    assert reader.get("/figures.svg").status_code == 400


def test_what_is_not_found_or_asked_for_says_so(reader: TestClient) -> None:
    """An unknown indicator, a condition that is none, a date that is none, and nothing typed."""
    assert "没有找到“粮食产量”的数字" in reader.get("/figures?q=粮食产量").text
    assert reader.get("/figures?q=群众安全感 > 很多").status_code in (200, 400)
    assert reader.get("/figures?q=群众安全感&since=某天").status_code == 400
    assert reader.get("/figures").status_code == 200
    assert reader.get("/figures?q=群众安全感&source=没有的来源").text.count("<mark") == 0


def test_no_markup_is_run_beside_figures(reader: TestClient) -> None:
    """Texts, sources and what was typed are escaped."""
    for query in ("群众安全感", SCRIPT):
        page = reader.get("/figures", params={"q": query, "source": SCRIPT if query == SCRIPT else ""}).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_an_address_gives_the_same_figures_again() -> None:
    """Empty fields are left out of an address."""
    form = StudyForm(q="群众安全感 > 99%", since="2020")
    assert (
        form.url("/figures")
        == "/figures?q=%E7%BE%A4%E4%BC%97%E5%AE%89%E5%85%A8%E6%84%9F+%3E+99%25&since=2020"
    )
    assert form.url("/figures", q="刑事案件", since="").count("&") == 0
