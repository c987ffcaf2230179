"""Which words name what a number measures: the best of all that may, by learned weights.

Candidates are every row of words before the number in its part of the sentence, behind it, and in the parts
before it, and the name of the figure before; that there is no name is one too. What is told of them is in
`features.py`; `benchmarks/figures_training.py` learns the weights.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise
from math import exp
from operator import itemgetter
from typing import NamedTuple

from jsisa_search.figures import features
from jsisa_search.figures.edges import adjusted, is_compared, is_no_name, is_of_sentence
from jsisa_search.figures.features import Asked
from jsisa_search.figures.numbers import Number
from jsisa_search.figures.phrases import Before, Behind
from jsisa_search.figures.tokens import Spans, Word, tokenize
from jsisa_search.figures.usage import bonds_of, bonds_with
from jsisa_search.figures.weights import CHOICES, MOST_WORDS, Side, Weights, shipped_weights
from jsisa_search.model import Range

_MARK = re.compile(r"[,。;:!?\n|…]")
_PARTS = ",。;:!?\n|…—"
_WORD = re.compile(r"[a-z\u4e00-\u9fff]")
#: Characters behind a number and parts of its sentence before it in which a name is looked for.
_BEHIND, _EARLIER = 26, 3
_AT_FIGURE, _AT_NUMBER, _AT_EDGE = "#", "#", "^"
_NOUNS = frozenset("nje")
# The class of 的.
_OF = "uj"
# Marks between two figures, and how many of anything are told apart at most.
_GAP, _SIDE = ",;、和", 9


class Previous(NamedTuple):
    """The figure before, with its indicator: what a text that goes on measures."""

    indicator: Range
    span: Range
    has_same_unit: bool


class Situation(NamedTuple):
    """A number with what is around it in a folded text.

    `start` is where its part of the sentence begins, or where the figure before it ends, which is `done`;
    `following` where the next number begins. `rule` is the name by rules, `own` what they leave of the words
    before the number.
    """

    text: str
    number: Number
    before: Before
    behind: Behind
    spans: Spans
    start: int
    sentence: int
    done: int
    following: int
    is_new: bool
    is_joined: bool
    previous: Previous | None
    rule: Range | None
    own: Range | None


class Region(NamedTuple):
    """Words among which a name may be, with the marks at both ends; `part` counts back from the number's."""

    side: str
    words: list[Word]
    #: Where each word begins, and where the last one ends.
    places: list[int]
    outer: Word
    following: Word
    part: int = 0

    def range_of(self, first: int, last: int) -> Range:
        """Return where the words `[first, last)` are in the text."""
        return self.places[first], self.places[last]


class Name(NamedTuple):
    """What a number measures, `None` if the text does not name it.

    `probability` is that of all names with this end: where a name begins, readers may differ.
    """

    span: Range | None
    probability: float = 1.0


class Best(NamedTuple):
    """The best name among the words of a region, with its score.

    `end_weight` is the weight (e to the power of the score) of all names with the same end, `weight` of all.
    """

    score: float
    name: Range
    end_weight: float
    weight: float


def choose(situation: Situation, weights: Weights | None = None) -> Name:
    """Return the name of what a number measures: the best that is not ruled out.

    A part of the sentence whose best name is ruled out has no other: its words are of something else.
    """
    weights = weights or shipped_weights()
    regions = list(find_regions(situation))
    scores = _around_scores(situation, regions, weights)
    none = exp(scores["none"])
    found: list[tuple[float, float, Range | None, Region | None]] = [(scores["none"], none, None, None)]
    total = none
    if situation.previous is not None:
        previous = exp(scores["previous"])
        found.append((scores["previous"], previous, situation.previous.indicator, None))
        total += previous
    for region in regions:
        best = best_of(region, situation, weights.sides[region.side])
        score = scores[region.side]
        found.append((score + best.score, exp(score) * best.end_weight, best.name, region))
        total += exp(score) * best.weight
    while True:
        chosen = max(found, key=itemgetter(0))
        name = _read(situation, chosen[2], chosen[3])
        if not is_ruled_out(situation, name, chosen[3]):
            return Name(name, chosen[1] / total)
        found.remove(chosen)
        total -= chosen[1]


def _read(situation: Situation, name: Range | None, region: Region | None) -> Range | None:
    """Return a candidate as it is told: with the edges put right; none if it has no word."""
    if name is None or _WORD.search(situation.text, *name) is None:
        return None
    if region is None:
        return name
    is_behind = region.side == "behind"
    return adjusted(situation.text, name, region.words, region.places, is_behind=is_behind)


def is_ruled_out(situation: Situation, name: Range | None, region: Region | None) -> bool:
    """Return whether a candidate names nothing, or what a change is only compared with: 高于全国增速."""
    if name is None or region is None:
        return False
    text, is_behind = situation.text, region.side == "behind"
    if is_no_name(text[name[0] : name[1]], is_behind=is_behind):
        return True
    first = bisect_left(region.places, name[0])
    if is_of_sentence(region.words[first]):
        return all(map(is_of_sentence, region.words[first : bisect_left(region.places, name[1])]))
    if situation.number.unit.kind != "points" or is_behind or situation.behind.has_of:
        return False
    goes_on = situation.previous is not None and not situation.is_new
    return goes_on and region.side == "before" and is_compared(text, situation.start, name)


def find_regions(situation: Situation) -> Iterator[Region]:
    """Yield where a name may be."""
    text, number = situation.text, situation.number
    start, begin = situation.start, max(number.begin, situation.start)
    words, places = tokenize(text, start, begin, situation.spans)
    if words:
        words, places = words[-MOST_WORDS:], places[-MOST_WORDS - 1 :]
        yield Region(
            "before", words, places, _edge_before(situation, start), ("", _AT_NUMBER + number.unit.kind)
        )
    is_named = _has_noun(words)
    end = situation.behind.end
    last = min(len(text), end + _BEHIND, situation.following)
    mark = _MARK.search(text, end, last)
    last = mark.start() if mark else last
    words, places = tokenize(text, end, last, situation.spans)
    if words:
        yield Region(
            "behind", words, places, ("", _AT_NUMBER + number.unit.kind), ("", text[last : last + 1])
        )
    if not is_named:
        yield from _earlier_regions(situation)


def _earlier_regions(situation: Situation) -> Iterator[Region]:
    """Yield the parts of the sentence before that of the number, back to the figure before."""
    text, last = situation.text, situation.start - 1
    lowest = max(situation.sentence, situation.done)
    for part in range(_EARLIER):
        if last <= lowest:
            break
        mark = max([text.rfind(char, lowest, last) for char in _PARTS])
        first = max(mark + 1, lowest)
        words, places = tokenize(text, first, last, situation.spans)
        if words:
            words, places = words[:MOST_WORDS], places[: MOST_WORDS + 1]
            yield Region("earlier", words, places, _edge_before(situation, first), ("", text[last]), part)
        last = mark


def _edge_before(situation: Situation, start: int) -> Word:
    if start == situation.done:
        return "", _AT_FIGURE
    return "", situation.text[start - 1 : start] or _AT_EDGE


def edge_of(situation: Situation, edge: int, place: int) -> tuple[str, ...]:
    """Return what the rules say of the beginning (0) or the end (1) of a name at `place`."""
    rule, own, name = situation.rule, situation.own, ("begin", "end")[edge]
    if rule is not None and rule[edge] == place:
        return f"rule:{name}", f"rule:{name}:{situation.number.unit.kind}"
    return (f"own:{name}",) if own is not None and own[edge] == place else ()


def _choice_of_rule(situation: Situation) -> str:
    rule = situation.rule
    if rule is None:
        return "none"
    if situation.previous is not None and rule == situation.previous.indicator:
        return "previous"
    return (
        "behind" if rule[0] >= situation.number.end else "before" if rule[0] >= situation.start else "earlier"
    )


def region_place(region: Region) -> tuple[str, ...]:
    """Return what is told of a part of the sentence that is not the number's."""
    return (f"part={region.part}", f"mark={region.following[1]}") if region.side == "earlier" else ()


def describe(region: Region, situation: Situation, first: int, last: int) -> list[str]:
    """Return all that is told of the words `[first, last)` of a region.

    The slow way: weights are learned by it, and `best_of` is tested by it.
    """
    words = region.words
    row = [region.outer, *words, region.following]
    before, begin, end, after = row[first], words[first], words[last - 1], row[last + 1]
    has_of = any(kind == _OF for _, kind in words[last:])
    skipped = {"before": words[last:], "behind": words[:first]}.get(region.side, [])
    parts = [("before", before), ("begin", begin), ("end", end), ("after", after)]
    parts += [("inside", word) for word in words[first:last]]
    parts += [("between", word) for word in skipped]
    parts += [("single", begin)] if last - first == 1 else []
    told = [feature for part, word in parts for feature in features.told_as(part, word)]
    pairs = [features.of_kinds(one[1], other[1]) for one, other in pairwise(row)]
    told += [pairs[first].begin, pairs[first + 1].following, pairs[last].end]
    told += [pair.joined for pair in pairs[first + 1 : last]]
    told += [pair.behind for pair in pairs[last + 1 : last + 2]]
    told += [features.rest(after[1], has_of=has_of)]
    bonds = [bonds_of(situation.number.unit, word) for word, _ in (begin, end, after)]
    told += features.of_unit(bonds[0]).begin + features.of_unit(bonds[1]).end
    told += features.of_unit(bonds[2]).after
    start, stop = region.range_of(first, last)
    told += edge_of(situation, 0, start) + edge_of(situation, 1, stop)
    told += features.first_place(region.side, first) + features.last_place(region.side, len(words) - last)
    return [*filter(None, told), *region_place(region)]


def around(situation: Situation, regions: list[Region]) -> list[Asked]:
    """Return the questions about what is around a number; `features.answer` answers them."""
    unit, behind, previous = situation.number.unit, situation.behind, situation.previous
    left: list[Word] = []
    right: list[Word] = []
    for region in regions:
        if region.side == "before":
            left = region.words
        elif region.side == "behind":
            right = region.words
    last, first = left[-1] if left else ("", ""), right[0] if right else ("", "")
    counts = min(len(left), _SIDE), min(len(right), _SIDE)
    asked: list[Asked] = [
        ("number", unit, behind.has_of, behind.role, frozenset(situation.before.roles)),
        ("left", unit.kind, *last),
        ("right", unit.kind, *first),
        ("both", last[1], first[1]),
        ("sides", unit.kind, *counts, _has_noun(left), _has_noun(right), situation.is_new),
        ("rule", _choice_of_rule(situation), situation.is_joined),
    ]
    if previous is not None:
        gap = situation.text[previous.span[1] : situation.number.start]
        marks = min(sum(map(gap.count, _GAP)), _SIDE)
        is_behind = previous.indicator[0] >= previous.span[1]
        asked.append(("previous", previous.has_same_unit, bool(left), is_behind, marks))
    return asked


def _has_noun(words: list[Word]) -> bool:
    return any(kind[:1] in _NOUNS or kind == "vn" for _, kind in words)


def _around_scores(situation: Situation, regions: list[Region], weights: Weights) -> dict[str, float]:
    sums = weights.around.sums
    rows = [sums[asked] for asked in around(situation, regions)]
    return dict(zip(CHOICES, map(sum, zip(*rows, strict=True)), strict=True))


def best_of(region: Region, situation: Situation, side: Side) -> Best:
    """Return the best name among the words of a region.

    The score of `[first, last)` is that of its beginning, less what is inside up to there, and of its end,
    with what is inside up to there: the best beginning before each end is kept, and no pair is looked at.
    """
    words, count = region.words, len(region.words)
    scores = side.words
    row = [scores[word] for word in (region.outer, *words, region.following)]
    pairs = [one.kinds[other.kind] for one, other in pairwise(row)]
    bonds, with_unit = side.bonds, bonds_with(situation.number.unit)
    units = [bonds[with_unit[word.listed]] for word in row[1:]]
    last_of = max([at for at, (_, kind) in enumerate(words) if kind == _OF], default=-1)
    starts, ends = _edge_scores(region, situation, side)
    is_left, is_right = region.side == "before", region.side == "behind"
    # Sums of the words up to a place: inside of a name, with their pairs, and between it and the number.
    inside = between = 0.0
    all_between = sum([word.between for word in row[1:-1]]) if is_left else 0.0
    best, place = float("-inf"), (0, 0)
    best_start, best_first = float("-inf"), 0
    # Weights: of all beginnings so far, of the names with the end of the best, of all names.
    begun = best_weight = weight = 0.0
    for first in range(count):
        last = first + 1
        before, word, after = row[first : first + 3]
        pair, following = pairs[first], pairs[last]
        if first:
            inside += pair.joined
        start = before.before + word.begin + pair.begin + following.following + side.first[first] - inside
        with_begin, with_end, _ = units[first]
        start += with_begin
        if first in starts:
            start += starts[first]
        if is_right:
            start += between
        inside += word.inside
        between += word.between
        end = word.end + after.after + following.end + inside + side.last[count - last]
        end += with_end + units[last].after
        end += after.rest[last_of >= last]
        if last in ends:
            end += ends[last]
        if last < count:
            end += pairs[last + 1].behind
        if is_left:
            end += all_between - between
        alone = start + word.single
        found, at = (alone, first) if alone >= best_start else (best_start, best_first)
        ended = exp(end) * (begun + exp(alone))
        weight += ended
        if found + end > best:
            best, place, best_weight = found + end, (at, last), ended
        begun += exp(start)
        if start > best_start:
            best_start, best_first = start, first
    of_place = side.sums[region_place(region)]
    scale = exp(of_place)
    return Best(best + of_place, region.range_of(*place), scale * best_weight, scale * weight)


def _edge_scores(
    region: Region, situation: Situation, side: Side
) -> tuple[dict[int, float], dict[int, float]]:
    """Return the scores of what the rules say, by the first word of a name, and by the word behind it."""
    starts: dict[int, float] = {}
    ends: dict[int, float] = {}
    places, last = region.places, len(region.places) - 1
    for name in (situation.own, situation.rule):
        if name is None or name[0] > places[-1] or name[1] < places[0]:
            continue
        at = bisect_left(places, name[0])
        if at < last and places[at] == name[0]:
            starts[at] = side.sums[edge_of(situation, 0, name[0])]
        at = bisect_left(places, name[1])
        if 0 < at <= last and places[at] == name[1]:
            ends[at] = side.sums[edge_of(situation, 1, name[1])]
    return starts, ends
