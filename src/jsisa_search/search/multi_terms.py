"""The terms that a query for many of them stands for."""

from __future__ import annotations

from typing import Any

from whoosh.fields import FieldType

from jsisa_search.codec.terms import TermDictionary


def terms_between(terms: TermDictionary, field: FieldType, q: Any) -> range:
    """Return the numbers of the terms of `q`, a `TermRange`: neighbours, found by two binary searches.

    The empty term is none of them, as in Whoosh.
    """
    try:
        first = terms.from_(b"\0" if q.start is None else field.to_bytes(q.start) or b"\0")
        end = terms.count if q.end is None else terms.from_(field.to_bytes(q.end))
    except ValueError:
        return range(0)
    if q.start is not None and q.startexcl:
        first += _is_at(terms, first, field.to_bytes(q.start))
    if q.end is not None and not q.endexcl:
        end += _is_at(terms, end, field.to_bytes(q.end))
    return range(first, max(first, end))


def _is_at(terms: TermDictionary, number: int, term: bytes) -> bool:
    return number < terms.count and terms[number] == term
