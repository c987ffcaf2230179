"""Marks of several texts that are shown together, such as the paragraphs of a release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jsisa_search import Index
from jsisa_search.model import Mark


@dataclass(frozen=True, slots=True)
class Query:
    """What is marked: a query, whether with synonyms, and the wordings that they are not to add."""

    text: str
    synonyms: bool = True
    leaving_out: tuple[str, ...] = ()


# Between texts: a line end, which no word contains.
_BETWEEN = "\n"


def mark_together(
    index: Index, query: Query, groups: Sequence[Sequence[str]]
) -> list[list[tuple[Mark, ...]]]:
    """Return the marks of each text of each group.

    A word that occurs in one text of a group is not marked by its parts in another: 网格 is no match of
    网格化 beside a paragraph that has it. Raises `ArgumentError` and `LexiconError`.
    """
    joined = [_BETWEEN.join(texts) for texts in groups]
    marks = index.mark(query.text, joined, synonyms=query.synonyms, leaving_out=query.leaving_out)
    return [_parted(texts, found) for texts, found in zip(groups, marks, strict=True)]


def _parted(texts: Sequence[str], marks: Sequence[Mark]) -> list[tuple[Mark, ...]]:
    """Return the marks of the joined texts as those of each text."""
    parts: list[tuple[Mark, ...]] = []
    start = at = 0
    for text in texts:
        end = start + len(text)
        own: list[Mark] = []
        while at < len(marks) and marks[at][0] < end:
            first, last, word = marks[at]
            if max(first, start) < min(last, end):
                own.append((max(first, start) - start, min(last, end) - start, word))
            if last > end:  # it goes on in the next text
                break
            at += 1
        parts.append(tuple(own))
        start = end + len(_BETWEEN)
    return parts
