"""A string that stands in a text is found there, and nowhere else."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from whoosh import query as wq
from whoosh.fields import TEXT, Schema

from jsisa_search.analysis import fold
from jsisa_search.analysis.analyzers import GRAMS, WordAnalyzer
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.query.custom_queries import Literal
from jsisa_search.search.engine.evaluation import substring as literal
from jsisa_search.search.engine.evaluation.needle import Needle
from jsisa_search.search.engine.evaluation.substring import Counts, occurrences
from jsisa_search.search.engine.searcher import ArraySearcher

TEXT_CHARS = st.sampled_from("网格化管理，。 Ａa１𠮷𠮶國国\n　\u200bⅢ")
TEXTS = st.lists(st.text(TEXT_CHARS, min_size=1, max_size=14), min_size=1, max_size=8)


def make_index(folder: Path, batches: list[list[str]]) -> ArrayIndex:
    """Index texts, one segment for each batch; the same text is the title, which has no grams."""
    words = WordAnalyzer()
    schema = Schema(
        text=TEXT(words, stored=True),
        text_pairs=GRAMS(2),
        text_chars=GRAMS(1),
        title=TEXT(words, stored=True),
    )
    index = ArrayIndex.create(folder, schema)
    for batch in batches:
        writer = index.writer()
        for text in batch:
            writer.add_document(text=text, text_pairs=text, text_chars=text, title=text)
        writer.commit(merge=False)
    return index


def standing(text: str, needle: str) -> bool:
    """Return whether `needle` stands in `text`, both folded."""
    return fold(needle) in fold(text)


@given(batches=st.lists(TEXTS, min_size=1, max_size=2), data=st.data())
def test_a_literal_finds_the_texts_that_contain_it(batches: list[list[str]], data: st.DataObject) -> None:
    """Every substring finds its text; what is found contains it; by grams, by looking through, by Whoosh."""
    texts = [text for batch in batches for text in batch]
    source = data.draw(st.sampled_from(texts))
    start = data.draw(st.integers(0, len(source) - 1))
    needle = source[start : data.draw(st.integers(start + 1, len(source)))]
    assume(fold(needle))
    expected = [number for number, text in enumerate(texts) if standing(text, needle)]
    with tempfile.TemporaryDirectory() as name, ArraySearcher(make_index(Path(name), batches)) as searcher:
        for q in (Literal("text", needle), Literal("title", needle)):
            assert searcher.documents(q).tolist() == expected
            assert sorted(searcher.whoosh().docs_for_query(q)) == expected
        counts = [
            count
            for view in searcher.views
            for count in occurrences(
                view, Needle(fold(needle)), "text", searcher.documents(wq.Every())[: view.doc_count], Counts()
            ).tolist()
        ]
        assert counts == [fold(text).count(fold(needle)) for text in texts]
        everywhere = searcher.documents(wq.Every())
        assert searcher.occurrences("text", needle, everywhere) == sum(counts)


@pytest.mark.slow
@given(texts=TEXTS, data=st.data())
def test_counting_in_some_texts_is_counting_in_each(texts: list[str], data: st.DataObject) -> None:
    """Copied together, looked through in place, or a few characters at a time: the counts are Python's."""
    needle = fold(data.draw(st.text(TEXT_CHARS, min_size=1, max_size=3)))
    assume(needle)
    units = data.draw(st.sampled_from([1, 7, 1 << 18]))
    copying = data.draw(st.sampled_from([0, 1, 8]))
    with (
        tempfile.TemporaryDirectory() as name,
        ArraySearcher(make_index(Path(name), [texts])) as searcher,
        mock.patch.object(literal, "_UNITS_AT_A_TIME", units),
        mock.patch.object(literal, "_COPYING", copying),
    ):
        stored = searcher.views[0].file.texts("text")
        assert stored is not None
        numbers = sorted(data.draw(st.sets(st.integers(0, len(stored) - 1))))
        counts = literal.count_in_texts(stored, Needle(needle), np.array(numbers, np.int64))[:, 0]
        assert counts.tolist() == [fold(stored.original(number)).count(needle) for number in numbers]


@pytest.mark.slow
@given(texts=TEXTS, needle=st.text(TEXT_CHARS, min_size=1, max_size=3), few=st.sampled_from([0, 1000]))
def test_titles_of_some_documents_are_looked_through(texts: list[str], needle: str, few: int) -> None:
    """One by one or all at once, the documents are those with the needle in their title."""
    assume(fold(needle))
    with (
        tempfile.TemporaryDirectory() as name,
        ArraySearcher(make_index(Path(name), [texts])) as searcher,
        mock.patch.object(literal, "_FEW_DOCUMENTS", few),
    ):
        some = searcher.documents(wq.Every())[::2]
        view = searcher.views[0]
        found = literal.looked_through(view, Needle(fold(needle)), "title", None, some, Counts())
        assert found.tolist() == [doc for doc in some.tolist() if standing(texts[doc], needle)]


def test_what_overlaps_itself_is_counted_as_a_reader_counts(tmp_path: Path) -> None:
    """哈哈哈 has 哈哈 once, 哈哈哈哈 twice; neighbouring texts do not join."""
    with ArraySearcher(make_index(tmp_path, [["哈哈哈", "哈哈哈哈", "哈"]])) as searcher:
        everywhere = searcher.documents(wq.Every())
        assert searcher.occurrences("text", "哈哈", everywhere) == 3
        assert searcher.occurrences("text", "哈哈哈", everywhere) == 2


@pytest.mark.parametrize("needle", ["", "管网", "化管理网", "𠮶", "格网"])
def test_what_stands_nowhere_is_not_found(tmp_path: Path, needle: str) -> None:
    """Pairs that stand apart, other characters beyond the basic plane, and nothing at all find nothing."""
    with ArraySearcher(make_index(tmp_path, [["网格化管理", "管理网格", "𠮷林"]])) as searcher:
        assert searcher.count(Literal("text", needle)) == 0
        assert searcher.count(Literal("title", needle)) == 0


def test_it_scores_its_boost_and_joins_other_queries(tmp_path: Path) -> None:
    """A literal is a query like others: in conjunctions, with documents left out, and with a score."""
    with ArraySearcher(make_index(tmp_path, [["网格化管理", "网格化服务", "其他"]])) as searcher:
        assert searcher.search(Literal("text", "格化", boost=3.0)).scores.tolist() == [3.0, 3.0]
        both: Any = wq.And([Literal("text", "格化"), Literal("text", "服务")])
        assert searcher.documents(both).tolist() == [1]
        assert searcher.documents(Literal("text", "格化"), passing=Literal("title", "管")).tolist() == [0]


def test_literals_are_equal_by_what_they_ask_for() -> None:
    """The folded text counts, so that results can be kept by query."""
    assert Literal("text", "國") == Literal("text", "国")
    assert hash(Literal("text", "國")) == hash(Literal("text", "国"))
    assert Literal("text", "国") != Literal("title", "国")
    assert "国" in repr(Literal("text", "國"))
