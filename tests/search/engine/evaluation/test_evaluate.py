"""Query trees on arrays: what each class gives, and where that is meant to differ from Whoosh's matchers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from whoosh import query, scoring
from whoosh.fields import ID, KEYWORD, Schema
from whoosh.index import create_in

from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.search.engine.evaluation.evaluate import Evaluation
from jsisa_search.search.engine.scoring import term_lookup
from jsisa_search.search.engine.searcher import ArraySearcher
from tests.codec.whoosh_compat.test_interoperability import QUERIES, UNABLE, archive_schema, fill

T = query.Term
FOX, JUMPS, QUICK = T("latin", "fox"), T("latin", "jumps"), T("latin", "quick")

#: Whoosh's collector rewrites a disjunction on its way and then scores some documents with 0; its
#: `Require` drops documents that match both; its `DisjunctionMax` looks at parts that do not match; the tree
#: has a prefix in it.
DIFFERENT = {"or that prefers both", "require", "disjunction max", "disjunction max with tie break", "tree"}
#: What stands for several terms scores its boost; Whoosh's score depends on how many a segment has.
CONSTANT = (query.Prefix, query.Wildcard, query.TermRange)


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> ArraySearcher:
    """Return a searcher over three segments with deletions, in which lengths do not count."""
    index = ArrayIndex.create(tmp_path_factory.mktemp("ours"), archive_schema())
    fill(index)
    return ArraySearcher(index, weighting=scoring.BM25F(B=0.0))


@pytest.fixture(scope="module")
def whoosh(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return Whoosh's own searcher over the same documents."""
    index = create_in(str(tmp_path_factory.mktemp("stock")), archive_schema())
    fill(index)
    return index.searcher(weighting=scoring.BM25F(B=0.0))


def scores(searcher: ArraySearcher, q: Any) -> dict[int, float]:
    """Return the score of every document that is found, having checked that the other ways agree."""
    found = dict(searcher.search(q, 1000).pairs())
    docs, values = searcher.scored(q)
    assert dict(zip(docs.tolist(), values.tolist(), strict=True)) == pytest.approx(found)
    assert searcher.documents(q).tolist() == sorted(found)
    assert searcher.search(q, 3, count=True).total == len(found)
    return found


@pytest.mark.parametrize("name", sorted(set(QUERIES) - UNABLE - DIFFERENT))
def test_arrays_give_what_whoosh_gives(searcher: ArraySearcher, whoosh: Any, name: str) -> None:
    """Each class of query has the documents and scores of the standard codec's matchers."""
    q = QUERIES[name]
    is_constant = isinstance(q, CONSTANT)
    expected = {hit.docnum: q.boost if is_constant else hit.score for hit in whoosh.search(q, limit=None)}
    assert scores(searcher, q) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("name", sorted(set(QUERIES) - UNABLE))
def test_asking_within_some_documents_is_asking_of_all_and_taking_those(
    searcher: ArraySearcher, name: str
) -> None:
    """What is known to matter in few documents is asked of those, with the same answer and scores."""
    for scope in searcher.scopes():
        whole = Evaluation(searcher, scope)
        everything = whole.docs(query.Every())
        for some in (everything[::2], everything[:1], everything[:0], everything):
            docs, scores = whole.scored(QUERIES[name])
            kept = np.isin(docs, some)
            found, found_scores = whole.among(some).scored(QUERIES[name])
            assert found.tolist() == docs[kept].tolist()
            assert found_scores.tolist() == pytest.approx(scores[kept].tolist())
            assert whole.among(some).docs(QUERIES[name]).tolist() == found.tolist()


def test_require_keeps_documents_that_match_both(searcher: ArraySearcher) -> None:
    """The score is that of the first part alone."""
    first, second = scores(searcher, FOX), scores(searcher, JUMPS)
    found = scores(searcher, query.Require(FOX, JUMPS))
    assert found == pytest.approx({doc: first[doc] for doc in first.keys() & second.keys()})
    assert found


@pytest.mark.parametrize("boost", [1.0, 2.0])
def test_disjunction_max_takes_the_highest_of_what_matches(searcher: ArraySearcher, boost: float) -> None:
    """A part that does not match a document has no say in its score."""
    parts = [scores(searcher, part) for part in (FOX, JUMPS, QUICK)]
    expected: dict[int, float] = {}
    for part in parts:
        for doc, score in part.items():
            expected[doc] = max(expected.get(doc, 0.0), boost * score)
    q = query.DisjunctionMax([FOX, JUMPS, QUICK], boost=boost)
    assert scores(searcher, q) == pytest.approx(expected)


def test_a_disjunction_that_prefers_many_matches_finds_what_any_matches(searcher: ArraySearcher) -> None:
    """Documents are those of the plain one, and none has a score of nothing."""
    plain, scaled = (scores(searcher, query.Or([JUMPS, QUICK], scale=scale)) for scale in (None, 0.9))
    assert plain.keys() == scaled.keys()
    assert all(score > 0 for score in scaled.values())


@pytest.mark.parametrize("kind", [query.And, query.Or, query.DisjunctionMax])
def test_compounds_of_one_part_and_of_none(searcher: ArraySearcher, kind: Any) -> None:
    """One part is that part, no part is nothing."""
    assert scores(searcher, kind([FOX])) == pytest.approx(scores(searcher, FOX))
    assert scores(searcher, kind([])) == {}


def test_negation_within_a_conjunction(searcher: ArraySearcher) -> None:
    """What is excluded goes, wherever the negation stands; Whoosh gives 1 for its passing."""
    expected = {
        doc: score + 1 for doc, score in scores(searcher, FOX).items() if doc not in scores(searcher, QUICK)
    }
    for q in (query.And([FOX, query.Not(QUICK)]), query.And([query.Not(QUICK), FOX])):
        assert scores(searcher, q) == pytest.approx(expected)
    only = query.And([query.Not(FOX), query.Not(QUICK)])
    missing = scores(searcher, FOX).keys() | scores(searcher, QUICK).keys()
    assert set(scores(searcher, only)) == set(scores(searcher, query.Every())) - missing
    nested = query.And([query.Or([FOX, JUMPS]), query.Not(QUICK)])
    assert set(scores(searcher, nested)) == set(scores(searcher, query.Or([FOX, JUMPS]))) - set(
        scores(searcher, QUICK)
    )


@pytest.mark.parametrize(
    "q",
    [
        T("nothing", "x"),
        T("number", "no number"),
        query.Every("bit"),
        query.Phrase("latin", ["fox", "missing"]),
        query.Phrase("text", ["网格化", "没有"]),
        query.Prefix("latin", "missing"),
        query.And([FOX, T("latin", "missing")]),
        query.ConstantScoreQuery(T("latin", "missing")),
        query.AndNot(T("latin", "missing"), FOX),
        query.AndMaybe(T("latin", "missing"), FOX),
        query.Require(FOX, T("latin", "missing")),
        query.Or([T("latin", "missing"), T("latin", "absent")]),
    ],
    ids=str,
)
def test_nothing_is_found_where_nothing_is(searcher: ArraySearcher, q: Any) -> None:
    """Unknown fields, values that are none and missing terms are no errors."""
    assert scores(searcher, q) == {}


def test_frequencies_of_a_field_without_lengths(tmp_path: Path) -> None:
    """Where a field is not scored by length, a document's score is its frequency, as in Whoosh."""
    schema = Schema(key=ID(stored=True), word=KEYWORD())
    (tmp_path / "stock").mkdir()
    ours, stock = ArrayIndex.create(tmp_path / "ours", schema), create_in(str(tmp_path / "stock"), schema)
    for index in (ours, stock):
        writer = index.writer()
        for number in range(5):
            writer.add_document(key=str(number), word="a " * number + "b")
        writer.commit()
    with ArraySearcher(ours) as searcher, stock.searcher() as plain:
        expected = {hit.docnum: hit.score for hit in plain.search(T("word", "a"))}
        assert dict(searcher.search(T("word", "a"), 10).pairs()) == pytest.approx(expected)
        assert sorted(expected) == [1, 2, 3, 4]


def test_terms_are_forgotten_when_there_are_too_many(
    searcher: ArraySearcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The memory of looked-up terms is bounded and changes no answer."""
    before = scores(searcher, FOX)
    searcher._terms.clear()
    monkeypatch.setattr(term_lookup, "_KEPT_TERMS", 2)
    for word in ("jumps", "quick", "over", "lazy"):
        searcher.documents(T("latin", word))
        assert len(searcher._terms._found) <= 2
    assert scores(searcher, FOX) == before


def test_there_is_no_document_before_the_first(searcher: ArraySearcher) -> None:
    """A number that no document has is an error."""
    with pytest.raises(IndexError, match="no document -1"):
        searcher.document(-1)
