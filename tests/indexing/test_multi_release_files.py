"""Files that hold several releases, in an index."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from jsisa_search import Index
from jsisa_search.cli import main
from tests.page.sample_files import TEXT, json_lines, zipped

RECORDS = [{"title": f"第{n}号通报", "text": f"第{n}处网格已经验收。"} for n in range(3)]


def found(index: Index, text: str) -> set[str]:
    """Return the ends of the paths where `text` is found."""
    return {hit.path.rpartition(os.sep)[2] for hit in index.search(text, limit=50) if hit.matches_all}


def test_every_member_is_found_under_its_own_path(index: Index, folder: Path) -> None:
    """Members count as releases, files as files; the id of a hit leads back to the member."""
    (folder / "a.jsonl").write_bytes(json_lines(*RECORDS))
    (folder / "b.zip").write_bytes(zipped(内__txt=TEXT))
    report = index.update([folder])
    assert (report.releases, report.new, report.paragraphs) == (4, 2, 4)
    assert index.info().releases == 4
    assert found(index, "验收") == {"a.jsonl#1", "a.jsonl#2", "a.jsonl#3"}
    (hit,) = index.search("矛盾纠纷")
    assert Path(hit.path) == folder / "b.zip!" / "内.txt"
    assert index.find_release(hit.id).path == hit.path


def test_changed_and_removed_files_take_their_members_along(index: Index, folder: Path) -> None:
    """Nothing of a former state is left, and an update without changes finds none."""
    path = folder / "a.jsonl"
    path.write_bytes(json_lines(*RECORDS))
    index.update([folder])
    assert not index.update([folder]).has_changes
    path.write_bytes(json_lines(*RECORDS[:1]))
    assert index.update([folder]).changed == 1
    assert found(index, "验收") == {"a.jsonl#1"}
    path.rename(folder / "b.jsonl")
    assert index.update([folder]).moved == 1
    assert found(index, "验收") == {"b.jsonl#1"}
    (folder / "b.jsonl").unlink()
    assert index.update([folder]).removed == 1
    assert found(index, "验收") == set()


@pytest.mark.slow
def test_bad_members_are_reported_every_time(index: Index, folder: Path) -> None:
    """As bad files are; the good ones stay indexed, and unknown formats are counted."""
    (folder / "a.zip").write_bytes(zipped(a__txt=TEXT, b__txt=b"", c__jpg=b"x"))
    (folder / "bad.zip").write_bytes(zipped(c__jpg=b"x"))
    for _ in range(2):
        report = index.update([folder])
        assert [Path(file.path).name for file in report.unreadable] == ["b.txt", "bad.zip"]
        assert (report.releases, report.passed_over) == (1, {".jpg": 2})
    assert report.unchanged == 1


def test_show_reads_a_member(folder: Path) -> None:
    """`show` takes the path that a query prints."""
    (folder / "a.zip").write_bytes(zipped(d___a__txt=TEXT))
    result = CliRunner().invoke(main, ["show", f"{folder}/a.zip!/d/a.txt"])
    assert result.exit_code == 0
    assert "平安澄川建设纪事" in result.output


@pytest.mark.slow
def test_doubts_are_told_member_by_member_and_kept(index: Index, folder: Path) -> None:
    """A file that has not changed still has the doubts of its members."""
    (folder / "a.zip").write_bytes(zipped(a__txt=TEXT, b__txt="全市推进网格化管理。", c__txt=TEXT))
    for _ in range(2):
        report = index.update([folder])
        (doubtful,) = report.doubtful
        assert doubtful.path == folder / "a.zip!" / "b.txt"
        assert [kind for kind, _ in doubtful.doubts] == ["no title", "no date"]


@pytest.mark.slow
def test_bad_members_of_a_file_that_is_named_are_kept_once(index: Index, folder: Path) -> None:
    """Where the file itself is the path of the update, its members are below it."""
    path = folder / "a.zip"
    path.write_bytes(zipped(a__txt=TEXT, b__txt=b""))
    for _ in range(2):
        index.update([path])
        assert len(index.explain_nothing("不存在的词").unreadable) == 1


def test_show_explains_a_member(folder: Path) -> None:
    """`show --explain` takes the path of a member too, and tells its doubts."""
    (folder / "a.zip").write_bytes(zipped(b__txt="全市推进网格化管理。"))
    result = CliRunner().invoke(main, ["show", f"{folder}/a.zip!/b.txt", "--explain"])
    assert "doubtful:        it does not say when it was published" in result.output
