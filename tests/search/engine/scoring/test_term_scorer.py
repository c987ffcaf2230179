"""Documents and occurrences of a term, whichever form its list has in the file."""

from __future__ import annotations

import numpy as np
import pytest
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import TEXT, Schema

from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.search.engine.scoring.term_scorer import TermScorer
from jsisa_search.search.engine.searcher import ArraySearcher

DOCUMENTS = 70_000
#: One document in so many has the word: as bits, in chunks, in a short list.
WORDS = {"多": 3, "中": 15, "少": 100}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> ArrayIndex:
    """Return an index of more than 65,536 documents; every second one that has a word has it twice."""
    index = ArrayIndex.create(tmp_path_factory.mktemp("index"), Schema(text=TEXT(SpaceSeparatedTokenizer())))
    with index.writer() as writer:
        for number in range(DOCUMENTS):
            words = [word for word, step in WORDS.items() if number % step == 0]
            writer.add_document(text=" ".join(words * (1 + number % 2)) or "无")
    return index


@pytest.fixture(params=WORDS)
def leaf(request: pytest.FixtureRequest, index: ArrayIndex) -> tuple[TermScorer, int]:
    """Return each word, of which nothing is decoded yet, and its step."""
    (found,) = ArraySearcher(index).term("text", request.param)
    assert found is not None
    assert (found.postings.is_dense, found.postings.is_long) == (
        request.param == "多",
        request.param != "少",
    )
    return found, WORDS[request.param]


@pytest.mark.parametrize("is_listed", [False, True])
@pytest.mark.parametrize("count", [0, 3, 5000])
def test_documents_are_found(leaf: tuple[TermScorer, int], count: int, is_listed: bool) -> None:
    """Few and many are looked up, before the list was made and after."""
    term, step = leaf
    if is_listed:
        assert term.docs().tolist() == list(range(0, DOCUMENTS, step))
    wanted = np.unique(np.linspace(0, DOCUMENTS - 1, count, dtype=np.uint32))
    at, found = term.decoded.find(wanted)
    assert found.tolist() == (wanted % step == 0).tolist()
    assert at[found].tolist() == (wanted[found] // step).tolist()
    assert term.decoded.at(wanted)[found].tolist() == at[found].tolist()


def test_documents_of_postings(leaf: tuple[TermScorer, int]) -> None:
    """They are those at these places of the list."""
    term, step = leaf
    postings = np.array([0, 7, 500])
    assert term.decoded.docs_at(postings).tolist() == [0, 7 * step, 500 * step]


def test_listing_bits_costs_what_all_documents_do(leaf: tuple[TermScorer, int]) -> None:
    """Other lists cost what they hold."""
    term, step = leaf
    assert term.postings.listing_cost == (DOCUMENTS if term.postings.is_dense else -(-DOCUMENTS // step))


def test_occurrences_in_runs_of_documents(leaf: tuple[TermScorer, int]) -> None:
    """All that lie in a run are counted, at its ends too, and in the last run of all."""
    term, step = leaf
    firsts, ends = np.array([0, 1, 600, 69_000]), np.array([1, 2, 901, DOCUMENTS])
    expected = [
        sum(1 + number % 2 for number in range(first, end) if number % step == 0)
        for first, end in zip(firsts.tolist(), ends.tolist(), strict=True)
    ]
    assert term.counts_between(firsts, ends).tolist() == expected
