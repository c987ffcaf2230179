from __future__ import annotations

import threading
from pathlib import Path

import pytest

from jsisa_search import Index
from jsisa_search.errors import ArgumentError, IndexClosedError


def test_a_held_index_stays_at_its_generation(tmp_path: Path) -> None:
    """What any object commits is found after `refresh`, not before."""
    with Index.create(tmp_path / "index") as index, Index.open(tmp_path / "index") as other:
        index.hold()
        other.add_text("全市推进网格化管理。", id="a")
        index.add_text("网格员入户走访。", id="b")
        assert index.search("网格").total == 0
        assert index.refresh() is True
        assert index.search("网格").total == 2
        assert index.refresh() is False


def test_completions_of_a_held_index_outlive_its_generation(tmp_path: Path) -> None:
    """A newer generation neither breaks completions nor makes the next one wait for them."""
    with Index.create(tmp_path / "index") as index:
        index.add_text("全市推进网络安全工作，群众满意率提高。", id="a", title="会议")
        index.hold()
        before = index.suggest("网络")
        index.add_text("网络安全责任制落实到人。", id="b", title="通知")
        index.refresh()
        assert index.suggest("网络") == before != ()
        assert index.corrections("网络安全责任智") is not None


def test_corrections_of_a_held_index_do_not_read_each_generation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A typing error after an update costs no reading of all words, and is corrected to what there is now."""
    with Index.create(tmp_path / "index") as index:
        index.add_text("全市推进网络安全工作，群众满意率提高。", id="a", title="会议")
        index.hold()
        index.suggest("网络")
        index.add_text("群众满意率保持稳定。", id="b", title="通知")
        index.refresh()
        monkeypatch.setattr("jsisa_search.search.assist.vocabulary._words_of", lambda _: pytest.fail("read"))
        (best, *_) = index.corrections("满一率")
        assert (best.text, best.count) == ("满意率", 2)


@pytest.mark.slow
def test_a_refresh_is_prepared_while_searches_go_on(tmp_path: Path) -> None:
    """Each search during refreshes has the answer of one generation."""
    with Index.create(tmp_path / "index") as index:
        index.hold()
        totals: set[int] = set()
        is_over = threading.Event()

        def search() -> None:
            while not is_over.is_set():
                totals.add(index.search("网格").total)

        threads = [threading.Thread(target=search) for _ in range(3)]
        for thread in threads:
            thread.start()
        for number in range(5):
            index.add_text(f"网格{number}", id=f"t{number}")
            index.refresh()
        is_over.set()
        for thread in threads:
            thread.join()
        assert totals <= set(range(6))
        assert index.search("网格").total == 5


def test_holding_is_checked(tmp_path: Path) -> None:
    """A closed index can't be held or refreshed; patience is a number of seconds."""
    index = Index.create(tmp_path / "index")
    with pytest.raises(ArgumentError, match="patience"):
        index.refresh(-1)
    index.close()
    with pytest.raises(IndexClosedError):
        index.hold()
    with pytest.raises(IndexClosedError):
        index.refresh()
