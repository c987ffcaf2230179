"""Property tests: arrays find what stock Whoosh finds, with the same scores."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import query
from whoosh.index import open_dir
from whoosh.query import spans

from jsisa_search.search.engine.searcher import ArraySearcher
from tests.properties import examples
from tests.search.engine import whoosh_oracle as oracle

WORDS = [
    "网格",
    "网格化",
    "治理",
    "平安",
    "江苏",
    "平安江苏",
    "建设",
    "的",
    "发展",
    "5g",
    "app",
    "，",
    "。",
    " ",
]
LATIN = ["one", "two", "three", "four", "one-two", "x"]
START = datetime(2022, 1, 1)

_words = st.sampled_from(["网格", "网格化", "治理", "平安", "江苏", "建设", "的", "5g", "没有"])
_latin = st.sampled_from([*LATIN[:4], "missing"])
_tags = st.sampled_from(["甲", "乙", "丙"])


@st.composite
def documents(draw: st.DrawFn) -> list[list[oracle.Document]]:
    """Return one to four batches of documents, some fields missing, some empty, some long."""
    batches: list[list[oracle.Document]] = []
    number = 0
    for size in draw(st.lists(st.integers(1, 12), min_size=1, max_size=4)):
        batch = []
        for _ in range(size):
            repeats = draw(st.sampled_from([1, 1, 1, 1, 40]))
            document: oracle.Document = {
                "key": str(number),
                "text": draw(st.none() | st.lists(st.sampled_from(WORDS), max_size=12).map("".join)),
                "latin": draw(st.none() | st.lists(st.sampled_from(LATIN), max_size=6).map(" ".join)),
                "tag": draw(st.none() | st.lists(_tags, min_size=1, max_size=2, unique=True).map(",".join)),
                "number": draw(st.none() | st.integers(-40, 40)),
                "moment": draw(st.none() | st.integers(0, 400).map(lambda d: START + timedelta(days=d))),
            }
            if document["text"]:
                document["text"] *= repeats
            batch.append({name: value for name, value in document.items() if value is not None})
            number += 1
        batches.append(batch)
    return batches


def _leaves() -> st.SearchStrategy[Any]:
    boosts = st.sampled_from([1.0, 1.0, 2.0, 0.5])
    numbers = st.none() | st.integers(-45, 45)
    moments = st.integers(-5, 405).map(lambda d: START + timedelta(days=d))
    return st.one_of(
        st.builds(lambda w, b: query.Term("text", w, boost=b), _words, boosts),
        st.builds(lambda w, b: query.Term("latin", w, boost=b), _latin, boosts),
        st.builds(lambda w, b: query.Term("tag", w, boost=b), _tags, boosts),
        st.builds(
            lambda ws, slop, b: query.Phrase("text", ws, slop=slop, boost=b),
            st.lists(_words, min_size=2, max_size=4),
            st.sampled_from([1, 1, 2, 5]),
            boosts,
        ),
        st.builds(
            lambda ws, slop: query.Phrase("latin", ws, slop=slop),
            st.lists(_latin, min_size=2, max_size=3),
            st.sampled_from([1, 3]),
        ),
        st.builds(lambda b: query.Every(boost=b), boosts),
        st.sampled_from(["text", "tag", "number"]).map(query.Every),
        st.builds(
            lambda a, b, x, y: query.NumericRange("number", a, b, startexcl=x, endexcl=y),
            numbers,
            numbers,
            st.booleans(),
            st.booleans(),
        ),
        st.builds(lambda a, b: query.DateRange("moment", min(a, b), max(a, b)), moments, moments),
        st.just(query.NullQuery),
    )


def _multi_terms() -> st.SearchStrategy[Any]:
    """Return queries that stand for several terms of the dictionary."""
    prefixes = st.sampled_from(["网", "平", "网格", "没", "a"])
    patterns = st.sampled_from(["网*", "*化", "平?", "*", "网格", "[平网]*", "t*", "江?*"])
    boosts = st.sampled_from([1.0, 2.0])
    return st.one_of(
        st.builds(lambda w, b: query.Prefix("text", w, boost=b), prefixes, boosts),
        st.sampled_from(["o", "t", "th", "x"]).map(lambda w: query.Prefix("latin", w)),
        st.builds(lambda w, b: query.Wildcard("text", w, boost=b), patterns, boosts),
        st.builds(lambda a, b: query.TermRange("latin", min(a, b), max(a, b)), _latin, _latin),
    )


def _others() -> st.SearchStrategy[Any]:
    """Return queries that go through Whoosh's matchers."""
    return st.one_of(
        _multi_terms(),
        _latin.map(lambda w: query.FuzzyTerm("latin", w)),
        st.builds(
            lambda a, b: spans.SpanNear2([query.Term("latin", a), query.Term("latin", b)], slop=3),
            _latin,
            _latin,
        ),
    )


def _trees(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(children, min_size=2, max_size=4)
    boosts = st.sampled_from([1.0, 1.5])
    return st.one_of(
        st.builds(lambda qs, b: query.And(qs, boost=b), several, boosts),
        st.builds(lambda qs, b: query.Or(qs, boost=b), several, boosts),
        st.builds(lambda qs, b: query.DisjunctionMax(qs, boost=b), several, boosts),
        children.map(query.Not),
        st.builds(query.Require, children, children),
        st.builds(query.AndNot, children, children),
        st.builds(query.AndMaybe, children, children),
        st.builds(lambda q, s: query.ConstantScoreQuery(q, s), children, st.sampled_from([1.0, 3.0])),
    )


def trees() -> st.SearchStrategy[Any]:
    """Return query trees of every class that is evaluated on arrays, and some of others."""
    return st.recursive(_leaves() | _multi_terms(), _trees, max_leaves=6) | _others()


def positive_trees() -> st.SearchStrategy[Any]:
    """Return query trees that Whoosh's own matchers get right: conjunctions and disjunctions."""
    return st.recursive(_leaves(), _compounds, max_leaves=6) | _others()


def _compounds(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(children, min_size=2, max_size=4)
    return several.map(query.And) | several.map(query.Or) | st.builds(query.AndMaybe, children, children)


def _found(searcher: ArraySearcher, q: Any, k: int) -> dict[str, float]:
    return {searcher.document(doc)["key"]: score for doc, score in searcher.search(q, k).pairs()}


@examples(0.5)
@given(batches=documents(), queries=st.lists(trees(), min_size=1, max_size=6), data=st.data())
def test_arrays_find_what_whoosh_finds(
    batches: list[list[oracle.Document]], queries: list[Any], data: st.DataObject
) -> None:
    """Every query gives the documents and scores of stock Whoosh, over segments and deletions."""
    keys = [document["key"] for batch in batches for document in batch]
    deleted = data.draw(st.lists(st.sampled_from(keys), max_size=4, unique=True))
    lengths = oracle.field_lengths([document for batch in batches for document in batch])
    with TemporaryDirectory() as folder, TemporaryDirectory() as stock_folder:
        index = oracle.build(Path(folder), batches, deleted)
        stock = oracle.build_oracle(Path(stock_folder), batches, deleted).searcher(
            weighting=oracle.ExactBM25F(lengths)
        )
        with ArraySearcher(index) as searcher:
            for q in queries:
                expected = oracle.composed(stock, q)
                assert _found(searcher, q, 1000) == pytest.approx(expected, abs=1e-4), q
                assert searcher.count(q) == len(expected), q
                best = sorted((round(score, 3) for score in expected.values()), reverse=True)[:5]
                got = [round(score, 3) for _, score in searcher.search(q, 5).pairs()]
                assert got == pytest.approx(best, abs=2e-3), q


@pytest.mark.slow
@examples(0.5)
@given(batches=documents(), queries=st.lists(positive_trees(), min_size=1, max_size=4), data=st.data())
def test_plain_whoosh_reads_the_index(
    batches: list[list[oracle.Document]], queries: list[Any], data: st.DataObject
) -> None:
    """`whoosh.index.open_dir` and Whoosh's own matchers give what they give over the standard codec."""
    keys = [document["key"] for batch in batches for document in batch]
    deleted = data.draw(st.lists(st.sampled_from(keys), max_size=4, unique=True))
    lengths = oracle.field_lengths([document for batch in batches for document in batch])
    weighting = oracle.ExactBM25F(lengths)
    with TemporaryDirectory() as folder, TemporaryDirectory() as stock_folder:
        oracle.build(Path(folder), batches, deleted)
        stock = oracle.build_oracle(Path(stock_folder), batches, deleted).searcher(weighting=weighting)
        ours = open_dir(folder).searcher()
        for q in queries:
            expected = oracle.answers(stock, q)
            if expected is None:
                continue
            assert oracle.answers(ours, q) == pytest.approx(expected, abs=1e-4), q
        ours.close()
