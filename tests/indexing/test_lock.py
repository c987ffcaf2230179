from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from jsisa_search import Index
from jsisa_search.errors import IndexLockedError
from jsisa_search.indexing import lock

HOLD = """
import sys
from jsisa_search import Index
from jsisa_search.indexing.lock import open_writer
with Index.open(sys.argv[1]) as index, open_writer(index._whoosh_index, index._folder, on_wait=None):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def holder(index: Index) -> subprocess.Popen[str]:
    """Return a process that holds the right to write until it is told a line."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(index._folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


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

    def on_wait(description: str) -> None:
        holders.append(description)
        threading.Thread(target=release, args=(holder,)).start()

    assert index.update([folder], on_wait=on_wait).new == 1
    assert len(holders) == 1
    assert f"process {holder.pid} of " in holders[0]


def test_a_writer_that_waits_too_long_gives_up_with_a_sentence(
    index: Index, holder: subprocess.Popen[str]
) -> None:
    """The message names who writes."""
    with (
        pytest.raises(IndexLockedError, match=f"process {holder.pid} .* try again"),
        lock.open_writer(index._whoosh_index, index._folder, on_wait=None, wait_seconds=0.2),
    ):
        pass
    release(holder)


def test_a_killed_writer_leaves_no_lock(index: Index, folder: Path, holder: subprocess.Popen[str]) -> None:
    """The system frees the lock of a dead process; the note it left misleads nobody."""
    holder.kill()
    holder.communicate()
    assert index.update([folder]).new == 0
    assert not (index._folder / "writer.json").exists()


def test_an_unreadable_note_of_the_holder_is_no_obstacle(index: Index, holder: subprocess.Popen[str]) -> None:
    """Without a name the holder is another process."""
    (index._folder / "writer.json").write_text("{", encoding="utf-8")
    with (
        pytest.raises(IndexLockedError, match="another process"),
        lock.open_writer(index._whoosh_index, index._folder, on_wait=None, wait_seconds=0.0),
    ):
        pass
    release(holder)


def test_the_note_names_process_and_time(index: Index) -> None:
    """While somebody writes, the folder says who."""
    with lock.open_writer(index._whoosh_index, index._folder, on_wait=None):
        note = json.loads((index._folder / "writer.json").read_text(encoding="utf-8"))
    assert note["process"] == os.getpid()
    assert set(note) == {"process", "user", "host", "since"}


def test_a_user_without_a_name_can_write(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container the process may have no user name."""
    monkeypatch.setattr(lock.getpass, "getuser", lambda: (_ for _ in ()).throw(KeyError("uid")))
    with lock.open_writer(index._whoosh_index, index._folder, on_wait=None):
        note = json.loads((index._folder / "writer.json").read_text(encoding="utf-8"))
    assert note["user"] == "?"
