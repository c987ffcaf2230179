"""Releases like one (同类): found by the words that tell most of it, reprints folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as wq

from jsisa_search.analysis import fold, query_segmenter
from jsisa_search.errors import ReleaseNotFoundError
from jsisa_search.indexing.contents import Contents
from jsisa_search.model import Plain, Release, ReleaseInfo
from jsisa_search.package_data import load_toml
from jsisa_search.query import Filters, filter_tree
from jsisa_search.query.compiler import PASSAGES
from jsisa_search.schema import PASSAGE_BITS, RELEASE_KIND
from jsisa_search.search.interface import Families, Searcher
from jsisa_search.translation import gettext as tr

Array = NDArray[Any]

_RELEASES = wq.Term("kind", RELEASE_KIND)
# Releases whose families are asked for together.
_TOGETHER = 25


@dataclass(frozen=True, slots=True)
class SimilarRelease(Plain):
    """A release like another; `likeness` is 1 for one that has all its words as often.

    `words` are those that both have, the most telling first. `paragraph`, `line` and `text` are of the
    passage with most of them; `paragraph` is `None` for a title or a heading. `copy_count` counts its
    reprints.
    """

    release: ReleaseInfo
    likeness: float
    words: tuple[str, ...]
    paragraph: int | None
    line: int
    text: str
    copy_count: int = 0


@dataclass(frozen=True, slots=True)
class Similar(Plain):
    """The releases like the one with `id`, or like its `paragraph`, by its most telling `words`."""

    id: str
    paragraph: int | None
    words: tuple[str, ...]
    releases: tuple[SimilarRelease, ...]


@dataclass(frozen=True, slots=True)
class _Rules:
    """The numbers in `data/similar.toml`, which says what each is."""

    words: int
    most_common: float
    few: int
    title: int
    k1: float
    b: float
    least_words: int
    least_likeness: float


@cache
def _rules() -> _Rules:
    return _Rules(**load_toml("jsisa_search.research", "similar"))


def similar_releases(
    searcher: Searcher,
    contents: Contents,
    families: Families,
    reference: str,
    *,
    paragraph: int | None,
    limit: int,
    filters: Filters,
) -> Similar:
    """Return up to `limit` releases like the one that `reference` names, or like a paragraph of it.

    Raises `ReleaseNotFoundError` where there is none, or it has no such paragraph.
    """
    own = contents.info(reference)
    texts = _texts_of(contents.release(own.id), paragraph)
    own_docs = _family_docs(searcher, families, own.id)
    telling = _telling_words(searcher, texts, own_docs)
    spread = _spread(searcher, telling, filter_tree(filters, searcher.values_of))
    # Where the filters leave the release itself out, likeness is still to all of it.
    itself = spread if filters == Filters() else _spread(searcher, telling, wq.Term("release", own.id))
    most = float(itself.scores()[itself.releases == int(own.id, 16)].sum()) or 1.0
    rows = list(islice(_ranked(families, spread, own_docs, most), limit))
    similar = _read(searcher, contents, families, spread, rows, most)
    return Similar(own.id, paragraph, tuple(telling), tuple(similar))


def _texts_of(release: Release, paragraph: int | None) -> tuple[str, ...]:
    """Return the title, empty where it does not count, and the paragraphs by which others are looked for."""
    if paragraph is None:
        return release.title or "", *(each.text for each in release.paragraphs)
    for each in release.paragraphs:
        if each.ordinal == paragraph:
            return "", each.text
    raise ReleaseNotFoundError(
        tr("the release has no paragraph {number}; it has {count}").format(
            number=paragraph, count=len(release.paragraphs)
        )
    )


def _family_docs(searcher: Searcher, families: Families, release: str) -> Array:
    """Return the passages of a release and of its reprints (int64, ascending)."""
    docs = searcher.documents(wq.And([PASSAGES, wq.Term("release", release)]))
    family = int(families.family_of(docs[:1])[0]) if len(docs) else 0
    return families.passages_of(family) if family else docs


def _telling_words(searcher: Searcher, texts: Sequence[str], own: Array) -> dict[str, float]:
    """Return the most telling words of a title and paragraphs with their weights, the greatest first.

    Words that only the passages `own` have (int64, ascending) lead to no other release.
    """
    rules, segmenter = _rules(), query_segmenter()
    title, *paragraphs = ([*segmenter.cut(fold(text))] for text in texts)
    counts = Counter(word for words in paragraphs for word in words if len(word) > 1 and word.isalpha())
    counts.update({word: rules.title for word in set(title) if len(word) > 1 and word.isalpha()})
    every = searcher.count(PASSAGES)
    searcher.prepare(("text", word) for word in counts)
    having = {word: searcher.frequency("text", word) for word in counts}
    weights = {
        word: (1 + log(count)) * log(every / having[word] + 1)
        for word, count in counts.items()
        if 1 < having[word] <= max(rules.most_common * every, rules.few)
    }
    ordered = sorted(weights, key=lambda word: (-weights[word], word))
    leading = (word for word in ordered if having[word] > searcher.has_term("text", word, own).sum())
    return {word: weights[word] for word in islice(leading, rules.words)}


@dataclass(frozen=True, slots=True)
class _Spread:
    """Where some words occur: `releases` (int64, ascending) have any of them.

    `counts` (float64, a row for each release, a column for each word) are passages with the word, `lengths`
    all passages of each release, 1 being the average (float64), `weights` those of the words. `docs` (int64)
    are the passages, `owners` the row of the release of each, `sums` the weights of their words.
    """

    releases: Array
    counts: Array
    lengths: Array
    weights: Array
    words: tuple[str, ...]
    docs: Array
    owners: Array
    sums: Array

    def scores(self) -> Array:
        """Return the score of each release (float64): BM25 with passages for occurrences."""
        rules = _rules()
        norms = rules.k1 * (1 - rules.b + rules.b * self.lengths)
        scores: Array = (self.counts / (self.counts + norms[:, None])) @ self.weights
        return scores


def _spread(searcher: Searcher, telling: dict[str, float], passing: wq.Query | None) -> _Spread:
    found = searcher.passages_with(telling, passing)
    weights = np.array(list(telling.values()), np.float64)
    docs, at = np.unique(np.concatenate([*found, np.zeros(0, np.int64)]), return_inverse=True)
    columns = np.repeat(np.arange(len(found)), [len(each) for each in found])
    releases, owners = np.unique(searcher.numbers("sequence", docs) >> PASSAGE_BITS, return_inverse=True)
    counts = np.zeros((len(releases), len(found)))
    np.add.at(counts, (owners[at], columns), 1)
    sums = np.bincount(at, weights[columns], len(docs))
    lengths = _lengths(searcher, releases)
    return _Spread(releases, counts, lengths, weights, tuple(telling), docs, owners, sums)


def _lengths(searcher: Searcher, releases: Array) -> Array:
    """Return the number of documents of each of some releases, 1 being the average of all (float64)."""
    average = searcher.count(PASSAGES) / max(searcher.count(_RELEASES), 1)
    lengths: Array = (searcher.passage_counts(releases) + 1) / (average + 1)
    return lengths


def _ranked(families: Families, spread: _Spread, own: Array, most: float) -> Iterator[int]:
    """Yield the rows of the releases that are alike enough, the likest of each family, the likest first.

    The release itself and its reprints, whose passages are `own`, are none of them.
    """
    rules, scores = _rules(), spread.scores()
    shared = (spread.counts > 0).sum(axis=1)
    least = min(rules.least_words, len(spread.words))
    is_alike = (shared >= least) & (scores >= rules.least_likeness * most)
    rows = np.flatnonzero(is_alike)
    rows = rows[np.lexsort((spread.releases[rows], -scores[rows]))]
    rows = rows[~np.isin(spread.docs[_first_of(spread.owners, rows)], own)]
    seen: set[int] = set()
    for first in range(0, len(rows), _TOGETHER):
        some = rows[first : first + _TOGETHER]
        of_family = families.family_of(spread.docs[_first_of(spread.owners, some)])
        for row, family in zip(some.tolist(), of_family.tolist(), strict=True):
            if family not in seen:
                yield row
            if family:
                seen.add(family)


def _first_of(owners: Array, rows: Array) -> Array:
    """Return the place of the first passage of each of some rows."""
    order = owners.argsort(kind="stable")
    places: Array = order[owners[order].searchsorted(rows)]
    return places


def _read(
    searcher: Searcher,
    contents: Contents,
    families: Families,
    spread: _Spread,
    rows: Sequence[int],
    most: float,
) -> Iterator[SimilarRelease]:
    """Yield the releases in some rows, each with its passage that has most of the words."""
    infos = contents.infos_of([f"{release:012x}" for release in spread.releases[list(rows)].tolist()])
    best = np.array([_best_of(spread, row) for row in rows], np.int64)
    numbers, scores = families.family_of(best).tolist(), spread.scores()
    searcher.read_together(best)
    for row, info, doc, family in zip(rows, infos, best.tolist(), numbers, strict=True):
        stored = searcher.document(doc)
        words = (word for word, count in zip(spread.words, spread.counts[row], strict=True) if count)
        yield SimilarRelease(
            info,
            round(min(float(scores[row]) / most, 1.0), 3),
            tuple(words),
            stored.get("paragraph"),
            stored["line"],
            stored["text"],
            len(families.releases_of(family)) - 1 if family else 0,
        )


def _best_of(spread: _Spread, row: int) -> int:
    """Return the passage of a release that has most of the words, by their weights."""
    inside = np.flatnonzero(spread.owners == row)
    return int(spread.docs[inside[spread.sums[inside].argmax()]])
