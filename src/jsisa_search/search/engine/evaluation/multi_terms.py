"""Which terms of a field a `Prefix`, `Wildcard` or `TermRange` matches."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import translate

from whoosh import query
from whoosh.fields import FieldType

from jsisa_search.codec.segment.term_dictionary import TermDictionary

#: Where a pattern of `Wildcard` is no plain text any more.
_SPECIAL = re.compile(r"[*?\[]")


def matching_terms(terms: TermDictionary, field: FieldType, q: query.Query) -> Sequence[int]:
    """Return the numbers of the terms that match a `Prefix`, `Wildcard` or `TermRange`, ascending.

    Prefixes and ranges are neighbours, found by two binary searches; those of a wildcard are looked at
    one by one from the characters before its first special one.
    """
    if isinstance(q, query.TermRange):
        return terms_between(terms, field, q)
    special = _SPECIAL.search(q.text) if isinstance(q, query.Wildcard) else None
    starting = terms_starting(terms, field, q.text[: special.start()] if special else q.text)
    if not isinstance(q, query.Wildcard):
        return starting
    pattern = re.compile(translate(q.text))
    return [number for number in starting if pattern.match(field.from_bytes(terms[number]))]


def terms_starting(terms: TermDictionary, field: FieldType, prefix: str) -> range:
    """Return the numbers of the terms that start with `prefix`, without the empty term."""
    try:
        first = field.to_bytes(prefix)
    except ValueError:
        return range(0)
    stem = first.rstrip(b"\xff")
    end = terms.from_(stem[:-1] + bytes([stem[-1] + 1])) if stem else terms.count
    return range(terms.from_(first or b"\0"), end)


def terms_between(terms: TermDictionary, field: FieldType, q: query.Query) -> range:
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
