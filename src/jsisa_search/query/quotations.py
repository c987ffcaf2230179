"""Quotations in folded text: where one ends, and which quotation marks have no partner."""

from __future__ import annotations

from collections.abc import Iterator

from jsisa_search.query.rules import closing_marks


def quotation_end(text: str, at: int) -> int | None:
    """Return the index of the mark that closes what the mark at `at` opens, `None` where there is none.

    A straight mark that is doubled belongs to what is quoted.
    """
    closing = closing_marks().get(text[at])
    if closing is None:
        return None
    end = text.find(closing, at + 1)
    while closing == '"' and end >= 0 and text.startswith('""', end):
        end = text.find(closing, end + 2)
    return end if end >= 0 else None


def marks_alone(text: str) -> Iterator[int]:
    """Yield the index of each quotation mark in `text` that has no partner."""
    marks = {*closing_marks(), *closing_marks().values()}
    at = 0
    while at < len(text):
        if text[at] in marks:
            end = quotation_end(text, at)
            if end is None:
                yield at
            else:
                at = end
        at += 1
