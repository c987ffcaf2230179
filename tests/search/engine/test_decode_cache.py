"""What a searcher keeps decoded between queries, and what it lets go of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from whoosh import query
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import TEXT, Schema

from jsisa_search.codec.whoosh_compat.index import ArrayIndex
from jsisa_search.search.engine import decode_cache as room
from jsisa_search.search.engine.decode_cache import Room, cost_of_look_up
from jsisa_search.search.engine.searcher import ArraySearcher

TEXTS = ["甲 乙 丙", "乙 甲", "甲 甲 乙 甲", "丙 甲 乙", "甲 丙 乙", "乙 丙"] * 3


class _Holder:
    """Counts how often it was told to let go."""

    def __init__(self) -> None:
        self.times = 0

    def let_go(self) -> None:
        self.times += 1


def test_a_full_room_is_cleared_as_a_whole() -> None:
    """What no longer fits makes everybody let go, and is itself kept."""
    small, holders = Room(100), [_Holder() for _ in range(3)]
    for holder in holders:
        small.keep(holder, np.zeros(40, np.uint8))
    assert [holder.times for holder in holders] == [1, 1, 0]


def test_nobody_may_change_what_is_kept() -> None:
    """An array that a later query will see is made read-only."""
    array = np.zeros(3)
    Room().keep(_Holder(), array)
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1


def test_a_list_is_made_whole_when_looking_it_up_has_cost_as_much() -> None:
    """A short one at once, a longer one after some look-ups, the longest never."""
    large = Room()
    assert large.is_worth_making(10_000, 0)
    assert not large.is_worth_making(40_000, 0)
    assert large.is_worth_making(40_000, 2 * cost_of_look_up(10))
    assert not large.is_worth_making(1 << 20, 1 << 30)


def test_lists_become_dearer_when_the_room_is_too_small() -> None:
    """What would only push other lists out is looked up; what is asked for often enough is still made."""
    small = Room(100)
    for _ in range(20):
        small.keep(_Holder(), np.zeros(60, np.uint8))
    assert not small.is_worth_making(10_000, 0)
    assert small.is_worth_making(1_000, 0)
    assert small.is_worth_making(10_000, 10 * cost_of_look_up(0))


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
    """Lists looked up in part, made whole, kept, or let go of in the middle: the same answers."""
    index = ArrayIndex.create(tmp_path, Schema(text=TEXT(SpaceSeparatedTokenizer())))
    with index.writer() as writer:
        for text in TEXTS:
            writer.add_document(text=text)
    with ArraySearcher(index) as searcher:
        expected = _answers(searcher)
    monkeypatch.setattr(room, "_LOOK_UP", look_up)
    monkeypatch.setattr(room, "_AT_MOST", at_most)
    with ArraySearcher(index) as searcher:
        monkeypatch.setattr(searcher, "_room", Room(size))
        for _ in range(3):
            assert _answers(searcher) == expected
