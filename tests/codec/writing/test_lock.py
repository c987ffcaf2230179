from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jsisa_search import Index
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.codec.writing import lock
from jsisa_search.errors import IndexDamagedError, IndexLockedError

NOTE = "MAIN_WRITELOCK.json"
HOLD = """
import sys
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
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


@pytest.mark.slow
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


FORKED = """
import os, sys, time
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
writer = ArrayIndex(sys.argv[1]).writer()
child = os.fork()
if child == 0:
    print(os.getpid(), flush=True)  # by the child: it has then run
    os.close(1)
    time.sleep(60)
    os._exit(0)
sys.stdin.readline()
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
def test_a_forked_child_does_not_hold_the_lock_of_a_dead_parent(array_index: ArrayIndex) -> None:
    """When the writing process dies, the next writer gets in although a child of it lives on."""
    command = [sys.executable, "-c", FORKED, str(array_index.folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        try:
            with pytest.raises(IndexLockedError, match=f"process {process.pid} of "):
                array_index.writer()
            process.kill()
            process.wait()
            array_index.writer().cancel()
        finally:
            os.kill(child, signal.SIGKILL)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
def test_a_forked_child_that_ends_does_not_take_the_lock_from_its_parent(array_index: ArrayIndex) -> None:
    """What a child does with its copy of the writer leaves the lock where it is."""
    writer = array_index.writer()
    child = os.fork()
    if child == 0:
        writer._lock.release()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    with pytest.raises(IndexLockedError):
        array_index.writer()
    assert (array_index.folder / NOTE).exists()
    writer.cancel()
    array_index.writer().cancel()


def test_a_note_that_cannot_be_written_is_no_obstacle(
    array_index: ArrayIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk the lock works without it."""

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(lock, "replace_file", full)
        writer = array_index.writer()
    with pytest.raises(IndexLockedError, match="another process"):
        array_index.writer()
    writer.cancel()
    array_index.writer().cancel()


@pytest.mark.parametrize("failure", [KeyboardInterrupt, MemoryError, RuntimeError])
def test_the_lock_is_released_whatever_interrupts_its_note(
    array_index: ArrayIndex, monkeypatch: pytest.MonkeyPatch, failure: type[BaseException]
) -> None:
    """The same process can write afterwards and does not wait for itself."""

    def interrupted() -> None:
        raise failure

    with monkeypatch.context() as patched:
        patched.setattr(lock, "_describe_self", interrupted)
        with pytest.raises(failure):
            array_index.writer()
    array_index.writer().cancel()


def test_the_lock_is_released_where_its_note_cannot_be_removed(array_index: ArrayIndex) -> None:
    """A folder in place of the note costs nothing but the name of the holder."""
    writer = array_index.writer()
    (array_index.folder / NOTE).unlink()
    (array_index.folder / NOTE).mkdir()
    writer.cancel()
    array_index.writer().cancel()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no FIFOs")
def test_a_fifo_in_place_of_the_lock_is_refused(array_index: ArrayIndex) -> None:
    """It is not waited for until somebody opens the other end."""
    path = array_index.folder / "MAIN_WRITELOCK"
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    with pytest.raises(IndexDamagedError, match="not a regular file; remove it"):
        array_index.writer()
