"""The k best documents of a query in one segment, without scoring those that cannot be among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query

from jsisa_search.codec.segment.postings import BLOCK
from jsisa_search.search.engine.evaluation.evaluate import Evaluation
from jsisa_search.search.engine.scoring.score_bounds import most_beside, scored_term
from jsisa_search.search.engine.scoring.term_scorer import Matches, TermScorer

Array = NDArray[Any]


def top(docs: Array, scores: Array, k: int) -> tuple[Array, Array]:
    """Return the `k` documents of the highest scores and those, best first; ties by document number.

    `docs` (any unsigned dtype) ascends; `scores` (float32) belongs to it.
    """
    if len(docs) > k:
        best = (scores >= threshold(scores, k)).nonzero()[0]
        docs, scores = docs[best], scores[best]
    elif len(docs) < 2:
        return docs[:k], scores[:k]
    order = (-scores).argsort(kind="stable")[:k]
    return docs[order], scores[order]


def threshold(scores: Array, k: int) -> Any:
    """Return the k-th highest of `scores` (numbers of any type), or 0 where there are fewer."""
    if len(scores) < k or not k:
        return 0.0
    scores = scores.copy()
    scores.partition(len(scores) - k)
    return scores[len(scores) - k]


#: Blocks scored first, for a threshold, at the least; beyond some multiple of k it only costs.
_FIRST_BLOCKS = 16
#: Documents of the rarest term whose whole score is taken first, for a threshold.
_FIRST_DOCS = 32
#: Sums of float32 differ in the last digits with the order of their parts.
_ROUNDING = 0.99999
_IN_BLOCK = np.arange(BLOCK)


def best_of_term(scorer: TermScorer, k: int, least: float, allowed: Array | None) -> Array:
    """Return the documents of a term that may be among its `k` best with `least` or more, ascending."""
    bounds = scorer.block_bounds()
    if bounds is None:
        return scorer.matches(allowed)[0]
    count = min(len(bounds), max(_FIRST_BLOCKS, -(-2 * k // BLOCK)))
    first = bounds.argpartition(len(bounds) - count)[-count:]
    first.sort()
    docs, scores = score_blocks(scorer, first, allowed)
    least = max(least, float(threshold(scores, k)) * _ROUNDING)
    docs, scores = _reaching(docs, scores, least)
    rest = bounds >= least
    rest[first] = False
    more = rest.nonzero()[0]
    if len(more):
        docs, _ = _union(docs, scores, *_reaching(*score_blocks(scorer, more, allowed), least))
    return docs


def block_docs(scorer: TermScorer, blocks: Array, allowed: Array) -> Array:
    """Return the documents of some blocks (ascending) that may be found."""
    docs = scorer.decoded.docs_at(_postings_in(scorer, blocks))
    return docs[allowed.take(docs, mode="clip")]


def _postings_in(scorer: TermScorer, blocks: Array) -> Array:
    """Return the numbers of the postings in some blocks (ascending)."""
    postings = ((blocks * BLOCK)[:, None] + _IN_BLOCK).ravel()
    if len(blocks) and postings[-1] >= scorer.doc_frequency:
        postings = postings[: scorer.doc_frequency - int(postings[-1]) - 1]
    return postings


def score_blocks(scorer: TermScorer, blocks: Array, allowed: Array | None) -> Matches:
    """Return the documents of some blocks (ascending) that may be found, and their scores."""
    postings = _postings_in(scorer, blocks)
    docs = scorer.decoded.docs_at(postings)
    scores = scorer.scores(docs, postings)
    if allowed is None:
        return docs, scores
    keep = allowed.take(docs, mode="clip")
    return docs[keep], scores[keep]


def best_of_any(scorers: Sequence[TermScorer], k: int, least: float, allowed: Array | None) -> Array:
    """Return the documents that may be among the `k` best of those that have any of some terms, ascending.

    All that score `least` or more and are among the `k` best, ties included, are there, and few others.
    Terms come in the order of the most they can add. Once what the terms to come can add together does not
    reach the k-th best so far, no document is taken in any more; those there are looked up.
    """
    lists = sorted((_Bounded(scorer, allowed) for scorer in scorers), key=lambda one: -one.most)
    to_come = [0.0]
    for one in reversed(lists):
        to_come.insert(0, to_come[0] + one.most)
    docs, scores = lists[0].new(least - to_come[1])
    least = max(least, _first_threshold(lists, docs, scores, k))
    docs, scores = _reaching(docs, scores, least - to_come[1])
    for i, one in enumerate(lists[1:], 1):
        scores = one.added(docs, scores)
        if to_come[i] >= least:
            docs, scores = _union(docs, scores, *_without(*one.new(least - to_come[i + 1]), docs))
        if len(scores) >= k:
            least = max(least, threshold(scores, k) * _ROUNDING)
        docs, scores = _reaching(docs, scores, least - to_come[i + 1])
    return docs


class _Bounded:
    """A term with the most it can add to a score."""

    def __init__(self, scorer: TermScorer, allowed: Array | None) -> None:
        self.scorer = scorer
        self._allowed = allowed
        self._bounds = scorer.block_bounds()
        self._matches: Matches | None = None
        if self._bounds is None:
            self._matches = scorer.matches(allowed)
            self.most = float(self._matches[1].max(initial=0))
        else:
            self.most = float(self._bounds.max())

    def added(self, docs: Array, scores: Array) -> Array:
        """Return `scores`, those of `docs`, and what this term adds to them."""
        if not len(docs):
            return scores
        at, present = self.scorer.decoded.find(docs)
        hits = present.nonzero()[0]
        if len(hits):
            scores = scores.copy()
            scores[hits] += self.scorer.scores(docs[hits], at[hits])
        return scores

    def new(self, least: float) -> Matches:
        """Return the documents that get `least` or more of this term alone."""
        if self._matches is None:
            assert self._bounds is not None
            blocks = (self._bounds >= np.float32(least)).nonzero()[0]
            if len(blocks) * 2 < len(self._bounds):
                docs, scores = score_blocks(self.scorer, blocks, self._allowed)
            else:
                docs, scores = self._matches = self.scorer.matches(self._allowed)
        else:
            docs, scores = self._matches
        return _reaching(docs, scores, least)


def _first_threshold(lists: Sequence[_Bounded], docs: Array, scores: Array, k: int) -> float:
    """Return a score that `k` documents reach: those that get most from the first term, scored whole."""
    if len(docs) < k:
        return 0.0
    count = min(len(docs), max(k, _FIRST_DOCS))
    best = scores.argpartition(len(docs) - count)[len(docs) - count :]
    best.sort()
    some, whole = docs[best], scores[best]
    for one in lists[1:]:
        whole = one.added(some, whole)
    return float(threshold(whole, k)) * _ROUNDING


def _reaching(docs: Array, scores: Array, least: float) -> Matches:
    """Return the documents with a score of `least` or more."""
    if least <= 0 or not len(docs):
        return docs, scores
    keep = (scores >= np.float32(least)).nonzero()[0]
    return (docs, scores) if len(keep) == len(docs) else (docs[keep], scores[keep])


def _without(docs: Array, scores: Array, known: Array) -> Matches:
    """Return the documents that are not in `known`."""
    if not len(known) or not len(docs):
        return docs, scores
    at = np.minimum(known.searchsorted(docs), len(known) - 1)
    new = (known.take(at) != docs).nonzero()[0]
    return docs[new], scores[new]


def _union(docs: Array, scores: Array, more: Array, more_scores: Array) -> Matches:
    """Merge two ascending, disjoint lists of documents."""
    if not len(docs):
        return more, more_scores
    if not len(more):
        return docs, scores
    merged = np.concatenate((docs, more))
    order = merged.argsort(kind="stable")
    return merged[order], np.concatenate((scores, more_scores))[order]


#: Up to so many postings a term, scoring everything is faster than finding out what can be skipped.
_FEW_POSTINGS = 4096
#: NumPy adds up to so many numbers one after the other, and more of them in another order.
_SUMMED = 7
#: Up to so many documents, all are scored.
_FEW_DOCS = 8192
#: So many times k of a term's best are scored whole, for a threshold.
_SAMPLE = 4
#: With so many blocks for each of the k best, most blocks have none of them.
_BLOCKS_FOR_ONE = 8


def best_of(evaluation: Evaluation, q: query.Query, k: int, least: float) -> Matches:
    """Return the documents that match `q` with the `k` highest scores of `least` or more, and the scores.

    Documents ascend. All that are level with the last are there, so that there may be more than `k`.
    """
    docs, scores = _candidates(evaluation, q, k, least)
    if len(docs) > k:
        least = max(least, float(threshold(scores, k)))
    return _reaching(docs, scores, least)


def _candidates(evaluation: Evaluation, q: query.Query, k: int, least: float) -> Matches:
    """Return the documents that may be among the best, and their scores."""
    scorers, allowed = plain_terms(evaluation, q), evaluation.scope.allowed
    if scorers and sum([one.doc_frequency for one in scorers]) > _FEW_POSTINGS * len(scorers):
        if len(scorers) == 1:
            docs = best_of_term(scorers[0], k, least, allowed)
        else:
            docs = best_of_any(scorers, k, least, allowed)
    elif 1 < len(scorers) <= _SUMMED:
        docs, scores = sum_of_any(scorers, allowed)
        evaluation.keep_found(q, docs)
        return docs, scores
    else:
        docs = evaluation.found_docs(q)
        if len(docs) > _FEW_DOCS:
            docs = _narrowed(evaluation, q, docs, k, least)
    return docs, evaluation.scores(q, docs)


def sum_of_any(scorers: Sequence[TermScorer], allowed: Array | None) -> Matches:
    """Return all documents that have any of some terms, ascending, and the sums of their scores.

    Sums are taken in the order of the terms, as long as they are no more than `_SUMMED`.
    """
    parts = [scorer.matches(allowed) for scorer in scorers]
    docs = np.concatenate([part[0] for part in parts])
    if not len(docs):
        return parts[0]
    order = docs.argsort(kind="stable")
    docs = docs[order]
    is_first = np.empty(len(docs), np.bool_)
    is_first[0] = True
    np.not_equal(docs[1:], docs[:-1], out=is_first[1:])
    first = is_first.nonzero()[0]
    scores = np.concatenate([part[1] for part in parts])[order]
    return docs[first], np.add.reduceat(scores, first)


def _narrowed(evaluation: Evaluation, q: query.Query, docs: Array, k: int, least: float) -> Array:
    """Return those of `docs`, all of which match, that may be among the best.

    Where one term decides among documents that are alike in all else, its own best give a threshold, and
    what they can score beside the term gives the share of the term that the others need to reach it.
    """
    term = scored_term(q)
    scorer = evaluation.scorer(*term) if term else None
    if term is None or scorer is None:
        return docs
    is_match = np.zeros(evaluation.scope.view.doc_count, np.bool_)
    is_match[docs.astype(np.intp)] = True
    bounds = scorer.block_bounds()
    if bounds is None or len(bounds) < _BLOCKS_FOR_ONE * k:
        having, of_term = scorer.matches(is_match)
        some = having[_highest(of_term, _SAMPLE * k)]
    else:
        first = np.sort(bounds.argpartition(len(bounds) - k)[len(bounds) - k :])
        some = block_docs(scorer, first, is_match)
    if len(some) < k:
        return docs
    least = max(least, float(threshold(evaluation.scores(q, some), k)) * _ROUNDING)
    without, beside = (most_beside(q, term, has_term=has_term) for has_term in (False, True))
    if beside is None or (without is not None and without >= least):
        return docs
    needed = np.float32((least - beside) * (_ROUNDING if least > beside else 1.0))
    if bounds is None or len(bounds) < _BLOCKS_FOR_ONE * k:
        return having[of_term >= needed]
    return block_docs(scorer, (bounds >= needed).nonzero()[0], is_match)


def _highest(scores: Array, count: int) -> Array:
    """Return the indices of about `count` of the highest scores, ascending, by the threshold of a sample."""
    step = len(scores) // (_SAMPLE * 512) + 1
    sample = scores[::step]
    least = threshold(sample, min(count // step + 1, len(sample)))
    highest: Array = (scores >= least).nonzero()[0]
    return highest


def plain_terms(evaluation: Evaluation, q: query.Query) -> list[TermScorer]:
    """Return the terms of a query that is a term, or a disjunction of terms; else nothing."""
    terms = [q] if type(q) is query.Term else q.subqueries if type(q) is query.Or and _is_plain(q) else ()
    found = [evaluation.scorer(term.fieldname, term.text, term.boost) for term in terms]
    return [scorer for scorer in found if scorer]


def count_of(evaluation: Evaluation, q: query.Query) -> int:
    """Return how many documents match `q`, listing them only where that is needed."""
    known = evaluation.known_docs(q)
    if known is not None:
        return len(known)
    scorers = plain_terms(evaluation, q)
    allowed = evaluation.scope.allowed
    if not scorers or (len(scorers) == 1 and allowed is not None):
        return len(evaluation.found_docs(q))
    if len(scorers) == 1:
        return scorers[0].doc_frequency
    present = np.zeros(evaluation.scope.view.doc_count, np.bool_)
    for scorer in scorers:
        present[scorer.docs().astype(np.intp)] = True  # any other type takes three times as long
    if allowed is not None:
        present &= allowed
    return int(np.count_nonzero(present))


def _is_plain(q: query.Query) -> bool:
    """Return whether the disjunction `q` is one of terms and nothing else."""
    if q.scale or q.boost != 1.0 or len(q.subqueries) < 2:
        return False
    return all(type(part) is query.Term for part in q.subqueries)
