"""Whole numbers and quotations are found in the texts that a scan of each finds them in."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from whoosh import query as wq

from jsisa_search.analysis import fold
from jsisa_search.analysis.boundaries import whole_spans
from jsisa_search.analysis.marks import quotation_of
from jsisa_search.query.custom_queries import Literal, Quoted
from jsisa_search.search.engine.searcher import ArraySearcher
from tests.search.engine.test_substring import make_index

NUMBERS = st.text(st.sampled_from("12.5%亿元万九十一年点agG月𠮷"), min_size=1, max_size=12)
SENTENCES = st.text(st.sampled_from("住的不5a，、 “”《》.𠮷"), min_size=1, max_size=16)


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
