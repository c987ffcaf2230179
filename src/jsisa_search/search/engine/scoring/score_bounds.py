"""The most that documents can score for a query with one scored term, by the bounds of that term's blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh import query

from jsisa_search.query.custom_queries import Literal, Proximity, Quoted

ScoredTerm = tuple[str, Any, float]
"""Field, text and boost."""


class UnknownBoundError(Exception):
    """The score of a query has a part for which no bound is known."""


def scored_term(q: query.Query) -> ScoredTerm | None:
    """Return the one term whose frequency counts in a query; `None` where there is none, or another part.

    A term of constant score, or with a boost of 0, does not count.
    """
    try:
        terms = set(_scored_terms(q))
    except UnknownBoundError:
        return None
    return terms.pop() if len(terms) == 1 else None


def _scored_terms(q: query.Query) -> Iterator[ScoredTerm]:
    match q:
        case query.Term():
            if q.boost:
                yield q.fieldname, q.text, q.boost
        case query.ConstantScoreQuery() | Literal() | Proximity() | Quoted():
            return
        case query.And() | query.Or() if q.boost == 1.0 and not getattr(q, "scale", None):
            for part in q.subqueries:
                yield from _scored_terms(part)
        case query.AndMaybe():
            yield from _scored_terms(q.a)
            yield from _scored_terms(q.b)
        case query.AndNot() | query.Require():
            yield from _scored_terms(q.a)
        case _:
            raise UnknownBoundError(type(q).__name__)


def most_beside(q: query.Query, term: ScoredTerm, *, has_term: bool) -> float | None:
    """Return the most that the other parts of `q` add to a document that has the scored term, or has not.

    `None` where such a document cannot match. `q` is a query for which `scored_term` gave the term.
    """
    match q:
        case query.Term():
            is_absent = (q.fieldname, q.text) == term[:2] and not has_term
            return None if is_absent else 0.0
        case query.ConstantScoreQuery():
            can_match = most_beside(q.child, term, has_term=has_term) is not None
            return float(q.score) if can_match else None
        case Literal() | Proximity() | Quoted():
            return float(q.boost)
        case query.And():
            parts = [most_beside(part, term, has_term=has_term) for part in q.subqueries]
            return None if None in parts else sum(filter(None, parts))
        case query.Or():
            parts = [most_beside(part, term, has_term=has_term) for part in q.subqueries]
            return None if parts.count(None) == len(parts) else sum(filter(None, parts))
        case query.AndMaybe():
            first = most_beside(q.a, term, has_term=has_term)
            return None if first is None else first + (most_beside(q.b, term, has_term=has_term) or 0.0)
        case query.AndNot() | query.Require():
            return most_beside(q.a, term, has_term=has_term)
        case _:  # what is in a constant score may match, and adds nothing itself
            return 0.0
