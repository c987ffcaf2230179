"""Numbers of official documents (文号) as people type them: 国发〔2019〕5号, 国发2019 5号."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from jsisa_search.query.parser.notation import load_syntax


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A document number: the letters of the office and the kind (国办函), the year, and the number in it."""

    letters: str
    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.series}{self.number}号"

    @property
    def series(self) -> NumberSeries:
        """All numbers of its letters and year."""
        return NumberSeries(self.letters, self.year)

    @property
    def forms(self) -> tuple[str, ...]:
        """The folded forms that pages print, the official one first: any brackets, with 第 or without."""
        return tuple(
            f"{series}{ordinal}{self.number}号" for ordinal in ("", "第") for series in self.series.forms
        )


@dataclass(frozen=True, slots=True)
class NumberSeries:
    """All document numbers of an office and a kind in a year."""

    letters: str
    year: int

    def __str__(self) -> str:
        return f"{self.letters}〔{self.year}〕"

    @property
    def has_kind(self) -> bool:
        """Whether the letters are surely those of documents: 国发, but not 江苏."""
        rules = load_syntax()["document_number"]
        return self.letters.endswith(tuple(rules["letters"])) or any(
            kind in self.letters for kind in rules["kinds"]
        )

    @property
    def forms(self) -> tuple[str, ...]:
        """What the numbers begin with on pages, the official form first: any brackets."""
        brackets = load_syntax()["document_number"]["brackets"]
        return tuple(f"{self.letters}{pair[0]}{self.year}{pair[1]}" for pair in brackets)


def read_number(folded: str) -> DocumentNumber | None:
    """Return the document number that a folded text is; `None` for any other text."""
    match = _pattern().fullmatch(folded.strip())
    return _number_of(match) if match and _is_number(match) else None


def read_series(folded: str) -> NumberSeries | None:
    """Return the document numbers of a year that a folded text names; `None` for any other text.

    Without brackets only letters that end documents' numbers do: 国发2019, but not 台风2019.
    """
    match = _series_pattern().fullmatch(folded.strip())
    if match is None:
        return None
    series = NumberSeries(match["letters"], int(match["bracketed"] or match["bare"]))
    return series if match["bracketed"] or series.has_kind else None


def number_end(folded: str, at: int) -> int | None:
    """Return where the document number that begins at `at` in a folded text ends; `None` for none."""
    match = _pattern().match(folded, at)
    return match.end() if match and _is_number(match) else None


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(load_syntax()["document_number"]["whole"], re.VERBOSE)


@cache
def _series_pattern() -> re.Pattern[str]:
    return re.compile(load_syntax()["document_number"]["series"], re.VERBOSE)


def _is_number(match: re.Match[str]) -> bool:
    """Return whether enough of a number is written that it is surely one: 江苏(2022)15 is none."""
    series = _number_of(match).series
    if match["bracketed"]:
        return bool(match["end"]) or series.has_kind
    # Without brackets, something has to separate the year from the number.
    return series.has_kind and bool(match["end"]) and bool(match["gap"])


def _number_of(match: re.Match[str]) -> DocumentNumber:
    year = match["bracketed"] or match["bare"]
    return DocumentNumber(match["letters"], int(year), int(match["number"]))
