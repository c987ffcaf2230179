from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from jsisa_search import Index
from jsisa_search.errors import ArgumentError, IndexClosedError
from jsisa_search.lexicon.assist.word_list import WordList
from jsisa_search.search.assist import vocabulary

_OF_FOLDERS = pytest.mark.folder_only("holding a generation, which on a cluster does nothing")


@_OF_FOLDERS
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


@_OF_FOLDERS
def test_a_generation_is_named_before_it_is_searched(tmp_path: Path) -> None:
    """`on_ready` gets the number of the next one while searches use the last, which stays where it fails."""
    with Index.create(tmp_path / "index") as index:
        index.hold()
        first = index.generation
        index.add_text("全市推进网格化管理。", id="a")
        named: list[tuple[int, int]] = []

        def refuse(_: int) -> None:
            raise RuntimeError

        with pytest.raises(RuntimeError):
            index.refresh(on_ready=refuse)
        assert (index.generation, index.search("网格").total) == (first, 0)
        assert index.refresh(on_ready=lambda number: named.append((number, index.search("网格").total)))
        assert named == [(index.generation, 0)]
        assert index.generation > first


@_OF_FOLDERS
def test_completions_of_a_held_index_are_those_of_its_generation(tmp_path: Path) -> None:
    """A commit changes neither completions nor corrections before `refresh`, and both after it."""
    with Index.create(tmp_path / "index") as index:
        index.add_text("全市推进网络安全工作，群众满意率提高。", id="a", title="会议")
        index.hold()
        before = index.suggest("网络")
        index.add_text("网络安全责任制落实到人，群众满意率保持稳定。", id="b", title="网络通知")
        assert index.suggest("网络") == before != ()
        assert index.corrections("满一率")[0].count == 1
        index.refresh()
        assert "网络通知" in [found.text for found in index.suggest("网络")]
        assert [(found.text, found.count) for found in index.corrections("满一率")] == [("满意率", 2)]


@_OF_FOLDERS
def test_what_texts_quote_is_renewed_when_it_is_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quotations of a held index may be a minute old; the words of its texts are those of now."""
    with Index.create(tmp_path / "index") as index:
        index.add_text("推进“三降三升”。", id="a")
        index.hold()
        assert [found.text for found in index.suggest("三降")] == ["三降三升"]
        index.add_text("推进“圩堤卫士”，群众满意。", id="b")
        index.refresh()
        assert "群众" in [found.text for found in index.suggest("群")]
        assert "圩堤卫士" not in [found.text for found in index.suggest("圩堤")]
        monkeypatch.setattr(vocabulary, "_QUOTED_SECONDS", 0.0)
        index.add_text("别的。", id="c")
        index.refresh()
        assert "圩堤卫士" in [found.text for found in index.suggest("圩堤")]


@_OF_FOLDERS
def test_an_update_reads_only_its_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What completions and corrections need of a segment is computed once, before it is searched."""
    with Index.create(tmp_path / "index") as index:
        index.add_text("\n".join(f"第{number}号：群众满意率提高。" for number in range(300)), id="a")
        index.hold()
        index.suggest("群众")
        index.corrections("满一率")
        read: list[int] = []
        by_slip = WordList._by_slip

        def counted(words: WordList) -> Any:
            read.append(words.words.count)
            return by_slip(words)

        monkeypatch.setattr(WordList, "_by_slip", counted)
        index.add_text("楼栋长入户走访。", id="b", title="通知")
        index.refresh()
        assert read
        assert sum(read) < 20
        read.clear()
        assert index.suggest("楼栋")
        assert index.corrections("满一率")[0].count == 300
        assert not read


@_OF_FOLDERS
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


def test_holding_is_checked(index: Index) -> None:
    """A closed index can't be held or refreshed; patience is a number of seconds."""
    with pytest.raises(ArgumentError, match="patience"):
        index.refresh(-1)
    index.close()
    with pytest.raises(IndexClosedError):
        index.hold()
    with pytest.raises(IndexClosedError):
        index.refresh()
