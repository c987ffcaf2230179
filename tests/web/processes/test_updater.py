from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jsisa_search.errors import ArchiveError
from jsisa_search.web.processes import updater as updater_module
from jsisa_search.web.processes.updater import Updater
from tests.web.conftest import write_pages

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="processes are killed by a signal"),
]


@pytest.fixture
def updater() -> Iterator[Updater]:
    """Return an updater without a process."""
    made = Updater()
    yield made
    made.close()
    made.rest()


@pytest.fixture
def job(tmp_path: Path) -> dict[str, Any]:
    """Return the update of an index by a folder of a few releases."""
    write_pages(tmp_path / "pages")
    return {"index_dir": str(tmp_path / "index"), "folders": [str(tmp_path / "pages")]}


def _report(updater: Updater, job: dict[str, Any]) -> dict[str, Any]:
    (found,) = (step["report"] for step in updater.run(job) if "report" in step)
    return dict(found)


def test_one_process_does_several_updates(
    updater: Updater, job: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is saved between two updates is in the second, by the process of the first; rest ends it."""
    assert _report(updater, job)["new"] == 4
    process = updater.process_id
    assert process is not None
    (tmp_path / "pages" / "new.txt").write_text("新稿\n\n推进网格化管理。\n", encoding="utf-8")
    (tmp_path / "pages" / "a.txt").unlink()
    report = _report(updater, job)
    assert (report["new"], report["removed"], updater.process_id) == (1, 1, process)
    updater.rest()
    assert updater.process_id is None
    monkeypatch.setattr(updater_module, "_MANY", 0)
    (tmp_path / "pages" / "newer.txt").write_text("新稿\n\n网格员入户。\n", encoding="utf-8")
    assert _report(updater, job)["new"] == 1
    assert updater.process_id is None  # it has given back what many releases took


def test_a_process_that_died_is_replaced(updater: Updater, job: dict[str, Any]) -> None:
    """One that is killed while nothing is asked of it is nobody's trouble."""
    _report(updater, job)
    process = updater.process_id
    assert process is not None
    os.kill(process, signal.SIGKILL)
    assert _report(updater, job)["new"] == 0
    assert updater.process_id not in (process, None)


def test_an_update_that_is_killed_is_an_error(updater: Updater, job: dict[str, Any]) -> None:
    """It is said, and the next update is done by another process."""
    steps = updater.run(job)
    next(steps)
    assert updater.process_id is not None
    os.kill(updater.process_id, signal.SIGKILL)
    with pytest.raises(ArchiveError, match="unexpectedly"):
        list(steps)
    assert _report(updater, job)["releases"] == 4
