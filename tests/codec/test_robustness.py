"""Kills, damage and concurrent readers, in small; benchmarks/robustness.py does the same at length."""

from __future__ import annotations

from pathlib import Path

import pytest
from whoosh.fields import ID, Schema

from jsisa_search import Index
from jsisa_search.codec.verify import verify
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.errors import IndexDamagedError
from jsisa_search.search.engine.searcher import ArraySearcher
from tests.codec.concurrent_reads import read_while_writing
from tests.codec.damage_trials import damage_often, make_damageable
from tests.codec.kill_trials import kill_often


@pytest.mark.parametrize("kills", [1, pytest.param(20, marks=pytest.mark.slow)])
def test_a_killed_writer_leaves_a_whole_generation(tmp_path: Path, kills: int) -> None:
    """Whenever the writer is killed, the index is what was committed, whole, and then tidied up."""
    report = kill_often(tmp_path, kills)
    assert not report.failures
    assert report.kills == kills
    assert report.generations


@pytest.mark.parametrize(
    ("paragraphs", "positions"), [(400, 1), pytest.param(400, 60, marks=pytest.mark.slow)]
)
def test_damage_is_detected_or_harmless(tmp_path: Path, paragraphs: int, positions: int) -> None:
    """A truncated file or a flipped byte gives an error of ours or the same answers, never a crash."""
    reports = list(damage_often(make_damageable(tmp_path, paragraphs=paragraphs), positions))
    assert not [failure for report in reports for failure in report.failures]
    assert len(reports) >= 4
    assert all(report.detected for report in reports)


@pytest.mark.parametrize(("readers", "commits"), [(2, 8), pytest.param(4, 60, marks=pytest.mark.slow)])
def test_readers_see_whole_generations(tmp_path: Path, readers: int, commits: int) -> None:
    """Beside a committing writer, every reader sees each generation complete and in order."""
    report = read_while_writing(tmp_path / "index", readers=readers, commits=commits)
    assert not report.failures
    assert report.fewest_generations


def test_values_in_a_damaged_dictionary_are_damage(tmp_path: Path) -> None:
    """A byte that makes a name no text any more is told as damage by what lists the names."""
    folder = make_damageable(tmp_path, paragraphs=40)
    for path in folder.glob("*.segment"):
        path.write_bytes(path.read_bytes().replace("平安江苏".encode(), b"\xff" * 12))
    said = r"\.segment is damaged: array field/\w+/terms\.bytes does not have its checksum; .*--rebuild"
    with Index.open(folder) as index, pytest.raises(IndexDamagedError, match=said):
        index.values("source")


def test_a_missing_segment_is_told(tmp_path: Path) -> None:
    """A file that somebody deleted is damage with a name, not an error of the system."""
    index = ArrayIndex.create(tmp_path, Schema(key=ID(stored=True)))
    with index.writer() as writer:
        writer.add_document(key="a")
    next(tmp_path.glob("*.segment")).unlink()
    (problem,) = verify(tmp_path).problems
    assert problem.what == "the file is missing"
    with pytest.raises(IndexDamagedError, match="is missing"):
        ArraySearcher(index)
