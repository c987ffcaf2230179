from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from jsisa_search import Index
from jsisa_search.errors import ArchiveError
from jsisa_search.web.processes import refreshing
from jsisa_search.web.processes.announced import ANNOUNCED_FILE, Announced
from jsisa_search.web.processes.opening import Opening


@contextmanager
def _opening(folder: Path) -> Iterator[Opening]:
    """Give the index of a process that has started."""
    made = Opening(lambda: Index.open(folder), announced=Announced(folder), may_wait=False)
    made.start()
    try:
        yield made
    finally:
        made.close()


def _add(index: Index, text: str) -> None:
    """Commit a release with all that an update leaves for the processes of a server."""
    index.add_text(text, id=text)
    index.search(text, limit=0)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """Return an index that no process follows by itself."""
    monkeypatch.setattr(refreshing, "_LOOK_SECONDS", 3600.0)
    with Index.create(tmp_path / "index") as made:
        yield made


def test_what_is_announced_never_becomes_less(tmp_path: Path) -> None:
    """Whoever announces in whatever order: a reader sees numbers that rise, the greatest in the end."""
    numbers = list(range(1, 60))
    random.Random(1).shuffle(numbers)

    def read(_: int) -> list[int]:
        return [Announced(tmp_path).read() for _ in range(200)]

    with ThreadPoolExecutor(4) as pool:
        reading = pool.map(read, range(2))
        list(pool.map(Announced(tmp_path).raise_to, numbers))
        for seen in reading:
            assert seen == sorted(seen)
    assert Announced(tmp_path).read() == 59
    Announced(tmp_path).forget()
    assert Announced(tmp_path).read() == 0


def test_a_damaged_announcement_is_none(tmp_path: Path) -> None:
    """What a power cut leaves is replaced by the next announcement; a folder in its place is an error."""
    (tmp_path / ANNOUNCED_FILE).write_bytes(b"")
    assert Announced(tmp_path).read() == 0
    Announced(tmp_path).raise_to(7)
    assert Announced(tmp_path).read() == 7
    (tmp_path / ANNOUNCED_FILE).unlink()
    (tmp_path / ANNOUNCED_FILE).mkdir()
    with pytest.raises(ArchiveError, match=ANNOUNCED_FILE):
        Announced(tmp_path).read()


def test_who_is_behind_moves_before_it_answers(index: Index, tmp_path: Path) -> None:
    """A process answers from its own generation until another one has moved, then from no older one."""
    folder = tmp_path / "index"
    with ExitStack() as stack:
        processes = [stack.enter_context(_opening(folder)) for _ in range(3)]
        chance, added, seen = random.Random(2), 0, 0
        for _ in range(60):
            process = chance.choice(processes)
            match chance.randrange(4):
                case 0:
                    _add(index, f"推进网格化管理之{added}。")
                    added += 1
                case 1:
                    process.refresh()
                case _:
                    total = process.index.search("网格化管理", fold=False).total
                    assert seen <= total <= added
                    seen = total
        assert seen > 5
        for _ in range(2):  # one that moves moves to the latest, and takes along those asked before it
            generations = [process.index.generation for process in processes]
        _add(index, "推进网格化管理，谁也没有看到。")
        assert [process.index.generation for process in processes] == generations == generations[:1] * 3


def test_a_process_that_starts_later_takes_the_others_along(index: Index, tmp_path: Path) -> None:
    """One that replaces another opens the latest generation, and from then on all answer from it."""
    with _opening(tmp_path / "index") as first:
        _add(index, "推进网格化管理。")
        assert first.index.search("网格化管理").total == 0
        with _opening(tmp_path / "index") as second:
            assert second.index.search("网格化管理").total == 1
            assert first.index.search("网格化管理").total == 1


def test_an_index_that_is_counted_from_the_start_again_is_searched(index: Index, tmp_path: Path) -> None:
    """An announcement of a generation that there is not keeps nobody from the latest one."""
    with _opening(tmp_path / "index") as process:
        Announced(tmp_path / "index").raise_to(1000)
        _add(index, "推进网格化管理。")
        assert process.index.search("网格化管理").total == 1
