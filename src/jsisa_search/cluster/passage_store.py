"""The passages that were read in one use of an index, so that each is read once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.cluster.mapping import PACKED
from jsisa_search.cluster.passages import CANDIDATE_FIELDS, Passage, Passages
from jsisa_search.cluster.requests import Requests
from jsisa_search.schema import RELEASE_KIND

Array = NDArray[Any]

#: Documents read at a time.
PAGE = 1_000
# Documents that are kept: some kilobytes each; and sets of them, which ranking asks of again and again.
_KEPT, _KEPT_SETS = 20_000, 8


class PassageStore:
    """Documents with what they store, their dates, and sets of them as ranking reads them."""

    def __init__(self, requests: Requests) -> None:
        """Take what sends searches; nothing is read yet."""
        self._requests = requests
        self._passages: dict[int, Passage] = {}
        self._sets: dict[bytes, Passages] = {}
        self._published: dict[int, int] = {}

    def read(self, wanted: Sequence[int]) -> list[Passage]:
        """Return documents in an order, after those that are not known yet were read together."""
        self._make_room(len(wanted))
        missing = [doc for doc in wanted if doc not in self._passages]
        # Only passages are packed, and nearly all of them have positive numbers.
        split = [doc for doc in missing if doc >= 0], [doc for doc in missing if doc < 0]
        for docs, fields in zip(split, (CANDIDATE_FIELDS, {}), strict=True):
            for first in range(0, len(docs), PAGE):
                body = {"size": PAGE, "query": {"terms": {"place": docs[first : first + PAGE]}}}
                found = self._requests.search(body | fields | {"track_total_hits": False})
                self._add(found["hits"]["hits"])
        return [self._passages[doc] for doc in wanted]

    def passage(self, doc: int) -> Passage:
        """Return one document with all that it stores."""
        (passage,) = self.read([doc])
        if passage.source["kind"] == RELEASE_KIND and "facts" not in passage.source:
            del self._passages[doc]  # read among candidates, without its facts
            (passage,) = self.read([doc])
        return passage

    def set_of(self, docs: Array) -> Passages:
        """Return documents as ranking reads them; one object for the same documents."""
        key = docs.tobytes()
        known = self._sets.get(key)
        if known is None:
            if len(self._sets) >= _KEPT_SETS:
                self._sets.clear()
            known = self._sets[key] = self._part_of_last(docs) or Passages(self.read(docs.tolist()))
        return known

    def _part_of_last(self, docs: Array) -> Passages | None:
        """Return documents of the last set that was asked for, if that has little more."""
        last = next(reversed(self._sets.values()), None)
        return last.part(docs) if last is not None and len(docs) < len(last) < 2 * len(docs) else None

    def keep(self, hits: Sequence[dict[str, Any]]) -> None:
        """Keep the documents of some hits, those that came with what they store."""
        self._make_room(len(hits))
        self._add(hits)

    def keep_dates(self, docs: Iterable[int], published: Iterable[int]) -> None:
        """Keep when documents were published, also of those that were not read."""
        self._published.update(zip(docs, published, strict=True))

    def dates(self, docs: Sequence[int]) -> Array | None:
        """Return when documents were published (int64), `None` where that was not kept of all."""
        if not all(doc in self._published for doc in docs):
            return None
        return np.array([self._published[doc] for doc in docs], np.int64)

    def values_read(self, field: str) -> set[Any]:
        """Return the values of a number of all documents that are kept."""
        return set(Passages(list(self._passages.values())).numbers(field).tolist())

    def forget(self) -> None:
        """Keep no documents any more."""
        self._passages.clear()
        self._sets.clear()

    def _make_room(self, count: int) -> None:
        """Forget the documents that are kept where `count` more would be too many."""
        if len(self._passages) + count > _KEPT:
            self.forget()

    def _add(self, hits: Iterable[dict[str, Any]]) -> None:
        for hit in hits:
            if PACKED in hit.get("fields", ()) or "_source" in hit:
                passage = Passage.of_hit(hit)
                self._passages.setdefault(passage.place, passage)
