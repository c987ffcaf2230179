"""`Literal`: a query for the documents in which a string stands, whatever a segmenter makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh import query as wq
from whoosh.matching import ListMatcher, NullMatcher
from whoosh.query.qcore import Query

from jsisa_search.analysis.fold import fold
from jsisa_search.analysis.grams import grams

#: Where the pairs and the characters of a field are indexed.
PAIRS, CHARS = "_pairs", "_chars"


class Literal(Query):  # type: ignore[misc]  # Whoosh has no annotations
    """Documents whose stored text in a field contains `text`, both folded; each scores `boost`.

    On arrays see `search.literal`. Under plain Whoosh the grams of the text give the candidates, where
    the field has grams, and the stored text of each is looked at.
    """

    def __init__(self, fieldname: str, text: str, boost: float = 1.0) -> None:
        self.fieldname = fieldname
        self.text = fold(text)
        self.boost = boost

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Literal) and (self.fieldname, self.text, self.boost) == (
            other.fieldname,
            other.text,
            other.boost,
        )

    def __hash__(self) -> int:
        return hash((self.fieldname, self.text, self.boost))

    def __repr__(self) -> str:
        return f"Literal({self.fieldname!r}, {self.text!r}, boost={self.boost!r})"

    def field(self) -> str:
        """Return the name of the field."""
        return self.fieldname

    def is_leaf(self) -> bool:
        """Return `True`."""
        return True

    def estimate_size(self, ixreader: Any) -> int:
        """Return how many documents there could be."""
        return int(ixreader.doc_count())

    def matcher(self, searcher: Any, context: Any = None) -> Any:  # noqa: ARG002  # Whoosh's signature
        """Return a matcher of the documents, for Whoosh's own searcher."""
        found = [doc for doc in self._candidates(searcher) if self.text in self._folded(searcher, doc)]
        if not found or not self.text:
            return NullMatcher()
        return ListMatcher(found, all_weights=self.boost)

    def _candidates(self, searcher: Any) -> Iterator[int]:
        field = self.fieldname + (PAIRS if len(self.text) > 1 else CHARS)
        if field not in searcher.schema:
            docs: Iterator[int] = searcher.reader().all_doc_ids()
            return docs
        parts = [wq.Term(field, gram) for gram in dict.fromkeys(grams(self.text, min(len(self.text), 2)))]
        found: Iterator[int] = searcher.docs_for_query(wq.And(parts))
        return found

    def _folded(self, searcher: Any, doc: int) -> str:
        return fold(searcher.stored_fields(doc).get(self.fieldname) or "")
