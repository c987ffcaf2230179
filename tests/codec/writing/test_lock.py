from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jsisa_search import Index
from jsisa_search.codec.whoosh_compat.index import ArrayIndex
from jsisa_search.codec.writing import lock
from jsisa_search.errors import IndexLockedError

NOTE = "MAIN_WRITELOCK.json"
HOLD = """
import sys
from jsisa_search.codec.whoosh_compat.index import ArrayIndex
writer = ArrayIndex(sys.argv[1]).writer()
print("held", flush=True)
sys.stdin.readline()
writer.cancel()
"""


@pytest.fixture
def array_index(index: Index, tmp_path: Path) -> ArrayIndex:
    """Return the array index under an empty index."""
    return ArrayIndex(tmp_path / "index")


@pytest.fixture
def holder(array_index: ArrayIndex) -> Iterator[subprocess.Popen[str]]:
    """Return a process that holds the right to write until it is told a line."""
    command = [sys.executable, "-c", HOLD, str(array_index.folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process


def release(process: subprocess.Popen[str]) -> None:
    """Let the holder finish."""
    process.communicate("go\n")
    assert process.returncode == 0


def test_a_second_writer_waits_and_says_for_whom(
    index: Index, folder: Path, write_page: Callable[..., Path], holder: subprocess.Popen[str]
) -> None:
    """It goes on as soon as the first is done."""
    write_page("a.txt", "全市推进网格化管理。")
    holders: list[str] = []
    threads: list[threading.Thread] = []

    def on_wait(description: str) -> None:
        holders.append(description)
        threads.append(threading.Thread(target=release, args=(holder,)))
        threads[0].start()

    assert index.update([folder], on_wait=on_wait).new == 1
    threads[0].join()
    assert len(holders) == 1
    assert f"process {holder.pid} of " in holders[0]


def test_a_writer_that_waits_too_long_gives_up_with_a_sentence(
    array_index: ArrayIndex, holder: subprocess.Popen[str]
) -> None:
    """The message names who writes."""
    with pytest.raises(IndexLockedError, match=f"process {holder.pid} of .* wait until that is done"):
        array_index.writer(timeout=0.2)
    release(holder)


def test_a_killed_writer_leaves_no_lock(
    index: Index, array_index: ArrayIndex, folder: Path, holder: subprocess.Popen[str]
) -> None:
    """The system frees the lock of a dead process; the note it left misleads nobody."""
    holder.kill()
    holder.wait()
    assert index.update([folder]).new == 0
    assert not (array_index.folder / NOTE).exists()


def test_an_unreadable_note_of_the_holder_is_no_obstacle(
    array_index: ArrayIndex, holder: subprocess.Popen[str]
) -> None:
    """Without a name the holder is another process."""
    (array_index.folder / NOTE).write_text("{", encoding="utf-8")
    with pytest.raises(IndexLockedError, match="another process"):
        array_index.writer()
    release(holder)


def test_the_note_names_process_and_time(array_index: ArrayIndex) -> None:
    """While somebody writes, the folder says who."""
    with array_index.writer():
        note = json.loads((array_index.folder / NOTE).read_text(encoding="utf-8"))
    assert note["pid"] == os.getpid()
    assert set(note) == {"pid", "user", "host", "since"}
    assert not (array_index.folder / NOTE).exists()


def test_a_user_without_a_name_can_write(array_index: ArrayIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container the process may have no user name."""
    monkeypatch.setattr(lock.getpass, "getuser", lambda: (_ for _ in ()).throw(KeyError("uid")))
    with array_index.writer():
        note = json.loads((array_index.folder / NOTE).read_text(encoding="utf-8"))
    assert note["user"] == "an unknown user"
