"""Passages that may have what a draft quotes: all that have it literally, and those most like it."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis.marks import mark_table, quotation_of
from jsisa_search.query.custom_queries import Literal, Quoted
from jsisa_search.research.check.lettered import Lettered
from jsisa_search.schema import PAIRS
from jsisa_search.search.engine.searcher import ArraySearcher

Array = NDArray[Any]

TEXT = "text"

# Of each stretch of so many letters, the pairs that the fewest passages have are looked for.
_STRETCH, _PAIRS_OF_STRETCH = 12, 5
_MOST_PAIRS = 120
# Texts that are kept with their letters.
_KEPT_TEXTS = 2_000


class Candidates:
    """Finds passages in one snapshot of an index, for one draft."""

    def __init__(self, searcher: ArraySearcher) -> None:
        self.searcher = searcher
        self._execution = searcher.execution()
        self._texts: OrderedDict[int, Lettered] = OrderedDict()
        #: How many documents there are.
        self.number = max(searcher.doc_count, 1)

    def literal(self, quoted: Lettered) -> Array:
        """Return the passages (int64, ascending) that contain a text but for the forms of its characters."""
        core = quoted.folded.text[slice(*quoted.folded_range(0, len(quoted)))]
        return self._execution.documents(Literal(TEXT, core))

    def punctuated(self, quoted: Lettered) -> Array:
        """Return the passages (int64, ascending) that contain a text with other punctuation."""
        core = quoted.original[slice(*quoted.original_range(0, len(quoted)))]
        if quotation_of(core) is None:
            return np.zeros(0, np.int64)
        return self._execution.documents(Quoted(TEXT, core))

    def nearest(self, letters: str, count: int) -> list[int]:
        """Return up to `count` passages with the most pairs of letters in common, rare ones counting more."""
        pairs = self._rare_pairs(letters)
        docs, scores = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
        for number, view in enumerate(self.searcher.views):
            votes = np.zeros(view.doc_count, np.float32)
            for pair, weight in pairs:
                leaf = self.searcher.term(TEXT + PAIRS, pair)[number]
                if leaf is not None:
                    votes[leaf.docs()] += np.float32(weight)
            if view.live is not None:
                votes[~view.live] = 0
            found = votes.nonzero()[0]
            if len(found) > count:
                found = found[np.argpartition(votes[found], -count)[-count:]]
            docs.append(found + view.base)
            scores.append(votes[found])
        all_docs = np.concatenate(docs)
        order = np.argsort(-np.concatenate(scores), kind="stable")[:count]
        best: list[int] = all_docs[order].tolist()
        return best

    def _rare_pairs(self, letters: str) -> list[tuple[str, float]]:
        """Return pairs of letters with their weights, the rarest of each stretch, so that all count."""
        found: dict[str, float] = {}
        for first in range(0, len(letters), _STRETCH):
            own = {before + behind for before, behind in pairwise(letters[first : first + _STRETCH + 1])}
            counted = sorted((count, pair) for pair in own if (count := self.frequency(TEXT + PAIRS, pair)))
            for count, pair in counted[:_PAIRS_OF_STRETCH]:
                found[pair] = math.log(1 + self.number / count)
        return sorted(found.items(), key=lambda item: -item[1])[:_MOST_PAIRS]

    def frequency(self, field: str, term: str) -> int:
        """Return how many documents have a term."""
        return sum(leaf.doc_frequency for leaf in self.searcher.term(field, term) if leaf is not None)

    def text(self, doc: int) -> Lettered:
        """Return the text of a passage with its letters; the latest are cached."""
        if doc in self._texts:
            self._texts.move_to_end(doc)
            return self._texts[doc]
        if len(self._texts) >= _KEPT_TEXTS:
            self._texts.popitem(last=False)
        text = self._texts[doc] = Lettered(self._original(doc))
        return text

    def letters(self, doc: int) -> str:
        """Return the letters of a passage from its folded units, without its original: ten times as fast.

        Characters beyond the basic plane are not told apart: for how like texts are, not for what is equal.
        """
        for view in reversed(self.searcher.views):
            if doc >= view.base and (texts := view.file.texts(TEXT)):
                row = int(texts.rows[doc - view.base])
                units = (
                    texts.units[slice(*texts.starts[row - 1 : row + 1].tolist())] if row else texts.units[:0]
                )
                kept: Array = units[mark_table().take(units) == 0]
                return kept.tobytes().decode("utf-16-le", "replace")
        return ""

    def _original(self, doc: int) -> str:
        for view in reversed(self.searcher.views):
            if doc >= view.base:
                texts = view.file.texts(TEXT)
                return (texts.of_document(doc - view.base) if texts else None) or ""
        return ""

    def by_date(self, docs: Array) -> Iterator[int]:
        """Yield passages in order of the dates of their releases, undated ones last."""
        published = self.searcher.numbers("published", docs)
        for at in np.lexsort([docs, published, published == 0]).tolist():
            yield int(docs[at])
