from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from jsisa_search.lexicon.assist import pinyin
from jsisa_search.lexicon.user_lexicon import SYNONYMS_FILE, Lexicon

WritePage = Callable[..., Path]
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def pages(write_shared_page: WritePage) -> None:
    """Write one release."""
    write_shared_page("a.txt", "桐岭钢铁公司（简称“桐钢”）推进“三降三升”，满意率提高。", title="网格纪事")


def test_suggestions_are_lines_of_three(archive: Run) -> None:
    """A line has the text, its kind and its count, parted by tabs."""
    result = archive("suggest", "满意率", "三降")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "三降三升\tcoinage\t1\n", "")


def test_nothing_to_suggest_is_status_one(archive: Run) -> None:
    """Stdout stays empty and stderr says so."""
    result = archive("suggest", "量子")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "begins with “量子”" in result.stderr


def test_a_missing_package_is_named(archive: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Typed letters without the package for pinyin bring the command that installs it."""
    monkeypatch.setattr(pinyin, "load_pinyin", lambda: None)
    assert "jsisa-search[pinyin]" in archive("suggest", "wg").stderr
    assert "jsisa-search[pinyin]" not in archive("suggest", "网").stderr
    assert "pip" not in archive("query", "慢意率").stderr


def test_definitions_are_lines_for_the_synonyms(archive: Run, tmp_path: Path) -> None:
    """What is listed can be taken over as the file of synonyms as it is."""
    result = archive("terms")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1] == "桐钢 = 桐岭钢铁公司"
    (tmp_path / "index" / SYNONYMS_FILE).write_text(result.stdout, encoding="utf-8")
    synonyms = Lexicon.load(tmp_path / "index").synonyms
    assert [each.term for each in synonyms.expand("桐钢")] == ["桐岭钢铁公司"]


def test_coinages_are_listed_with_their_counts(archive: Run) -> None:
    """Coinages come with the number of passages; without titles there is status 1."""
    assert archive("terms", "--kind", "coinages").stdout == "三降三升\t1\n桐钢\t1\n"
    titles = archive("terms", "--kind", "titles")
    assert (titles.exit_code, titles.stdout) == (1, "")
    assert "contain no titles" in titles.stderr


def test_a_query_without_hits_offers_corrections(archive: Run) -> None:
    """What may have been meant is named on stderr, and nothing is searched unasked."""
    result = archive("query", "慢意率")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Did you mean “满意率” for “慢意率”? (1 passage; same sound)" in result.stderr
