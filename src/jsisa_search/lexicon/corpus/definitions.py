"""Abbreviations that texts define, and where the full name begins."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, chain, islice
from typing import Any, Self

from jsisa_search.analysis import FoldedText, default_segmenter, fold, is_indexed
from jsisa_search.lexicon import load_rules
from jsisa_search.model import Plain, Range

# Closing characters with their opening ones; a pair inside a name is part of it: 太原钢铁(集团)有限公司.
_OPENING = {")": "(", "〕": "〔", "]": "[", "》": "《", "”": "“", "」": "「", "』": "『"}

# Ends of a clause; no name crosses one.
_CLAUSE_ENDS = frozenset("。,;:!?、") | frozenset(_OPENING.values())

# Before a title that is the last of several.
_AFTER_TITLE = re.compile("》[和与及、]?$")

# Pairs whose content is the name if they are directly before the bracket.
_TITLE_ENDS = frozenset("》”」』")


def full_name_before(folded: str, end: int, short: str, *, is_bracketed: bool) -> Range | None:
    """Return the range of `folded` before `end` that `short` abbreviates, or `None`.

    `folded` and `short` are folded. In order of trust: a title or quotation that ends there; the
    words that contain the characters of `short` in order, with what belongs to them on the left; else,
    in brackets only, the words back to one that no name has.
    """
    while end and folded[end - 1].isspace():
        end -= 1
    floor = max(end - _rules()["max_full"], 0)
    if end and folded[end - 1] in _TITLE_ENDS:
        return _title_before(folded, end, floor)
    clause = Clause.before(folded, end, floor)
    start = clause.aligned_start(short)
    if start is not None and not clause.is_name(start):
        start = None
    if start is None and short[:1] in _rules()["numerals"]:
        return None
    if not is_bracketed and (start is None or end - start > _rules()["max_stretch"] * len(short)):
        return None
    start = clause.extended_start(end if start is None else start)
    return (start, end) if end - start > len(short) else None


def _title_before(folded: str, end: int, floor: int) -> Range | None:
    """Return the range of the title or quotation that ends at `end`; `None` for a list of several."""
    start = _opening_of(folded, end - 1, floor)
    if start < 0 or _AFTER_TITLE.search(folded, max(start - 2, 0), start):
        return None
    # The marks of 《…》 are part of the title, those of a quotation are not.
    span = (start, end) if folded[end - 1] == "》" else (start + 1, end - 1)
    return span if span[1] - span[0] > 2 else None


@dataclass(frozen=True, slots=True)
class Clause:
    """The end of a clause as words with their offsets in `folded`; `inner` are the offsets inside pairs."""

    folded: str
    start: int
    end: int
    words: tuple[tuple[int, str], ...]
    inner: frozenset[int]

    @classmethod
    def before(cls, folded: str, end: int, floor: int) -> Self:
        """Return the clause that ends at `end`; it begins at `floor` or later."""
        start = end
        inner: set[int] = set()
        while start > floor and folded[start - 1] not in _CLAUSE_ENDS:
            opening = start - 1
            if folded[opening] in _OPENING:
                opening = _opening_of(folded, start - 1, floor)
                if opening < 0:
                    break
                inner.update(range(opening, start))
            start = opening
        words = default_segmenter().cut(folded[start:end])
        offsets = accumulate(map(len, words), initial=start)
        return cls(folded, start, end, tuple(zip(offsets, words, strict=False)), frozenset(inner))

    def aligned_start(self, short: str) -> int | None:
        """Return the start of the shortest suffix that contains the characters of `short` in order."""
        place = self.end
        for char in reversed(short):
            place = self.folded.rfind(char, self.start, place)
            if place < 0:
                return None
        return place

    def is_name(self, start: int) -> bool:
        """Return whether every word from `start` on can be part of a name."""
        stops, _ = _word_sets()
        return not any(
            word in stops and offset not in self.inner for offset, word in self.words if offset >= start
        )

    def extended_start(self, sure: int) -> int:
        """Return the start of the name whose part from `sure` on is certain."""
        stops, joins = _word_sets()
        start = sure
        for offset, word in reversed(self.words):
            # The word that contains `sure` is part of the name in any case.
            is_torn = offset + len(word) > start
            if offset >= start:
                continue
            if (word in stops or word in joins) and not is_torn and offset not in self.inner:
                break
            # A name that the dictionary lacks is often segmented together with a preceding preposition.
            is_guessed = word[0] in stops and not default_segmenter().has_word(word)
            start = min(offset + is_guessed, start)
        while start < self.end and self.folded[start].isspace():
            start += 1
        return start


def _opening_of(folded: str, close: int, floor: int) -> int:
    """Return the start of the pair that ends at `close`, -1 if it does not begin after `floor`."""
    opening = _OPENING[folded[close]]
    depth = 0
    for place in range(close, floor - 1, -1):
        depth += (folded[place] == folded[close]) - (folded[place] == opening)
        if not depth:
            return place
    return -1


def _rules() -> dict[str, Any]:
    return load_rules("definitions")


@cache
def _word_sets() -> tuple[frozenset[str], frozenset[str]]:
    """Return the words that no name contains, and those it has only in its middle; folded."""
    rules = _rules()
    return frozenset(map(fold, rules["stops"])), frozenset(map(fold, rules["joins"]))


# Characters on either side of an abbreviation searched for the bounds of its sentence.
_SENTENCE_REACH = 150

_SENTENCE_END = re.compile("[。！？!?；;]")
_LINE_END = re.compile("[\n\r\t]")

# Maximum definitions per text: each costs as much as a hundred characters.
_MAX_IN_TEXT = 100

# Spaces where people put some; without a limit a hostile text would cost more than its length.
_GAP = r"\s{0,2}"

# Separators after an abbreviation that is not enclosed.
_PLAIN = r"[^\s“”\"‘’「」『』《》（）()〔〕\[\]，,。；;：:、！!？?]"


@dataclass(frozen=True, slots=True)
class Definition(Plain):
    """`short` is what a text calls `full` from then on; `sentence` is where it says so."""

    short: str
    full: str
    sentence: str


def count_definitions(texts: Iterable[str]) -> Counter[Definition]:
    """Return the abbreviations that `texts` define, each with the number of texts that contain the sentence.

    One whose full name contains it (《方案》, 领导小组) is left out: a search for it finds the full
    name anyway, and in the next release it means something else. Takes time linear in the texts.
    """
    likely = (text for text in texts if "称" in text or "稱" in text)
    return Counter(chain.from_iterable(dict.fromkeys(_definitions_in(text)) for text in likely))


def distinct_definitions(definitions: Iterable[Definition]) -> tuple[Definition, ...]:
    """Return one definition per pair of names, in order: the one with the shortest sentence."""
    found: dict[tuple[str, str], Definition] = {}
    for each in sorted(
        definitions, key=lambda each: (each.short, each.full, len(each.sentence), each.sentence)
    ):
        found.setdefault((fold(each.short), fold(each.full)), each)
    return tuple(found.values())


def _definitions_in(text: str) -> Iterator[Definition]:
    """Yield the definitions of a text; none crosses a line end or a tab, which folding takes for a blank."""
    found = chain.from_iterable(map(_definitions_in_line, _LINE_END.split(text)))
    yield from islice(found, _MAX_IN_TEXT)


def _definitions_in_line(text: str) -> Iterator[Definition]:
    of_original = FoldedText.of(text)
    folded = of_original.text
    for match in islice(_pattern().finditer(folded), _MAX_IN_TEXT):
        start, end = match.span(match.lastgroup or 0)
        if folded[start] == "《" and folded[end - 1] == "》":
            start, end = start + 1, end - 1
        short = folded[start:end]
        is_bracketed = match["open"] is not None
        span = full_name_before(folded, match.start(), short, is_bracketed=is_bracketed)
        if span is None or short in folded[slice(*span)] or not is_indexed(short):
            continue
        named, full = of_original.original_range(start, end), of_original.original_range(*span)
        last = of_original.original_range(*match.span())[1]
        yield Definition(text[slice(*named)], text[slice(*full)], _sentence(text, full[0], last))


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
    """Return the sentence of `text` around a range, truncated if it is too long."""
    before = text[max(start - _SENTENCE_REACH, 0) : start]
    after = text[end : end + _SENTENCE_REACH]
    ends = [match.end() for match in _SENTENCE_END.finditer(before)]
    if ends:
        before = before[ends[-1] :]
    if first := _SENTENCE_END.search(after):
        after = after[: first.end()]
    return (before + text[start:end] + after).strip()
