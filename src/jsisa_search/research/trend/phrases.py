"""Set phrases that appeared, rose or vanished since a day: what `Index.new_phrases` runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis import FoldedText
from jsisa_search.arguments import check_flag, check_moment, check_number, refused
from jsisa_search.model import Plain
from jsisa_search.package_data import load_toml
from jsisa_search.query import Filters, check_filters
from jsisa_search.research.trend.candidates import CandidateRules, Candidates, PhraseKind, find_candidates
from jsisa_search.research.trend.likelihood import signed_likelihood
from jsisa_search.research.trend.timeline import Timeline, moment_of
from jsisa_search.research.trend.wordings import Usage, Uses, find_uses, usage_of
from jsisa_search.schema import UNDATED
from jsisa_search.search.engine.searcher import ArraySearcher

Array = NDArray[Any]

_MOST_PHRASES = 1000


@dataclass(frozen=True, slots=True)
class Phrase(Plain):
    """A set phrase with its usage before a day and since; `kind` is how it was found in the texts.

    It is counted wherever it occurs, however it was found. `first` and `last` are the days of its dated
    passages.
    """

    text: str
    kind: PhraseKind
    before: Usage
    since: Usage
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class NewPhrases(Plain):
    """The set phrases that came or went since a day, only as far as chance does not explain it.

    `appeared` never occurred before, `vanished` not since; both are ordered by the number of passages.
    `risen` occurred before, and are ordered by how surely they rose. `passages_before`, `passages_since` and
    `undated` count the passages of the index, those that reprints share once unless `fold` is false.
    """

    since: datetime
    fold: bool
    passages_before: int
    passages_since: int
    undated: int
    appeared: tuple[Phrase, ...]
    risen: tuple[Phrase, ...]
    vanished: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class PhraseRequest:
    """The arguments of `Index.new_phrases`; raises `ArgumentError`."""

    since: datetime
    limit: int = 20
    filters: Filters | None = None
    fold: bool = True

    def __post_init__(self) -> None:
        if check_moment("since", self.since) is None:
            raise refused("since", self.since, "a datetime without a time zone")
        check_number("limit", self.limit, 0, _MOST_PHRASES)
        check_filters(self.filters)
        check_flag("fold", self.fold)


def new_phrases(searcher: ArraySearcher, timeline: Timeline, request: PhraseRequest) -> NewPhrases:
    """Return the set phrases of the passages of a timeline that came or went."""
    sides, rules = _Sides(timeline, request.since), _rules()
    wanted = CandidateRules(
        quotation=tuple(rules["quoted"]),
        clause=tuple(rules["clause"]),
        least_passages=rules["least_passages"],
        least_likelihood=rules["least_likelihood"],
        most_one_neighbour=rules["most_one_neighbour"],
        stop_words=frozenset(rules["stop_words"]),
        sizes=sides.passages,
    )
    candidates = find_candidates(searcher, timeline, timeline.is_since(request.since), wanted)
    chosen = _chosen(
        candidates, sides.passages, max(request.limit * rules["candidates"], rules["least_candidates"])
    )
    found = [_Found(text, kind, find_uses(searcher, timeline, text), sides) for text, kind in chosen.items()]
    found = [each for each in found if abs(each.likelihood) >= rules["least_likelihood"]]
    appeared = _best((each for each in found if not each.before), lambda each: each.since, request.limit)
    vanished = _best((each for each in found if not each.since), lambda each: each.before, request.limit)
    both = (each for each in found if each.before and each.since)
    risen = _best(both, lambda each: each.likelihood, request.limit)
    return NewPhrases(
        request.since,
        request.fold,
        *sides.passages,
        int((timeline.published == UNDATED).sum()),
        *(
            tuple(_phrase(searcher, timeline, sides, each) for each in kind)
            for kind in (appeared, risen, vanished)
        ),
    )


class _Sides:
    """The dated passages of a timeline before a day and since: which, how many, and their characters."""

    def __init__(self, timeline: Timeline, since: datetime) -> None:
        is_since = timeline.is_since(since)
        is_before = ~is_since & (timeline.published != UNDATED)
        self.of_rows = np.stack([is_before, is_since])
        before, later = self.of_rows.sum(axis=1).tolist()
        self.passages: tuple[int, int] = before, later
        before, later = (self.of_rows @ timeline.characters.astype(np.int64)).tolist()
        self.characters: tuple[int, int] = before, later


class _Found:
    """A candidate with its exact counts of passages."""

    def __init__(self, text: str, kind: PhraseKind, uses: Uses, sides: _Sides) -> None:
        self.text, self.kind, self.uses = text, kind, uses
        self.before, self.since = sides.of_rows[:, uses.rows].sum(axis=1).tolist()
        before, since = np.array([self.before]), np.array([self.since])
        self.likelihood = float(signed_likelihood(before, since, *sides.passages)[0])


def _chosen(
    candidates: Mapping[PhraseKind, Candidates], sizes: tuple[int, int], wanted: int
) -> dict[str, PhraseKind]:
    """Return the candidates of each kind that rose and fell most surely, up to some of either."""
    chosen: dict[str, PhraseKind] = {}
    for kind, counts in candidates.items():
        texts = sorted(text for text in counts if _is_phrase(text, kind))
        before, since = np.array([counts[text] for text in texts], np.int64).reshape(-1, 2).T
        order = signed_likelihood(before, since, *sizes).argsort(kind="stable")
        for at in chain(order[:wanted].tolist(), order[::-1][:wanted].tolist()):
            chosen.setdefault(texts[at], kind)
    return chosen


def _is_phrase(text: str, kind: PhraseKind) -> bool:
    """Return whether a candidate is more than a number or a formula of reporting (他指出, 据介绍)."""
    if text.isdecimal():
        return False
    begins, ends = _formulas()
    return kind == "quotation" or not (text.startswith(begins) or text.endswith(ends))


def _best(found: Iterable[_Found], key: Callable[[_Found], float], limit: int) -> list[_Found]:
    """Return those with the highest keys, without those that say the same as one of higher key."""
    kept: list[_Found] = []
    for each in sorted(found, key=lambda each: (-key(each), -len(each.text), each.text)):
        if len(kept) == limit:
            break
        if key(each) > 0 and not any(_says_same(each, other) for other in kept):
            kept.append(each)
    return kept


def _says_same(one: _Found, other: _Found) -> bool:
    """Return whether a phrase is another one with more around it, or a part that is hardly elsewhere."""
    if one.text in other.text:
        share: float = _rules()["part_of"]
        is_part: bool = one.before + one.since <= (other.before + other.since) * share
        return is_part
    return other.text in one.text


def _phrase(searcher: ArraySearcher, timeline: Timeline, sides: _Sides, found: _Found) -> Phrase:
    """Return a phrase as it is written, with its usage on either side."""
    ordered = timeline.in_time(found.uses.rows)
    before, since = _usages(timeline, sides, found.uses)
    first, last = (moment_of(int(timeline.published[ordered[at]])) for at in (0, -1))
    text = _as_written(searcher, int(timeline.docs[ordered[-1]]), found.text)
    return Phrase(text, found.kind, before, since, first, last)


def _usages(timeline: Timeline, sides: _Sides, uses: Uses) -> Iterator[Usage]:
    for is_there, characters in zip(sides.of_rows[:, uses.rows], sides.characters, strict=True):
        releases = len(np.unique(timeline.releases[uses.rows[is_there]]))
        yield usage_of(int(is_there.sum()), releases, int(uses.counts[is_there].sum()), characters)


def _as_written(searcher: ArraySearcher, doc: int, folded: str) -> str:
    """Return a folded string as the text of a document writes it."""
    original: str = searcher.document(doc)["text"]
    of_original = FoldedText.of(original)
    at = of_original.text.find(folded)
    start, end = of_original.original_range(at, at + len(folded))
    return original[start:end]


def _rules() -> dict[str, Any]:
    return load_toml("jsisa_search.research", "trend")


@cache
def _formulas() -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(_rules()["formula_begins"]), tuple(_rules()["formula_ends"])
