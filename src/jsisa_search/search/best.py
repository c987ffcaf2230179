"""The best documents of a query in one segment, by the shortest way there is for its class."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query

from jsisa_search.search.evaluate import Evaluation
from jsisa_search.search.leaf import Leaf
from jsisa_search.search.pruned import sum_of_any, top_of_any, top_of_term
from jsisa_search.search.topk import top

Array = NDArray[Any]

#: Up to so many postings a term, adding up everything is faster than working out what can be left out.
_FEW_POSTINGS = 4096


#: Documents of a segment, best first, their scores (float32), and how many match, where that is known.
Best = tuple[Array, Array, int | None]


def best_of(evaluation: Evaluation, q: Any, k: int, least: float, *, count: bool) -> Best:
    """Return the `k` best documents that match `q` with a score of `least` or more.

    `count` asks for the number of all that match; it comes by itself where it costs nothing.
    """
    if type(q) is query.Term:
        leaf = evaluation.leaf(q.fieldname, q.text, q.boost)
        if leaf:
            return _best_of_term(leaf, k, least, evaluation.scope.allowed, count=count)
    elif type(q) is query.Or and _is_plain(q):
        found = [evaluation.leaf(term.fieldname, term.text, term.boost) for term in q.subqueries]
        leaves = [leaf for leaf in found if leaf]
        if len(leaves) > 1:
            return _best_of_any(leaves, k, least, evaluation.scope.allowed, count=count)
        if leaves:
            return _best_of_term(leaves[0], k, least, evaluation.scope.allowed, count=count)
    docs, scores = evaluation.scored(q)
    return *top(docs, scores, k), len(docs)


def _best_of_term(leaf: Leaf, k: int, least: float, allowed: Array | None, *, count: bool) -> Best:
    total = None
    if allowed is None:
        total = leaf.doc_frequency
    elif count:
        total = len(leaf.allowed_docs(allowed))
    return *top_of_term(leaf, k, least, allowed), total


def _best_of_any(leaves: list[Leaf], k: int, least: float, allowed: Array | None, *, count: bool) -> Best:
    if sum([leaf.doc_frequency for leaf in leaves]) <= _FEW_POSTINGS * len(leaves):
        docs, scores = sum_of_any(leaves, allowed)
        return *top(docs, scores, k), len(docs)
    total = _count_of_any(leaves, allowed) if count else None
    return *top_of_any(leaves, k, least, allowed), total


def _count_of_any(leaves: list[Leaf], allowed: Array | None) -> int:
    """Return how many documents that may be found have any of some terms."""
    view = leaves[0].view
    present = view.table().view(np.bool_)[: view.doc_count]
    present.fill(False)
    for leaf in leaves:
        present[leaf.docs().astype(np.intp)] = True  # in any other type, indices cost three times as much
    if allowed is not None:
        present &= allowed
    return int(np.count_nonzero(present))


def _is_plain(q: Any) -> bool:
    """Return whether the disjunction `q` is one of terms and nothing else."""
    if q.scale or q.boost != 1.0 or len(q.subqueries) < 2:
        return False
    return all(type(part) is query.Term for part in q.subqueries)
