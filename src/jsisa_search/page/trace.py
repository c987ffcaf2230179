"""Why a page was read as it was: what was taken by which rule, what was left out, what is doubtful."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jsisa_search.model import Release

DoubtKind = Literal["no title", "no date", "no text", "replacement characters", "several releases"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One decision: what was taken (`title`, `published`) or `left out`, its text, why and where.

    `place` names the element (`div#main > p`) or the name under which the format states it; `line` is the
    1-based line of the file.
    """

    what: str
    text: str
    rule: str
    place: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something about a page that was read which a reader of the index should look at."""

    kind: DoubtKind
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A release with the reasons for it, and what is doubtful about it."""

    release: Release
    findings: tuple[Finding, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def shorten(text: str, length: int = 40) -> str:
    """Return the beginning of `text`, with … where something is left out."""
    return text if len(text) <= length else text[:length] + "…"
