"""What a check of a draft reports: plain values, complete for JSON, for pages and for documents."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal, get_args

from jsisa_search.model import Hit, Plain, Range

QuoteKind = Literal["quotation", "block", "title", "number", "figure", "sentence", "word"]
Verdict = Literal[
    "exact",
    "exact but for punctuation",
    "exact but for notation",
    "exact but for omissions",
    "altered",
    "pieced together",
    "not found",
]
DifferenceKind = Literal["figure", "name", "word", "notation", "omission", "punctuation"]
ClaimKind = Literal["date", "source", "period", "change"]

#: From the best to the worst.
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


@dataclass(frozen=True, slots=True)
class DraftParagraph(Plain):
    """A paragraph of a draft; `line` is that of the file, in Word documents the number of the paragraph."""

    text: str
    line: int
    is_block_quotation: bool = False


@dataclass(frozen=True, slots=True)
class Difference(Plain):
    """What a draft has otherwise than a passage, character by character.

    `draft` are `[start, end)` characters of `CheckedItem.text`, `passage` those of the text of the hit; one
    of them may be empty. `before` is what the passage has and `after` what the draft has instead: of figures
    and names the whole of them. A `notation` is a number of the same value; an `omission` has the mark of the
    draft instead of what it leaves out.
    """

    kind: DifferenceKind
    draft: Range
    passage: Range
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CheckedPassage(Plain):
    """A passage of the index on which a verdict rests.

    `range` are the characters of `hit.text` that were compared with the characters `quoted` of
    `CheckedItem.text`; `likeness` is 1 where both have the same letters and digits in the same order, and 0
    where they have none in common. `differences` begin with figures and names.
    """

    hit: Hit
    range: Range
    quoted: Range
    likeness: float
    differences: tuple[Difference, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return Plain.to_dict(self) | {"likeness": round(self.likeness, 3)}


@dataclass(frozen=True, slots=True)
class Claim(Plain):
    """What a draft states beside a quotation or figure, at `[start, end)` of the paragraph.

    A `date` or `source`, the `period` of a figure, or how it changed: against what, up or down. `stated` is
    what the release has; `is_right` is `None` where it has neither a date nor a source.
    """

    kind: ClaimKind
    text: str
    start: int
    end: int
    stated: str | None
    is_right: bool | None


@dataclass(frozen=True, slots=True)
class CheckedItem(Plain):
    """Something that a draft quotes, at `[start, end)` of paragraph number `paragraph`, from 0 on.

    `passages` are those it rests on, one for each piece of what was pieced together; where it was not found,
    the nearest, if any is near. `passage_count` is how many passages have it as it is. A `word` has so few
    characters that it is a term in quotation marks rather than a quotation: it does not count for
    `DraftReport.is_right`.
    """

    kind: QuoteKind
    text: str
    paragraph: int
    start: int
    end: int
    verdict: Verdict
    passages: tuple[CheckedPassage, ...] = ()
    claims: tuple[Claim, ...] = ()
    passage_count: int = 0

    @property
    def is_right(self) -> bool:
        """Whether it is exact, and nothing that is stated beside it is wrong."""
        return self.verdict == "exact" and all(claim.is_right is not False for claim in self.claims)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values, and whether it is right."""
        return Plain.to_dict(self) | {"is_right": self.is_right}


@dataclass(frozen=True, slots=True)
class DraftReport(Plain):
    """All that a draft quotes, in its order, with a verdict on each, and the text of the draft."""

    name: str
    paragraphs: tuple[DraftParagraph, ...]
    items: tuple[CheckedItem, ...]
    took_ms: float = 0.0

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many items have each verdict, words aside."""
        found = Counter(item.verdict for item in self.items if item.kind != "word")
        return {verdict: found[verdict] for verdict in VERDICTS}

    @property
    def is_right(self) -> bool:
        """Whether everything but words is exact, with what is stated beside it."""
        return all(item.is_right for item in self.items if item.kind != "word")

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values, with the counts."""
        head = {"name": self.name, "is_right": self.is_right, "counts": dict(self.counts)}
        return head | Plain.to_dict(self) | {"took_ms": round(self.took_ms, 3)}
