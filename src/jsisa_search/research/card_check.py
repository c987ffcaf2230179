"""Whether the file and the passage of an evidence card are still what the card says; no index is needed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from jsisa_search.errors import EvidenceError, PageError
from jsisa_search.model import Plain, Release
from jsisa_search.research.evidence import (
    CARD_FORMAT,
    CARD_VERSION,
    CardPassage,
    card_passage,
    hash_file,
)
from jsisa_search.research.passages import Passage, passages_of
from jsisa_search.surrogates import without_surrogates
from jsisa_search.translation import gettext as tr

FileState = Literal["same", "changed", "missing", "none"]
PassageState = Literal["same", "moved", "changed", "missing", "unread"]

#: Bytes of a card; larger ones are none.
MAX_CARD_BYTES = 16 << 20

# A card within its page of HTML.
_IN_PAGE = re.compile(rb'<script type="application/json" id="card">(.*?)</script>', re.DOTALL)

# Likeness in percent from which another passage is what became of the one on the card.
_LEAST_LIKENESS = 60

# Facts of a release that come from its file alone; those of its date may depend on the settings of an index.
_FACTS = ("title", "source", "publisher", "author", "issuer", "document_number", "url")


@dataclass(frozen=True, slots=True)
class Discrepancy(Plain):
    """A fact that the card and the file have otherwise."""

    name: str
    card: Any
    file: Any


@dataclass(frozen=True, slots=True)
class CardCheck(Plain):
    """What a card says, compared with the file at `path`.

    `file` is `same` where all of its bytes are, and `none` for a card of a release without one. `passage` is
    `same` where the passage is at its place, `moved` where it is elsewhere, `changed` where the likest
    passage, `found`, is another, `unread` where the file can't be read for `reason`.
    `is_quotation_right` says whether the quotation is where the card says in its passage.
    """

    path: str
    file: FileState
    passage: PassageState
    is_quotation_right: bool
    sha256: str | None = None
    size: int | None = None
    found: str | None = None
    found_line: int | None = None
    discrepancies: tuple[Discrepancy, ...] = ()
    reason: str | None = None

    @property
    def is_right(self) -> bool:
        """Whether everything is as the card says."""
        return (
            self.file == "same"
            and self.passage == "same"
            and self.is_quotation_right
            and not self.discrepancies
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the fields, and whether all is right."""
        return {"is_right": self.is_right} | super(CardCheck, self).to_dict()


def read_card(content: bytes, name: str) -> dict[str, Any]:
    """Return the JSON values of a card, which may be in its page of HTML, with their form checked.

    Raises `EvidenceError`, which names `name`.
    """
    in_page = _IN_PAGE.search(content)
    try:
        card = json.loads((in_page[1] if in_page else content).decode("utf-8-sig"))
        if not isinstance(card, dict) or card.get("format") != CARD_FORMAT:
            raise ValueError(tr("it has another format"))
        if card.get("version") != CARD_VERSION:
            raise ValueError(tr("it is of version {version}").format(version=card.get("version")))
        _check_form(card)
    except (ValueError, RecursionError) as error:
        raise EvidenceError(
            tr("{name} is no evidence card that this version reads ({reason})").format(
                name=name, reason=error
            )
        ) from error
    return card


def _check_form(card: Mapping[str, Any]) -> None:
    """Raise `ValueError` for a value of a wrong type among those that are compared."""
    passage, file, release = card.get("passage"), card.get("file"), card.get("release")
    wanted: list[tuple[str, object, type | tuple[type, ...]]] = [
        ("quotation", card.get("quotation"), str),
        ("start", card.get("start"), int),
        ("end", card.get("end"), int),
        ("passage", passage, dict),
        ("release", release, dict),
        ("file", file, (dict, type(None))),
    ]
    if isinstance(passage, dict):
        wanted.append(("passage.text", passage.get("text"), str))
    if isinstance(file, dict):
        wanted += [(f"file.{name}", file.get(name), str) for name in ("path", "member", "sha256")]
        wanted.append(("file.size", file.get("size"), int))
    for name, value, kind in wanted:
        if not isinstance(value, kind) or isinstance(value, bool):
            raise ValueError(tr("{name} is missing, or of a wrong type").format(name=name))


def check_card(card: Mapping[str, Any], path: Path | None = None) -> CardCheck:
    """Compare a card, from `read_card` or `Evidence.to_dict`, with its file, or with the one at `path`.

    The file is read twice: its bytes for their hash, and its text for the passage.
    """
    file, text = card["file"], card["passage"]["text"]
    start, end = card["start"], card["end"]
    is_right = 0 <= start < end <= len(text) and text[start:end] == card["quotation"]
    if file is None:
        return CardCheck(card["release"].get("path") or "", "none", "unread", is_right)
    path = path or Path(file["path"])
    try:
        size, sha256 = hash_file(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return CardCheck(str(path), "missing", "unread", is_right, reason=reason)
    is_same = (size, sha256) == (file["size"], file["sha256"])
    state: FileState = "same" if is_same else "changed"
    try:
        release = _read(f"{path}{file['member']}")
    except PageError as error:
        return CardCheck(str(path), state, "unread", is_right, sha256, size, reason=str(error))
    passage = _nearest(release, card["passage"])
    found = card_passage(release, passage) if passage else None
    return CardCheck(
        path=str(path),
        file=state,
        passage=_state(card["passage"], found),
        is_quotation_right=is_right,
        sha256=sha256,
        size=size,
        found=without_surrogates(found.text) if found else None,
        found_line=found.line if found else None,
        discrepancies=_discrepancies(card, release, found),
    )


def _read(path: str) -> Release:
    from jsisa_search.page import read_release

    return read_release(path)


def _state(card: Mapping[str, Any], found: CardPassage | None) -> PassageState:
    if found is None:
        return "missing"
    if without_surrogates(found.text) != card["text"]:
        return "changed"
    is_there = (found.line, found.paragraph) == (card.get("line"), card.get("paragraph"))
    return "same" if is_there else "moved"


def _nearest(release: Release, card: Mapping[str, Any]) -> Passage | None:
    """Return the passage of the card, the nearest one where there are several, or else the likest."""
    passages = list(passages_of(release))
    texts = [without_surrogates(each.text) for each in passages]
    same = [each for each, text in zip(passages, texts, strict=True) if text == card["text"]]
    if same:
        return min(same, key=lambda each: _distance(each, card))
    from rapidfuzz import fuzz, process

    best = process.extractOne(card["text"], texts, scorer=fuzz.ratio, score_cutoff=_LEAST_LIKENESS)
    return passages[best[2]] if best else None


def _distance(passage: Passage, card: Mapping[str, Any]) -> tuple[bool, int, int]:
    """Return how far a passage is from the place on the card: by its kind, its line, then its paragraph."""
    ordinal = passage.paragraph.ordinal if passage.paragraph else None
    return (
        passage.kind != card.get("kind"),
        _apart(passage.line, card.get("line")),
        _apart(ordinal, card.get("paragraph")),
    )


def _apart(one: object, other: object) -> int:
    return abs(one - other) if isinstance(one, int) and isinstance(other, int) else 0


def _discrepancies(
    card: Mapping[str, Any], release: Release, found: CardPassage | None
) -> tuple[Discrepancy, ...]:
    """Return the facts of the release, and of the passage where it is there, that the file has otherwise."""
    pairs = [(name, card["release"].get(name), getattr(release, name)) for name in _FACTS]
    if found is not None:
        on_card = card["passage"]
        pairs += [(name, on_card.get(name), value) for name, value in found.to_dict().items()]
    found_values = ((name, one, _as_on_card(other)) for name, one, other in pairs)
    return tuple(Discrepancy(name, one, other) for name, one, other in found_values if one != other)


def _as_on_card(value: Any) -> Any:
    """Return a fact of a file as an index, and so a card, has it."""
    return without_surrogates(value) if isinstance(value, str) else value
