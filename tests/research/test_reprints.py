"""The family of a release, as the library and the command line give it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from jsisa_search import Index
from jsisa_search.cli import main
from jsisa_search.errors import ReleaseNotFoundError
from tests.search.results.test_families import sentences

WritePage = Callable[..., Path]

LINES = ["".join(sentences(1, 24)[at : at + 4]) for at in range(0, 24, 4)]
KEY = "全市网格员共处理诉求3268件。"


@pytest.fixture
def reprinted(index: Index, folder: Path, write_page: WritePage) -> Index:
    """Return an index of a text saved twice, of reprints with and without a date, and of another text."""
    first = write_page("a/first.txt", KEY, *LINES, source="新华社", published="2022-09-06", title="网格员")
    shutil.copy(first, folder / "a/first(1).txt")
    altered = KEY.replace("3268", "3299")
    write_page("b/later.txt", altered, *LINES, source="转载网", published="2022-09-08", title="网格员")
    write_page("c/undated.txt", KEY, *LINES, title="网格员")
    write_page("d/other.txt", *("".join(sentences(9, 12)),), published="2022-09-06", title="另一篇")
    index.update([folder])
    return index


def test_a_family_comes_in_order_of_time_whichever_member_is_asked_for(
    reprinted: Index, folder: Path
) -> None:
    """The first is compared with the others; a file saved twice is one release; undated ones are last."""
    families = [reprinted.reprints(folder / name) for name in ("a/first.txt", "b/later.txt", "c/undated.txt")]
    assert len({family.members for family in families}) == 1
    members = families[0].members
    assert [Path(member.release.path).parent.name for member in members] == ["a", "b", "c"]
    assert len(members[0].places) == 1
    assert families[1].first == members[0].release
    assert families[1].id == members[1].release.id
    assert [len(member.changes) for member in members] == [0, 1, 0]
    assert members[1].changes[0].figures == ("3268", "3299")


def test_a_release_without_reprints_is_alone(reprinted: Index, folder: Path) -> None:
    """It is the first of itself; what is not in the index is an error."""
    family = reprinted.reprints(folder / "d/other.txt")
    assert (len(family.members), family.first) == (1, family.members[0].release)
    with pytest.raises(ReleaseNotFoundError):
        reprinted.reprints("nowhere.txt")


def test_nobody_is_first_on_one_day(index: Index) -> None:
    """Where two releases have the same date, or none has any, it is not known who had the text."""
    for name in ("a", "b"):
        index.add_text("\n".join(LINES), id=name, title=name, published="2022-09-06")
    family = index.reprints("text:a")
    assert (len(family.members), family.first) == (2, None)


@pytest.mark.folder_only("the commands, with an index in the folder where they run")
def test_the_command_prints_the_family(
    reprinted: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Text for people, JSON with everything; the exit status is 1 where there is no other release."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, status: int = 0) -> str:
        result = CliRunner().invoke(main, ["reprints", *arguments])
        assert result.exit_code == status
        return result.output

    printed = run("pages/b/later.txt")
    assert printed.startswith("3 releases with this text; first: 新华社 · 2022-09-06\n\n1. 网格员\n")
    assert "   altered, paragraph 1 (figures 3268, 3299)\n" in printed
    assert "     - 全市网格员共处理诉求32【68】件。\n     + 全市网格员共处理诉求32【99】件。\n" in printed
    assert "   also saved as pages/a/first" in printed
    assert "2. 网格员  (the one asked for)\n" in printed
    found = json.loads(run("pages/b/later.txt", "--format", "json"))
    assert [member["release"]["date"] for member in found["members"]] == ["2022-09-06", "2022-09-08", None]
    assert found["members"][1]["changes"][0]["figures"] == ["3268", "3299"]
    assert found["first"] == found["members"][0]["release"]["id"] != found["id"]
    assert "No other release in the index has this text." in run("pages/d/other.txt", status=1)


def test_many_changes_are_counted(index: Index) -> None:
    """Twenty are printed unless all are asked for."""
    lines = [f"第{number}项举措是{line}" for number, line in enumerate(sentences(1, 60))]
    altered = [f"{line[:-1]}了。" if at % 2 else line for at, line in enumerate(lines)]
    index.add_text("\n".join(lines), id="a", title="甲", published="2022-09-06")
    index.add_text("\n".join(altered), id="b", title="甲", published="2022-09-07")
    assert len(index.reprints("text:a").members[1].changes) == 30
    command = ["reprints", "text:a", "--index-dir", str(index.info().folder)]
    run = CliRunner().invoke
    assert "and 10 more changes; --all prints them" in run(main, command).output
    assert run(main, [*command, "--all"]).output.count("altered, paragraph") == 30
