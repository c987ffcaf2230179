"""The dictionary of terms of two characters."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.codec.segment.container import Container, ContainerWriter
from jsisa_search.codec.segment.term_dictionary import (
    HashedTerms,
    PairTerms,
    TermDictionary,
    pairs_of,
    read_terms,
    write_terms,
)

#: Of one to four bytes, and lone surrogates, which a saved page may hold too.
CHARACTERS = st.sampled_from("a~é中国，\uffff𠮷😀") | st.characters() | st.characters(categories=["Cs"])
PAIRS = st.sets(st.builds(lambda a, b: (a + b).encode("utf-8", "surrogatepass"), CHARACTERS, CHARACTERS))


def written(terms: list[bytes]) -> TermDictionary:
    """Return the dictionary of `terms` as it is read from a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "terms"
        with ContainerWriter(path) as writer:
            write_terms(writer, "", terms)
            writer.finish({})
        return read_terms(Container(path), "")


@given(terms=PAIRS.filter(bool), other=CHARACTERS.map(lambda c: (c + c).encode("utf-8", "surrogatepass")))
def test_pairs_are_found_in_the_order_of_their_bytes(terms: set[bytes], other: bytes) -> None:
    """Numbers are places in the sorted list, whichever characters the terms have."""
    ordered = sorted(terms)
    found = written(ordered)
    assert isinstance(found, PairTerms)
    assert (found.as_list(), list(found.iterate()), found.count) == (ordered, ordered, len(ordered))
    assert [found.find(term) for term in ordered] == list(range(len(ordered)))
    assert found.find(other) == (ordered.index(other) if other in terms else -1)
    assert found.from_(other) == sum(term < other for term in ordered)


@pytest.mark.parametrize("term", [b"", "中".encode(), "中国人".encode(), b"\xff\xff", b"\xe4\xb8"])
def test_what_is_no_pair_is_not_found(term: bytes) -> None:
    """Terms of other lengths, and bytes that are no text, are not in it."""
    assert written(["中国".encode()]).find(term) == -1


@pytest.mark.parametrize(
    "terms",
    [
        [],
        [b"a", b"abc"],
        ["中".encode(), "中国人".encode()],
        [b"\x80\x80"],
        [b"a", b"ab", b"abc"],
        [b"abc", b"\xc3"],
    ],
)
def test_other_terms_have_a_hash_table(terms: list[bytes]) -> None:
    """One term that is not two characters is enough, even where their number fits."""
    assert pairs_of(terms) is None
    found = written(terms)
    assert isinstance(found, HashedTerms)
    assert found.as_list() == terms
