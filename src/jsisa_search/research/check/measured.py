"""Whether a passage has a figure of a draft with what it measures, however the sentence goes otherwise.

A figure alone is in many passages. What it measures are the words of its sentence, those of its own clause
more than the others: a sentence of a passage that has most of them, by their rarity, and the figure in one of
its forms, has the same; one with another figure of the same unit has another figure.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from jsisa_search.analysis import FoldedText, fold, is_indexed, query_segmenter
from jsisa_search.figures.numbers import Number
from jsisa_search.figures.units import units
from jsisa_search.model import Range
from jsisa_search.query.equivalents import equivalents
from jsisa_search.research.check.aligning import Alignment, Edit, similarity
from jsisa_search.research.check.attributions import find_attributions
from jsisa_search.research.check.candidates import TEXT, Candidates
from jsisa_search.research.check.judgement import Judgement, Piece, limits
from jsisa_search.research.check.lettered import Lettered
from jsisa_search.research.check.quotes import measured_numbers
from jsisa_search.research.check.report import Claim
from jsisa_search.research.check.terms import claims_of, terms_of
from jsisa_search.search.results.sentences import Boundaries

_HAS_DIGIT = re.compile(r"[\d〇零一二两三四五六七八九十]")
# A figure is that of a year or month: most sentences about one come again with the next.
_TIME = re.compile(r"(?<!\d)(?:\d{4}年|\d\d?月)")
_DAY = re.compile("[日号底末初旬]$")
_CLAUSE = re.compile(r"[，,；;：:]")

# A word of the figure's own clause counts so much more than another of the sentence.
_OWN_CLAUSE = 3.0
# Characters before a figure that distinguish it from others in a sentence.
_BEFORE = 12
# Places of a figure that are looked at for one of the same period.
_MOST_COMPARED = 60
# Of other figures that fit nearly as well as the best, one of the same period is taken.
_AS_WELL = 0.05


@dataclass(frozen=True, slots=True)
class _Place:
    """A figure of a passage, `[start, end)` of its folded text, and how much of the measure is around it.

    `before` is how like the text before it is to that of the draft: a sentence may have several figures.
    """

    share: float
    doc: int
    span: Range
    before: float = 0.0


_NOWHERE = _Place(0.0, -1, (0, 0))


def judge_figure(candidates: Candidates, paragraph: str, span: Range) -> Judgement:
    """Return the judgement on the figure at `span` of a paragraph.

    One of another period is another figure, even if its value is the same; so is one that fell and not rose.
    """
    number = _number_at(FoldedText.of(paragraph), span)
    figure = Lettered(paragraph[slice(*span)])
    sentence, own = _around(paragraph, span)
    weights = _weights(candidates, sentence, own)
    forms = _forms(figure.folded.text, number)
    places = _best_first(_with_figure(candidates, number, forms, weights), limits()["measure"])
    same, contrary = _apart(candidates, paragraph, span, places)
    other = differing = _NOWHERE
    if same.share < 1 - limits()["other_margin"]:
        others = _with_unit(candidates, Lettered(sentence).letters, number, weights, own)
        near = _best_first(others, limits()["other_measure"])
        near = [place for place in near if place.share >= near[0].share - _AS_WELL]
        other, differing = _apart(candidates, paragraph, span, near)
    # A sentence that fits much better, of the same month for instance, has another figure.
    is_other = max(other.share, differing.share, contrary.share) >= max(
        limits()["other_measure"], same.share + limits()["other_margin"]
    )
    if same.share and not is_other:
        return _judgement(candidates, figure, same, is_same=True)
    best = max((other, contrary, differing), key=lambda place: place.share)
    return _judgement(candidates, figure, best, is_same=False) if best.share else Judgement("not found")


def claims_beside(
    candidates: Candidates, paragraph: str, span: Range, doc: int, there: Range
) -> tuple[Claim, ...]:
    """Return what a paragraph says otherwise of its figure at `span` than a passage of that at `there`.

    `there` is a range of the folded text of the passage.
    """
    draft = FoldedText.of(paragraph)
    number = _number_at(draft, span)
    day = candidates.day_of(doc)
    before = find_attributions(draft.text[: number.start], (), is_behind=False)
    reports = [each.span for each in before if each.date]
    drafted = terms_of(draft.text, (number.start, number.end), day, skipped=reports)
    return claims_of(paragraph, drafted, terms_of(candidates.text(doc).folded.text, there, day))


def period_before(candidates: Candidates, paragraph: str, quoted: Range, piece: Piece) -> tuple[Claim, ...]:
    """Return the period that a paragraph states before a quotation if its first figure is of another one.

    `piece` has the quotation, or a part of it, letter by letter. A day is that of an event, and no period of
    a figure.
    """
    draft = FoldedText.of(paragraph)
    spans = (draft.original_range(each.start, each.end) for each in measured_numbers(draft.text))
    span = next((each for each in spans if quoted[0] <= each[0] and each[1] <= quoted[1]), None)
    if span is None or not all(edit.is_equal for edit in piece.edited):
        return ()
    first = len(Lettered(paragraph[quoted[0] : span[0]]))
    last = first + len(Lettered(paragraph[slice(*span)]))
    begin, end = piece.alignment.quoted
    if not begin <= first < last <= end:  # another passage has the figure
        return ()
    by = piece.alignment.passage[0] - begin
    there = candidates.text(piece.doc).folded_range(first + by, last + by)
    claims = claims_beside(candidates, paragraph, span, piece.doc, there)
    return tuple(
        each
        for each in claims
        if each.kind == "period" and each.end <= quoted[0] and not _DAY.search(fold(each.text))
    )


def _number_at(draft: FoldedText, span: Range) -> Number:
    numbers = measured_numbers(draft.text)
    return next(each for each in numbers if draft.original_range(each.start, each.end) == span)


def _best_first(places: Iterator[_Place], least: float) -> list[_Place]:
    """Return places with at least so much of the measure, those with most of it first."""
    found = [place for place in places if place.share >= least]
    return sorted(found, key=lambda place: (-place.share, -place.before))


def _apart(
    candidates: Candidates, paragraph: str, span: Range, places: Sequence[_Place]
) -> tuple[_Place, _Place]:
    """Return the first place of which a draft says nothing otherwise, and the first of those before it."""
    contrary = _NOWHERE
    for place in islice(places, _MOST_COMPARED):
        if not claims_beside(candidates, paragraph, span, place.doc, place.span):
            return place, contrary
        contrary = contrary if contrary.share else place
    return _NOWHERE, contrary


def _forms(figure: str, number: Number) -> list[str]:
    """Return the strings by which passages are found that may have a figure, its unit in all its forms."""
    same = [form for form, unit in units().by_form.items() if unit == number.unit]
    written = max((form for form in same if figure.endswith(form)), key=len, default="")
    same = same if written else [""]
    number_alone = figure.removesuffix(written)
    values = (number_alone + unit for unit in same)
    return list(dict.fromkeys(form for value in values for form in (value, *equivalents(value))))


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
    for time in _TIME.findall(fold(sentence)) if weights else ():
        weights[time] = max(weights.values())
    total = sum(weights.values())
    return {word: weight / total for word, weight in weights.items()}


def _words(text: str) -> Iterator[str]:
    """Yield the words of a text that say what is measured: no numbers, no single characters."""
    for word in query_segmenter().cut(fold(text)):
        if len(word) > 1 and is_indexed(word) and not _HAS_DIGIT.search(word):
            yield word


def _with_figure(
    candidates: Candidates, number: Number, forms: Sequence[str], weights: dict[str, float]
) -> Iterator[_Place]:
    """Yield where passages have the figure, those with most of the measure only."""
    for doc in candidates.measured(forms, weights, limits()["figures"]):
        for place, other in _figures_of(candidates, doc, weights):
            if _is_same(number, other):
                yield place


def _with_unit(
    candidates: Candidates, letters: str, number: Number, weights: dict[str, float], own: str
) -> Iterator[_Place]:
    """Yield figures of the same unit in the passages that have most in common with a sentence."""
    for doc in candidates.nearest(letters, limits()["figures"]):
        folded = candidates.text(doc).folded.text
        for place, other in _figures_of(candidates, doc, weights):
            if place.share and other.unit == number.unit and not _is_same(number, other):
                start = place.span[0]
                before = similarity(fold(own)[-_BEFORE:], folded[max(start - _BEFORE, 0) : start])
                yield replace(place, before=before)


def _figures_of(
    candidates: Candidates, doc: int, weights: dict[str, float]
) -> Iterator[tuple[_Place, Number]]:
    """Yield the figures of a passage, each with how much of the measure its sentence has."""
    for first, sentence in _sentences(candidates.text(doc)):
        share = _share(sentence, weights)
        for number in measured_numbers(sentence):
            yield _Place(share, doc, (first + number.start, first + number.end)), number


def _is_same(one: Number, other: Number) -> bool:
    """Return whether two numbers have the same value and unit; 390余万 is more than 390万."""
    return (one.value, one.unit, one.is_more) == (other.value, other.unit, other.is_more)


def _sentences(text: Lettered) -> Iterator[tuple[int, str]]:
    """Yield the sentences of a folded text, each with its offset."""
    folded = text.folded.text
    for start, end in Boundaries(folded, (), 0).sentences():
        yield start, folded[start:end]


def _share(sentence: str, weights: dict[str, float]) -> float:
    return sum(weight for word, weight in weights.items() if _has(sentence, word))


def _has(sentence: str, word: str) -> bool:
    """Return whether a sentence has a word; 1月 is not in 11月."""
    at = sentence.find(word)
    while at > 0 and word[0].isdigit() and sentence[at - 1].isdigit():
        at = sentence.find(word, at + 1)
    return at >= 0


def _judgement(candidates: Candidates, figure: Lettered, place: _Place, *, is_same: bool) -> Judgement:
    """Return the judgement that rests on one figure of a passage; its forms may differ."""
    text = candidates.text(place.doc)
    first, last = (text.number_of[at] for at in place.span)
    own, there = (0, len(figure)), (first, last)
    is_equal = figure.letters == text.letters[first:last]
    distance = 0 if is_same else max(len(figure), last - first)
    piece = Piece(place.doc, Alignment(own, there, distance), (Edit(is_equal, own, there),))
    return Judgement("exact" if is_same else "altered", (piece,))
