"""`jsisa-search trend`."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

WritePage = Callable[..., Path]
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def pages(write_shared_page: WritePage) -> None:
    """Write three releases, one of them undated."""
    write_shared_page("a.txt", "全区推行网格化管理。", source="云州发布", published="2021-05-01 10:00")
    write_shared_page("b.txt", "网格化与网格化服务。", source="临江日报", published="2023-05-01 10:00")
    write_shared_page("c.txt", "也有网格化。")


@pytest.fixture
def trend(archive: Run) -> Run:
    """Return a function that runs `trend` beside the index."""
    return lambda *arguments: archive("trend", *arguments)


def test_bars_first_use_and_sources_are_printed(trend: Run) -> None:
    """Each year is a line with its count and a bar; first and last use have their places."""
    result = trend("网格化", "--by", "year")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("网格化  4 occurrences · 3 passages · 3 releases · ")
    assert lines[1] == "1 passage of an undated release is in no period."
    years = [line for line in lines if line.startswith("202") and "█" in line]
    assert [line.split()[:2] for line in years] == [["2021", "1"], ["2023", "2"]]
    assert "first: 2021-05-01 10:00 · 云州发布 · 关于a的通报" in lines
    assert any("全区推行【网格化】管理。" in line for line in lines)
    assert "  2023-05-01  临江日报  2 occurrences" in lines


def test_wordings_are_side_by_side(trend: Run) -> None:
    """Each period has a line for each wording; what occurs nowhere is named on standard error."""
    result = trend("网格化", "服务", "没有这个", "--by", "year")
    assert result.exit_code == 0
    assert "Nothing found for “没有这个”." in result.stderr
    assert sum(line.lstrip("2013 ").startswith("服务") for line in result.stdout.splitlines()) >= 2


def test_nothing_found_is_status_one(trend: Run) -> None:
    """A wording that occurs nowhere is status 1."""
    assert trend("没有这个").exit_code == 1


def test_the_forms_for_programs(trend: Run, tmp_path: Path) -> None:
    """JSON has the trend, CSV its counts, and with --kwic the occurrences; SVG is a picture."""
    data = json.loads(trend("网格化", "--format", "json", "--by", "year").stdout)
    assert [usage["occurrences"] for usage in data["wordings"][0]["by_period"]] == [1, 2]
    assert data["wordings"][0]["first"]["path"] == str(Path("pages/a.txt"))
    rows = list(csv.DictReader(trend("网格化", "--format", "csv", "--by", "year").stdout.splitlines()))
    assert [(row["period"], row["occurrences"]) for row in rows] == [("2021", "1"), ("2023", "2"), ("", "1")]
    lines = trend("网格化", "--format", "csv", "--kwic", "9", "--kwic-order", "oldest").stdout
    assert [row["right"] for row in csv.DictReader(lines.splitlines())] == [
        "管理。",
        "与网格化服务。",
        "服务。",
        "。",
    ]
    assert trend("网格化", "-o", "trend.svg").exit_code == 0
    assert (tmp_path / "trend.svg").read_text(encoding="utf-8").startswith("<svg ")


def test_a_concordance_aligns_the_wording(trend: Run) -> None:
    """With --kwic each occurrence is a line, and the wordings are below each other."""
    lines = [line for line in trend("网格化", "--kwic", "3").stdout.splitlines() if "】" in line]
    shown = [line.split("【")[0] for line in lines if line.startswith("202") and "【" in line]
    widths = {sum(2 if ord(char) > 0x2000 else 1 for char in left) for left in shown}
    assert len(shown) == 3
    assert len(widths) == 1


def test_filters_and_reprints(trend: Run) -> None:
    """A filter by date leaves the undated out and says so."""
    result = trend("网格化", "--since", "2022", "--by", "year")
    assert "1 more passage of an undated release is left out by date; include with --undated" in result.stdout
    assert "2021" not in result.stdout


def test_new_phrases_need_no_wording(trend: Run) -> None:
    """With --new alone phrases are printed; where nothing changed beyond chance that is said, status 1."""
    result = trend("--new", "2023")
    assert result.exit_code == 1
    assert result.stdout.count("none beyond chance") == 3
    assert result.stdout.startswith("2 passages since 2023-01-01, 2 before\n")


def test_neither_wording_nor_date_is_an_error(trend: Run) -> None:
    """Without anything to show, and for a chart of phrases, the message says what to type; status 2."""
    assert "Type a wording" in trend().stderr
    assert trend("--new", "2023", "--format", "svg").exit_code == 2
    assert trend("网格化", "--by", "week").exit_code == 2
