"""What a searcher keeps decoded between queries, and what it evicts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from whoosh import query
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import TEXT, Schema

from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.search.engine.scoring import decode_cache
from jsisa_search.search.engine.scoring.decode_cache import DecodeCache, cost_of_look_up
from jsisa_search.search.engine.searcher import ArraySearcher

TEXTS = ["甲 乙 丙", "乙 甲", "甲 甲 乙 甲", "丙 甲 乙", "甲 丙 乙", "乙 丙"] * 3


class _Owner:
    """Counts how often it is evicted."""

    def __init__(self) -> None:
        self.array: Any = None
        self.evictions = 0

    def evict(self) -> None:
        self.array = None
        self.evictions += 1


def test_a_full_cache_is_emptied_as_a_whole() -> None:
    """An array that no longer fits evicts all others, and is itself cached."""
    small, owners = DecodeCache(100), [_Owner() for _ in range(3)]
    for owner in owners:
        small.store(owner, "array", np.zeros(40, np.uint8))
    assert [owner.evictions for owner in owners] == [1, 1, 0]
    assert [owner.array is not None for owner in owners] == [False, False, True]


def test_cached_arrays_are_read_only() -> None:
    """An array that a later query, or another thread, will see cannot be changed."""
    array = np.zeros(3)
    DecodeCache().store(_Owner(), "array", array)
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1


def test_a_list_is_made_whole_when_looking_it_up_has_cost_as_much() -> None:
    """A short one at once, a longer one after some look-ups, the longest never."""
    large = DecodeCache()
    assert large.is_worth_decoding(10_000, 0)
    assert not large.is_worth_decoding(40_000, 0)
    assert large.is_worth_decoding(40_000, 2 * cost_of_look_up(10))
    assert not large.is_worth_decoding(1 << 20, 1 << 30)


def test_decoding_becomes_dearer_when_the_cache_is_too_small() -> None:
    """What would only push other lists out is looked up; what is asked for often enough is still made."""
    small = DecodeCache(100)
    for _ in range(20):
        small.store(_Owner(), "array", np.zeros(60, np.uint8))
    assert not small.is_worth_decoding(10_000, 0)
    assert small.is_worth_decoding(1_000, 0)
    assert small.is_worth_decoding(10_000, 10 * cost_of_look_up(0))


def _answers(searcher: ArraySearcher) -> list[Any]:
    words = [query.Term("text", word) for word in "甲乙丙"]
    phrases = [query.Phrase("text", list(words)) for words in ("甲乙", "甲乙丙", "丙甲", "甲甲")]
    return [
        (found.docs.tolist(), found.scores.tolist(), found.total)
        for q in [*words, query.And(words), query.Or(words), *phrases]
        for found in [searcher.search(q, 10, count=True)]
    ]


@pytest.mark.parametrize(
    ("look_up", "at_most", "size"), [(0, 1 << 19, 1 << 20), (0, 0, 0), (16_384, 1 << 19, 100)]
)
def test_answers_do_not_depend_on_what_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, look_up: int, at_most: int, size: int
) -> None:
    """Lists looked up in part, completed, cached, or evicted half-way: the same answers."""
    index = ArrayIndex.create(tmp_path, Schema(text=TEXT(SpaceSeparatedTokenizer())))
    with index.writer() as writer:
        for text in TEXTS:
            writer.add_document(text=text)
    with ArraySearcher(index) as searcher:
        expected = _answers(searcher)
    monkeypatch.setattr(decode_cache, "_LOOK_UP", look_up)
    monkeypatch.setattr(decode_cache, "_LONGEST", at_most)
    with ArraySearcher(index) as searcher:
        monkeypatch.setattr(searcher._terms, "_cache", DecodeCache(size))
        for _ in range(3):
            assert _answers(searcher) == expected
