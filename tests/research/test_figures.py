"""Figures of an index: through time, by value, and against each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from jsisa_search import FigureTable, Index
from jsisa_search.errors import ArgumentError
from jsisa_search.export.figures import COLUMNS, figure_rows, figures_chart

WritePage = Callable[..., Path]


def _fill(index: Index, folder: Path, write_page: WritePage) -> None:
    """Index three releases about an invented city."""
    write_page(
        "a.txt",
        "全市群众安全感从2020年的97.2%提高到2021年的98.7%，提高了1.5个百分点。",
        "追回涉案资金15.89亿元。",
        source="澄川发布",
        published="2022-03-01",
        title="澄川市平安建设发布会",
    )
    write_page(
        "b.txt",
        "2021年，澄川市群众安全感为98.9%，比上年提高2.7个百分点。",
        source="澄川日报",
        published="2022-05-02",
    )
    write_page("c.txt", "去年，社区群众安全感超过96%。", published="2022-06-03")
    index.update([folder])


@pytest.fixture(scope="module")
def filled(shared_index: Index, shared_folder: Path, write_shared_page: WritePage) -> Index:
    """Return an index of three releases about an invented city."""
    _fill(shared_index, shared_folder, write_shared_page)
    return shared_index


def written(table: FigureTable) -> list[str]:
    """Return the figures of a table as written."""
    return [fact.written for fact in table.facts]


def test_an_indicator_through_time(filled: Index) -> None:
    """Figures come in the order of their periods, with period, place, source and passage."""
    table = filled.figures("群众安全感")
    assert written(table) == ["97.2%", "98.7%", "1.5个百分点", "98.9%", "2.7个百分点", "96%"]
    assert [fact.period_name for fact in table.facts] == ["2020", *["2021"] * 5]
    assert [fact.place_name for fact in table.facts] == [*["澄川市"] * 5, None]
    first = table.facts[0]
    assert (first.source, first.paragraph, first.value, first.unit) == ("澄川发布", 1, 97.2, "%")
    assert first.text[slice(*first.span)] == "97.2%"
    assert dict(table.names) == {"群众安全感": 5, "社区群众安全感": 1}


def test_other_values_for_one_period_are_flagged(filled: Index) -> None:
    """98.7% and 98.9% of one year are a conflict; what is only more than a value is none."""
    table = filled.figures("群众安全感")
    (conflict,) = table.conflicts
    assert [table.facts[at].written for at in conflict.facts] == ["98.7%", "98.9%"]
    assert conflict.period == "2021"


def test_values_of_one_release_are_no_conflict(index: Index, folder: Path, write_page: WritePage) -> None:
    """They are of several things; another release disagrees where it has none of them."""
    shares = "2022年，三次产业对GDP增长的贡献率分别为8.3%、53.9%和37.9%。"
    write_page("a.txt", shares, source="统计局", published="2023-03-01")
    write_page(
        "b.txt", "2022年，三次产业对GDP增长的贡献率分别为8.3%和54%。", source="日报", published="2023-03-02"
    )
    index.update([folder])
    assert index.figures("贡献率").conflicts == ()
    write_page(
        "c.txt", "2022年，三次产业对GDP增长的贡献率分别为9.1%和51%。", source="晚报", published="2023-03-03"
    )
    index.update([folder])
    table = index.figures("贡献率")
    (conflict,) = table.conflicts
    assert {table.facts[at].source for at in conflict.facts} == {"统计局", "日报", "晚报"}


def test_other_names_of_an_indicator_will_do(index: Index, folder: Path, write_page: WritePage) -> None:
    """GDP finds 国内生产总值 and users' synonyms, says so, and nothing is added on request."""
    write_page("a.txt", "2021年，全市国内生产总值512亿元。", title="澄川市统计公报", published="2022-03-01")
    write_page("b.txt", "2022年，人均GDP达到8.1万元。", title="澄川市统计公报", published="2023-03-01")
    index.update([folder])
    table = index.figures("GDP")
    assert written(table) == ["512亿元", "8.1万元"]
    assert ("GDP", "国内生产总值") in table.expansions
    assert [name for name, _ in table.names] == ["国内生产总值", "人均GDP"]
    alone = index.figures("GDP", synonyms=False)
    assert (written(alone), alone.expansions) == (["8.1万元"], ())


def test_a_passage_of_several_releases_is_shown_once(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """It is the earliest that is shown, with the number of the others."""
    text = "2021年，全市群众安全感为98.7%，连续六年居全省前列，比上年提高1.5个百分点。"
    for day, source in ((3, "沐河日报"), (1, "澄川发布"), (2, "澄川日报")):
        write_page(f"{day}.txt", text, source=source, published=f"2022-03-0{day}", title=f"标题{day}")
    index.update([folder])
    table = index.figures("群众安全感")
    assert table.total == len(table.facts) == 2
    assert {(fact.source, fact.copy_count) for fact in table.facts} == {("澄川发布", 2)}


def test_changes_are_checked_against_levels(filled: Index) -> None:
    """1.5 points follow from 97.2 and 98.7; 2.7 do not follow from 97.2 and 98.7."""
    table = filled.figures("群众安全感")
    checks = {table.facts[check.change].written: check for check in table.checks}
    assert checks["1.5个百分点"].agrees
    assert not checks["2.7个百分点"].agrees
    assert checks["2.7个百分点"].expected == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("indicator", "value", "expected"),
    [
        (None, "15.89亿元", ["15.89亿元"]),
        (None, "158900万元", ["15.89亿元"]),
        (None, "＞15亿元", ["15.89亿元"]),
        (None, "<15亿元", []),
        ("群众安全感 > 98.8%", None, ["98.9%"]),
        ("群众安全感≥98.7%", None, ["98.7%", "98.9%"]),
        ("群众安全感", "<=96%", ["96%"]),
        ("群众安全感", "98.7", ["98.7%"]),
        ("社区 群众安全感", None, ["96%"]),
        ("澄川　安全感 > 98.8%", None, ["98.9%"]),
        ("没有的指标", None, []),
    ],
)
def test_figures_by_value(
    filled: Index, indicator: str | None, value: str | None, expected: list[str]
) -> None:
    """A value with its unit, in any form, equal, above or below; a number alone has any unit."""
    assert written(filled.figures(indicator, value=value)) == expected


@pytest.mark.parametrize(("indicator", "value"), [(None, None), ("", None), ("安全感", "很多"), (" ", "元")])
def test_what_is_no_request_is_refused(filled: Index, indicator: str | None, value: str | None) -> None:
    """Neither an indicator nor a value, or a value that is no number, is an error that says so."""
    with pytest.raises(ArgumentError):
        filled.figures(indicator, value=value)


@pytest.mark.folder_only("resegmenting, which clusters do not offer")
@pytest.mark.slow
def test_figures_survive_deletion_merging_and_resegmenting(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """After each change of the index its figures are those of an index made anew."""
    _fill(index, folder, write_page)
    (folder / "b.txt").unlink()
    for number in range(12):
        write_page(f"d{number}.txt", f"2022年，第{number}批网格{number + 3}个。", published="2022-12-01")
        index.update([folder], allow_mass_removal=True)
    index.resegment()
    changed = [index.figures("群众安全感"), index.figures("网格"), index.figures(value=">0")]
    index.update([folder], rebuild=True)
    rebuilt = [index.figures("群众安全感"), index.figures("网格"), index.figures(value=">0")]
    assert changed == rebuilt
    assert changed[1].total == 12
    assert Index.verify(folder.parent / "index").problems == ()


def test_a_limit_bounds_what_is_returned(filled: Index) -> None:
    """`total` counts all."""
    table = filled.figures("群众安全感", limit=2)
    assert (len(table.facts), table.total) == (2, 6)


def test_all_numbers_of_an_index_are_found_by_value(filled: Index) -> None:
    """The scan of the column finds each figure that any indicator has."""
    table = filled.figures(value=">0")
    assert len(table.facts) == table.total >= 7
    assert np.all(np.diff([fact.first.toordinal() for fact in table.facts if fact.first]) >= 0)


def test_a_chart_has_even_time(index: Index, write_page: WritePage, folder: Path) -> None:
    """Years without a figure have their room; long periods and changes are not drawn."""
    _fill(index, folder, write_page)
    write_page("e.txt", "2015年，澄川市群众安全感为95.1%。近五年群众安全感为97%。", published="2022-05-02")
    index.update([folder])
    chart = figures_chart(index.figures("澄川 群众安全感"))
    assert chart.periods == tuple(map(str, range(2015, 2022)))
    assert [(line.name, line.values) for line in chart.series] == [
        ("澄川市 群众安全感", (95.1, None, None, None, None, 97.2, 98.9))
    ]


def test_doubtful_figures_come_last_and_are_not_compared(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """What may be of something else is marked, behind the rest, and in no conflict, check or chart."""
    write_page("a.txt", "2021年群众安全感为98.9%。", "2022年群众安全感为99.1%。", published="2023-03-01")
    write_page(
        "b.txt",
        "2021年，群众安全感隐患整改98.5%。",
        "2023年，群众安全感和平安建设40%。",
        published="2024-03-01",
    )
    index.update([folder])
    table = index.figures("群众安全感")
    marks = [fact.is_doubtful for fact in table.facts]
    assert 0 < table.doubtful == sum(marks) < table.total == len(marks)
    assert marks == sorted(marks)
    assert [fact.period_name for fact in table.facts if not fact.is_doubtful][:2] == ["2021", "2022"]
    assert {at for conflict in table.conflicts for at in conflict.facts} <= set(range(marks.index(True)))
    assert sum(count for _, count in table.names) == table.total - table.doubtful
    doubtful = replace(table, facts=table.facts[marks.index(True) :])
    assert not figures_chart(doubtful).series
    cells = [dict(zip(COLUMNS, row, strict=True)) for row in figure_rows(table)]
    assert [row["doubtful"] for row in cells] == list(map(int, marks))
    assert index.figures("群众安全感", limit=1).doubtful == table.doubtful
