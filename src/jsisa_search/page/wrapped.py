"""Lines that were wrapped -> the paragraphs that they were."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


def join_pieces(pieces: Sequence[str]) -> str:
    """Return the lines of a paragraph as one: a blank between Latin words, none beside a Han character.

    A word that was parted by a hyphen at the end of a line keeps the hyphen: it may be its own.
    """
    joined = list(pieces[:1])
    for before, after in pairwise(pieces):
        if before and after:
            is_latin = before[-1].isascii() and after[0].isascii() and before[-1] not in " -/"
            joined.append(" " if is_latin else "")
        joined.append(after)
    return "".join(joined)
