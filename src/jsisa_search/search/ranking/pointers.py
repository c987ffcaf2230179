"""Passages that only point to another one: entries of a table of contents, lines that announce a release.

They are recognised by their text, which is a title or heading elsewhere, not by words in it; salutations and
other lines that only introduce what follows, by the colon at their end.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.schema import PASSAGE_BITS
from jsisa_search.search.interface import Searcher

Array = NDArray[Any]

#: So many of the best candidates are looked at: what is behind them hides nothing.
_BEST = 50
#: A line that names something has so many characters; what is longer says something itself.
_SHORTEST, _LONGEST = 6, 80
#: 各位领导、同志们： and the like; a longer line that ends in a colon says something itself.
_LONGEST_INTRODUCTION = 30
#: A line may have so many more than the title: its number, marks around it.
_BESIDE = 8
#: How far behind what it names a line is put.
_BEHIND = 1e-3

#: The number of an entry of a list: （3） 3. 三、 第三项
_NUMBER = re.compile(r"[(第]?[0-9一二三四五六七八九十]{1,3}[).、:项条章节)]")
_MARKS = re.compile(r"\W+")


def put_behind_targets(searcher: Searcher, docs: Array, scores: Array) -> Array:
    """Return the scores of candidates, those that only name another one being less than what they name.

    `docs` (int64, ascending) with their `scores` (float32). A paragraph or link names a passage if its text,
    without number and punctuation, is the title of another release or a heading further down in its own, and
    none above it.
    What it names is the best candidate of that release, or of what is from that heading on. A short line that
    ends in a colon points to the best candidate below it in its release.
    """
    best = np.sort(np.argsort(-scores, kind="stable")[:_BEST])
    lengths = searcher.lengths("text", docs)
    short = best[(lengths[best] >= _SHORTEST) & (lengths[best] <= _LONGEST)]
    lines = short[~_is_named(searcher, docs[short])]
    if not len(lines):
        return scores
    texts = dict(zip(lines.tolist(), _texts(searcher, docs[lines]), strict=True))
    sequences = searcher.numbers("sequence", docs)
    adjusted = scores.copy()
    named = _names_like(searcher, docs, lengths, lines)
    for row, text in texts.items():
        names_of = named.get(_bare(text), ())
        targets = [_targets(sequences, row, name) for name in names_of]
        # A text often begins by repeating its title, also where a reprint of it has the same.
        if any(_is_above(sequences, name, row) for name in names_of):
            targets = []
        if text.rstrip().endswith(":") and lengths[row] <= _LONGEST_INTRODUCTION:
            targets.append(_following(sequences, row))
        reached = max((scores[rows].max() for rows in targets if len(rows)), default=None)
        if reached is not None:
            adjusted[row] = min(scores[row], reached - np.float32(_BEHIND))
    return adjusted


def _names_like(searcher: Searcher, docs: Array, lengths: Array, lines: Array) -> Mapping[str, list[int]]:
    """Return the rows of the titles and headings that are about as long as `lines`, by their bare texts."""
    is_named = _is_named(searcher, docs)
    if not is_named.any():
        return {}
    shortest, longest = lengths[lines].min() - _BESIDE, lengths[lines].max()
    names = (is_named & (lengths >= shortest) & (lengths <= longest)).nonzero()[0]
    named = defaultdict(list)
    for row, text in zip(names.tolist(), _texts(searcher, docs[names]), strict=True):
        named[_bare(text)].append(row)
    return named


def _following(sequences: Array, line: int) -> Array:
    """Return the rows of the passages below a line of the same release."""
    releases = sequences >> PASSAGE_BITS
    is_below: Array = (releases == releases[line]) & (sequences > sequences[line])
    return is_below.nonzero()[0]


def _targets(sequences: Array, line: int, name: int) -> Array:
    """Return the rows of the passages that a line points to if it is the title or heading in row `name`."""
    releases = sequences >> PASSAGE_BITS
    is_target: Array = releases == releases[name]
    if releases[line] == releases[name]:
        is_target &= sequences >= sequences[name]
    return is_target.nonzero()[0]


def _is_above(sequences: Array, name: int, line: int) -> bool:
    """Return whether a title or heading is above a line of the same release."""
    is_same = sequences[name] >> PASSAGE_BITS == sequences[line] >> PASSAGE_BITS
    return bool(is_same and sequences[name] < sequences[line])


def _bare(text: str) -> str:
    """Return a folded text without the number of an entry and without punctuation."""
    return _MARKS.sub("", _NUMBER.sub("", text.strip(), count=1) if _NUMBER.match(text.strip()) else text)


def _is_named(searcher: Searcher, docs: Array) -> Array:
    """Return which documents (int64, ascending) are titles or headings (bool)."""
    found = np.zeros(len(docs), np.bool_)
    for kind in ("title", "heading") if len(docs) else ():
        found |= searcher.has_term("kind", kind, docs)
    return found


def _texts(searcher: Searcher, docs: Array) -> list[str]:
    """Return the folded texts of documents (int64, ascending)."""
    units, lengths = searcher.units("text", docs)
    ends = np.cumsum(lengths).tolist()
    pieces = (units[end - size : end] for end, size in zip(ends, lengths.tolist(), strict=True))
    return [piece.astype("<u2").tobytes().decode("utf-16-le", "replace") for piece in pieces]
