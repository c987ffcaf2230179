"""Finding patterns and words in a text without trying all of them at every character."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator


def matches_from(starts: re.Pattern[str], pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield what `pattern.finditer(text)` yields, none of which is empty.

    `starts` matches one character, at least wherever a match begins. Where it begins with a set of
    characters, `re` looks for these at the speed of native code.
    """
    end = 0
    for start in starts.finditer(text):
        at = start.start()
        if at >= end and (match := pattern.match(text, at)) is not None:
            end = match.end()
            yield match


def sizes_by_first(words: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return the lengths of words by their first character, the longest first: what a text may have there."""
    return _sizes((word[0], len(word)) for word in words)


def sizes_by_last(words: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return the lengths of words by their last character, the longest first."""
    return _sizes((word[-1], len(word)) for word in words)


def _sizes(pairs: Iterable[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {}
    for char, size in pairs:
        found.setdefault(char, set()).add(size)
    return {char: tuple(sorted(sizes, reverse=True)) for char, sizes in found.items()}
