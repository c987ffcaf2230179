"""Query classes beyond Whoosh's: a literal string, a quotation, and strings near each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from whoosh import query as wq
from whoosh.matching import ListMatcher, NullMatcher
from whoosh.query.qcore import Query

from jsisa_search.analysis.analyzers import grams
from jsisa_search.analysis.boundaries import ends_of, whole_spans
from jsisa_search.analysis.fold import fold
from jsisa_search.analysis.marks import Quotation, quotation_of
from jsisa_search.schema import CHARS, PAIRS


class _TextQuery(Query):  # type: ignore[misc]  # Whoosh has no annotations
    """A query without parts about the text of one field; equal where its attributes are."""

    fieldname: str

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self).__name__, *vars(self).values()))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({shown})"

    def field(self) -> str:
        """Return the name of the field."""
        return self.fieldname

    def is_leaf(self) -> bool:
        """Return `True`."""
        return True

    def estimate_size(self, ixreader: Any) -> int:
        """Return an upper bound of the number of documents."""
        return int(ixreader.doc_count())


class Literal(_TextQuery):
    """Documents whose stored text in a field contains `text`, both folded; each scores `boost`.

    With `is_whole`, not inside a longer number or Latin word; it is false where nothing could go on beyond
    the ends of the text. `search/engine/evaluation/substring.py` evaluates it on arrays. Under plain Whoosh
    the grams of the text yield the candidates, if the field has grams, and the stored text of each is
    checked.
    """

    def __init__(self, fieldname: str, text: str, boost: float = 1.0, *, is_whole: bool = False) -> None:
        self.fieldname = fieldname
        self.text = fold(text)
        self.boost = boost
        self.is_whole = is_whole and ends_of(self.text) is not None

    def matches_text(self, folded: str) -> bool:
        """Return whether a folded text contains the string."""
        return any(True for _ in whole_spans(folded, self.text)) if self.is_whole else self.text in folded

    def matcher(self, searcher: Any, context: Any = None) -> Any:  # noqa: ARG002  # Whoosh's signature
        """Return a matcher of the documents, for Whoosh's own searcher."""
        found = [doc for doc in self._candidates(searcher) if self.matches_text(self._folded(searcher, doc))]
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


class InRelease(Query):  # type: ignore[misc]  # Whoosh has no annotations
    """All documents of the releases of which a document matches `child`; each scores 1."""

    def __init__(self, child: wq.Query) -> None:
        self.child = child

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.child == self.child

    def __hash__(self) -> int:
        return hash((type(self).__name__, self.child))

    def __repr__(self) -> str:
        return f"InRelease({self.child!r})"

    def is_leaf(self) -> bool:
        """Return `True`: what is inside matches other documents."""
        return True

    def estimate_size(self, ixreader: Any) -> int:
        """Return an upper bound of the number of documents."""
        return int(ixreader.doc_count())

    def matcher(self, searcher: Any, context: Any = None) -> Any:  # noqa: ARG002  # Whoosh's signature
        """Return a matcher of the documents, for Whoosh's own searcher."""
        whole = searcher.get_parent()
        releases = {whole.stored_fields(doc).get("release") for doc in whole.docs_for_query(self.child)}
        terms = [wq.Term("release", release) for release in releases if release is not None]
        found = sorted(searcher.docs_for_query(wq.Or(terms))) if terms else []
        return ListMatcher(found, all_weights=1.0) if found else NullMatcher()


class NamedScore(wq.ConstantScoreQuery):  # type: ignore[misc]  # Whoosh has no annotations
    """Documents that match `child`, each with the same score, which explanations show under `name`."""

    def __init__(self, name: str, child: wq.Query, score: float) -> None:
        super().__init__(child, score)
        self.name = name


class Quoted(_TextQuery):
    """Documents in whose field a quotation occurs, whole, with any punctuation; each scores `boost`.

    `text` is as typed, and one for which `quotation_of` returns a quotation.
    `search/engine/evaluation/quotation.py` evaluates it on arrays; plain Whoosh looks at every document that
    has all its letters.
    """

    def __init__(self, fieldname: str, text: str, boost: float = 1.0) -> None:
        self.fieldname = fieldname
        self.text = text
        self.boost = boost

    @property
    def quotation(self) -> Quotation:
        """The letters and gaps."""
        found = quotation_of(self.text)
        assert found is not None
        return found

    def matcher(self, searcher: Any, context: Any = None) -> Any:  # noqa: ARG002  # Whoosh's signature
        """Return a matcher of the documents, for Whoosh's own searcher."""
        chars = self.fieldname + CHARS
        docs = searcher.reader().all_doc_ids()
        if chars in searcher.schema:
            letters = dict.fromkeys(self.quotation.letters)
            docs = searcher.docs_for_query(wq.And([wq.Term(chars, letter) for letter in letters]))
        texts = ((doc, fold(searcher.stored_fields(doc).get(self.fieldname) or "")) for doc in docs)
        found = [doc for doc, folded in texts if any(True for _ in self.quotation.spans(folded))]
        return ListMatcher(found, all_weights=self.boost) if found else NullMatcher()


class Proximity(_TextQuery):
    """Documents in whose field one of `first` occurs at most `distance` characters from one of `second`.

    In either order, without overlap; each scores `boost`.
    """

    def __init__(
        self, fieldname: str, first: Iterable[str], second: Iterable[str], distance: int, boost: float = 1.0
    ) -> None:
        self.fieldname = fieldname
        self.first = tuple(map(fold, first))
        self.second = tuple(map(fold, second))
        self.distance = distance
        self.boost = boost

    def candidates(self) -> wq.Query:
        """Return the tree of the documents that contain one of each side."""
        sides = ([Literal(self.fieldname, text) for text in side] for side in (self.first, self.second))
        return wq.And([wq.Or(side) for side in sides])

    def matches_text(self, folded: str) -> bool:
        """Return whether both sides occur near each other in a folded text."""
        places = sorted(
            (start, end, side)
            for side, texts in enumerate((self.first, self.second))
            for text in texts
            for start, end in _places(folded, text)
        )
        last_end = [-1, -1]  # end of the last occurrence of each side
        for start, end, side in places:
            before = last_end[1 - side]
            if 0 <= before <= start and start - before <= self.distance:
                return True
            last_end[side] = max(last_end[side], end)
        return False

    def matcher(self, searcher: Any, context: Any = None) -> Any:  # noqa: ARG002  # Whoosh's signature
        """Return a matcher of the documents, for Whoosh's own searcher."""
        found = [
            doc
            for doc in searcher.docs_for_query(self.candidates())
            if self.matches_text(fold(searcher.stored_fields(doc).get(self.fieldname) or ""))
        ]
        return ListMatcher(found, all_weights=self.boost) if found else NullMatcher()


def _places(folded: str, text: str) -> Iterator[tuple[int, int]]:
    start = folded.find(text) if text else -1
    while start >= 0:
        yield start, start + len(text)
        start = folded.find(text, start + 1)
