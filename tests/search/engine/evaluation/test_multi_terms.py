"""Ranges of terms, of which neighbouring ones have neighbouring postings."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from whoosh import query
from whoosh.fields import ID, KEYWORD, Schema

from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.schema import make_schema
from jsisa_search.search.engine.searcher import ArraySearcher

START = datetime(2022, 1, 1)
#: The hours after `START` at which passages were published; `None` is one without a date.
HOURS = [None, 0, 5, 5, None, 2000, 70, 3]


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> ArrayIndex:
    """Return an index with the product's fields of passages with and without a date, one deleted."""
    index = ArrayIndex.create(tmp_path_factory.mktemp("dated"), make_schema())
    with index.writer() as writer:
        for number, hours in enumerate(HOURS):
            published = None if hours is None else START + timedelta(hours=hours)
            writer.add_document(kind=str(number), published=published)
    with index.writer() as writer:
        writer.delete_by_term("kind", "3")
        writer.commit(merge=False)
    return index


def test_a_time_is_one_term(dated: ArrayIndex) -> None:
    """There are no terms of lower precision beside those of the times themselves."""
    with dated.reader() as reader:
        assert list(reader.field_terms("published")) == sorted(
            {START + timedelta(hours=hours) for hours in HOURS if hours is not None}
        )


@pytest.mark.parametrize(
    ("first", "last", "excluding", "expected"),
    [
        (0, 70, (False, False), [1, 2, 6, 7]),
        (0, 70, (True, False), [2, 6, 7]),
        (0, 70, (False, True), [1, 2, 7]),
        (4, 4, (False, False), []),
        (5, 5, (False, False), [2]),
        (5, 5, (True, True), []),
        (4, 69, (True, True), [2]),
        (None, 3, (False, False), [1, 7]),
        (70, None, (True, False), [5]),
        (None, None, (False, False), [1, 2, 5, 6, 7]),
        (3000, 4000, (False, False), []),
    ],
)
def test_ranges_of_times(
    dated: ArrayIndex, first: int | None, last: int | None, excluding: tuple[bool, bool], expected: list[int]
) -> None:
    """Arrays and plain Whoosh find what was published then, and never what has no date."""
    ends = [None if hours is None else START + timedelta(hours=hours) for hours in (first, last)]
    q = query.DateRange("published", *ends, *excluding)
    with ArraySearcher(dated) as searcher:
        assert searcher.documents(q).tolist() == expected
        assert sorted(doc for doc, _ in searcher.search(q, 9).pairs()) == expected
    with dated.searcher() as whoosh:
        assert sorted(hit.docnum for hit in whoosh.search(q)) == expected


@pytest.fixture(scope="module")
def tagged(tmp_path_factory: pytest.TempPathFactory) -> ArrayIndex:
    """Return an index of more than 4096 documents, in which one of the neighbouring tags is long."""
    index = ArrayIndex.create(tmp_path_factory.mktemp("tagged"), Schema(name=ID(), tag=KEYWORD()))
    with index.writer() as writer:
        for number in range(5000):
            tag = f"b c{number % 7}" if number % 100 else "a"
            writer.add_document(name="", tag=tag)
    return index


@pytest.mark.parametrize(
    "q",
    [
        query.TermRange("tag", "a", "c3"),
        query.TermRange("tag", "a", "b", startexcl=True),
        query.TermRange("tag", "c2", "c4", endexcl=True),
        query.TermRange("tag", "c5", None),
        query.TermRange("tag", None, "b", endexcl=True),
        query.TermRange("tag", "x", "y"),
        query.TermRange("tag", "c4", "c1"),
        query.TermRange("name", None, None),
    ],
    ids=repr,
)
def test_ranges_of_terms(tagged: ArrayIndex, q: Any) -> None:
    """A run of terms has the documents of each, long lists or short, once and in order."""
    with ArraySearcher(tagged) as searcher, tagged.searcher() as whoosh:
        assert searcher.documents(q).tolist() == sorted(q.docs(whoosh))
        some = query.And([query.Term("tag", "a"), q])
        assert searcher.documents(some).tolist() == sorted(some.docs(whoosh))


@pytest.mark.parametrize(
    "q",
    [
        query.Prefix("tag", "c"),
        query.Prefix("tag", "c3"),
        query.Prefix("tag", "d"),
        query.Prefix("tag", ""),
        query.Wildcard("tag", "c[1-3]"),
        query.Wildcard("tag", "?"),
    ],
    ids=repr,
)
def test_prefixes_and_patterns_of_terms(tagged: ArrayIndex, q: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long lists or short, they are evaluated without Whoosh's matchers, and score the boost."""
    with tagged.searcher() as whoosh:
        expected = sorted(q.docs(whoosh))
    with ArraySearcher(tagged) as searcher:
        monkeypatch.setattr(searcher, "whoosh", None)
        assert searcher.documents(q).tolist() == expected
        docs, scores = searcher.scored(q)
        assert (docs.tolist(), set(scores.tolist())) == (expected, {1.0} if expected else set())


def test_an_impossible_bound_finds_nothing(dated: ArrayIndex) -> None:
    """What the field cannot turn into a term is no end of a range."""
    with ArraySearcher(dated) as searcher:
        assert not len(searcher.documents(query.TermRange("paragraph", "nothing", "like it")))
