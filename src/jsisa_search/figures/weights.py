"""The weights of what is told of words, summed once for each and for neighbours. Data: `data/weights.tsv`."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import cache
from typing import Any, NamedTuple, TypeVar

from jsisa_search.figures import features
from jsisa_search.figures.features import Asked
from jsisa_search.figures.tokens import Word, neighbour_class
from jsisa_search.package_data import read_data

#: Where a name may be: before the number in its part of the sentence, behind it, or in an earlier part.
SIDES = ("before", "behind", "earlier")
#: It may also be that of the figure before, or there is none.
CHOICES = (*SIDES, "previous", "none")
_NONE = (0.0,) * len(CHOICES)
#: Words of one part of a sentence that are looked at.
MOST_WORDS = 40
# Texts have ever new pairs of words.
_MOST_CACHED = 50_000
#: As a multiple of a power of two.
_HUNDREDTH = round(0.01 * (1 << 20)) / (1 << 20)

# Any character of which no feature tells; no folded text has it.
_OTHER = "\0"

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


class _OfKinds(NamedTuple):
    """The part of a `Link` that the classes of both words by the dictionary decide."""

    begin: float
    following: float
    joined: float
    end: float
    behind: float


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


class _Scores(NamedTuple):
    """The scores of words that are alike on one side, by what a word may be to a name; and their classes.

    `outer` are its scores as the word before the name and as the one behind it; `edge` as its first word and
    as its last one; `rest` as the one behind it without and with a 的 among those that follow.
    """

    classes: tuple[str, int]
    coarse: tuple[int, str]
    outer: tuple[float, float]
    edge: tuple[float, float]
    inside: float
    between: float
    single: float
    rest: tuple[float, float]


class Told:
    """What is told of a word on one side of the number; equal to no other, so that it is a cheap key."""

    __slots__ = ("ending", "rest", "scores")

    def __init__(self, scores: _Scores, ending: str) -> None:
        self.scores = scores
        self.rest = scores.rest
        self.ending = ending


class Side:
    """The weights of names on one side of the number.

    Texts have ever new words and pairs of them, but few that are listed: what is told of the others depends
    on their classes, and is summed once for each class, and for each pair of classes.
    """

    def __init__(self, name: str, weights: dict[str, float]) -> None:
        self.weights = weights
        counts = range(MOST_WORDS + 1)
        #: The scores of how many words there are before the name, and behind it.
        self.first = [self.sum(features.first_place(name, count)) for count in counts]
        self.last = [self.sum(features.last_place(name, count)) for count in counts]
        #: The sums of the weights of some features.
        self.sums = _Cache[tuple[str, ...], float](self.sum)
        #: What is told of a word, most of which are not listed, and the scores of two neighbours.
        self.told = _Cache[Word, Told](self._tell)
        self._alike: dict[Hashable, _Scores] = {}
        self._words, self._endings = features.listed(weights)
        self.links = _Cache[tuple[Told, Told], Link](self._link)
        self._of_kinds = _Cache[tuple[str, str], _OfKinds](self._sum_kinds)
        self._begin_fine = _Cache[tuple[str, int], float](self._one(features.begin_fine))
        self._begin_coarse = _Cache[tuple[str, int], float](self._one(features.begin_coarse))
        self._end_fine = _Cache[tuple[int, str], float](self._one(features.end_fine))
        self._end_coarse = _Cache[tuple[int, str], float](self._one(features.end_coarse))
        self._end_ending = _Cache[tuple[str, str], float](lambda pair: self.sum(features.end_ending(*pair)))

    def sum(self, told: Iterable[str]) -> float:
        """Return the sum of the weights of some features."""
        weights = self.weights
        return sum([weights[feature] for feature in told if feature in weights])

    def _tell(self, word: Word) -> Told:
        text, kind = word
        key = word if text in self._words else (kind, neighbour_class(text), len(text))
        scores = self._alike.get(key)
        if scores is None:
            scores = self._alike[key] = self.scores(word)
        return Told(scores, text[-1:] if text[-1:] in self._endings else _OTHER)

    def scores(self, word: Word) -> _Scores:
        """Return what is told of a word but for its last character, summed anew."""
        fine, coarse = neighbour_class(word[0])
        return _Scores(
            classes=(word[1], fine),
            coarse=(coarse, features.coarse_class(word)),
            outer=(self.sum(features.before(word)), self.sum(features.after(word))),
            edge=(self.sum(features.begin(word)), self.sum(features.end(word))),
            inside=self.sum(features.inside(word)),
            between=self.sum(features.between(word)),
            single=self.sum(features.single(word)),
            rest=(
                self.sum(features.rest(word, has_of=False)),
                self.sum(features.rest(word, has_of=True)),
            ),
        )

    def _one(self, tell: Callable[[Any, Any], str]) -> Callable[[tuple[Any, Any]], float]:
        return lambda pair: self.weights.get(tell(*pair), 0.0)

    def _sum_kinds(self, kinds: tuple[str, str]) -> _OfKinds:
        return _OfKinds(
            begin=self.sum([features.begin_kinds(*kinds)]),
            following=self.sum(features.begin_next(*kinds)),
            joined=self.sum(features.inside_pair(*kinds)),
            end=self.sum([features.end_kinds(*kinds)]),
            behind=self.sum(features.after_pair(*kinds)),
        )

    def _link(self, pair: tuple[Told, Told]) -> Link:
        first, second = pair[0].scores, pair[1].scores
        (kind, fine), (next_kind, next_fine) = first.classes, second.classes
        (coarse, outer_coarse), (next_coarse, next_outer_coarse) = first.coarse, second.coarse
        begin, following, joined, end, behind = self._of_kinds[kind, next_kind]
        begin += self._begin_fine[kind, next_fine] + self._begin_coarse[outer_coarse, next_coarse]
        end += self._end_fine[fine, next_kind] + self._end_coarse[coarse, next_outer_coarse]
        end += self._end_ending[pair[0].ending, next_kind]
        return Link(
            first.outer[0] + second.edge[0] + begin,
            following,
            second.inside,
            joined,
            first.edge[1] + second.outer[1] + end,
            behind,
            second.between,
            second.single,
        )


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
        for line in lines:
            if line and not line.startswith("#"):
                feature, *numbers = line.split("\t")
                values = tuple(_exact(number) for number in numbers)
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
