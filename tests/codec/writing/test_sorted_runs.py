"""Merging sorted terms: as codes of character pairs where all are such, as bytes otherwise."""

from __future__ import annotations

import tracemalloc
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.codec.segment.term_dictionary import SortedTerms, as_bytes, pairs_of
from jsisa_search.codec.writing.sorted_runs import merge_terms

PAIRS = st.builds(lambda a, b: (a + b).encode(), *[st.sampled_from("ab网格化😀")] * 2)
LISTS = st.lists(
    st.sets(PAIRS | st.sampled_from(["网".encode(), b"word"])).map(sorted), min_size=1, max_size=4
)


def as_codes(terms: list[bytes]) -> SortedTerms:
    """Return terms as codes, where all are pairs of characters."""
    codes = pairs_of(terms)
    return terms if codes is None else codes


@given(lists=LISTS)
def test_the_union_is_sorted_and_numbered(lists: list[list[bytes]]) -> None:
    """Every list is numbered in the union, whether its terms come as bytes or as codes."""
    merged, numbers = merge_terms([partial(as_codes, terms) for terms in lists])
    union = as_bytes(merged)
    assert union == sorted(set().union(*lists))
    assert [[union[number] for number in found.tolist()] for found in numbers] == lists


@pytest.mark.slow
def test_pairs_are_merged_without_an_object_for_each() -> None:
    """Many segments with many pairs take a few bytes for each: their number grows with the index."""
    first, second = np.meshgrid(np.arange(0x4E00, 0x4E00 + 300), np.arange(0x5E00, 0x5E00 + 300))
    codes = np.sort((first << 21 | second).reshape(-1))
    tracemalloc.start()
    merged, numbers = merge_terms([lambda: codes] * 8)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(merged) == len(codes)
    assert all(found.dtype == np.uint32 for found in numbers)
    assert peak < 100 * len(codes)
