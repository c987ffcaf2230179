"""The weights of what is told of words, summed once for each pair of words. Data: `data/weights.tsv`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from jsisa_search.figures import features
from jsisa_search.figures.features import Asked
from jsisa_search.figures.tokens import Word
from jsisa_search.package_data import read_data

#: Where a name may be: before the number in its part of the sentence, behind it, or in an earlier part.
SIDES = ("before", "behind", "earlier")
#: It may also be that of the figure before, or there is none.
CHOICES = (*SIDES, "previous", "none")
_NONE = (0.0,) * len(CHOICES)
#: Words of one part of a sentence that are looked at.
MOST_WORDS = 40
# Texts have ever new pairs of words.
_MOST_KEPT = 100_000


class Link(NamedTuple):
    """The scores of two neighbours, by what each may be to a name.

    `start`: it begins with the second. `following`: the first begins it. `inside`: the second is in it;
    `joined`: both are. `end`: it ends with the first. `behind`: the first is the word behind it. `between`:
    the second is between it and the number. `single`: the second is all of it.
    """

    start: float
    following: float
    inside: float
    joined: float
    end: float
    behind: float
    between: float
    single: float


class Side:
    """The weights of names on one side of the number."""

    def __init__(self, name: str, weights: dict[str, float]) -> None:
        self.weights = weights
        counts = range(MOST_WORDS + 1)
        #: The scores of how many words there are before the name, and behind it.
        self.first = [self.sum(features.first_place(name, count)) for count in counts]
        self.last = [self.sum(features.last_place(name, count)) for count in counts]
        self._rests: dict[tuple[str, bool], float] = {}
        self._links: dict[tuple[Word, Word], Link] = {}

    def sum(self, told: Iterable[str]) -> float:
        """Return the sum of the weights of some features."""
        weights = self.weights
        return sum([weights[feature] for feature in told if feature in weights])

    def rest(self, outer: Word, *, has_of: bool) -> float:
        """Return the score of what is behind a name."""
        key = outer[1], has_of
        found = self._rests.get(key)
        if found is None:
            found = self._rests[key] = self.sum(features.rest(outer, has_of=has_of))
        return found

    def link(self, first: Word, second: Word) -> Link:
        """Return the scores of two neighbours."""
        key = first, second
        found = self._links.get(key)
        if found is None:
            if len(self._links) >= _MOST_KEPT:
                self._links.clear()
            found = self._links[key] = self._link(first, second)
        return found

    def _link(self, first: Word, second: Word) -> Link:
        return Link(
            start=self.sum(
                features.before(first) + features.begin(second) + features.begin_pair(first, second)
            ),
            following=self.sum(features.begin_next(first, second)),
            inside=self.sum(features.inside(second)),
            joined=self.sum(features.inside_pair(first, second)),
            end=self.sum(features.end(first) + features.after(second) + features.end_pair(first, second)),
            behind=self.sum(features.after_pair(first, second)),
            between=self.sum(features.between(second)),
            single=self.sum(features.single(second)),
        )


class Around:
    """The weights of what is around a number, for each choice."""

    def __init__(self, weights: dict[str, tuple[float, ...]]) -> None:
        self.weights = weights
        self._kept: dict[tuple[object, ...], tuple[float, ...]] = {}

    def sum(self, asked: Asked) -> tuple[float, ...]:
        """Return the sums for the answers to a question about the situation, by choice."""
        found = self._kept.get(asked)
        if found is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            rows = [self.weights[told] for told in features.answer(asked) if told in self.weights]
            found = self._kept[asked] = tuple(map(sum, zip(*rows, strict=True))) if rows else _NONE
        return found


class Weights(NamedTuple):
    """All weights: those of the words by side, and those of what is around by choice."""

    sides: dict[str, Side]
    around: Around

    @classmethod
    def of(cls, lines: Iterable[str]) -> Weights:
        """Read lines: a feature and its weights, one for each side, or of a situation for each choice."""
        by_side: dict[str, dict[str, float]] = {side: {} for side in SIDES}
        around: dict[str, tuple[float, ...]] = {}
        for line in lines:
            if line and not line.startswith("#"):
                feature, *numbers = line.split("\t")
                values = tuple(float(number or 0) for number in numbers)
                if len(values) == len(CHOICES):
                    around[feature] = values
                else:
                    for side, value in zip(SIDES, values, strict=True):
                        if value:
                            by_side[side][feature] = value
        return cls({name: Side(name, weights) for name, weights in by_side.items()}, Around(around))


@cache
def shipped_weights() -> Weights:
    """Return the shipped weights."""
    return Weights.of(read_data("jsisa_search.figures", "weights.tsv").splitlines())
