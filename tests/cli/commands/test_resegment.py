"""`jsisa-search resegment` in a terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from jsisa_search.cli import main


def test_texts_are_segmented_again_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write_page: Callable[..., Path]
) -> None:
    """It prints how many paragraphs and user words there were; a user word is completed afterwards."""
    monkeypatch.chdir(tmp_path)
    page = write_page("a.txt", "全市推进一网统揽工作。", title="推进")
    assert CliRunner().invoke(main, ["index", str(page.parent)]).exit_code == 0
    (tmp_path / "index" / "user-words.txt").write_text("一网统揽\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["resegment"])
    assert (result.exit_code, result.stdout) == (0, "1 paragraph segmented again, with 1 user word\n")
    assert "一网统揽\tuser_word\t1" in CliRunner().invoke(main, ["suggest", "一网统"]).stdout


def test_without_an_index_it_says_how_to_make_one(tmp_path: Path) -> None:
    """The message names the command."""
    result = CliRunner().invoke(main, ["resegment", "--index-dir", str(tmp_path / "none")])
    assert result.exit_code == 2
    assert "jsisa-search index" in result.stderr
