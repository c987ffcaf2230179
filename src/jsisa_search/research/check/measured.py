"""Whether a passage has a figure of a draft with what it measures, however the sentence goes otherwise.

A figure alone is in many passages. What it measures are the words of its sentence, those of its own clause
more than the others: a sentence of a passage that has most of them, by their rarity, and the figure in one of
its forms, has the same; one with another figure of the same unit has another figure.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from jsisa_search.analysis import fold, is_indexed, query_segmenter
from jsisa_search.analysis.boundaries import whole_spans
from jsisa_search.model import Range
from jsisa_search.query.equivalents import equivalents
from jsisa_search.research.check.aligning import Alignment, Edit, similarity
from jsisa_search.research.check.candidates import TEXT, Candidates
from jsisa_search.research.check.lettered import Lettered
from jsisa_search.research.check.quotes import figure_ranges
from jsisa_search.research.check.verdicts import Judgement, Piece, limits
from jsisa_search.search.results.sentences import Boundaries

_NUMERAL = "[\\d.〇零一二两三四五六七八九十百千点]"
_VALUE = re.compile(f"{_NUMERAL}+|百分之{_NUMERAL}+")
_HAS_DIGIT = re.compile(r"[\d〇零一二两三四五六七八九十]")
_CLAUSE = re.compile(r"[，,；;：:]")

# A word of the figure's own clause counts so much more than another of the sentence.
_OWN_CLAUSE = 3.0
# Characters before a figure that tell which of several in a sentence it is.
_BEFORE = 12


@dataclass(frozen=True, slots=True)
class _Place:
    """A figure of a passage, `[start, end)` of its folded text, and how much of the measure is around it.

    `before` is how like the text before it is to that of the draft: a sentence may have several figures.
    """

    share: float
    doc: int
    span: Range
    before: float = 0.0


def judge_figure(candidates: Candidates, paragraph: str, span: Range) -> Judgement:
    """Return the judgement on the figure at `span` of a paragraph."""
    figure = Lettered(paragraph[slice(*span)])
    sentence, own = _around(paragraph, span)
    weights = _weights(candidates, sentence, own)
    forms = (figure.folded.text, *equivalents(figure.folded.text))
    nothing = _Place(0.0, -1, (0, 0))
    same = max(_with_figure(candidates, forms, weights), key=lambda place: place.share, default=nothing)
    if same.share >= limits()["measure"]:
        return _judgement(candidates, figure, same, is_same=True)
    unit = _VALUE.sub("", figure.folded.text)
    letters = Lettered(sentence).letters
    others = _with_unit(candidates, letters, unit, weights, own)
    other = max(others, key=lambda place: (place.share, place.before), default=nothing)
    if other.share >= limits()["other_measure"]:
        return _judgement(candidates, figure, other, is_same=False)
    return Judgement("not found")


def _around(paragraph: str, span: Range) -> tuple[str, str]:
    """Return the sentence of a figure, and the clause up to it, both without the figure."""
    start, end = next(
        each for each in Boundaries(paragraph, (span,), 0).sentences() if each[0] <= span[0] < each[1]
    )
    before, behind = paragraph[start : span[0]], paragraph[span[1] : end]
    return f"{before} {behind}", _CLAUSE.split(before)[-1]


def _weights(candidates: Candidates, sentence: str, own: str) -> dict[str, float]:
    """Return the words of a sentence with their weights, which add up to 1."""
    weights: dict[str, float] = {}
    near = set(_words(own))
    for word, count in candidates.frequencies(TEXT, _words(sentence)).items():
        rarity = math.log(1 + candidates.number / (1 + count))
        weights[word] = rarity * (_OWN_CLAUSE if word in near else 1.0)
    total = sum(weights.values())
    return {word: weight / total for word, weight in weights.items()}


def _words(text: str) -> Iterator[str]:
    """Yield the words of a text that say what is measured: no numbers, no single characters."""
    for word in query_segmenter().cut(fold(text)):
        if len(word) > 1 and is_indexed(word) and not _HAS_DIGIT.search(word):
            yield word


def _with_figure(
    candidates: Candidates, forms: tuple[str, ...], weights: dict[str, float]
) -> Iterator[_Place]:
    """Yield where passages have the figure, those with most of the measure only."""
    for doc in candidates.measured(forms, weights, limits()["figures"]):
        for first, sentence in _sentences(candidates.text(doc)):
            spans = (span for form in forms for span in whole_spans(sentence, form))
            yield from (
                _Place(_share(sentence, weights), doc, (first + start, first + end)) for start, end in spans
            )


def _with_unit(
    candidates: Candidates, letters: str, unit: str, weights: dict[str, float], own: str
) -> Iterator[_Place]:
    """Yield figures of the same unit in the passages that have most in common with a sentence."""
    for doc in candidates.nearest(letters, limits()["figures"]):
        for first, sentence in _sentences(candidates.text(doc)):
            share = _share(sentence, weights)
            for start, end in figure_ranges(sentence) if share else ():
                if _VALUE.sub("", sentence[start:end]) == unit:
                    before = similarity(fold(own)[-_BEFORE:], sentence[max(start - _BEFORE, 0) : start])
                    yield _Place(share, doc, (first + start, first + end), before)


def _sentences(text: Lettered) -> Iterator[tuple[int, str]]:
    """Yield the sentences of a folded text, each with its offset."""
    folded = text.folded.text
    for start, end in Boundaries(folded, (), 0).sentences():
        yield start, folded[start:end]


def _share(sentence: str, weights: dict[str, float]) -> float:
    return sum(weight for word, weight in weights.items() if word in sentence)


def _judgement(candidates: Candidates, figure: Lettered, place: _Place, *, is_same: bool) -> Judgement:
    """Return the judgement that rests on one figure of a passage; its forms may differ."""
    text = candidates.text(place.doc)
    first, last = (text.number_of[at] for at in place.span)
    own, there = (0, len(figure)), (first, last)
    is_equal = figure.letters == text.letters[first:last]
    distance = 0 if is_same else max(len(figure), last - first)
    piece = Piece(place.doc, Alignment(own, there, distance), (Edit(is_equal, own, there),))
    return Judgement("exact" if is_same else "altered", (piece,))
