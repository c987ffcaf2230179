"""A ranked document as a hit: what it stores, with highlights, snippet and neighbours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as wq

from jsisa_search.model import DateOrder, Hit
from jsisa_search.query import UserQuery
from jsisa_search.query.parser.syntax import stated_of
from jsisa_search.schema import UNDATED_TERM
from jsisa_search.search.interface import Searcher
from jsisa_search.search.ranking.answer import RankedPassage
from jsisa_search.search.results.snippet import cut_snippet, find_highlights

Array = NDArray[Any]


def read_hit(
    searcher: Searcher,
    query: UserQuery,
    passage: RankedPassage,
    *,
    context: int,
    path_of: Callable[[str], str],
) -> Hit:
    """Return the hit for a ranked passage.

    `context` paragraphs on either side come with it. `path_of` converts stored paths to shown ones.
    """
    doc, score, matches_all, others = passage
    stored = searcher.document(doc)
    text = stored["text"]
    highlights = find_highlights(text, query)
    paragraph = stored.get("paragraph")
    before, after = _neighbours(searcher, stored["release"], paragraph, context)
    date, precision = stored.get("published"), stored.get("precision")
    origin = None if stored["date_from"] == UNDATED_TERM else stored["date_from"]
    is_stated = origin == "page"
    return Hit(
        score=score,
        kind=stored["kind"],
        id=stored["release"],
        title=stored.get("title"),
        source=stored.get("source"),
        publisher=stored.get("publisher"),
        published=date if is_stated else None,
        published_precision=precision if is_stated else None,
        heading=stored.get("heading"),
        subheading=stored.get("subheading"),
        paragraph=paragraph,
        path=path_of(stored["path"]),
        line=stored["line"],
        text=text,
        highlights=highlights,
        snippet=cut_snippet(text, highlights, heading=_heading_above(stored)),
        matches_all=matches_all,
        before=before,
        after=after,
        page=stored.get("page"),
        others=others,
        date=date,
        date_precision=precision,
        date_from=origin,
        stated=_stated(searcher, query, doc),
    )


def _heading_above(stored: Mapping[str, Any]) -> str | None:
    """Return the nearest heading of a passage; a title or heading has none above it."""
    if stored["kind"] in ("title", "heading"):
        return None
    return stored.get("subheading") or stored.get("heading")


def _stated(searcher: Searcher, query: UserQuery, doc: int) -> tuple[tuple[str, str], ...]:
    """Return the fields and values in which the release of a document states what the query names."""
    stated = stated_of(query.tree)
    if not stated:
        return ()
    names = dict.fromkeys(value for each in stated for value in each.values)
    at = np.array([doc], np.int64)
    found = [(field, value) for field, value in names if searcher.has_term(field, value, at).any()]
    # One field for each value: many pages state their publisher as the source, too.
    fields = {value: field for field, value in reversed(found)}
    return tuple((field, value) for field, value in found if fields[value] == field)


def hits_by_date(
    searcher: Searcher,
    query: UserQuery,
    docs: Array,
    *,
    order: DateOrder,
    context: int,
    path_of: Callable[[str], str],
) -> Iterator[Hit]:
    """Yield the hit of each of `docs` (int64) by date, those without a date last; scores are 0.

    Passages of one release follow each other in the order of the page.
    """
    published = searcher.numbers("published", docs)
    age = published if order == "oldest" else -published
    # The last key is the first to count.
    order_of_docs = np.lexsort([searcher.numbers("sequence", docs), age, published == 0])
    for doc in searcher.read_ahead(docs[order_of_docs]):
        passage = RankedPassage(doc, 0.0, matches_all=True)
        yield read_hit(searcher, query, passage, context=context, path_of=path_of)


def _neighbours(
    searcher: Searcher, release_id: str, paragraph: int | None, context: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not context or paragraph is None:
        return (), ()
    nearby = wq.NumericRange("paragraph", max(paragraph - context, 1), paragraph + context)
    docs = searcher.documents(wq.And([wq.Term("release", release_id), nearby])).tolist()
    stored = [searcher.document(doc) for doc in docs]
    texts = {fields["paragraph"]: fields["text"] for fields in stored}
    before = tuple(texts[n] for n in sorted(texts) if n < paragraph)
    return before, tuple(texts[n] for n in sorted(texts) if n > paragraph)
