"""Date patterns and `release.toml` through updates: kept, changed, unset, and re-read only where needed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from jsisa_search import Index
from jsisa_search.cli import main
from jsisa_search.errors import ArgumentError

WritePage = Callable[..., Path]

TEXT = "全市推进网格化管理，设置网格3268个。"
PATTERN = "{day}.{month}.{year}.txt"


@pytest.fixture
def pages(write_page: WritePage) -> tuple[Path, Path]:
    """Return two pages whose names are no dates without a pattern; both are old enough to be settled."""
    paths = write_page("15.3.2024.txt", TEXT), write_page("inner/16.3.2024.txt", TEXT)
    for path in paths:
        os.utime(path, (1_700_000_000, 1_700_000_000))
    return paths


def dates(index: Index) -> dict[str, str | None]:
    """Return what the date of each release is from, by the name of its file."""
    return {Path(info.path).name: info.date_from for info in index.releases()}


def test_a_pattern_is_kept_for_later_updates(
    index: Index, folder: Path, pages: tuple[Path, Path], write_page: WritePage
) -> None:
    """What was read without it is read again, later files are read with it, and an empty one unsets it."""
    index.update([folder])
    assert set(dates(index).values()) == {None}
    assert index.update([folder], date_pattern=PATTERN).changed == 2
    write_page("17.3.2024.txt", TEXT)
    report = index.update([folder])
    assert (report.new, report.changed, report.unchanged) == (1, 0, 2)
    assert set(dates(index).values()) == {"settings"}
    assert index.info().settings.date_pattern == PATTERN
    assert index.update([folder], rebuild=True).releases == 3
    assert set(dates(index).values()) == {"settings"}
    assert index.update([folder], date_pattern="").changed == 3
    assert set(dates(index).values()) == {None}


@pytest.mark.folder_only("the files of an index folder")
def test_an_overwritten_index_keeps_its_pattern(index: Index, folder: Path, pages: tuple[Path, Path]) -> None:
    """So that an index that a newer version replaces has the same dates."""
    index.update([folder], date_pattern=PATTERN)
    index.close()
    with Index.create(folder.parent / "index", overwrite=True) as made:
        made.update([folder])
        assert set(dates(made).values()) == {"settings"}


def test_an_invalid_pattern_changes_nothing(index: Index, folder: Path, pages: tuple[Path, Path]) -> None:
    """It is refused before a file is read."""
    with pytest.raises(ArgumentError, match="jahr"):
        index.update([folder], date_pattern="{jahr}")
    assert index.info().releases == 0


def test_a_changed_settings_file_has_the_files_below_it_read_again(
    index: Index, folder: Path, pages: tuple[Path, Path]
) -> None:
    """Those below the file and no others; without the file they are as before."""
    index.update([folder])
    settings = folder / "inner" / "release.toml"
    settings.write_text(f'date_pattern = "{PATTERN}"\nsource = "云浦日报"\n', "utf-8")
    report = index.update([folder])
    assert (report.changed, report.unchanged, report.passed_over) == (1, 1, {})
    assert dates(index) == {"15.3.2024.txt": None, "16.3.2024.txt": "settings"}
    assert index.values("source") == ("云浦日报",)
    assert not index.update([folder]).has_changes
    settings.unlink()
    assert index.update([folder]).changed == 1
    assert set(dates(index).values()) == {None}


def test_a_settings_file_comes_before_the_pattern_of_the_index(
    index: Index, folder: Path, pages: tuple[Path, Path]
) -> None:
    """An empty pattern in it means that there is none."""
    (folder / "inner" / "release.toml").write_text('date_pattern = ""\n', "utf-8")
    index.update([folder], date_pattern=PATTERN)
    assert dates(index) == {"15.3.2024.txt": "settings", "16.3.2024.txt": None}


def test_a_faulty_settings_file_is_reported(index: Index, folder: Path, pages: tuple[Path, Path]) -> None:
    """With its path and what is wrong, at every update, first among what is doubtful."""
    (folder / "release.toml").write_text("sauce = 1\n", "utf-8")
    for _ in range(2):
        (first, *_) = index.update([folder]).doubtful
        assert first.path == folder / "release.toml"
        ((kind, reason),) = first.doubts
        assert kind == "settings"
        assert "unknown keys (sauce)" in reason


@pytest.mark.folder_only("the commands, with an index in the folder where they run")
def test_the_command_takes_a_pattern(
    folder: Path, pages: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused with the reason, kept, shown by `info`, and used by `show` for an id."""
    monkeypatch.chdir(folder.parent)

    def run(*arguments: str) -> str:
        return CliRunner().invoke(main, arguments).output

    assert "{jahr} is unknown; write {year}" in run("index", "pages", "--date-from", "{jahr}").replace(
        "\n", " "
    )
    assert not Path("index").exists()
    run("index", "pages", "--date-from", PATTERN)
    assert f"dates from: {PATTERN}" in run("info")
    with Index.open("index") as index:
        (name,) = (info.id for info in index.releases() if info.path.endswith("15.3.2024.txt"))
    assert "date:      2024-03-15 (from the settings)" in run("show", name)
    assert "date:" not in run("show", "pages/15.3.2024.txt")
