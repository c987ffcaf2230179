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
from jsisa_search.schema import PASSAGE_BITS
from jsisa_search.search.engine.searcher import ArraySearcher
from jsisa_search.search.interface import Families
from jsisa_search.translation import gettext as tr

Array = NDArray[Any]


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
    searcher: ArraySearcher,
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
    whole = spread if filters == Filters() else _spread(searcher, telling, None)
    most = float(whole.scores()[whole.releases == int(own.id, 16)].sum()) or 1.0
    found = _ranked(families, spread, own_docs, most)
    similar = (_read(searcher, contents, families, spread, at, most) for at in found)
    return Similar(own.id, paragraph, tuple(telling), tuple(islice(similar, limit)))


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


def _family_docs(searcher: ArraySearcher, families: Families, release: str) -> Array:
    """Return the passages of a release and of its reprints (int64, ascending)."""
    docs = searcher.documents(wq.And([PASSAGES, wq.Term("release", release)]))
    family = int(families.family_of(docs[:1])[0]) if len(docs) else 0
    return families.passages_of(family) if family else docs


def _telling_words(searcher: ArraySearcher, texts: Sequence[str], own: Array) -> dict[str, float]:
    """Return the most telling words of a title and paragraphs with their weights, the greatest first.

    Words that only the passages `own` have (int64, ascending) lead to no other release.
    """
    rules, segmenter = _rules(), query_segmenter()
    title, *paragraphs = ([*segmenter.cut(fold(text))] for text in texts)
    counts = Counter(word for words in paragraphs for word in words if len(word) > 1 and word.isalpha())
    counts.update({word: rules.title for word in set(title) if len(word) > 1 and word.isalpha()})
    weights = {}
    for word, count in counts.items():
        passages = sum(leaf.doc_frequency for leaf in searcher.term("text", word) if leaf)
        if 1 < passages <= max(rules.most_common * searcher.doc_count, rules.few):
            weights[word] = (1 + log(count)) * log(searcher.doc_count / passages + 1)
    ordered = sorted(weights, key=lambda word: (-weights[word], word))
    leading = (word for word in ordered if _is_elsewhere(searcher, word, own))
    return {word: weights[word] for word in islice(leading, rules.words)}


def _is_elsewhere(searcher: ArraySearcher, word: str, own: Array) -> bool:
    docs = searcher.documents(wq.Term("text", word))
    return len(docs) > len(own) or not bool(np.isin(docs, own).all())


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


def _spread(searcher: ArraySearcher, telling: dict[str, float], passing: wq.Query | None) -> _Spread:
    execution = searcher.execution(wq.And([PASSAGES, passing]) if passing else PASSAGES)
    found = [execution.documents(wq.Term("text", word)) for word in telling]
    weights = np.array(list(telling.values()), np.float64)
    docs, at = np.unique(np.concatenate([*found, np.zeros(0, np.int64)]), return_inverse=True)
    columns = np.repeat(np.arange(len(found)), [len(each) for each in found])
    releases, owners = np.unique(searcher.numbers("sequence", docs) >> PASSAGE_BITS, return_inverse=True)
    counts = np.zeros((len(releases), len(found)))
    np.add.at(counts, (owners[at], columns), 1)
    sums = np.bincount(at, weights[columns], len(docs))
    lengths = _lengths(searcher, releases)
    return _Spread(releases, counts, lengths, weights, tuple(telling), docs, owners, sums)


def _lengths(searcher: ArraySearcher, releases: Array) -> Array:
    """Return the number of documents of each of some releases, 1 being the average of all (float64)."""
    starts = [view.runs("sequence", PASSAGE_BITS) for view in searcher.views]
    values = [view.run_values("sequence", PASSAGE_BITS) for view in searcher.views]
    known = np.concatenate([*values, np.zeros(0, np.int64)])
    lengths = np.concatenate([*map(np.diff, starts), np.zeros(0, np.int64)])
    order = known.argsort(kind="stable")
    # Of an updated release, what was deleted is a run of its own; the last is what is there.
    last = known[order].searchsorted(releases, "right") - 1
    return lengths[order][last] / lengths.mean() if len(releases) else np.zeros(0)


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
    docs = spread.docs[_first_of(spread.owners, rows)]
    of_family = families.family_of(docs) if len(rows) else np.zeros(0, np.int64)
    is_own = np.isin(docs, own)
    seen: set[int] = set()
    for row, family, is_left_out in zip(rows.tolist(), of_family.tolist(), is_own.tolist(), strict=True):
        if is_left_out or family in seen:
            continue
        if family:
            seen.add(family)
        yield row


def _first_of(owners: Array, rows: Array) -> Array:
    """Return the place of the first passage of each of some rows."""
    order = owners.argsort(kind="stable")
    places: Array = order[owners[order].searchsorted(rows)]
    return places


def _read(
    searcher: ArraySearcher, contents: Contents, families: Families, spread: _Spread, row: int, most: float
) -> SimilarRelease:
    inside = np.flatnonzero(spread.owners == row)
    best = int(spread.docs[inside[spread.sums[inside].argmax()]])
    stored = searcher.document(best)
    family = int(families.family_of(np.array([best]))[0])
    copies = len(families.releases_of(family)) - 1 if family else 0
    words = (word for word, count in zip(spread.words, spread.counts[row], strict=True) if count)
    return SimilarRelease(
        contents.info(stored["release"]),
        round(min(float(spread.scores()[row]) / most, 1.0), 3),
        tuple(words),
        stored.get("paragraph"),
        stored["line"],
        stored["text"],
        copies,
    )
