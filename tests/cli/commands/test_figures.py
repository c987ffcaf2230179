"""`jsisa-search figures`."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from jsisa_search.cli import main

WritePage = Callable[..., Path]
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def pages(write_shared_page: WritePage) -> None:
    """Write two releases that disagree."""
    text = "云州市绿化覆盖率从2020年的41.2%提高到2021年的43.1%，提高了1.9个百分点。"
    write_shared_page("a.txt", text, source="云州发布", published="2022-05-01")
    write_shared_page("b.txt", "去年，云州市绿化覆盖率达43.5%。", source="云州日报", published="2022-06-01")


@pytest.fixture
def figures(archive: Run) -> Run:
    """Return a function that runs `figures` beside the index."""
    return lambda *arguments: archive("figures", *arguments)


def test_figures_are_printed_with_their_passages(figures: Run) -> None:
    """Each has period, value, place and name; then what disagrees, the passage, its source and its place."""
    result = figures("绿化覆盖率")
    assert result.exit_code == 0
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert lines[0] == "绿化覆盖率  4 figures · 1 period with different values"
    assert lines[2] == "2020  41.2%  云州市 绿化覆盖率"
    assert "≠ 43.5% 云州日报 2022-06-01" in lines
    assert "✓ follows from 41.2% and 43.1%" in lines
    assert "“去年” is read by the date or title of the release" in lines
    assert "去年，云州市绿化覆盖率达【43.5%】。" in lines
    assert any(line.startswith(str(Path("pages/b.txt:"))) for line in lines)


def test_figures_of_one_passage_share_its_excerpt(
    tmp_path: Path, write_page: WritePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neighbours in the table are all marked in it; where one excerpt can't have them all, there are more."""
    monkeypatch.chdir(tmp_path)
    filler = "全市上下抓好造林养护，落实管护责任，人居环境持续改善。" * 12
    write_page(
        "a.txt", "2021年，云州市绿化覆盖率达43.1%，绿化覆盖率提高1.9个百分点。", published="2022-05-01"
    )
    write_page(
        "b.txt",
        f"2022年，云州市公园面积达12万亩。{filler}2022年，公园面积增加3万亩。",
        published="2023-05-01",
    )
    runner = CliRunner()
    assert runner.invoke(main, ["index", "pages"]).exit_code == 0
    together = runner.invoke(main, ["figures", "绿化覆盖率"]).stdout
    assert together.count("2021年，云州市绿化覆盖率达【43.1%】，绿化覆盖率提高【1.9个百分点】。") == 1
    assert together.count("a.txt:") == 1
    apart = runner.invoke(main, ["figures", "公园面积"]).stdout
    assert (apart.count("【12万亩】"), apart.count("【3万亩】"), apart.count("b.txt:")) == (1, 1, 1)


def test_a_value_is_found(figures: Run) -> None:
    """By an option, or behind the name of the indicator."""
    assert "43.5%" in figures("--value", "43.5%").stdout
    assert figures("绿化覆盖率 > 43.2%").stdout.splitlines()[0] == "绿化覆盖率 > 43.2%  1 figure"


def test_nothing_found_and_no_request(figures: Run) -> None:
    """Nothing is status 1 and says what to do; neither indicator nor value, or no number, is an error."""
    nothing = figures("森林蓄积量")
    assert (nothing.exit_code, nothing.stdout) == (1, "")
    assert "query" in nothing.stderr
    assert figures().exit_code == 2
    assert figures("--value", "很多").exit_code == 2


def test_the_forms_for_programs(figures: Run, tmp_path: Path) -> None:
    """JSON has the table, CSV a row for each figure, SVG a chart of the levels."""
    data = json.loads(figures("绿化覆盖率", "--format", "json").stdout)
    assert [fact["period_name"] for fact in data["facts"]] == ["2020", "2021", "2021", "2021"]
    assert data["facts"][0]["path"] == str(Path("pages/a.txt"))
    rows = list(csv.DictReader(figures("绿化覆盖率", "--format", "csv").stdout.splitlines()))
    assert [row["conflict"] for row in rows] == ["", "43.5%", "", "43.1%"]
    assert figures("绿化覆盖率", "-o", "figures.svg").exit_code == 0
    chart = (tmp_path / "figures.svg").read_text(encoding="utf-8")
    assert chart.startswith("<svg ")
    assert "2020: 41.2" in chart
    assert "2021: 43.5" in chart
    empty = figures("森林蓄积量", "--format", "json")
    assert (empty.exit_code, json.loads(empty.stdout)["total"]) == (1, 0)
