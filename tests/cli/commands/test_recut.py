"""`jsisa-search recut` in a terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from jsisa_search.cli import main


def test_texts_are_cut_anew_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write_page: Callable[..., Path]
) -> None:
    """It says how many paragraphs were cut and with how many words; a word of the user is completed then."""
    monkeypatch.chdir(tmp_path)
    page = write_page("a.txt", "全市推进一网统揽工作。", title="推进")
    assert CliRunner().invoke(main, ["index", str(page.parent)]).exit_code == 0
    (tmp_path / "index" / "user-words.txt").write_text("一网统揽\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["recut"])
    assert (result.exit_code, result.stdout) == (0, "1 paragraph cut anew, with 1 word of your own\n")
    assert "一网统揽\tuser_word\t1" in CliRunner().invoke(main, ["suggest", "一网统"]).stdout


def test_without_an_index_it_says_how_to_make_one(tmp_path: Path) -> None:
    """The message names the command."""
    result = CliRunner().invoke(main, ["recut", "--index-dir", str(tmp_path / "none")])
    assert result.exit_code == 2
    assert "jsisa-search index" in result.stderr
