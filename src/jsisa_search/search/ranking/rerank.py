"""The score of the evidence for a passage: n-grams, titles, the release around it, and nearby words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.query.evidence import Evidence, WeightedTerm
from jsisa_search.schema import CHARS, PAIRS
from jsisa_search.search.interface import ROW_BITS, Searcher

Array = NDArray[Any]

_UNITS = 1 << 16


def is_gram(term: WeightedTerm) -> bool:
    """Return whether a term is one that texts are counted for: what is beyond the basic plane is not."""
    field, text, _ = term
    return field.endswith((PAIRS, CHARS)) and not any(
        "\ud800" <= char <= "\udfff" or char > "\uffff" for char in text
    )


def gram_scores(searcher: Searcher, grams: Sequence[WeightedTerm], docs: Array) -> Array:
    """Return the sum of the scores of `grams`, of one text field, in `docs` (int64, ascending) as float32."""
    scores = np.zeros(len(docs), np.float32)
    if not grams or not len(docs):
        return scores
    weights = [np.float32(searcher.weight(field, text) * boost) for field, text, boost in grams]
    units, lengths = searcher.units(grams[0][0].removesuffix(PAIRS).removesuffix(CHARS), docs)
    counts = _count(units, lengths, [text for _, text, _ in grams])
    norms = {field: searcher.norms(field, docs) for field in {field for field, _, _ in grams}}
    impacts = counts * np.array(weights, np.float32)[:, None]
    impacts /= counts + np.array([norms[field] for field, _, _ in grams], np.float32)
    # One after the other: a sum must not depend on how many passages there are.
    for impact in impacts:
        scores += impact
    return scores


def _count(units: Array, lengths: Array, grams: Sequence[str]) -> Array:
    """Return how often each gram occurs in each text, given by units and lengths: a row a gram (float32)."""
    chars = {char: number for number, char in enumerate(dict.fromkeys("".join(grams)), 1)}
    size = len(chars) + 1
    numbers = np.zeros(_UNITS, np.uint8 if size <= 256 else np.uint32)
    numbers[[ord(char) for char in chars]] = list(chars.values())
    # Only characters of the query are processed further.
    coded = numbers.take(units)
    at = coded.astype(np.bool_).nonzero()[0]
    coded = coded.take(at).astype(np.int64)
    rows = np.arange(len(lengths), dtype=np.uint32).repeat(lengths).take(at).astype(np.int64)
    follows = ((at[1:] - at[:-1] == 1) & (rows[1:] == rows[:-1])).nonzero()[0]
    pairs = coded.take(follows) * size + coded.take(follows + 1)
    of_char = _table(coded, rows, size, len(lengths))
    asked = {gram: number for number, gram in enumerate((gram for gram in grams if len(gram) == 2), 1)}
    pair_numbers = np.zeros(size * size, np.int64)
    pair_numbers[[chars[pair[0]] * size + chars[pair[1]] for pair in asked]] = list(asked.values())
    of_pair = _table(pair_numbers.take(pairs), rows.take(follows), len(asked) + 1, len(lengths))
    found = [of_pair[asked[gram]] if len(gram) == 2 else of_char[chars[gram]] for gram in grams]
    return np.array(found, np.float32)


def _table(numbers: Array, rows: Array, size: int, count: int) -> Array:
    """Return how often each of `size` numbers comes with each of `count` rows: a row a number."""
    return np.bincount(numbers * count + rows, minlength=size * count).reshape(size, count)


#: Maximum distance in positions between the starts of two words near each other: a sentence or less.
#: Calibrated with `NEAR_WORDS`: 12 to 25 gain nearly as much, 50 half.
WINDOW = 20
#: Maximum words considered, the rarest: nearness to 的 is no evidence, and time grows with the pairs.
NEAR_WORDS = 5


def near_scores(searcher: Searcher, words: Iterable[str], docs: Array) -> Array:
    """Return for `docs` (int64, ascending) the sum over pairs of words near each other (float32).

    A pair counts as much as the commoner of the two is rare.
    """
    scores = np.zeros(len(docs), np.float32)
    if not searcher.has_positions("text"):
        return scores
    weights = {word: np.float32(searcher.weight("text", word)) for word in dict.fromkeys(words)}
    rarest = sorted((word for word in weights if weights[word]), key=weights.__getitem__)[-NEAR_WORDS:]
    places = [(word, searcher.word_places("text", word, docs)) for word in rarest]
    for (word, common), (_, rare) in combinations(places, 2):
        is_near = rare.searchsorted(common - WINDOW) < rare.searchsorted(common + WINDOW, "right")
        has_near = np.zeros(len(docs), np.bool_)
        has_near[common[is_near] >> ROW_BITS] = True
        scores += has_near * (weights[word] / np.float32(searcher.k1("text") + 1))
    return scores


def evidence_scores(searcher: Searcher, evidence: Evidence, docs: Array) -> Array:
    """Return the score of the evidence in `docs` (int64, ascending) as float32."""
    return evidence_scores_of([(searcher, evidence, docs)])[0]


def evidence_scores_of(wanted: Sequence[tuple[Searcher, Evidence, Array]]) -> list[Array]:
    """Return the scores of several evidences, each in documents of its own (int64, ascending).

    Passages that satisfy a query and those that satisfy some of it have most evidence in common. It is
    taken in all documents at once, where they are apart.
    """
    for searcher, evidence, _ in wanted:
        searcher.prepare(evidence.all_terms())
    split = [_grams_and_others(evidence) for _, evidence, _ in wanted]
    if len(wanted) == 2 and split[0][0] == split[1][0] and _around(wanted[0][1]) == _around(wanted[1][1]):
        (searcher, evidence, first), (_, _, second) = wanted
        together = np.concatenate([first, second])
        order = together.argsort()
        common = _common_scores(searcher, evidence, split[0][0], together[order])
        parts = [part[order.argsort()] for part in common]
        shares = [[part[: len(first)] for part in parts], [part[len(first) :] for part in parts]]
    else:
        shares = [
            _common_scores(searcher, evidence, grams, docs)
            for (searcher, evidence, docs), (grams, _) in zip(wanted, split, strict=True)
        ]
    found = []
    for (searcher, _, docs), (_, others), share in zip(wanted, split, shares, strict=True):
        scores = searcher.scores_at(others, docs)
        for part in share:
            scores += part
        found.append(scores)
    return found


def _grams_and_others(evidence: Evidence) -> tuple[list[WeightedTerm], list[WeightedTerm]]:
    grams: list[WeightedTerm] = []
    others: list[WeightedTerm] = []
    for term in evidence.terms:
        (grams if is_gram(term) else others).append(term)
    return grams, others


def _around(evidence: Evidence) -> tuple[object, ...]:
    """Return what of the evidence is about more than terms in the passage."""
    return evidence.release_terms, evidence.covered, evidence.near, evidence.nearness


def _common_scores(
    searcher: Searcher, evidence: Evidence, grams: Sequence[WeightedTerm], docs: Array
) -> list[Array]:
    """Return what grams, the release around and nearby words add, in this order."""
    scores = [gram_scores(searcher, grams, docs)]
    if evidence.release_terms:
        scores.append(searcher.release_word_scores(evidence.release_terms, evidence.covered, docs))
    if evidence.nearness:
        scores.append(np.float32(evidence.nearness) * near_scores(searcher, evidence.near, docs))
    return scores
