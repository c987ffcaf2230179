from __future__ import annotations

from pathlib import Path

import pytest

from jsisa_search.codec.index import ArrayIndex
from jsisa_search.errors import JsisaSearchError
from tests.codec import ordeal


def test_the_last_commit_survives_a_kill_at_any_moment(tmp_path: Path) -> None:
    """After SIGKILL the index holds exactly what was committed, and is whole."""
    assert ordeal.survive_kills(tmp_path / "index", count=5) >= 5


def test_damage_anywhere_is_detected_or_harmless(tmp_path: Path) -> None:
    """A flipped bit or a cut in any file never gives a wrong answer unnoticed, nor a foreign exception."""
    ordeal.make_index(tmp_path / "index")
    outcomes = ordeal.survive_damage(tmp_path / "index", count=24)
    assert outcomes["detected by verify"] > 0


def test_a_missing_segment_is_told(tmp_path: Path) -> None:
    """A file that somebody deleted is named."""
    ordeal.make_index(tmp_path / "index")
    segment = next((tmp_path / "index").glob("*.segment"))
    segment.unlink()
    assert ordeal.is_detected(tmp_path / "index")
    with pytest.raises(JsisaSearchError):
        ordeal.answers(ArrayIndex(tmp_path / "index"))


def test_readers_see_complete_generations_while_a_writer_commits(tmp_path: Path) -> None:
    """Every read is one whole generation, and none goes back in time."""
    assert len(ordeal.survive_readers(tmp_path / "index", readers=2, commits=12)) == 2
