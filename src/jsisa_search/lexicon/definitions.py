"""Abbreviations that texts define themselves: 澄川市网格化服务管理中心（以下简称“网格中心”）."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice

from jsisa_search.analysis import fold, is_indexed
from jsisa_search.lexicon.full_name import full_name_before
from jsisa_search.lexicon.rules import load_rules

# Characters of a text that are looked at on either side of an abbreviation for its sentence.
_SENTENCE_REACH = 150

_SENTENCE_END = re.compile(r"[。！？!?；;\n\r]")

# Definitions in one text that are looked at: each costs as much as a hundred characters.
_MAX_IN_TEXT = 100

# Blanks where people set some; more of them would let a hostile text cost more than its length.
_GAP = r"\s{0,2}"

# What parts the abbreviation from what follows where nothing encloses it.
_PLAIN = r"[^\s“”\"‘’「」『』《》（）()〔〕\[\]，,。；;：:、！!？?]"


@dataclass(frozen=True, slots=True)
class Definition:
    """`short` is what a text calls `full` from then on; `sentence` is where it says so."""

    short: str
    full: str
    sentence: str


def count_definitions(texts: Iterable[str]) -> Counter[Definition]:
    """Return the abbreviations that `texts` define, each with the number of texts that say it so.

    One whose full name contains it (《方案》, 领导小组) is left out: whoever looks for it finds the full
    name anyway, and in the next release it stands for something else. Takes time linear in the texts.
    """
    likely = (text for text in texts if "称" in text or "稱" in text)
    return Counter(chain.from_iterable(dict.fromkeys(_definitions_in(text)) for text in likely))


def distinct_definitions(definitions: Iterable[Definition]) -> tuple[Definition, ...]:
    """Return one definition a pair of names, in their order: the one with the shortest sentence."""
    found: dict[tuple[str, str], Definition] = {}
    for each in sorted(
        definitions, key=lambda each: (each.short, each.full, len(each.sentence), each.sentence)
    ):
        found.setdefault((fold(each.short), fold(each.full)), each)
    return tuple(found.values())


def _definitions_in(text: str) -> Iterator[Definition]:
    # Folding is one to one: what is found in the folded text is cut from the original.
    folded = fold(text)
    for match in islice(_pattern().finditer(folded), _MAX_IN_TEXT):
        start, end = match.span(match.lastgroup or 0)
        if folded[start] == "《" and folded[end - 1] == "》":
            start, end = start + 1, end - 1
        short = folded[start:end]
        is_bracketed = match["open"] is not None
        span = full_name_before(folded, match.start(), short, is_bracketed=is_bracketed)
        if span is None or short in folded[slice(*span)] or not is_indexed(short):
            continue
        yield Definition(text[start:end], text[slice(*span)], _sentence(text, span[0], match.end()))


@cache
def _pattern() -> re.Pattern[str]:
    """Return the expression for a definition in folded text, from the bracket or comma on."""
    rules = load_rules("definitions")
    markers = "|".join(map(re.escape, rules["markers"]))
    links = "|".join(map(re.escape, {fold(link) for link in rules["links"]}))
    size = f"{{{rules['min_short']},{rules['max_short']}}}"
    quoted = "|".join(
        f"{before}(?P<{name}>[^{before}{after}\\n]{size}){after}"
        for name, before, after in (
            ("curly", "“", "”"),
            ("straight", '"', '"'),
            ("corner", "「", "」"),
            ("title", "《", "》"),
        )
    )
    plain = f"(?P<plain>{_PLAIN}{size}?)(?={_GAP}[)〕\\],。;])"
    return re.compile(
        rf"(?:(?P<open>[(〔\[])|[,、]){_GAP}(?:{markers}){_GAP}(?:{links})?{_GAP}(?:{quoted}|{plain})"
    )


def _sentence(text: str, start: int, end: int) -> str:
    """Return the sentence of `text` around a range, cut off where it goes on for too long."""
    before = text[max(start - _SENTENCE_REACH, 0) : start]
    after = text[end : end + _SENTENCE_REACH]
    ends = [match.end() for match in _SENTENCE_END.finditer(before)]
    if ends:
        before = before[ends[-1] :]
    if first := _SENTENCE_END.search(after):
        after = after[: first.end()]
    return (before + text[start:end] + after).strip()
