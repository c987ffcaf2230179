"""What completions and corrections need of one segment: computed once, as segments never change."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import partial
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis import fold
from jsisa_search.analysis.bulk_folding import default_folder
from jsisa_search.codec.segment.postings import FieldPostings
from jsisa_search.codec.segment.segment_file import SegmentFile
from jsisa_search.codec.segment.texts import Texts
from jsisa_search.lexicon.assist.pinyin import load_pinyin
from jsisa_search.lexicon.assist.shelf import ShelfPart
from jsisa_search.lexicon.assist.word_list import WordList, encoded
from jsisa_search.lexicon.corpus.harvest import Harvest, harvest
from jsisa_search.search.engine.segment_view import SegmentView

Array = NDArray[Any]


class SegmentWords:
    """The words, titles and quoted wordings of a segment, for every generation that has it."""

    def __init__(self) -> None:
        self.harvest: Harvest | None = None
        self._words: tuple[WordList, Array] | None = None
        self._titles: tuple[ReleaseTitles, WordList] | None = None
        self._gone: tuple[Array, Harvest] = np.zeros(0, np.uint32), Harvest()

    def words_of(self, field: FieldPostings) -> tuple[WordList, Array]:
        """Return the words of the texts, and in how many documents each is (uint32)."""
        if self._words is None:
            self._words = WordList(field.terms, load_pinyin()), field.counts().astype(np.uint32)
        return self._words

    def titles_of(self, file: SegmentFile) -> tuple[ReleaseTitles, WordList] | None:
        """Return the titles of the releases; `None` where there are no texts."""
        texts, kinds = file.texts("text"), file.field("kind")
        if self._titles is None and texts and kinds and (number := kinds.terms.find(b"title")) >= 0:
            titles = ReleaseTitles(texts, kinds.term(number).docs())
            self._titles = titles, WordList(titles, load_pinyin())
        return self._titles

    def gone(self, view: SegmentView) -> Harvest:
        """Return what the deleted documents of the segment contributed to its counts."""
        before, known = self._gone
        if not np.isin(before, view.deleted, assume_unique=True).all():
            before, known = before[:0], Harvest()
        further = np.setdiff1d(view.deleted, before, assume_unique=True)
        if len(further):
            known += harvest(texts_of(view, further))
            self._gone = view.deleted, known
        return known


class ReleaseTitles:
    """The titles of the releases of a segment as words: folded, distinct, in order.

    Only their places are in memory; the texts are those of the segment.
    """

    def __init__(self, texts: Texts, docs: Array) -> None:
        """Take the texts of the segment, and the documents that are titles."""
        self._texts = texts
        keys = self._keys(docs)
        place_of = {key: place for place, key in enumerate(sorted(set(keys)))}
        place = np.fromiter(map(place_of.__getitem__, keys), np.int64, len(keys))
        order = np.lexsort([docs, place])
        #: The documents by their titles, and where those of each begin, with the end of all.
        self._docs = np.asarray(docs, np.uint32)[order]
        starts = np.flatnonzero(np.diff(place[order], prepend=-1))
        self._starts = np.append(starts, len(order)).astype(np.uint32)
        self.count = len(starts)
        #: The beginnings of the titles, by which most are distinguished without reading them.
        self._heads = np.fromiter((_head(key) for key in sorted(set(keys))), np.uint64, self.count)

    def docs(self, number: int) -> Array:
        """Return the documents with a title, ascending (uint32)."""
        return self._docs[self._starts[number] : self._starts[number + 1]]

    def written(self, number: int, deleted: Array) -> str:
        """Return a title as the first release writes it that is not deleted."""
        docs = self.docs(number)
        live = docs[~np.isin(docs, deleted)]
        return self._texts.of_document(int((live if len(live) else docs)[0])) or ""

    def find(self, term: bytes) -> int:
        """Return the number of a title, or -1."""
        at = self.from_(term)
        return at if at < self.count and self[at] == term else -1

    def from_(self, term: bytes) -> int:
        """Return the number of the first title not below `term`."""
        head = np.uint64(_head(term))
        first, end = (int(self._heads.searchsorted(head, side)) for side in ("left", "right"))
        return bisect_left(range(self.count), term, first, end, key=self.__getitem__)

    def as_list(self) -> list[bytes]:
        """Return all titles."""
        return self._keys(self._docs[self._starts[:-1]])

    def _keys(self, docs: Array) -> list[bytes]:
        """Return the folded titles of some documents; many times faster than one by one."""
        part = self._texts.part(docs)
        keys = [encoded(key) for key in default_folder().fold(list(part.originals())).texts()]
        keys.insert(0, b"")  # of documents without a text
        return [keys[row] for row in part.rows.tolist()]

    def __getitem__(self, number: int) -> bytes:
        return encoded(fold(self._texts.of_document(int(self._docs[self._starts[number]])) or ""))


def _head(key: bytes) -> int:
    """Return the first bytes of a title as a number; these are in the order of the titles."""
    return int.from_bytes(key[:8].ljust(8, b"\0"), "big")


def words_part(view: SegmentView, known: SegmentWords) -> ShelfPart | None:
    """Return the words of a segment with the numbers of its documents that have each.

    Where documents are deleted, words that may be gone are counted again; the counts of
    frequent ones include deleted documents until a merge drops them.
    """
    field = view.file.field("text")
    if field is None:
        return None
    words, counts = known.words_of(field)
    if not len(view.deleted):
        return ShelfPart(words, counts)
    return ShelfPart(words, counts, partial(_live_count, view, field), lost=view.deleted_length(field))


def _live_count(view: SegmentView, field: FieldPostings, number: int) -> int:
    count = field.doc_frequency(number)
    return count - view.deleted_among(field.term(number)) if count <= len(view.deleted) else count


def titles_part(view: SegmentView, known: tuple[ReleaseTitles, WordList]) -> ShelfPart:
    """Return the titles of the releases of a segment; each counts once."""
    titles, words = known
    counts = np.ones(titles.count, np.uint8)

    def exact(number: int) -> int:
        return int(not np.isin(titles.docs(number), view.deleted).all())

    return ShelfPart(
        words,
        counts,
        exact if len(view.deleted) else None,
        original=lambda number: titles.written(number, view.deleted),
    )


def harvest_of(view: SegmentView) -> Harvest:
    """Return the quoted wordings and definitions of a segment, deleted documents included."""
    return harvest(texts_of(view, np.arange(view.doc_count)))


def texts_of(view: SegmentView, docs: NDArray[Any]) -> Iterator[str]:
    """Yield the texts of documents of a segment, by their numbers in it; in no order."""
    texts = view.file.texts("text")
    if texts is None or not len(docs):
        return
    part = texts.part(docs)
    holders = np.bincount(part.rows, minlength=len(part.lengths) + 1)[1:].tolist()
    for text, times in zip(part.originals(), holders, strict=True):
        yield from repeat(text, times if text else 0)
