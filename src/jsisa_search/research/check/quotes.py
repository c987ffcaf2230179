"""What a draft quotes: quotations, titles, document numbers and figures; and its sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from jsisa_search.analysis import FoldedText
from jsisa_search.analysis.boundaries import SCALES
from jsisa_search.figures.numbers import Number, find_numbers
from jsisa_search.model import Range
from jsisa_search.package_data import load_toml
from jsisa_search.page.lines import Line
from jsisa_search.research.check.judgement import limits
from jsisa_search.research.check.lettered import Lettered
from jsisa_search.research.check.report import QuoteKind
from jsisa_search.search.results.sentences import Boundaries

_PAIRS = {"“": "”", "‘": "’", "「": "」", "『": "』", "〝": "〞", "《": "》", '"': '"', "＂": "＂"}
_TITLES = "《"
_STRAIGHT = '"＂'
_HAN_BEFORE = re.compile(r"[\u4e00-\u9fff]{1,12}$")
# Classes of units: how long or how old something is, is no figure of a draft.
_NO_FIGURES = frozenset({"time", "rank"})
_BLANK = " \t\u3000\u00a0"


class Quote(NamedTuple):
    """Something quoted: its kind, and where it is in a paragraph, without the marks around it."""

    kind: QuoteKind
    paragraph: int
    start: int
    end: int


def find_quotes(lines: Sequence[Line], *, every_sentence: bool = False) -> Iterator[Quote]:
    """Yield what the paragraphs of a draft quote, in order.

    Of quotations within quotations, and of titles, numbers and figures within them, the outermost. With
    `every_sentence` each sentence comes too, after what it quotes.
    """
    for number, line in enumerate(lines):
        following = lines[number + 1].text if number + 1 < len(lines) else ""
        found = list(_in_paragraph(line, number, following))
        if every_sentence and not line.is_quoted:
            found += _sentences(line.text, number, [(each.start, each.end) for each in found])
        yield from sorted(found, key=lambda each: (each.start, -each.end))


def _in_paragraph(line: Line, number: int, following: str) -> Iterator[Quote]:
    if line.is_quoted:
        for start, end in _parts(line.text, (0, len(line.text))):
            yield Quote("block", number, start, end)
        return
    taken: list[Range] = []
    for mark, start, end in _enclosed(line.text, following):
        taken.append((start, end))
        for span in _parts(line.text, (start, end)):
            letters = len(Lettered(line.text[slice(*span)]))
            if letters:
                yield Quote(_kind(mark, letters), number, *span)
    for start, end in _numbers(line.text):
        if not _overlaps((start, end), taken):
            taken.append((start, end))
            yield Quote("number", number, start, end)
    for start, end in _figures(line.text):
        if not _overlaps((start, end), taken):
            yield Quote("figure", number, start, end)


def _kind(mark: str, letters: int) -> QuoteKind:
    if mark in _TITLES:
        return "title"
    return "quotation" if letters >= limits()["word"] else "word"


def _overlaps(span: Range, others: Iterable[Range]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _parts(text: str, span: Range) -> Iterator[Range]:
    """Yield a range, of a very long one its sentences: each is then looked for by itself."""
    start, end = span
    if end - start <= limits()["longest"]:
        yield span
        return
    for first, last in Boundaries(text[start:end], (), 0).sentences():
        for at in range(first, last, limits()["longest"]):
            yield start + at, start + min(at + limits()["longest"], last)


# Quotation marks


def _enclosed(text: str, following: str) -> Iterator[tuple[str, int, int]]:
    """Yield the opening mark and the inner range of what is in marks, the outermost only."""
    opened: list[tuple[str, int]] = []
    for at, char in enumerate(text):
        inner = opened[-1][0] if opened else ""
        if opened and _closes(text, at, opened):
            while opened[-1][0] != _opening(text, at, opened):
                opened.pop()
            mark, start = opened.pop()
            if not opened:
                yield mark, start, at
        elif _opens(text, at, inner):
            opened.append((char, at + 1))
    if opened:
        mark, start = opened[0]
        yield mark, start, _end_of_open(text, start, following.lstrip(_BLANK).startswith(mark))


def _opening(text: str, at: int, opened: Sequence[tuple[str, int]]) -> str:
    """Return the mark that the one at a place closes; empty for none."""
    char = text[at]
    for mark, _ in reversed(opened):
        if _PAIRS.get(mark) == char or (mark == char and _is_closing_by_mistake(text, at, mark)):
            return mark
    return ""


def _closes(text: str, at: int, opened: Sequence[tuple[str, int]]) -> bool:
    return _opening(text, at, opened) != ""


def _is_closing_by_mistake(text: str, at: int, mark: str) -> bool:
    """Return whether a mark like the one that is open closes it: ”网格”, and “网格“ if no other closes it."""
    if mark == "”":
        return True
    following = next((char for char in text[at + 1 :] if char in "“”"), "")
    return mark == "“" and following != "”"


def _opens(text: str, at: int, inner: str) -> bool:
    char = text[at]
    if char == "”":  # input methods that count the marks may begin with it
        return not inner and text.count("”", at + 1) % 2 == 1 and "“" not in text
    if char == "‘":
        return True
    if char in _STRAIGHT:
        return char in text[at + 1 :]
    return char in _PAIRS


def _end_of_open(text: str, start: int, goes_on: bool) -> int:
    """Return where a quotation ends that nothing closes: with the paragraph if it goes on in the next one."""
    if goes_on:
        return len(text)
    return start + Boundaries(text[start:], (), 0).sentences()[0][1] if start < len(text) else start


# Numbers of documents, and figures


def _numbers(text: str) -> Iterator[Range]:
    """Yield where a text has document numbers: 国办发〔2017〕47号."""
    folded = FoldedText.of(text)
    for number in _number().finditer(folded.text):
        before = _HAN_BEFORE.search(folded.text, 0, number.start())
        letters = before[0] if before else ""
        for word in _rules()["before_numbers"]:
            letters = letters[letters.rfind(word) + len(word) :] if word in letters else letters
        if letters:
            yield folded.original_range(number.start() - len(letters), number.end())


def _figures(text: str) -> Iterator[Range]:
    """Yield where a text has figures with a unit: 99.14%, 15.89亿元, 两万余人."""
    folded = FoldedText.of(text)
    for span in figure_ranges(folded.text):
        yield folded.original_range(*span)


def figure_ranges(folded: str) -> Iterator[Range]:
    """Yield where a folded text has figures with a unit."""
    return ((number.start, number.end) for number in measured_numbers(folded))


def measured_numbers(folded: str) -> Iterator[Number]:
    """Yield the numbers of a folded text that measure or count something.

    Durations and ages are none, nor are the parts of 1万5千, which has no form that is read.
    """
    for number in find_numbers(folded):
        before, behind = folded[: number.start][-1:], folded[number.end : number.end + 1]
        is_whole = not (before and before in SCALES) and not behind.isdecimal()
        if is_whole and number.unit.kind not in _NO_FIGURES:
            yield number


@cache
def _number() -> re.Pattern[str]:
    return re.compile(_rules()["number"])


def _rules() -> dict[str, Any]:
    rules: dict[str, Any] = load_toml("jsisa_search.research", "check")["draft"]
    return rules


# Sentences


def _sentences(text: str, number: int, quoted: Sequence[Range]) -> Iterator[Quote]:
    """Yield the sentences of a paragraph that are more than one of the ranges `quoted`."""
    whole = [span for span in quoted if span[1] - span[0] > 1]
    for start, end in Boundaries(text, (), 0).sentences():
        inside = text[start:end]
        first = start + len(inside) - len(inside.lstrip(_BLANK))
        last = start + len(inside.rstrip(_BLANK))
        rest = "".join(text[slice(*gap)] for gap in _gaps((first, last), whole))
        if len(Lettered(rest)) >= limits()["word"]:
            yield from (Quote("sentence", number, *part) for part in _parts(text, (first, last)))


def _gaps(span: Range, quoted: Sequence[Range]) -> Iterator[Range]:
    """Yield what is left of a range without the parts that are quoted."""
    edges = [
        span[0],
        *(at for each in quoted if span[0] <= each[0] and each[1] <= span[1] for at in each),
        span[1],
    ]
    for number, (start, end) in enumerate(pairwise(edges)):
        if not number % 2 and start < end:
            yield start, end
