"""Whole numbers and quotations are found in the texts that a scan of each finds them in."""

from __future__ import annotations

import tempfile
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import query as wq

from jsisa_search.analysis import fold
from jsisa_search.analysis.boundaries import whole_spans
from jsisa_search.analysis.marks import quotation_of
from jsisa_search.query.custom_queries import Literal, Quoted
from jsisa_search.search.engine.evaluation import char_places
from jsisa_search.search.engine.evaluation.needle import needle_of
from jsisa_search.search.engine.evaluation.substring import Counts, occurrences
from jsisa_search.search.engine.searcher import ArraySearcher
from tests.search.engine.evaluation.test_substring import make_index

NUMBERS = st.text(st.sampled_from("12.5%亿元万九十一年点agG月𠮷"), min_size=1, max_size=12)
SENTENCES = st.text(st.sampled_from("住的不5a，、 “”《》.𠮷"), min_size=1, max_size=16)


@pytest.mark.slow
@given(
    batches=st.lists(st.lists(NUMBERS, min_size=1, max_size=6), min_size=1, max_size=2),
    piece=st.text(st.sampled_from("15.万九十年aG月"), min_size=1, max_size=4),
)
def test_a_whole_string_is_found_where_it_is_whole(batches: list[list[str]], piece: str) -> None:
    """In texts by grams, in titles by a scan, among some documents, by Whoosh; and counted as often."""
    texts = [fold(text) for batch in batches for text in batch]
    often = [len(list(whole_spans(text, fold(piece)))) for text in texts]
    expected = [number for number, count in enumerate(often) if count]
    with tempfile.TemporaryDirectory() as name, ArraySearcher(make_index(Path(name), batches)) as searcher:
        for field in ("text", "title"):
            q = Literal(field, piece, is_whole=True)
            anywhere = Literal(field, piece)
            assert searcher.documents(q).tolist() == expected
            assert searcher.documents(wq.And([wq.Every(), q])).tolist() == expected
            assert searcher.documents(wq.And([anywhere, q])).tolist() == expected
            assert sorted(searcher.whoosh().docs_for_query(q)) == expected
            both = searcher.execution()
            assert both.count(wq.Or([anywhere, q])) == sum(fold(piece) in text for text in texts)
            assert both.count_among(q, both.documents(anywhere)) == len(expected)
        docs = searcher.documents(wq.Every())
        assert searcher.execution().occurrences("text", piece, docs, is_whole=True) == sum(often)
        assert searcher.occurrences("text", piece, docs) == sum(text.count(fold(piece)) for text in texts)


@pytest.mark.slow
@given(
    texts=st.lists(NUMBERS, min_size=1, max_size=8),
    pieces=st.lists(
        st.text(st.sampled_from("15.万九十年aG月𠮷"), min_size=1, max_size=4), min_size=1, max_size=3
    ),
    cached=st.sampled_from([0, 40, 1 << 20]),
)
def test_counts_by_the_places_of_a_character_are_those_of_a_scan(
    texts: list[str], pieces: list[str], cached: int
) -> None:
    """Whole or not, in some documents or all, with a cache that has room for everything or for nothing."""
    pieces = [folded for piece in pieces if (folded := fold(piece))]
    with (
        tempfile.TemporaryDirectory() as name,
        ArraySearcher(make_index(Path(name), [texts])) as searcher,
        mock.patch.object(char_places, "_SCANNING", 1 << 20),
        mock.patch.object(char_places, "_VISITING", 0),
        mock.patch.object(char_places, "_UNITS_AT_A_TIME", 3),
        mock.patch.object(char_places, "_CACHE_BYTES", cached),
    ):
        for docs in (np.arange(len(texts)), np.arange(len(texts))[::2]):
            some = [fold(texts[doc]) for doc in docs.tolist()]
            for piece in (*pieces, *pieces[:1]):
                whole, anywhere = needle_of(piece, is_whole=True), needle_of(piece)
                for needle in (anywhere, whole):
                    found = occurrences(searcher.views[0], needle, "text", docs, Counts()).tolist()
                    assert found == [needle.count_in(text) for text in some]


def test_the_places_of_a_character_are_found_once_looking_through_texts_has_cost_as_much(
    tmp_path: Path,
) -> None:
    """From then on they are used where there are fewer of them than units to look through."""
    with ArraySearcher(make_index(tmp_path, [["20人", "网格" * 40]])) as searcher:
        view = searcher.views[0]
        texts = view.file.texts("text")
        assert texts is not None
        known = view.char_places("text", texts)
        assert [known.is_worth_visiting(ord("2"), 4) for _ in range(2)] == [False, True]
        places, numbers = known.of(ord("2"))
        assert (places.tolist(), numbers.tolist()) == ([0], [0])
        assert known.is_worth_visiting(ord("2"), 2)
        assert not known.is_worth_visiting(ord("2"), 1)


@given(
    batches=st.lists(st.lists(SENTENCES, min_size=1, max_size=6), min_size=1, max_size=2),
    piece=st.text(st.sampled_from("住的不5a，、 “”.𠮷"), min_size=4, max_size=8),
)
def test_a_quotation_is_found_with_other_punctuation(batches: list[list[str]], piece: str) -> None:
    """In texts and titles, by Whoosh, and counted: as typed where a text has it as typed."""
    quotation = quotation_of(fold(piece))
    if quotation is None:
        return
    texts = [fold(text) for batch in batches for text in batch]
    spans = [list(quotation.spans(text)) for text in texts]
    typed = [list(whole_spans(text, fold(piece))) for text in texts]
    expected = [number for number, found in enumerate(spans) if found]
    with tempfile.TemporaryDirectory() as name, ArraySearcher(make_index(Path(name), batches)) as searcher:
        for field in ("text", "title"):
            q = Quoted(field, piece)
            assert searcher.documents(q).tolist() == expected
            assert searcher.documents(wq.And([wq.Every(), q])).tolist() == expected
            assert sorted(searcher.whoosh().docs_for_query(q)) == expected
        run = searcher.execution()
        often = sum(len(exact or loose) for exact, loose in zip(typed, spans, strict=True))
        assert run.quotations("text", piece, run.documents(Quoted("text", piece))) == often
        assert run.scored(Quoted("text", piece, 7.0))[1].tolist() == [7.0] * len(expected)
