"""Which form the term dictionary of a field has: the smaller one that can hold its terms."""

from __future__ import annotations

from collections.abc import Sequence

from jsisa_search.codec.container import Container, ContainerWriter
from jsisa_search.codec.pair_terms import PairTerms, pairs_of, write_pairs
from jsisa_search.codec.terms import HashedTerms, TermDictionary, write_hashed


def write_terms(writer: ContainerWriter, prefix: str, terms: Sequence[bytes]) -> None:
    """Write the dictionary of `terms`, which are sorted and distinct."""
    pairs = pairs_of(terms)
    if pairs is None:
        write_hashed(writer, prefix, terms)
    else:
        write_pairs(writer, prefix, pairs)


def read_terms(container: Container, prefix: str) -> TermDictionary:
    """Return the dictionary that was written under `prefix`."""
    form = PairTerms if prefix + "terms.pairs" in container else HashedTerms
    return form(container, prefix)
