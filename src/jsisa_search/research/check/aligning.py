"""Where a passage has what a draft quotes, letter by letter, however much was altered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from jsisa_search.model import Range

#: Letters by which the passage may have more at an end than the quotation.
_SLACK = 12

# Operations with so few equal letters between them are one: their being equal is chance.
_CHANCE = 1

#: Equal letters of a part that a passage has of a quotation count so much, different ones so much.
_EQUAL, _DIFFERENT = 1, -2


@dataclass(frozen=True, slots=True)
class Edit:
    """Letters of a quotation and the letters that the passage has there; they are equal or differ."""

    is_equal: bool
    quoted: Range
    passage: Range

    def moved(self, by: int) -> Edit:
        """Return the edit for a quotation with so many more letters before."""
        return Edit(self.is_equal, (self.quoted[0] + by, self.quoted[1] + by), self.passage)


@dataclass(frozen=True, slots=True)
class Alignment:
    """The letters of a quotation beside those of a passage, and how many have to be changed."""

    quoted: Range
    passage: Range
    distance: int

    @property
    def likeness(self) -> float:
        """1 for equal letters, 0 where all are different."""
        sizes = [end - start for start, end in (self.quoted, self.passage)]
        return 1 - self.distance / max(*sizes, 1)


def similarity(quoted: str, passage: str, least: float = 0.0) -> float:
    """Return how well the best part of a passage fits, from 0 to 1; 0 where it is less than `least`.

    A passage shorter than the quotation fits a part of it only, however well.
    """
    share = min(len(passage) / max(len(quoted), 1), 1.0)
    if share <= least:
        return 0.0
    return fuzz.partial_ratio(quoted, passage, score_cutoff=100 * least / share) / 100 * share


def align(quoted: str, passage: str) -> Alignment:
    """Return the part of `passage`, both letters only, that differs least from all of `quoted`."""
    at = passage.find(quoted)
    if at >= 0:
        return Alignment((0, len(quoted)), (at, at + len(quoted)), 0)
    if len(quoted) >= len(passage):
        return _aligned(quoted, passage, 0, len(passage))
    found = fuzz.partial_ratio_alignment(quoted, passage)
    start, end = (found.dest_start, found.dest_end) if found else (0, len(passage))
    # The window that was found has the length of the quotation; the passage may have more or less there.
    slack = _SLACK + len(quoted) // 4
    start = _best_start(quoted, passage, start, end, slack)
    end = _best_end(quoted, passage, start, end, slack)
    start = _best_start(quoted, passage, start, end, _SLACK)
    return _aligned(quoted, passage, start, end)


def _aligned(quoted: str, passage: str, start: int, end: int) -> Alignment:
    return Alignment((0, len(quoted)), (start, end), Levenshtein.distance(quoted, passage[start:end]))


def _best_start(quoted: str, passage: str, start: int, end: int, slack: int) -> int:
    places = range(max(start - slack, 0), min(start + slack, end - 1) + 1)
    return min(places, key=lambda at: _cost(quoted, passage, at, end))


def _best_end(quoted: str, passage: str, start: int, end: int, slack: int) -> int:
    places = range(max(end - slack, start + 1), min(end + slack, len(passage)) + 1)
    return min(places, key=lambda at: _cost(quoted, passage, start, at))


def _cost(quoted: str, passage: str, start: int, end: int) -> tuple[int, int]:
    """Return the key of a window: what has to be changed, then how much its length differs."""
    return Levenshtein.distance(quoted, passage[start:end]), abs(end - start - len(quoted))


def edits(quoted: str, passage: str, alignment: Alignment) -> list[Edit]:
    """Return both sides of an alignment in order; single equal letters between differences belong to them."""
    (first, last), (start, end) = alignment.quoted, alignment.passage
    found = [
        Edit(
            code.tag == "equal",
            (code.src_start + first, code.src_end + first),
            (code.dest_start + start, code.dest_end + start),
        )
        for code in Levenshtein.opcodes(quoted[first:last], passage[start:end])
    ]
    merged: list[Edit] = []
    for number, edit in enumerate(found):
        is_inside = 0 < number < len(found) - 1 and edit.quoted[1] - edit.quoted[0] <= _CHANCE
        is_equal = edit.is_equal and not (
            is_inside and _is_long(found[number - 1]) and _is_long(found[number + 1])
        )
        if merged and not is_equal and not merged[-1].is_equal:
            last_edit = merged.pop()
            edit = Edit(False, (last_edit.quoted[0], edit.quoted[1]), (last_edit.passage[0], edit.passage[1]))
        merged.append(Edit(is_equal, edit.quoted, edit.passage))
    return merged


def _is_long(edit: Edit) -> bool:
    """Return whether an operation is of several letters, so that it is no misprint by itself."""
    return max(edit.quoted[1] - edit.quoted[0], edit.passage[1] - edit.passage[0]) > 1


def best_part(edited: list[Edit]) -> tuple[int, list[Edit]]:
    """Return the run of edits that has most in common, and its score: what a passage has of a quotation."""
    best, best_run = 0, (0, 0)
    score, first = 0, 0
    for number, edit in enumerate(edited):
        size = max(edit.quoted[1] - edit.quoted[0], edit.passage[1] - edit.passage[0])
        if score <= 0:
            score, first = 0, number
        score += size * (_EQUAL if edit.is_equal else _DIFFERENT)
        if score > best:
            best, best_run = score, (first, number + 1)
    return best, edited[slice(*best_run)]


def rests(length: int, part: Range, least: int) -> Iterator[Range]:
    """Yield what is left of a quotation of some letters before and behind a part, if it is long enough."""
    for start, end in ((0, part[0]), (part[1], length)):
        if end - start >= least:
            yield start, end
