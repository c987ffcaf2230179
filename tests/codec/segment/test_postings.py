"""Postings as a search asks for them: some documents, some postings, some places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.codec.segment import doc_lists as dense
from jsisa_search.codec.segment.packed_ints import Mostly
from jsisa_search.codec.segment.postings import FieldPostings
from jsisa_search.codec.segment.segment_file import SegmentFile
from jsisa_search.codec.segment.term_postings import TermPostings
from jsisa_search.codec.writing.inverter import invert
from tests.codec.sample_index import make_index

DOCUMENTS = 140_000


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> FieldPostings:
    """Return a field of a segment of three runs of documents, with long terms and a short one."""
    folder = tmp_path_factory.mktemp("index")
    index = make_index(folder, fillers=DOCUMENTS)
    field = SegmentFile(folder / index._segments()[1].file_name()).field("filler")
    assert field is not None
    return field


@pytest.fixture(params=["常见", "间或", "少见"])
def term(request: pytest.FixtureRequest, field: FieldPostings) -> TermPostings:
    """Return a term of all documents, then ones of every fourteenth and every thousandth."""
    return field.term(field.terms.find(request.param.encode()))


def test_documents_are_found_among_postings(term: TermPostings) -> None:
    """Any documents, in any of the runs, are told whether they have the term and where."""
    docs = term.docs()
    chance = np.random.default_rng(5)
    for count in (0, 1, 7, 5000):
        wanted = np.sort(chance.choice(DOCUMENTS, count, replace=False)).astype(docs.dtype)
        at, found = term.find(wanted)
        assert found.tolist() == np.isin(wanted, docs).tolist()
        assert docs[at[found]].tolist() == wanted[found].tolist()


def test_documents_that_lie_in_one_run_are_found(field: FieldPostings) -> None:
    """Runs of which no document is asked for are passed over."""
    term = field.term(field.terms.find("间或".encode()))
    wanted = np.array([70_013, 131_067], np.uint32)
    at, found = term.find(wanted)
    assert (at.tolist(), found.all()) == ([5000, 9361], True)


@pytest.mark.parametrize("count_ones", [dense.count_ones, dense._count_ones])
def test_what_is_dense_counts_the_documents_before(
    field: FieldPostings, monkeypatch: pytest.MonkeyPatch, count_ones: Callable[..., Any]
) -> None:
    """Where a document does not have the term, `find` tells how many before it have it."""
    monkeypatch.setattr(dense, "count_ones", count_ones)
    docs = field.term(field.terms.find("间或".encode())).docs()
    bits = dense.Bits(dense.as_bits(np.array([len(docs)]), docs, DOCUMENTS)[0], docs.dtype)
    wanted = np.arange(0, DOCUMENTS, 17, dtype=np.uint32)
    at, found = bits.find(wanted)
    assert at.tolist() == docs.searchsorted(wanted).tolist()
    assert found.tolist() == np.isin(wanted, docs).tolist()
    assert bits.docs().tolist() == docs.tolist()


@pytest.mark.parametrize(("text", "is_dense"), [("常见", True), ("间或", False), ("少见", False)])
def test_terms_of_many_documents_are_dense(field: FieldPostings, text: str, is_dense: bool) -> None:
    """More than every twelfth document must have the term."""
    assert field.term(field.terms.find(text.encode())).is_dense == is_dense


@given(words=st.lists(st.integers(0, 2**64 - 1), max_size=5))
def test_ones_are_counted_without_numpys_own_function(words: list[int]) -> None:
    """Before NumPy 2 they are added up."""
    assert dense._count_ones(np.array(words, np.uint64)).tolist() == [word.bit_count() for word in words]


def test_documents_of_some_postings(term: TermPostings) -> None:
    """They are those at these places of the whole list."""
    docs = term.docs()
    for some in (np.zeros(0, np.int64), np.arange(0, len(docs), 3), np.array([len(docs) - 1])):
        assert term.docs_at(some).tolist() == docs[some].tolist()


def test_short_lists_have_no_block_impacts(field: FieldPostings) -> None:
    """Only long terms are kept in blocks."""
    assert field.term(field.terms.find("少见".encode())).block_impacts() is None
    impacts = field.term(field.terms.find("常见".encode())).block_impacts()
    assert impacts is not None
    assert len(impacts) == -(-DOCUMENTS // 128)


def test_small_integers_with_exceptions() -> None:
    """Slices, parts and gathered elements give what was kept, however few of them exceed the small type."""
    whole = np.array([1, 300, 2, 3, 70_000, 4, 255, 256], np.uint32)
    at = np.flatnonzero(whole > 255)
    kept = Mostly((whole & 255).astype(np.uint8), at, whole[at] >> 8)
    for start in range(len(whole)):
        for end in range(start, len(whole) + 1):
            expected = whole[start:end].tolist()
            assert kept.slice(start, end).tolist() == expected
            assert kept.part(start, end).slice(0, end - start).tolist() == expected
    for some in ([0, 1, 7], [0, 2], [4], []):
        assert kept.gather(np.array(some, np.int64)).tolist() == whole[some].tolist()
    assert kept.slice(2, 4).dtype == np.uint8


def test_a_text_of_too_many_words_is_refused() -> None:
    """Term, document and position must fit one integer together."""
    one = np.array([1], np.int64)
    with pytest.raises(ValueError, match="too many words"):
        invert(one << 31, one << 20, one << 12)
