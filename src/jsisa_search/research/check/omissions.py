"""Quotations that say that they leave something out: 划分网格1286个……连续五年居全省前列.

Each part must be there as it is, and all of them in order in one release. Omissions that are not marked
are alterations, which `verdicts.py` judges.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh import query as wq

from jsisa_search.model import Range
from jsisa_search.package_data import load_toml
from jsisa_search.research.check.aligning import Edit
from jsisa_search.research.check.candidates import Candidates
from jsisa_search.research.check.judgement import Judgement, Piece, limits
from jsisa_search.research.check.lettered import Lettered, occurrences
from jsisa_search.research.check.notation import NotatedQuotation
from jsisa_search.search.interface import Matches

Array = NDArray[Any]


class Part(NamedTuple):
    """A part of a quotation between omissions: its text, and where its letters begin in the quotation."""

    text: Lettered
    first: int


class Place(NamedTuple):
    """Where a passage has a part, as edits of the letters of the quotation."""

    doc: int
    edited: list[Edit]

    @property
    def begin(self) -> tuple[int, int]:
        """The passage and its letter where the part begins."""
        return self.doc, self.edited[0].passage[0]

    @property
    def end(self) -> tuple[int, int]:
        """The passage and its letter behind the part."""
        return self.doc, self.edited[-1].passage[1]


def judge_omissions(candidates: Candidates, quoted: Lettered) -> Judgement | None:
    """Return the judgement on a quotation that marks omissions and is else exact, `None` for all others.

    Parts that are exact but of no one release, or not in its order, are pieced together.
    """
    parts = parts_of(quoted)
    if not parts or min(len(part.text) for part in parts) < limits()["part"]:
        return None
    trees = [candidates.in_any_form(part.text) for part in parts]
    matches = [candidates.matches(tree) for tree in trees]
    if not all(map(len, matches)):
        return None
    seen: set[str] = set()
    for doc in islice(min(matches, key=len).by_date(), limits()["releases"]):
        release = candidates.release_of(doc)
        if release not in seen:
            seen.add(release)
            within = (wq.And([tree, wq.Term("release", release)]) for tree in trees)
            docs = [np.sort(candidates.matches(tree).docs) for tree in within]
            if found := _in_release(candidates, parts, docs):
                return Judgement("exact but for omissions", tuple(_pieces(found)), 1)
    return _pieced_together(candidates, parts, matches)


def _in_release(candidates: Candidates, parts: Sequence[Part], docs: Sequence[Array]) -> list[Place]:
    """Return where the passages of a release have all parts in order, in one passage if possible."""
    places = [
        [place for doc in each.tolist() for place in _places(candidates, part, doc)]
        for part, each in zip(parts, docs, strict=True)
    ]
    for doc in dict.fromkeys(place.doc for place in places[0]):
        within = [[place for place in each if place.doc == doc] for each in places]
        if len(found := list(_in_order(within))) == len(parts):
            return found
    found = list(_in_order(places))
    return found if len(found) == len(parts) else []


def _places(candidates: Candidates, part: Part, doc: int) -> Iterator[Place]:
    """Yield where a passage has a part, but for punctuation and the notation of its numbers."""
    text = candidates.text(doc)
    size, is_literal = len(part.text), False
    for at in occurrences(part.text, text):
        is_literal = True
        yield Place(doc, [Edit(True, (part.first, part.first + size), (at, at + size))])
    if not is_literal:
        for edited in NotatedQuotation(part.text).occurrences(text):
            yield Place(doc, [edit.moved(part.first) for edit in edited])


def _in_order(places: Sequence[Sequence[Place]]) -> Iterator[Place]:
    """Yield the first place of each part that is behind that of the part before, until one has none."""
    last = (-1, 0)
    for each in places:
        found = min((place for place in each if place.begin >= last), key=lambda p: p.begin, default=None)
        if found is None:
            return
        last = found.end
        yield found


def _pieces(found: Sequence[Place]) -> Iterator[Piece]:
    """Yield the places of each passage as one piece, with what was left out between them."""
    edited: list[Edit] = []
    for number, place in enumerate(found):
        if edited and found[number - 1].doc != place.doc:
            yield Piece.of(found[number - 1].doc, edited)
            edited = []
        if edited:
            quoted = edited[-1].quoted[1], place.edited[0].quoted[0]
            edited.append(Edit(False, quoted, (edited[-1].passage[1], place.edited[0].passage[0])))
        edited += place.edited
    yield Piece.of(found[-1].doc, edited)


def _pieced_together(
    candidates: Candidates, parts: Sequence[Part], matches: Sequence[Matches]
) -> Judgement | None:
    """Return the judgement on parts that are nowhere together, `None` where one is not exact by itself."""
    if len(parts) < 2 or min(len(part.text) for part in parts) < limits()["word"]:
        return None
    found = []
    for part, each in zip(parts, matches, strict=True):
        docs = islice(each.by_date(), limits()["releases"])
        places = (place for doc in docs for place in _places(candidates, part, doc))
        if (first := next(places, None)) is None:
            return None
        found.append(Piece.of(first.doc, first.edited))
    return Judgement("pieced together", tuple(found))


# Marks of omission


def parts_of(quoted: Lettered) -> list[Part]:
    """Return the parts of a quotation between its marks of omission; none where it has no such mark.

    A mark at its beginning or end leaves one part.
    """
    marks = [match.span() for match in _mark().finditer(quoted.original)]
    if not marks:
        return []
    edges = [0, *(at for span in marks for at in span), len(quoted.original)]
    starts = [quoted.original_range(number, number + 1)[0] for number in range(len(quoted))]
    parts = []
    for start, end in list(pairwise(edges))[::2]:
        text, first = Lettered(quoted.original[start:end]), bisect_left(starts, start)
        if quoted.letters[first : first + len(text)] != text.letters:
            return []  # characters around a mark are folded together
        if len(text):
            parts.append(Part(text, first))
    return parts


def omission_at(quoted: Lettered, letters: Range) -> Range | None:
    """Return the mark of omission between two letters of a quotation, or that some letters are."""
    first, last = letters
    start = quoted.original_range(first - 1, first)[1] if first else 0
    end = quoted.original_range(last, last + 1)[0] if last < len(quoted) else len(quoted.original)
    mark = _mark().search(quoted.original, start, end) if start < end else None
    if mark is None or len(
        Lettered(quoted.original[start : mark.start()] + quoted.original[mark.end() : end])
    ):
        return None
    return mark.span()


@cache
def _mark() -> re.Pattern[str]:
    pattern: str = load_toml("jsisa_search.research", "check")["omissions"]["mark"]
    return re.compile(pattern)
