"""`jsisa-search remove` in a terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from jsisa_search.cli import main


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write_page: Callable[..., Path]
) -> Callable[..., str]:
    """Index two folders, and return a function that runs a command and gives its output."""
    monkeypatch.chdir(tmp_path)
    for folder, name in (("seeds", "a.txt"), ("seeds", "b.txt"), ("own", "c.txt")):
        (tmp_path / folder).mkdir(exist_ok=True)
        write_page(name, "全市推进网格化工作。", title=name).rename(tmp_path / folder / name)

    def run_command(*arguments: str, status: int = 0) -> str:
        result = CliRunner().invoke(main, list(arguments))
        assert result.exit_code == status, result.output
        return result.output

    run_command("index", "seeds", "own")
    return run_command


def test_a_folder_leaves_the_index_and_its_files_stay(run: Callable[..., str]) -> None:
    """What is below the folder is found no more; other folders are untouched, and so are the files."""
    assert run("remove", "seeds/") == "2 releases removed from the index, 1 left; no file was deleted\n"
    found = run("query", "网格化")
    assert "own/c.txt" in found
    assert "seeds" not in found
    assert Path("seeds/a.txt").exists()
    assert "2 new" in run("index", "seeds", "own")


def test_what_is_not_in_the_index_is_an_error(run: Callable[..., str]) -> None:
    """A misspelt folder removes nothing and is named."""
    assert "sedes" in run("remove", "sedes", status=2)
    assert "seeds/a.txt" in run("query", "网格化")
