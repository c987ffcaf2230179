"""What of the strings that texts repeat is a set phrase: neither a name, a date nor a part of a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from jsisa_search.package_data import load_toml
from jsisa_search.page.rules import load_rules
from jsisa_search.research.trend.candidates import PhraseKind

_FOREIGN_LENGTH = 4


@dataclass(frozen=True, slots=True)
class _Rules:
    """The rules of `phrases.toml`, as they are asked."""

    begins: tuple[str, ...]
    clause_begins: tuple[str, ...]
    clause_ends: tuple[str, ...]
    ends: tuple[str, ...]
    media: re.Pattern[str]
    counted: re.Pattern[str]
    person: re.Pattern[str]
    foreign: re.Pattern[str]


def is_set_phrase(text: str, kind: PhraseKind) -> bool:
    """Return whether a candidate may be a set phrase, by its text alone."""
    rules = _rules()
    if rules.counted.fullmatch(text) or rules.media.search(text):
        return False
    if kind == "quotation":
        return True
    if text.startswith(rules.begins) or text.endswith(rules.ends) or rules.person.fullmatch(text):
        return False
    if kind == "clause":
        return not (text.startswith(rules.clause_begins) or text.endswith(rules.clause_ends))
    return rules.foreign.fullmatch(text) is None


def is_quoted_enough(text: str, quoted: int, passages: int) -> bool:
    """Return whether a quotation is in marks often enough to be a coinage; longer ones always are."""
    given = load_toml("jsisa_search.research", "phrases")
    least: float = given["least_quoted"]
    return len(text) > given["short_quotation"] or quoted >= passages * least


@cache
def _rules() -> _Rules:
    given: dict[str, Any] = load_toml("jsisa_search.research", "phrases")
    offices, surnames = "|".join(given["offices"]), load_rules("labeller")["surnames"] + given["surnames"]
    sounds = "".join(given["sounds"])
    return _Rules(
        tuple(given["begins"]),
        tuple(given["clause_begins"]),
        tuple(given["clause_ends"]),
        tuple(given["ends"]),
        re.compile("|".join(map(re.escape, given["media"]))),
        re.compile(given["counted"].strip()),
        re.compile(f".*(?:{offices})[{surnames}].{{1,2}}"),
        re.compile(f"[{sounds}]{{{_FOREIGN_LENGTH}}}"),
    )
