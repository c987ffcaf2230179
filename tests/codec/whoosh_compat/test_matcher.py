"""Stepping through postings one by one, as Whoosh's queries do, against the standard codec."""

from __future__ import annotations

from typing import Any

import pytest
from whoosh import fields, formats, scoring
from whoosh.analysis import StandardAnalyzer
from whoosh.index import create_in, open_dir
from whoosh.matching import ReadTooFar

from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex

FORMATS: dict[str, formats.Format] = {
    "existence": formats.Existence(),
    "frequency": formats.Frequency(),
    "positions": formats.Positions(),
    "characters": formats.Characters(),
    "position boosts": formats.PositionBoosts(),
    "character boosts": formats.CharacterBoosts(),
}


def make_schema() -> fields.Schema:
    """Return a schema with a field of each format."""
    schema = fields.Schema(key=fields.ID(stored=True))
    for name, format_ in FORMATS.items():
        field = fields.TEXT(analyzer=StandardAnalyzer(stoplist=None, minsize=1))
        field.format = format_
        field.scorable = name != "existence"
        schema.add(name.replace(" ", "-"), field)
    return schema


def fill(index: Any) -> None:
    """Write three segments of documents in which a word is more or less frequent, with a boost or without."""
    for first in range(0, 900, 300):
        writer = index.writer()
        for number in range(first, first + 300):
            if number % 3:
                text = " ".join(["the fox"] * (1 + number % 4) + ["end"])
                boost = {"_boost": 2.0} if number % 100 == 50 else {}
                writer.add_document(
                    key=str(number), **{name.replace(" ", "-"): text for name in FORMATS}, **boost
                )
        writer.commit(merge=False)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Return the folders of our index and of the standard one."""
    ours, stock = tmp_path_factory.mktemp("ours"), tmp_path_factory.mktemp("stock")
    fill(ArrayIndex.create(ours, make_schema()))
    fill(create_in(str(stock), make_schema()))
    return str(ours), str(stock)


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Return the folders of the same indexes with their segments merged."""
    ours, stock = tmp_path_factory.mktemp("ours"), tmp_path_factory.mktemp("stock")
    indexes = ArrayIndex.create(ours, make_schema()), create_in(str(stock), make_schema())
    for index in indexes:
        fill(index)
        index.optimize()
    return str(ours), str(stock)


def leaves(folders: tuple[str, str]) -> list[list[Any]]:
    """Return the readers of the segments of both indexes."""
    return [[leaf for leaf, _ in open_dir(folder).reader().leaf_readers()] for folder in folders]


def postings(leaf: Any, name: str, decoded: tuple[str, ...]) -> list[Any]:
    """Return everything about each posting of each term of a field."""
    found = []
    for term in leaf.lexicon(name):
        matcher = leaf.postings(name, term)
        while matcher.is_active():
            values = [matcher.value_as(astype) for astype in decoded]
            # The standard codec gives `None` for the value of a format that keeps none.
            found.append((term, matcher.id(), matcher.weight(), matcher.value() or b"", values))
            matcher.next()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("which", ["folders", "merged"])
def test_each_posting_is_that_of_the_standard_codec(
    request: pytest.FixtureRequest, name: str, which: str
) -> None:
    """Documents, weights, values and what they decode to agree, in fresh segments and merged ones."""
    decoded = tuple(
        astype
        for astype in ("frequency", "weight", "positions", "characters", "position_boosts")
        if FORMATS[name].supports(astype)
    )
    ours, stock = leaves(request.getfixturevalue(which))
    assert len(ours) == (3 if which == "folders" else 1)
    for one, other in zip(ours, stock, strict=True):
        found = postings(one, name.replace(" ", "-"), decoded)
        assert found == postings(other, name.replace(" ", "-"), decoded)
        assert found


@pytest.mark.parametrize("name", FORMATS)
def test_statistics_of_a_term_are_those_of_the_standard_codec(folders: tuple[str, str], name: str) -> None:
    """Weights with boosts in them are summed and compared alike."""
    ours, stock = (
        [leaf.term_info(name.replace(" ", "-"), b"fox") for leaf in group] for group in leaves(folders)
    )
    for one, other in zip(ours, stock, strict=True):
        assert one.weight() == pytest.approx(other.weight())
        assert one.max_weight() == pytest.approx(other.max_weight())
        assert (one.doc_frequency(), one.min_id(), one.max_id()) == (
            other.doc_frequency(),
            other.min_id(),
            other.max_id(),
        )
        if name != "existence":
            # Lengths up to ten are kept as they are by the standard codec.
            assert (one.min_length(), one.max_length()) == (other.min_length(), other.max_length())


def test_skipping_copying_and_starting_over(folders: tuple[str, str]) -> None:
    """A matcher goes where it is sent, its copy stays, and beyond the end there is nothing."""
    (leaf, *_), _ = leaves(folders)
    matcher = leaf.postings("positions", b"fox")
    ids = list(matcher.all_ids())
    assert ids == list(range(200))
    matcher.skip_to(100)
    other = matcher.copy()
    assert (matcher.id(), other.id()) == (100, 100)
    assert [matcher.next() for _ in range(30)] == [at == 128 for at in range(101, 131)]
    assert (matcher.id(), other.id()) == (130, 100)
    assert list(other.all_ids()) == ids[100:]
    matcher.skip_to(10_000)
    assert not matcher.is_active()
    for beyond in (matcher.next, lambda: matcher.skip_to(5)):
        with pytest.raises(ReadTooFar):
            beyond()
    matcher.reset()
    assert matcher.id() == 0


def test_blocks_know_their_bounds(folders: tuple[str, str]) -> None:
    """Least and greatest length and greatest weight are those of the 128 postings around."""
    (leaf, *_), _ = leaves(folders)
    matcher = leaf.postings("positions", b"fox")
    matcher.skip_to(150)
    lengths = [leaf.doc_field_length(doc, "positions") for doc in range(128, 200)]
    assert matcher.block_min_length() == min(lengths)
    assert matcher.block_max_length() == max(lengths)
    # Three times in a document with a boost of two.
    assert matcher.block_max_weight() == 6.0


def test_blocks_that_cannot_compete_are_skipped(folders: tuple[str, str]) -> None:
    """Skipping by quality ends where a block may score higher, or at the end."""
    searcher = open_dir(folders[0]).searcher(weighting=scoring.TF_IDF())
    leaf = searcher.leaf_searchers()[0][0]
    matcher = leaf.postings("frequency", b"fox")
    assert matcher.skip_to_quality(matcher.block_quality() / 2) == 0
    assert matcher.id() == 0
    assert matcher.skip_to_quality(matcher.max_quality()) == 2
    assert not matcher.is_active()
