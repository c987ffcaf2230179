"""The array searcher: pruning, filters, totals, order by column, statistics, damage."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from whoosh import query
from whoosh.fields import ID, NUMERIC, TEXT, Schema
from whoosh.scoring import BM25F

from jsisa_search.analysis.analyzers import WordAnalyzer
from jsisa_search.codec.segment.postings import LONG, Impact
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.search.engine.searcher import ArraySearcher

WORDS = ["的", "网格", "平安", "江苏", "治理", "发展", "建设"]


def schema() -> Schema:
    """Return a schema with a text, a number and a key."""
    return Schema(
        key=ID(unique=True, stored=True),
        text=TEXT(analyzer=WordAnalyzer(), stored=True),
        number=ID(stored=True),
    )


def add_random(index: ArrayIndex, first: int, count: int, **options: Any) -> None:
    """Add documents of random words, some frequent enough for long lists."""
    chance = random.Random(first)
    with index.writer(**options) as writer:
        for number in range(first, first + count):
            words = chance.choices(WORDS, [60, 30, 8, 4, 2, 1, 1], k=chance.choice([2, 5, 12]))
            writer.add_document(key=str(number), text="，".join(words), number=str(number % 10))


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> ArraySearcher:
    """Return a searcher over two segments, the first beyond 65,536 documents, with deletions."""
    index = ArrayIndex.create(tmp_path_factory.mktemp("big"), schema())
    add_random(index, 0, 66_000)
    add_random(index, 66_000, 5_000)
    with index.writer() as writer:
        writer.delete_by_query(query.Term("number", "3"))
        writer.commit(merge=False)
    return ArraySearcher(index)


QUERIES = [
    *(query.Term("text", word) for word in WORDS[:4]),
    query.Or([query.Term("text", "的"), query.Term("text", "网格")]),
    query.Or([query.Term("text", "的"), query.Term("text", "江苏", boost=2.0), query.Term("text", "治理")]),
    query.Or([query.Term("text", word) for word in WORDS]),
    query.And([query.Term("text", "的"), query.Term("text", "网格")]),
    query.And([query.Term("text", "平安"), query.Term("text", "江苏"), query.Term("text", "的")]),
    query.AndMaybe(query.Term("text", "的"), query.ConstantScoreQuery(query.Term("number", "4"), 0.5)),
    query.AndMaybe(query.Every("text"), query.Term("text", "的")),
    query.Or([query.ConstantScoreQuery(query.Term("text", "网格"), 9.0), query.Term("text", "的")]),
    query.And([query.Term("text", "的"), query.ConstantScoreQuery(query.Term("text", "平安"), 1.0)]),
]


@pytest.mark.parametrize("q", QUERIES, ids=str)
@pytest.mark.parametrize("passing", [None, query.Term("number", "4")])
def test_pruning_leaves_the_best_as_they_are(big: ArraySearcher, q: Any, passing: Any) -> None:
    """The ten best with pruning are the ten best of all, with their scores, ties by document."""
    assert big.term("text", "的")[0].doc_frequency > LONG  # type: ignore[union-attr]
    everything = big.search(q, 10**6, passing=passing, count=True)
    best = big.search(q, 10, passing=passing)
    assert best.scores == pytest.approx(everything.scores[:10], abs=1e-5)
    sure = everything.scores[:10] > everything.scores[min(10, len(everything.docs) - 1)] + 1e-5
    assert set(everything.docs[:10][sure]) <= set(best.docs)
    assert everything.total == len(everything.docs) == big.count(q, passing=passing)


@pytest.mark.slow
@pytest.mark.parametrize("q", QUERIES, ids=str)
def test_long_lists_give_what_whoosh_matchers_give(big: ArraySearcher, q: Any) -> None:
    """Beyond 65,536 documents the scores are those of Whoosh's own collectors over the same index."""
    hits = big.whoosh().search(q, limit=10)
    found = big.search(q, 10)
    assert found.scores == pytest.approx([hit.score for hit in hits], abs=1e-4)


@pytest.mark.slow
def test_phrases_in_long_lists(big: ArraySearcher) -> None:
    """Phrases of frequent words are those that stand in the text."""
    assert big.count(query.Phrase("text", ["网格", "平安"])) == 0  # a comma stands between any two
    between = big.count(query.Phrase("text", ["网格", "平安"], slop=2))
    texts = [big.document(doc)["text"] for doc in big.documents(query.Term("text", "平安")).tolist()]
    assert between == sum("网格，平安" in text for text in texts) > 0


def test_other_parameters_of_bm25_do_not_trust_the_bounds(tmp_path: Path) -> None:
    """Block bounds hold for the parameters they were written with; others score everything."""
    index = ArrayIndex.create(tmp_path, schema())
    add_random(index, 0, 9_000, impacts={"text": Impact(0.9, 0.4)})
    for weighting in (BM25F(B=0.4, K1=0.9), BM25F(B=1.0, K1=2.0)):
        with ArraySearcher(index, weighting=weighting) as searcher:
            for q in QUERIES:
                best = searcher.search(q, 10)
                assert best.scores == pytest.approx(searcher.search(q, 10**6).scores[:10], abs=1e-5)


def test_live_statistics_score_an_updated_index_as_a_rebuilt_one(tmp_path: Path) -> None:
    """With deleted documents left out of the statistics, updating is rebuilding, score by score."""
    updated = ArrayIndex.create(tmp_path / "updated", schema())
    rebuilt = ArrayIndex.create(tmp_path / "rebuilt", schema())
    add_random(updated, 0, 300)
    add_random(updated, 300, 100)
    with updated.writer() as writer:
        for number in range(0, 400, 7):
            writer.update_document(key=str(number), text="平安江苏", number="3")
        writer.commit(merge=False)
    with updated.reader() as reader, rebuilt.writer() as writer:
        for document in reader.all_stored_fields():
            writer.add_document(**document)
    answers = []
    for index in (updated, rebuilt):
        with ArraySearcher(index, live_statistics=True) as searcher:
            found = [list(searcher.search(q, 1000).pairs()) for q in QUERIES]
            answers.append([{searcher.document(d)["key"]: s for d, s in pairs} for pairs in found])
    for ours, expected in zip(*answers, strict=True):
        assert ours == pytest.approx(expected, abs=1e-5)


def test_an_empty_index_answers(tmp_path: Path) -> None:
    """No documents, no segments: nothing is found, and nothing fails."""
    with ArraySearcher(ArrayIndex.create(tmp_path, schema())) as searcher:
        for q in (*QUERIES, query.Every(), query.Not(query.Term("text", "网格")), query.NullQuery):
            found = searcher.search(q, 10, count=True)
            assert (found.docs.tolist(), found.total) == ([], 0)
            assert searcher.count(q) == 0


@pytest.mark.parametrize("batches", [[[3, 3, 5, 5, 5]], [[3, 3, 5], [5, 7]], [[3, 5, 3], [9]]])
def test_distinct_values_are_counted_wherever_they_are(tmp_path: Path, batches: list[list[int]]) -> None:
    """Neighbours, apart, or in several segments: a value counts once among the documents asked for."""
    index = ArrayIndex.create(tmp_path, Schema(number=NUMERIC(sortable=True)))
    for batch in batches:
        with index.writer() as writer:
            for number in batch:
                writer.add_document(number=number * 4 + 1)
    numbers = [number for batch in batches for number in batch]
    with ArraySearcher(index) as searcher:
        for first in range(len(numbers)):
            for last in range(first, len(numbers) + 1):
                docs = np.arange(first, last)
                assert searcher.count_distinct("number", 2, docs) == len(set(numbers[first:last]))
