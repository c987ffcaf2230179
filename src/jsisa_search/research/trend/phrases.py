"""Set phrases that appeared, rose or vanished since a day: what `Index.new_phrases` runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis import FoldedText
from jsisa_search.arguments import check_flag, check_moment, check_number
from jsisa_search.model import Plain
from jsisa_search.package_data import load_toml
from jsisa_search.progress import OnProgress, Progress, no_progress
from jsisa_search.query import Filters, check_filters
from jsisa_search.research.trend.candidates import CandidateRules, Candidates, PhraseKind, find_candidates
from jsisa_search.research.trend.likelihood import signed_likelihood
from jsisa_search.research.trend.set_phrases import is_quoted_enough, is_set_phrase
from jsisa_search.research.trend.timeline import is_since, latest_times, moment_of
from jsisa_search.research.trend.wordings import End, Usage, ends_with, usage_of
from jsisa_search.schema import UNDATED
from jsisa_search.search.interface import Searcher
from jsisa_search.search.timeline import Sides, TextBlock, Timeline

Array = NDArray[Any]

_MOST_PHRASES = 1000
# Candidates counted between two reports of progress.
_COUNTED_TOGETHER = 100


@dataclass(frozen=True, slots=True)
class Phrase(Plain):
    """A set phrase with its usage before a day and since; `kind` is how it was found in the texts.

    It is counted wherever it occurs, however it was found. `first` and `last` are the days of its first and
    last dated passage, and `first_source` and `last_source` their sources: the publisher where none is
    stated, `None` where neither is.
    """

    text: str
    kind: PhraseKind
    before: Usage
    since: Usage
    first: datetime
    last: datetime
    first_source: str | None = None
    last_source: str | None = None


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

    since: datetime | None = None
    limit: int = 20
    filters: Filters | None = None
    fold: bool = True

    def __post_init__(self) -> None:
        check_moment("since", self.since)
        check_number("limit", self.limit, 0, _MOST_PHRASES)
        check_filters(self.filters)
        check_flag("fold", self.fold)


def new_phrases(
    searcher: Searcher, timeline: Timeline, request: PhraseRequest, progress: OnProgress = no_progress
) -> NewPhrases:
    """Return the set phrases of the passages of a timeline that came or went.

    `progress` is called before texts are read and before candidates are counted; what it raises ends this.
    """
    since = request.since or latest_times(timeline.months())
    sides, rules = timeline.sides(since), _rules()
    wanted = CandidateRules(
        quotation=tuple(rules["quoted"]),
        clause=tuple(rules["clause"]),
        least_passages=rules["least_passages"],
        least_likelihood=rules["least_likelihood"],
        most_one_neighbour=rules["most_one_neighbour"],
        stop_words=frozenset(rules["stop_words"]),
        sizes=sides.passages,
    )
    candidates = find_candidates(_watched(timeline.blocks(since), progress), wanted)
    quoted = candidates["quotation"]
    chosen = _chosen(
        candidates, sides.passages, max(request.limit * rules["candidates"], rules["least_candidates"])
    )
    found = [
        each
        for each in _counted(timeline, since, chosen, sides, progress)
        if abs(each.likelihood) >= rules["least_likelihood"]
        and (
            each.kind != "quotation"
            or is_quoted_enough(each.text, sum(quoted[each.text]), each.before + each.since)
        )
    ]
    appeared = _best((each for each in found if not each.before), lambda each: each.since)
    vanished = _best((each for each in found if not each.since), lambda each: each.before)
    both = (each for each in found if each.before and each.since)
    risen = _best(both, lambda each: each.likelihood)

    def told(best: Iterator[_Found]) -> tuple[Phrase, ...]:
        phrases = (_phrase(searcher, timeline, since, sides, each) for each in best)
        said = (each for each in phrases if _releases_of(each) >= rules["least_releases"])
        return tuple(islice(said, request.limit))

    return NewPhrases(
        since,
        request.fold,
        *sides.passages,
        sides.undated,
        told(appeared),
        told(risen),
        told(vanished),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """A candidate with the number of all passages that have it, before a day and since."""

    text: str
    kind: PhraseKind
    before: int
    since: int
    likelihood: float


def _watched(blocks: Iterable[TextBlock], progress: OnProgress) -> Iterator[TextBlock]:
    """Yield blocks, and report before each and after the last."""
    done = 0
    progress(Progress("reading"))
    for done, block in enumerate(blocks, start=1):
        yield block
        progress(Progress("reading", done))
    progress(Progress.of("matching", 0, 1))


def _counted(
    timeline: Timeline,
    since: datetime,
    chosen: Mapping[str, PhraseKind],
    sides: Sides,
    progress: OnProgress,
) -> Iterator[_Found]:
    """Yield the chosen candidates with their exact counts."""
    texts, counted = list(chosen), [np.zeros((2, 0), np.int64)]
    for first in range(0, len(texts), _COUNTED_TOGETHER):
        progress(Progress.of("matching", first, len(texts)))
        counted.append(timeline.passages_of(texts[first : first + _COUNTED_TOGETHER], since))
    before, later = np.concatenate(counted, axis=1)
    likelihoods = signed_likelihood(before, later, *sides.passages)
    counts = zip(before.tolist(), later.tolist(), likelihoods.tolist(), strict=True)
    for (text, kind), values in zip(chosen.items(), counts, strict=True):
        yield _Found(text, kind, *values)


def _chosen(
    candidates: Mapping[PhraseKind, Candidates], sizes: tuple[int, int], wanted: int
) -> dict[str, PhraseKind]:
    """Return the candidates of each kind that rose and fell most surely, up to some of either."""
    chosen: dict[str, PhraseKind] = {}
    for kind, counts in candidates.items():
        texts = sorted(text for text in counts if is_set_phrase(text, kind))
        before, since = np.array([counts[text] for text in texts], np.int64).reshape(-1, 2).T
        order = signed_likelihood(before, since, *sizes).argsort(kind="stable")
        for at in chain(order[:wanted].tolist(), order[::-1][:wanted].tolist()):
            chosen.setdefault(texts[at], kind)
    return chosen


def _best(found: Iterable[_Found], key: Callable[[_Found], float]) -> Iterator[_Found]:
    """Yield those with a key, the highest first, without those that say the same as one of higher key."""
    kept: list[_Found] = []
    for each in sorted(found, key=lambda each: (-key(each), -len(each.text), each.text)):
        if key(each) > 0 and not any(_says_same(each, other) for other in kept):
            kept.append(each)
            yield each


def _releases_of(phrase: Phrase) -> int:
    """Return how many releases have a phrase, on the side on which more have it."""
    return max(phrase.before.releases, phrase.since.releases)


def _says_same(one: _Found, other: _Found) -> bool:
    """Return whether a phrase is another one with more around it, or a part that is hardly elsewhere."""
    if one.text in other.text:
        share: float = _rules()["part_of"]
        is_part: bool = one.before + one.since <= (other.before + other.since) * share
        return is_part
    return other.text in one.text


def _phrase(searcher: Searcher, timeline: Timeline, day: datetime, sides: Sides, found: _Found) -> Phrase:
    """Return a phrase as it is written, with its usage on either side."""
    counts = np.zeros((2, 3), np.int64)
    ends: list[End] = []
    sources: dict[int, str] = {}
    for uses in timeline.uses(found.text):
        late = is_since(uses.published, day)
        for side, is_there in enumerate((~late & (uses.published != UNDATED), late)):
            releases = len(np.unique(uses.releases[is_there]))
            counts[side] += is_there.sum(), releases, uses.counts[is_there].sum()
        ends = ends_with(ends, uses)
        for end in ends:
            at = np.flatnonzero(uses.docs == end.doc)
            if len(at):
                sources[end.doc] = uses.names[int(uses.sources[at[0]])]
    before, later = (
        usage_of(passages, releases, occurrences, characters)
        for (passages, releases, occurrences), characters in zip(
            counts.tolist(), sides.characters, strict=True
        )
    )
    first, last = (moment_of(end.published) for end in ends)
    text = _as_written(searcher, ends[-1].doc, found.text)
    first_source, last_source = (sources[end.doc] or None for end in ends)
    return Phrase(text, found.kind, before, later, first, last, first_source, last_source)


def _as_written(searcher: Searcher, doc: int, folded: str) -> str:
    """Return a folded string as the text of a document writes it."""
    original: str = searcher.document(doc)["text"]
    of_original = FoldedText.of(original)
    at = of_original.text.find(folded)
    start, end = of_original.original_range(at, at + len(folded))
    return original[start:end]


def _rules() -> dict[str, Any]:
    return load_toml("jsisa_search.research", "trend")
