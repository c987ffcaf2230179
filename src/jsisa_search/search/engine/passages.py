"""What ranking reads of passages: their texts, norms and words, and the releases around them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as wq

from jsisa_search.codec.segment.packed_ints import distinct_with_inverse, spread
from jsisa_search.codec.segment.texts import Texts
from jsisa_search.model import Range
from jsisa_search.query.custom_queries import Literal
from jsisa_search.query.evidence import WeightedTerm
from jsisa_search.schema import PAIRS, PASSAGE_BITS
from jsisa_search.search.engine.scoring.statistics import Statistics
from jsisa_search.search.engine.scoring.term_scorer import TermScorer
from jsisa_search.search.engine.segment_view import SegmentView
from jsisa_search.search.interface import ROW_BITS

Array = NDArray[Any]


class PassageReader(ABC):
    """Base of `ArraySearcher`: reads some passages of all segments. `docs` are int64 and ascend."""

    views: list[SegmentView]
    statistics: Statistics

    @abstractmethod
    def term(self, fieldname: str, text: Any, boost: float = 1.0) -> Sequence[TermScorer | None]:
        """Return a term in each segment, `None` where it does not occur."""

    @abstractmethod
    def count(self, q: wq.Query) -> int:
        """Return how many documents match `q`."""

    def read_ahead(self, docs: Array) -> Iterator[int]:
        """Yield documents: each is read for itself."""
        yield from docs.tolist()

    def live_texts(self) -> Iterator[tuple[int, str]]:
        """Yield the number and the original text of each document that is not deleted and has one."""
        for view in self.views:
            texts = view.file.texts("text")
            if texts is None:
                continue
            has_text = texts.rows[:] > 0
            if view.live is not None:
                has_text &= view.live
            for doc in np.flatnonzero(has_text).tolist():
                if text := texts.of_document(doc):
                    yield doc + view.base, text

    def text(self, doc: int) -> str:
        """Return the original text of a document, empty where it has none."""
        for view in reversed(self.views):
            if doc >= view.base:
                texts = view.file.texts("text")
                return (texts.of_document(doc - view.base) if texts else None) or ""
        raise IndexError(f"there is no document {doc}")

    def occurs(self, field: str, text: Any) -> bool:
        """Return whether a term occurs."""
        return any(self.term(field, text))

    def passage_counts(self, releases: Array) -> Array:
        """Return how many passages releases have (int64), by their numbers."""
        starts = [view.runs("sequence", PASSAGE_BITS) for view in self.views]
        values = [view.run_values("sequence", PASSAGE_BITS) for view in self.views]
        known = np.concatenate([*values, np.zeros(0, np.int64)])
        lengths = np.concatenate([*map(np.diff, starts), np.zeros(0, np.int64)])
        order = known.argsort(kind="stable")
        # Of an updated release, what was deleted is a run of its own; the last is what is there.
        last = known[order].searchsorted(releases, "right") - 1
        counts: Array = lengths[order][last] - 1 if len(releases) else np.zeros(0, np.int64)
        return counts

    def k1(self, field: str) -> float:
        """Return BM25's k1 of a field, 0 where it is not scored."""
        model = self.statistics.model(field)
        return model.k1 if model else 0.0

    def norms(self, field: str, docs: Array) -> Array:
        """Return BM25's norms of `docs` (float32)."""
        found = np.ones(len(docs), np.float32)
        model = self.statistics.model(field)
        for view, first, last in self._parts(docs) if model else ():
            postings = view.file.field(field)
            if postings is not None and model is not None:
                norms = view.norms(field, postings, model)
                found[first:last] = norms.take(docs[first:last] - view.base)
        return found

    def lengths(self, field: str, docs: Array) -> Array:
        """Return the characters of the folded text of each of `docs` (int64)."""
        found = np.zeros(len(docs), np.int64)
        for view, first, last in self._parts(docs):
            texts = view.file.texts(field)
            if texts is not None:
                found[first:last] = _spans(texts, docs[first:last] - view.base)[1]
        return found

    def units(self, field: str, docs: Array) -> tuple[Array, Array]:
        """Return the folded units (uint16) of the texts of `docs`, and the length of each text (int64)."""
        units, lengths = [np.zeros(0, np.uint16)], np.zeros(len(docs), np.int64)
        for view, first, last in self._parts(docs):
            texts = view.file.texts(field)
            if texts is not None:
                starts, lengths[first:last] = _spans(texts, docs[first:last] - view.base)
                units.append(texts.units.take(spread(starts, lengths[first:last])))
        return (units[-1] if len(units) == 2 else np.concatenate(units)), lengths

    def word_places(self, field: str, word: str, docs: Array) -> Array:
        """Return where a word occurs in `docs` (int64, ascending): row of the document and position."""
        found = [np.zeros(0, np.int64)]
        scorers = self.term(field, word)
        for number, (view, first, last) in enumerate(self._all_parts(docs)):
            scorer = scorers[number]
            if scorer is not None and first < last:
                inside = (docs[first:last] - view.base).astype(view.doc_dtype)
                at, present = scorer.decoded.find(inside)
                rows = present.nonzero()[0]
                postings = np.asarray(at)[rows].astype(np.int64)
                found.append(scorer.postings.places(postings, (rows + first) << ROW_BITS))
        return found[-1] if len(found) == 2 else np.concatenate(found)

    def release_word_scores(self, terms: Sequence[WeightedTerm], covered: float, docs: Array) -> Array:
        """Return the score of the release around each of `docs`, taken as one text (float32).

        It is BM25 without the length: that a release is long does not make it less about what is asked for.
        Each term that occurs at all adds its IDF times `covered`.
        """
        scores = np.zeros(len(docs), np.float32)
        for number, (view, first, last) in enumerate(self._all_parts(docs)):
            if first == last:
                continue
            starts = view.runs("sequence", PASSAGE_BITS)
            runs = starts.searchsorted(docs[first:last] - view.base, "right") - 1
            wanted, which = distinct_with_inverse(runs)
            totals = np.zeros(len(wanted), np.float32)
            for field, text, boost in terms:
                scorer = self.term(field, text)[number]
                if scorer and scorer.model:
                    counts = scorer.counts_between(starts[wanted], starts[wanted + 1]).astype(np.float32)
                    impacts = np.float32(boost) * counts / (counts + np.float32(scorer.model.k1))
                    totals += scorer.weight * (impacts + np.float32(covered) * (counts > 0))
            scores[first:last] = totals[which]
        return scores

    def below_lead(self, docs: Array) -> Array:
        """Return how many passages each of `docs` is below the first paragraph of its release (int64).

        -1 for what is above it, and where there is none.
        """
        found = np.full(len(docs), -1, np.int64)
        leads_of = self.term("paragraph", 1)
        for number, (view, first, last) in enumerate(self._all_parts(docs)):
            leads = leads_of[number]
            if first == last or leads is None:
                continue
            inside, own = docs[first:last] - view.base, leads.docs()
            starts = view.runs("sequence", PASSAGE_BITS)
            # In the type of the list, which NumPy would convert as a whole otherwise.
            at = own.searchsorted(inside.astype(own.dtype), "right")
            lead = own.take(at - 1, mode="clip").astype(np.int64)
            begins = starts.take(starts.searchsorted(inside, "right") - 1)
            is_below = (lead >= begins) & (lead <= inside)
            found[first:last] = np.where(is_below, inside - lead, -1)
        return found

    def enclosed_spans(self, text: str, left: str, right: str) -> list[Range]:
        """Return the stretches of a folded text that may occur between two marks, the longest first.

        Those whose first and last characters, of longer ones two of them, occur beside the marks.
        """
        starts = [at for at, char in enumerate(text) if self.occurs("text" + PAIRS, left + char)]
        ends = [at for at, char in enumerate(text, 1) if self.occurs("text" + PAIRS, char + right)]
        spans = [(start, end) for start in starts for end in ends if start < end]
        begun = {start: text[start : start + 2] for start, end in spans if end > start + 1}
        begun = {start: two for start, two in begun.items() if self.count(Literal("text", left + two))}
        ended = {end: text[end - 2 : end] for start, end in spans if end > start + 1 and start in begun}
        ended = {end: two for end, two in ended.items() if self.count(Literal("text", two + right))}
        spans = [span for span in spans if span[1] == span[0] + 1 or (span[0] in begun and span[1] in ended)]
        return sorted(spans, key=lambda span: (span[0] - span[1], span[0]))

    def _all_parts(self, docs: Array) -> list[tuple[SegmentView, int, int]]:
        """Return each segment with the range of `docs` that is in it."""
        if len(self.views) < 2:
            return [(view, 0, len(docs)) for view in self.views]
        bounds = docs.searchsorted([view.base for view in self.views]).tolist()
        return list(zip(self.views, bounds, [*bounds[1:], len(docs)], strict=True))

    def _parts(self, docs: Array) -> list[tuple[SegmentView, int, int]]:
        """Return each segment that has some of `docs`, with their range."""
        return [part for part in self._all_parts(docs) if part[1] < part[2]]


def _spans(texts: Texts, docs: Array) -> tuple[Array, Array]:
    """Return where the texts of some documents begin, and how long they are (int64)."""
    rows = texts.rows.take(docs).astype(np.int64)
    numbers = np.maximum(rows - 1, 0)
    starts = texts.starts.take(numbers).astype(np.int64)
    return starts, np.where(rows > 0, texts.starts.take(numbers + 1) - starts, 0)
