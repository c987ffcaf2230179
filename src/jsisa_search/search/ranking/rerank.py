"""The score of the evidence for a passage: n-grams, titles, the release around it, and nearby words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.packed_ints import spread
from jsisa_search.codec.segment.texts import Texts
from jsisa_search.query.evidence import Evidence, WeightedTerm
from jsisa_search.schema import CHARS, PAIRS
from jsisa_search.search.engine.searcher import ArraySearcher
from jsisa_search.search.engine.segment_view import SegmentView
from jsisa_search.search.engine.term_scorer import TermScorer
from jsisa_search.search.ranking.release_scores import word_scores

Array = NDArray[Any]

_UNITS = 1 << 16


def is_gram(term: WeightedTerm) -> bool:
    """Return whether a term is one that texts are counted for: what is beyond the basic plane is not."""
    field, text, _ = term
    return field.endswith((PAIRS, CHARS)) and not any(
        "\ud800" <= char <= "\udfff" or char > "\uffff" for char in text
    )


def gram_scores(searcher: ArraySearcher, grams: Sequence[WeightedTerm], docs: Array) -> Array:
    """Return the sum of the scores of `grams`, of one text field, in `docs` (int64, ascending) as float32."""
    scores = np.zeros(len(docs), np.float32)
    weights = [np.float32(searcher.weight(field, text) * boost) for field, text, boost in grams]
    for view in searcher.views if grams else ():
        first, last = docs.searchsorted((view.base, view.base + view.doc_count)).tolist()
        texts = view.file.texts(grams[0][0].removesuffix(PAIRS).removesuffix(CHARS))
        if first == last or texts is None:
            continue
        inside = docs[first:last] - view.base
        counts = _count(texts, inside, [text for _, text, _ in grams])
        norms = {field: _norms(searcher, view, field, inside) for field in {field for field, _, _ in grams}}
        impacts = counts * np.array(weights, np.float32)[:, None]
        impacts /= counts + np.array([norms[field] for field, _, _ in grams], np.float32)
        # One after the other: a sum must not depend on how many passages there are.
        for impact in impacts:
            scores[first:last] += impact
    return scores


def _norms(searcher: ArraySearcher, view: SegmentView, fieldname: str, docs: Array) -> Array:
    model, field = searcher.statistics.model(fieldname), view.file.field(fieldname)
    if model is None or field is None:
        return np.ones(len(docs), np.float32)
    return view.norms(fieldname, field, model).take(docs)


def _count(texts: Texts, docs: Array, grams: Sequence[str]) -> Array:
    """Return how often each gram occurs in the text of each document: a row a gram (float32)."""
    chars = {char: number for number, char in enumerate(dict.fromkeys("".join(grams)), 1)}
    size = len(chars) + 1
    numbers = np.zeros(_UNITS, np.uint8 if size <= 256 else np.uint32)
    numbers[[ord(char) for char in chars]] = list(chars.values())
    units, lengths = units_of(texts, docs)
    # Only characters of the query are processed further.
    coded = numbers.take(units)
    at = coded.astype(np.bool_).nonzero()[0]
    coded = coded.take(at).astype(np.int64)
    rows = np.arange(len(docs), dtype=np.uint32).repeat(lengths).take(at).astype(np.int64)
    follows = ((at[1:] - at[:-1] == 1) & (rows[1:] == rows[:-1])).nonzero()[0]
    pairs = coded.take(follows) * size + coded.take(follows + 1)
    of_char = _table(coded, rows, size, len(docs))
    asked = {gram: number for number, gram in enumerate((gram for gram in grams if len(gram) == 2), 1)}
    pair_numbers = np.zeros(size * size, np.int64)
    pair_numbers[[chars[pair[0]] * size + chars[pair[1]] for pair in asked]] = list(asked.values())
    of_pair = _table(pair_numbers.take(pairs), rows.take(follows), len(asked) + 1, len(docs))
    found = [of_pair[asked[gram]] if len(gram) == 2 else of_char[chars[gram]] for gram in grams]
    return np.array(found, np.float32)


def units_of(texts: Texts, docs: Array) -> tuple[Array, Array]:
    """Return the folded units (uint16) of some documents' texts, and the length of each text (int64)."""
    rows = texts.rows.take(docs).astype(np.int64)
    numbers = np.maximum(rows - 1, 0)
    starts = texts.starts.take(numbers).astype(np.int64)
    lengths = np.where(rows > 0, texts.starts.take(numbers + 1) - starts, 0)
    return texts.units.take(spread(starts, lengths)), lengths


def _table(numbers: Array, rows: Array, size: int, count: int) -> Array:
    """Return how often each of `size` numbers comes with each of `count` rows: a row a number."""
    return np.bincount(numbers * count + rows, minlength=size * count).reshape(size, count)


#: Maximum distance in positions between the starts of two words near each other: a sentence or less.
#: Calibrated with `NEAR_WORDS`: 12 to 25 gain nearly as much, 50 half.
WINDOW = 20
#: Maximum words considered, the rarest: nearness to 的 is no evidence, and time grows with the pairs.
NEAR_WORDS = 5

_ROW_BITS = 40


def near_scores(searcher: ArraySearcher, words: Iterable[str], docs: Array) -> Array:
    """Return for `docs` (int64, ascending) the sum over pairs of words near each other (float32).

    A pair counts as much as the commoner of the two is rare.
    """
    scores = np.zeros(len(docs), np.float32)
    if not searcher.has_positions("text"):
        return scores
    terms = [searcher.term("text", word) for word in dict.fromkeys(words)]
    # The same in every segment, also in those without them.
    rarest = sorted(filter(any, terms), key=_rarity)[-NEAR_WORDS:]
    for number, view in enumerate(searcher.views):
        first, last = docs.searchsorted((view.base, view.base + view.doc_count)).tolist()
        if first < last:
            inside = (docs[first:last] - view.base).astype(view.doc_dtype)
            scorers = [scorer for term in rarest if (scorer := term[number])]
            scores[first:last] = _in_segment(scorers, inside)
    return scores


def _rarity(term: Sequence[TermScorer | None]) -> float:
    return max(float(scorer.weight) for scorer in term if scorer)


def _in_segment(scorers: list[TermScorer], docs: Array) -> Array:
    """Return the scores of documents of one segment; the scorers come with the rarest last."""
    scores = np.zeros(len(docs), np.float32)
    places = [_places(scorer, docs) for scorer in scorers]
    for (common, scorer), (rare, _) in combinations(zip(places, scorers, strict=True), 2):
        is_near = rare.searchsorted(common - WINDOW) < rare.searchsorted(common + WINDOW, "right")
        has_near = np.zeros(len(docs), np.bool_)
        has_near[common[is_near] >> _ROW_BITS] = True
        k1 = scorer.model.k1 if scorer.model else 0.0
        scores += has_near * (scorer.weight / np.float32(k1 + 1))
    return scores


def _places(scorer: TermScorer, docs: Array) -> Array:
    """Return where a term occurs in `docs`: the row shifted far beyond any position, plus the position."""
    at, present = scorer.decoded.find(docs)
    rows = present.nonzero()[0]
    return scorer.postings.places(np.asarray(at)[rows].astype(np.int64), rows << _ROW_BITS)


def evidence_scores(searcher: ArraySearcher, evidence: Evidence, docs: Array) -> Array:
    """Return the score of the evidence in `docs` (int64, ascending) as float32."""
    return evidence_scores_of([(searcher, evidence, docs)])[0]


def evidence_scores_of(wanted: Sequence[tuple[ArraySearcher, Evidence, Array]]) -> list[Array]:
    """Return the scores of several evidences, each in documents of its own (int64, ascending).

    Passages that satisfy a query and those that satisfy some of it have most evidence in common. It is
    taken in all documents at once, where they are apart.
    """
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
    searcher: ArraySearcher, evidence: Evidence, grams: Sequence[WeightedTerm], docs: Array
) -> list[Array]:
    """Return what grams, the release around and nearby words add, in this order."""
    scores = [gram_scores(searcher, grams, docs)]
    if evidence.release_terms:
        scores.append(word_scores(searcher, evidence.release_terms, evidence.covered, docs))
    if evidence.nearness:
        scores.append(np.float32(evidence.nearness) * near_scores(searcher, evidence.near, docs))
    return scores
