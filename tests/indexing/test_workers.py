"""Files that are read in worker processes, and what becomes of the workers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from jsisa_search import Index, Progress
from jsisa_search.indexing import limits, reading, workers
from jsisa_search.indexing.folder import FileState
from jsisa_search.indexing.reading import ReadResult
from jsisa_search.indexing.update import UpdateReport
from jsisa_search.page import MemberReading
from tests.page.sample_files import json_lines

GRID = "全市推进网格化管理，设置网格3268个。"
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")


@pytest.fixture(autouse=True)
def hostile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read every file in a worker that does what it says."""
    monkeypatch.setattr(workers, "_WORKER", "tests.indexing.hostile_worker")
    monkeypatch.setattr(workers, "_SMALL", 0)
    monkeypatch.setattr(workers, "_PARALLEL_FROM", 2)


def save(folder: Path, name: str, first_line: str = "关于网格的通报") -> Path:
    """Write a page that begins with `first_line`."""
    path = folder / name
    path.write_text(f"{first_line}\n\n{GRID}\n", encoding="utf-8")
    return path


def reasons(report: UpdateReport) -> dict[str, tuple[str, str]]:
    """Return kind and reason of each unreadable file, without its name."""
    return {
        file.path.name: (file.kind, file.reason.removeprefix(f"{file.path}: ")) for file in report.unreadable
    }


@pytest.mark.slow
@posix
def test_a_reader_that_does_not_end_costs_its_file(index: Index, folder: Path) -> None:
    """It is stopped, even in the midst of a regular expression, and the rest is indexed."""
    save(folder, "a.txt")
    save(folder, "b.txt", "loop")
    save(folder, "c.txt")
    report = index.update([folder])
    assert reasons(report) == {
        "b.txt": ("too large", "takes more than 15 s to read; split it, or save it again")
    }
    assert report.new == 2


@pytest.mark.slow
@posix
def test_a_reader_that_gives_no_sign_of_life_is_stopped(
    index: Index, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One that waits takes no CPU time; it is the caller that looks at the clock."""
    save(folder, "a.txt", f"wait {tmp_path / 'pid'}")
    with monkeypatch.context() as patch:
        patch.setattr(limits, "SILENT_SECONDS", 0.3)  # too short for honest files on a busy machine
        report = index.update([folder])
    assert list(reasons(report)) == ["a.txt"]
    assert reasons(report)["a.txt"][0] == "too large"
    (folder / "a.txt").unlink()
    save(folder, "b.txt")
    assert index.update([folder]).new == 1


@pytest.mark.slow
@linux
def test_a_reader_that_fills_the_memory_costs_its_file(index: Index, folder: Path) -> None:
    """The bound is that of one file, not of the run."""
    save(folder, "a.txt", "fill")
    save(folder, "b.txt")
    report = index.update([folder])
    kind, reason = reasons(report)["a.txt"]
    assert (kind, "takes more memory to read" in reason, report.new) == ("failed", True, 1)


@posix
@pytest.mark.slow
@pytest.mark.parametrize("what", ["kill", "crash"])
def test_a_file_that_ends_its_worker_twice_is_reported(index: Index, folder: Path, what: str) -> None:
    """It is tried again in a new worker, then left; the run goes on."""
    for name in ("a.txt", "c.txt", "d.txt"):
        save(folder, name)
    save(folder, "b.txt", what)
    report = index.update([folder], jobs=2)
    (kind, reason) = reasons(report)["b.txt"]
    assert (kind, "the process that read it died twice (SIG" in reason) == ("failed", True)
    assert report.new == 3


@posix
def test_a_worker_that_is_killed_costs_nothing(index: Index, folder: Path, tmp_path: Path) -> None:
    """Its file is read again by another one."""
    save(folder, "a.txt", f"kill-once {tmp_path / 'killed'}")
    save(folder, "b.txt")
    report = index.update([folder])
    assert (report.new, report.unreadable) == (2, ())
    assert (tmp_path / "killed").exists()


@pytest.mark.slow
def test_what_a_reader_prints_goes_nowhere(index: Index, folder: Path) -> None:
    """Output of a library does not get among the answers of the worker."""
    save(folder, "a.txt", "print")
    save(folder, "b.txt", "exit")
    report = index.update([folder])
    assert (report.new, list(reasons(report))) == (1, ["b.txt"])


@pytest.mark.slow
@linux
def test_workers_inherit_no_descriptor(index: Index, folder: Path, tmp_path: Path) -> None:
    """Neither the lock of the index nor anything else that is open, even where it may be inherited."""
    save(folder, "a.txt", f"descriptors {tmp_path / 'open'}")
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)
    index.update([folder])
    for end in (reader, writer):
        os.close(end)
    # Standard input, output and error, the private output, and the folder that is listed.
    assert (tmp_path / "open").read_text().split() == ["0", "1", "2", "3", "4"]


SCRIPT = """
import sys
from jsisa_search import Index
from jsisa_search.indexing import workers
workers._WORKER, workers._SMALL = "tests.indexing.hostile_worker", 0
with Index.create(sys.argv[1]) as index:
    index.update([sys.argv[2]], jobs=int(sys.argv[3]))
    print(index.info().releases)
"""


def is_running(pid: int) -> bool:
    """Return whether a process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for(condition: Callable[[], bool]) -> bool:
    """Wait a minute at most until `condition` holds; return whether it does."""
    deadline = time.monotonic() + 60
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


@pytest.mark.folder_only("the lock of an index folder")
@pytest.mark.slow
@linux
def test_workers_end_with_the_process_that_started_them(folder: Path, tmp_path: Path) -> None:
    """Even when that is killed: the next update need not wait for a lock that a dead one holds."""
    note = tmp_path / "pid"
    save(folder, "a.txt", f"wait {note}")
    arguments = [sys.executable, "-c", SCRIPT, str(tmp_path / "index"), str(folder), "1"]
    with subprocess.Popen(arguments, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}) as parent:
        assert wait_for(lambda: note.exists() and note.read_text() != "")
        pid = int(note.read_text())
        assert is_running(pid)
        parent.send_signal(signal.SIGKILL)
    assert wait_for(lambda: not is_running(pid))
    save(folder, "a.txt")
    with Index.open(tmp_path / "index") as index:
        assert index.update([folder], on_wait=lambda holder: pytest.fail(f"waited for {holder}")).new == 1


@pytest.mark.slow
def test_a_script_needs_no_main_guard(folder: Path, tmp_path: Path) -> None:
    """Workers do not import the script that calls."""
    for number in range(3):
        save(folder, f"{number}.txt")
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.replace("workers._SMALL", "workers._PARALLEL_FROM"), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "index"), str(folder), "2"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert run.stdout == "3\n"


@pytest.mark.slow
@linux
def test_an_interrupted_update_ends_its_workers(index: Index, folder: Path, tmp_path: Path) -> None:
    """An error while results are taken ends what is being read, and leaves the index as it was."""
    note = tmp_path / "pid"
    save(folder, "a.txt")
    save(folder, "b.txt", f"wait {note}")

    def interrupt(progress: Progress) -> None:
        is_first_read = progress.phase == "reading" and progress.done
        if is_first_read and wait_for(lambda: note.exists() and note.read_text() != ""):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.update([folder], jobs=2, progress=interrupt)
    assert not is_running(int(note.read_text()))
    assert index.info().releases == 0


def test_without_workers_files_are_read_all_the_same(
    index: Index, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A frozen program has no interpreter, a program that fails to start gives no answer."""
    save(folder, "a.txt")
    monkeypatch.setattr(workers, "_WORKER", "no.such.module")
    assert index.update([folder]).new == 1
    save(folder, "b.txt")
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    assert index.update([folder]).new == 1
    save(folder, "c.txt")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert index.update([folder]).new == 1


@pytest.fixture
def states(folder: Path) -> list[FileState]:
    """Return forty files."""
    paths = [save(folder, f"{number:02}.txt") for number in range(40)]
    return [FileState(path, path.stat().st_size, 0) for path in paths]


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_few_results_wait_to_be_taken(
    states: list[FileState], monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    """However slowly they are taken, twice as many as workers and two are read ahead; they come in order."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    started: list[FileState] = []
    taken: list[FileState] = []
    ahead: list[int] = []

    def read(state: FileState) -> ReadResult:
        started.append(state)
        return reading.read_file(state)

    monkeypatch.setattr(workers, "read_file", read)
    with closing(workers.read_files(states, jobs=jobs)) as results:
        for result in results:
            taken.append(result.state)
            time.sleep(0.002)
            ahead.append(len(started) - len(taken))
    assert taken == states
    assert max(ahead) <= 2 * jobs + 2


@pytest.mark.slow
def test_results_of_a_large_file_wait_on_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They can be gone through twice, and are gone when the next file is asked for."""
    monkeypatch.setattr(limits, "HELD_BYTES", 1000)
    path = folder / "a.jsonl"
    path.write_bytes(json_lines(*({"title": f"第{n}号通报", "text": GRID} for n in range(50))))
    with closing(workers.read_files([FileState(path, path.stat().st_size, 0)], jobs=1)) as results:
        readings = next(results).readings
        assert isinstance(readings, reading.SpooledReadings)
        assert [each.reading.member for each in readings] == [f"#{n}" for n in range(1, 51)]
        assert next(results, None) is None
    with pytest.raises(ValueError, match="closed"):
        list(readings)


def test_spooled_readings_can_be_read_twice() -> None:
    """Held in memory or on disk."""
    import pickle

    for size in (0, 100):
        readings = reading.SpooledReadings()
        expected = [
            reading.PreparedReading(MemberReading(f"a#{n}", f"#{n}", reason="x" * size)) for n in range(100)
        ]
        for each in expected:
            readings.append(pickle.dumps(each))
        assert list(readings) == list(readings) == expected
        readings.close()


@pytest.mark.slow
@posix
def test_each_member_has_its_own_time(index: Index, folder: Path) -> None:
    """A file of many members may take longer than a page."""
    (folder / "a.jsonl").write_bytes(b"busy 0.06\n" + json_lines(*({"title": "通报", "text": GRID},) * 10))
    report = index.update([folder])
    assert (report.releases, list(reasons(report))) == (10, ["a.jsonl#1"])


@pytest.mark.folder_only("the column of figures")
def test_workers_read_the_figures(tmp_path: Path, folder: Path) -> None:
    """Pages read in other processes have the figures that they have when one process reads all."""
    for number in range(4):
        save(folder, f"{number}.txt", f"2025年粮食产量{number}万吨，增长{number}.5%")
    found = []
    for jobs in (1, 2):
        with Index.create(tmp_path / f"index-{jobs}") as made:
            made.update([folder], jobs=jobs)
            found.append([fact.to_dict() for fact in made.figures("粮食产量").facts])
    assert found[0] == found[1]
    assert len(found[0]) == 8
