"""What texts put in quotation or title marks is a word of a query."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jsisa_search import Index
from jsisa_search.analysis import default_segmenter
from jsisa_search.search.assist.quoted_terms import MAX_CHARS, quoted_words
from jsisa_search.search.engine.searcher import ArraySearcher

WritePage = Callable[..., Path]


@pytest.fixture
def filled(index: Index, folder: Path, write_page: WritePage) -> Index:
    """Return an index of releases that quote, name a title, and have the same characters scattered."""
    write_page("a.txt", "全市推进“三降三升”，群众满意率提高。", "《燃气管理办法》已经施行。", title="推进")
    write_page("b.txt", "各区推进「三降三升」，成效明显。", "所谓“一次性网格”不算。", title="成效")
    write_page("d.txt", "“基层治理”不等于“基层治理”。", title="治理")
    write_page("e.txt", "谈“基层治理”。", title="再谈")
    write_page("c.txt", "推进工作以来，三项指标下降，三项指标上升。", title="指标")
    index.update([folder])
    return index


def _words(index: Index, text: str) -> frozenset[str]:
    with index._snapshots.use() as searcher:
        return quoted_words(searcher, default_segmenter().cut(text)).words


def test_what_several_passages_quote_is_a_word(filled: Index) -> None:
    """Quotations count together whatever their marks; what a single passage quotes is no word."""
    assert _words(filled, "全面推进三降三升工作") == {"三降三升"}
    assert _words(filled, "一次性网格") == set()


def test_what_the_dictionary_has_words_for_stays_words(filled: Index) -> None:
    """基层 and 治理 may stand apart in a passage, quoted together or not."""
    assert _words(filled, "基层治理创新") == set()


def test_a_title_is_a_word(filled: Index) -> None:
    """One passage that names a title in 《》 is enough."""
    assert _words(filled, "关于燃气管理办法的解读") == {"燃气管理办法"}


def test_a_query_is_cut_by_what_is_set_off(filled: Index) -> None:
    """The characters of a coinage scattered over a passage do not make it one that has all words."""
    results = filled.search("推进三降三升")
    assert results.total_all_terms == 2
    assert all("三降三升" in hit.text for hit in results.hits[:2])


def test_it_follows_what_is_indexed(filled: Index, folder: Path) -> None:
    """A coinage whose passages are gone is a word no longer."""
    (folder / "b.txt").unlink()
    filled.update([folder])
    filled.search("任何")
    assert _words(filled, "三降三升") == set()


def test_pasted_text_is_not_looked_into(filled: Index) -> None:
    """A piece longer than any word or title is cut by the dictionary alone."""
    assert _words(filled, "三降三升" + "的" * MAX_CHARS) == set()


@pytest.mark.folder_only("the arrays of the engine")
def test_a_text_is_looked_up_once_in_a_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page asks again costs nothing, and a new generation is asked anew."""
    with Index.create(tmp_path / "index") as index:
        index.add_text("“三降三升”工作取得成效，“三降三升”继续推进。\n推进“三降三升”。", id="a")
        counted = []
        count = ArraySearcher.count

        def counting(searcher: ArraySearcher, q: Any, **options: Any) -> int:
            counted.append(q)
            return count(searcher, q, **options)

        monkeypatch.setattr(ArraySearcher, "count", counting)
        cut = ("三", "降", "三", "升")
        with index._snapshots.use() as searcher:
            first = quoted_words(searcher, cut)
            assert first.words == {"三降三升"}
            assert counted
            counted.clear()
            assert quoted_words(searcher, cut) is first
            assert not counted
        index.add_text("别的。", id="b")
        with index._snapshots.use() as searcher:
            assert quoted_words(searcher, cut).words == {"三降三升"}
            assert counted


@pytest.mark.folder_only("the arrays of the engine")
def test_stretches_are_told_apart_by_two_characters(index: Index) -> None:
    """Of a text whose characters all occur beside marks, only what may be between them is looked up."""
    index.add_text("“甲乙”“丙丁”“乙丙”，“丁甲”。", id="a")
    with index._snapshots.use() as searcher:
        spans = searcher.enclosed_spans("甲乙丙丁", "“", "”")
        assert {(0, 2), (1, 3), (2, 4), (0, 4)} <= set(spans)
        assert searcher.enclosed_spans("乙甲丁", "“", "”") == [(0, 1), (1, 2), (2, 3)]
