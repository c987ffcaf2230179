"""The weights of what is told of words, summed once for what is alike. Data: `data/weights.tsv`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple, TypeVar

from jsisa_search.figures import features
from jsisa_search.figures.features import Asked, OfKinds, OfUnit
from jsisa_search.figures.tokens import Word
from jsisa_search.figures.usage import Bonds, Usage, listed_as, usage_of
from jsisa_search.package_data import read_data

#: Where a name may be: before the number in its part of the sentence, behind it, or in an earlier part.
SIDES = ("before", "behind", "earlier")
#: It may also be that of the figure before, or there is none.
CHOICES = (*SIDES, "previous", "none")
_NONE = (0.0,) * len(CHOICES)
#: Words of one part of a sentence that are looked at.
MOST_WORDS = 40
# Texts have ever new words.
_MOST_CACHED = 50_000
#: As a multiple of a power of two.
_HUNDREDTH = round(0.01 * (1 << 20)) / (1 << 20)

_NO_SCORES = (0.0,) * len(features.PARTS)
# The scores for each of `features.PARTS`, by what a word is told by.
_Rows = dict[str | None, tuple[float, ...]]

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def _exact(number: str) -> float:
    """Return a weight, given in hundredths, so that sums are exact in any order, and ties are ties."""
    return round(float(number or 0) * 100) * _HUNDREDTH


class _Cache(dict[_Key, _Value]):
    """Values by their keys, made on first use; evicts everything when full, so that hits cost nothing."""

    def __init__(self, make: Callable[[_Key], _Value]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: _Key) -> _Value:
        value = self._make(key)
        if len(self) >= _MOST_CACHED:
            self.clear()
        self[key] = value
        return value


#: What is the same for all words of a class: see `WordScores`.
_OfKind = tuple[tuple[float, float], _Cache[str, OfKinds[float]]]


class WordScores:
    """The scores of a word on one side of the number, by what it may be to a name.

    `rest` is that of the word right behind it, by whether a 的 is among those that follow; `kinds` has the
    scores of its class with that of the next word. `listed` is what tells its scores with the unit.
    """

    __slots__ = (
        *("before", "begin", "inside", "end", "after", "between", "single"),
        *("rest", "kind", "kinds", "listed"),
    )

    def __init__(self, side: Side, word: Word) -> None:
        about = features.aspects(word)
        rows = filter(None, map(dict.get, side.rows, about))
        scores = map(sum, zip(side.used[usage_of(about.word)], *rows, strict=True))
        self.before, self.begin, self.inside, self.end, self.after, self.between, self.single = scores
        self.kind, self.listed = about.kind, listed_as(about.word)
        self.rest, self.kinds = side.of_kind[about.kind]


class Side:
    """The weights of names on one side of the number.

    Texts have ever new words and pairs of them, but few that are listed: what is told of the others depends
    on their classes. The weights are in tables by what they tell, so that a new word costs little.
    """

    def __init__(self, name: str, weights: dict[str, float]) -> None:
        self.weights = weights
        counts = range(MOST_WORDS + 1)
        #: The scores of how many words there are before the name, and behind it.
        self.first = [self.sum(features.first_place(name, count)) for count in counts]
        self.last = [self.sum(features.last_place(name, count)) for count in counts]
        #: The sums of the weights of some features.
        self.sums = _Cache[tuple[str, ...], float](self.sum)
        #: The scores of a word, and of the classes of two neighbours by the dictionary.
        self.words = _Cache[Word, WordScores](lambda word: WordScores(self, word))
        self.of_kind = _Cache[str, _OfKind](self._sum_kind)
        #: The scores of a word by what it is told by, for each of `features.Aspects`.
        self.rows = self._fill()
        #: Those of how a word is used, and of what it has to do with the unit of the number.
        self.used = _Cache[Usage, list[float]](
            lambda used: [self.sum(features.told_of_usage(part, used)) for part in features.PARTS]
        )
        self.bonds = _Cache[Bonds, OfUnit[float]](
            lambda bonds: OfUnit(*map(self.sum, features.of_unit(bonds)))
        )

    def sum(self, told: Iterable[str]) -> float:
        """Return the sum of the weights of some features."""
        weights = self.weights
        return sum([weights[feature] for feature in told if feature in weights])

    def _fill(self) -> list[_Rows]:
        """Return the weights of words in tables by what they are told by."""
        number_of = features.Aspects._fields.index
        places = {
            name: (number_of(aspect), features.PARTS.index(part))
            for name, (aspect, part) in features.OF_WORD.items()
        }
        rows: list[dict[str | None, list[float]]] = [{} for _ in features.Aspects._fields]
        for feature, weight in self.weights.items():
            name, _, value = feature.partition("=")
            if (place := places.get(name)) is not None:
                at, part = place
                if (row := rows[at].get(value)) is None:
                    row = rows[at][value] = [*_NO_SCORES]
                row[part] = weight
        return [{value: tuple(row) for value, row in table.items()} for table in rows]

    def _sum_kinds(self, kind: str, following: str) -> OfKinds[float]:
        return OfKinds(*[self.sum([feature]) for feature in features.of_kinds(kind, following)])

    def _sum_kind(self, kind: str) -> _OfKind:
        rest = self.sum([features.rest(kind, has_of=False)]), self.sum([features.rest(kind, has_of=True)])
        kinds = _Cache[str, OfKinds[float]](lambda following: self._sum_kinds(kind, following))
        return rest, kinds


class Around:
    """The weights of what is around a number, for each choice."""

    def __init__(self, weights: dict[str, tuple[float, ...]]) -> None:
        self.weights = weights
        #: The sums for the answers to a question about the situation, by choice.
        self.sums = _Cache[Asked, tuple[float, ...]](self._sum)

    def _sum(self, asked: Asked) -> tuple[float, ...]:
        rows = [self.weights[told] for told in features.answer(asked) if told in self.weights]
        return tuple(map(sum, zip(*rows, strict=True))) if rows else _NONE


class Weights(NamedTuple):
    """All weights: those of the words by side, and those of what is around by choice."""

    sides: dict[str, Side]
    around: Around

    @classmethod
    def of(cls, lines: Iterable[str]) -> Weights:
        """Read lines: a feature and its weights, one for each side, or of a situation for each choice."""
        by_side: dict[str, dict[str, float]] = {side: {} for side in SIDES}
        around: dict[str, tuple[float, ...]] = {}
        weight_of = _Cache[str, float](_exact).__getitem__
        for line in lines:
            if line and not line.startswith("#"):
                feature, *numbers = line.split("\t")
                if len(numbers) == len(CHOICES):
                    around[feature] = tuple(map(weight_of, numbers))
                    continue
                for weights, number in zip(by_side.values(), numbers, strict=True):
                    if number and (weight := weight_of(number)):
                        weights[feature] = weight
        return cls({name: Side(name, weights) for name, weights in by_side.items()}, Around(around))


@cache
def shipped_weights() -> Weights:
    """Return the shipped weights."""
    return Weights.of(read_data("jsisa_search.figures", "weights.tsv").splitlines())
