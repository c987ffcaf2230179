"""The postings of a term as a search reads them: documents, frequencies, positions, impacts."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import TEXT, Schema

from jsisa_search.codec.segment.postings import LONG, FieldPostings, Impact, TermPostings
from jsisa_search.codec.segment.segment_file import SegmentFile
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.codec.writing.inverter import invert
from tests.codec.sample_index import make_index

DOCUMENTS = 5_000
FIELDS = ("some", "single")
WORDS = ("a", "b", "c", "rare")


def draw_texts(most: int) -> list[list[str]]:
    """Return the words of each document, up to `most`, `rare` being rare."""
    chance = random.Random(5)
    return [
        chance.choices(WORDS, weights=(30, 10, 5, 1), k=chance.randint(0, most)) for _ in range(DOCUMENTS)
    ]


TEXTS = {"some": draw_texts(9), "single": draw_texts(1)}


@pytest.fixture(scope="module")
def fields(tmp_path_factory: pytest.TempPathFactory) -> dict[str, FieldPostings]:
    """Return a field of words that occur repeatedly in a document, and one in which none does."""
    folder = tmp_path_factory.mktemp("index")
    index = ArrayIndex.create(folder, Schema(**dict.fromkeys(FIELDS, TEXT(SpaceSeparatedTokenizer()))))
    with index.writer() as writer:
        for number in range(DOCUMENTS):
            writer.add_document(**{name: " ".join(TEXTS[name][number]) for name in FIELDS})
    file = SegmentFile(next(folder.glob("*.segment")))
    found = {name: file.field(name) for name in FIELDS}
    return {name: field for name, field in found.items() if field}


def expected_positions(name: str, word: str) -> dict[int, list[int]]:
    """Return where a word occurs in each document that has it."""
    found = {
        number: [at for at, other in enumerate(words) if other == word]
        for number, words in enumerate(TEXTS[name])
    }
    return {number: positions for number, positions in found.items() if positions}


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("word", WORDS)
def test_postings_are_those_of_the_texts(fields: dict[str, FieldPostings], name: str, word: str) -> None:
    """Documents, frequencies and positions of a whole term."""
    expected = expected_positions(name, word)
    term = fields[name].term(fields[name].terms.find(word.encode()))
    assert term.docs().tolist() == list(expected)
    assert (term.count, term.frequency) == (len(expected), sum(map(len, expected.values())))
    freqs = term.freqs()
    assert (freqs if freqs is not None else np.ones(term.count)).tolist() == list(map(len, expected.values()))
    assert term.positions().tolist() == [at for positions in expected.values() for at in positions]
    assert np.diff(term.position_starts()).tolist() == list(map(len, expected.values()))


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("word", WORDS)
def test_occurrences_in_some_documents(fields: dict[str, FieldPostings], name: str, word: str) -> None:
    """The places in any documents are the same whether few or all are asked for."""
    expected = expected_positions(name, word)
    field = fields[name]
    term = field.term(field.terms.find(word.encode()))
    docs = np.array(list(expected))
    for some in (np.arange(0), np.array([len(docs) - 1]), np.arange(1, len(docs), 7), np.arange(len(docs))):
        places = [doc * 1000 + at for doc in docs[some].tolist() for at in expected[doc]]
        assert term.places(some, docs[some] * 1000).tolist() == places
        found = term.freqs_at(some)
        assert found is None or found.tolist() == [len(expected[doc]) for doc in docs[some].tolist()]


def test_threads_share_a_term(fields: dict[str, FieldPostings]) -> None:
    """A term holds no scratch state: threads that read it at once get what one gets alone."""
    term = fields["some"].term(fields["some"].terms.find(b"a"))
    docs = term.docs()

    def read(seed: int) -> list[int]:
        some = np.arange(seed % 5, term.count, 1 + seed % 7)
        found: list[int] = term.places(some, docs[some].astype(np.int64) * 1000).tolist()
        return found

    alone = [read(seed) for seed in range(200)]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(read, range(200))) == alone
    with pytest.raises(AttributeError):
        term.scratch = docs  # type: ignore[attr-defined]


@pytest.mark.parametrize(("word", "is_long"), [("常见", True), ("少见", False)])
def test_long_terms_have_an_impact_for_each_block(tmp_path: Path, word: str, is_long: bool) -> None:
    """Short lists have none: they are scored as a whole."""
    index = make_index(tmp_path)
    field = SegmentFile(tmp_path / index._segments()[1].file_name()).field("filler")
    assert field is not None
    term: TermPostings = field.term(field.terms.find(word.encode()))
    impacts = term.block_impacts()
    assert (impacts is not None, term.is_long) == (is_long, is_long)
    assert impacts is None or len(impacts) == -(-term.count // 128)


def test_bounds_are_recorded_under_the_parameters_of_the_field(tmp_path: Path) -> None:
    """Each field has its own k1 and b, and those of the default where none are given."""
    index = ArrayIndex.create(tmp_path, Schema(**dict.fromkeys(FIELDS, TEXT(SpaceSeparatedTokenizer()))))
    with index.writer(impacts={"some": Impact(0.9, 0.4)}) as writer:
        for _ in range(LONG):
            writer.add_document(some="a a", single="a")
    file = SegmentFile(next(tmp_path.glob("*.segment")))
    for name, impact, highest in (("some", Impact(0.9, 0.4), 2 / 2.9), ("single", Impact(), 1 / 2.2)):
        field = file.field(name)
        assert field is not None
        assert field.impact == impact
        assert field.blocks == pytest.approx(np.full(LONG // 128, highest))


def test_a_text_of_too_many_words_is_refused() -> None:
    """Term, document and position must fit one integer together."""
    one = np.array([1], np.int64)
    with pytest.raises(ValueError, match="too many words"):
        invert(one << 31, one << 20, one << 12)
