"""What is concluded of one quotation: a verdict and the pieces of passages it rests on; the thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jsisa_search.package_data import load_toml
from jsisa_search.research.check.aligning import Alignment, Edit
from jsisa_search.research.check.report import Verdict


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage beside letters of a quotation: where both are, and the edits between them."""

    doc: int
    alignment: Alignment
    edited: tuple[Edit, ...]

    @classmethod
    def of(cls, doc: int, edited: Sequence[Edit]) -> Piece:
        """Return the piece that some edits in a row are."""
        quoted = edited[0].quoted[0], edited[-1].quoted[1]
        passage = edited[0].passage[0], edited[-1].passage[1]
        changed = sum(
            max(edit.quoted[1] - edit.quoted[0], edit.passage[1] - edit.passage[0])
            for edit in edited
            if not edit.is_equal
        )
        return cls(doc, Alignment(quoted, passage, changed), tuple(edited))

    def moved(self, by: int) -> Piece:
        """Return the piece for a quotation with so many more letters before."""
        edited = tuple(each.moved(by) for each in self.edited)
        first, last = self.alignment.quoted
        alignment = Alignment((first + by, last + by), self.alignment.passage, self.alignment.distance)
        return Piece(self.doc, alignment, edited)

    @property
    def likeness(self) -> float:
        """How like the passage is to its letters of the quotation."""
        return self.alignment.likeness


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, the pieces it rests on, and how many passages have the quotation as it is."""

    verdict: Verdict
    pieces: tuple[Piece, ...] = ()
    count: int = 0


@cache
def limits() -> dict[str, Any]:
    """Return the thresholds of `data/check.toml`."""
    found: dict[str, Any] = load_toml("jsisa_search.research", "check")["limits"]
    return found
