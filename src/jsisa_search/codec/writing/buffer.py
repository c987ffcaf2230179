"""Documents in memory: terms become integers as they are added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from whoosh.fields import FieldType
from whoosh.formats import Existence, Frequency, Positions
from whoosh.writing import IndexingError

from jsisa_search.analysis.analyzers import WordAnalyzer
from jsisa_search.codec.segment.columns import ColumnBuffer, is_supported
from jsisa_search.codec.segment.postings import LONG, LONG_GRAMS
from jsisa_search.codec.segment.postings_slice import PostingsSlice
from jsisa_search.codec.segment.term_dictionary import SortedTerms, as_bytes
from jsisa_search.codec.segment.texts import TextBuffer
from jsisa_search.codec.writing.inverter import (
    Numbering,
    SegmentedTexts,
    WordTable,
    gram_size,
    gram_terms,
    invert_grams,
)
from jsisa_search.translation import gettext as tr

Array = NDArray[Any]
#: Term, frequency, weight and encoded value, as returned by Whoosh's fields.
Post = tuple[bytes, int, float, bytes]

#: Immutable types: equal values of two documents have the same postings.
_UNCHANGING = (str, int, float, datetime)

#: Characters of a field that are inverted at a time.
_BATCH = 500_000
#: Memory of a run, its text and the words of a batch; measured over news paragraphs.
_BYTES_PER_CHARACTER = 5
_BYTES_PER_POSTING = 120


def has_words(field: FieldType) -> bool:
    """Return whether texts of `field` are words that can be inverted in batches."""
    return (
        type(field.analyzer) is WordAnalyzer
        and type(field).index is FieldType.index
        and type(field.format) is Positions
        and field.format.field_boost == 1.0
    )


@dataclass(frozen=True, slots=True)
class FieldRun:
    """The postings of one batch of a field.

    `terms` are numbers of the word table, of grams (`invert_grams`) or of the field itself.
    """

    kind: Literal["words", "grams", "own"]
    terms: Array
    postings: PostingsSlice


class FieldBuffer:
    """The postings of one field, as runs in the order of their documents."""

    def __init__(self, field: FieldType, words: WordTable) -> None:
        self._format = type(field.format)
        self._words = words
        self._gram_size = gram_size(field)
        #: The least number of postings of a long term of the field.
        self.long = LONG_GRAMS if self._gram_size else LONG
        self._segmenting: tuple[Array, SegmentedTexts] | None = None
        self._terms = Numbering()
        self.runs: list[FieldRun] = []
        self.lengths: list[tuple[Array, Array]] = []
        self._clear()

    def _clear(self) -> None:
        self._text_docs: list[int] = []
        self._texts: list[str] = []
        self._characters = 0
        self._posts: list[tuple[int, int, int, float, bytes]] = []
        self._post_lengths: list[tuple[int, int]] = []

    def add_text(self, doc: int, text: str) -> None:
        """Index `text` as words, or as grams."""
        if self._posts:
            self.seal()
        self._text_docs.append(doc)
        self._texts.append(text)
        self._characters += len(text)
        if self._characters >= _BATCH:
            self._segment_texts()

    def add_posts(self, doc: int, posts: Iterable[Post], scorable: bool) -> int:
        """Add the postings of a document, as `FieldType.index` returns them; return their number."""
        if self._texts or self._segmenting:
            self.seal()
        before, length = len(self._posts), 0
        for text, freq, weight, value in posts:
            self._posts.append((self._terms[text], doc, freq, weight, value))
            length += freq
        if scorable:
            self._post_lengths.append((doc, length))
        return len(self._posts) - before

    def seal(self) -> None:
        """Turn all added documents into runs."""
        self._segment_texts()
        self._take_segmented()
        if self._posts:
            self.runs.append(FieldRun("own", *self._invert_posts()))
        if self._post_lengths:
            docs, lengths = np.array(self._post_lengths, np.int64).T
            self.lengths.append((docs, lengths))
        self._clear()

    def _segment_texts(self) -> None:
        """Start to segment the texts that were added; make a run of those segmented before."""
        if not self._texts:
            return
        docs = np.array(self._text_docs, np.int64)
        texts, self._texts, self._text_docs, self._characters = self._texts, [], [], 0
        if self._gram_size:
            numbers, postings, lengths = invert_grams(texts, docs, self._gram_size)
            self.runs.append(FieldRun("grams", numbers, postings))
            self.lengths.append((docs, lengths))
            return
        segmenting = self._words.segment(texts)
        self._take_segmented()
        self._segmenting = docs, segmenting

    def _take_segmented(self) -> None:
        """Make a run of the texts that are being segmented."""
        if self._segmenting is None:
            return
        docs, segmenting = self._segmenting
        self._segmenting = None
        terms, postings, lengths = self._words.invert(segmenting, docs)
        self.runs.append(FieldRun("words", terms, postings))
        self.lengths.append((docs, lengths))

    def _invert_posts(self) -> tuple[Array, PostingsSlice]:
        terms = np.array([post[0] for post in self._posts], np.int64)
        order = np.argsort(terms, kind="stable")
        posts = [self._posts[index] for index in order.tolist()]
        distinct, counts = np.unique(terms, return_counts=True)
        freqs = np.array([post[2] for post in posts], np.uint32)
        weights = np.array([post[3] for post in posts], np.float32)
        positions = values = None
        if self._format is Positions:
            decode = Positions().decode_positions
            positions = np.array([at for post in posts for at in decode(post[4])], np.uint32)
        elif self._format not in (Existence, Frequency):
            values = tuple(post[4] for post in posts)
        docs = np.array([post[1] for post in posts], np.uint32)
        own_weights = None if (weights == freqs).all() else weights
        return distinct, PostingsSlice(counts, docs, freqs, positions, own_weights, values)

    def vocabulary(self) -> tuple[SortedTerms, dict[str, Array]]:
        """Return the terms of all runs, sorted, and for each kind of run the ranks of its terms among them.

        Ranks are in the order of the terms' numbers, without terms that no run uses.
        """
        used = {kind: _used_terms(self.runs, kind) for kind in ("words", "grams", "own")}
        grams = gram_terms(used["grams"], self._gram_size)
        if len(grams) and not len(used["words"]) and not len(used["own"]):  # in order as they are
            return grams, {"grams": np.arange(len(grams))}
        encoded = [
            *_encoded(self._words.terms, used["words"]),
            *as_bytes(grams),
            *_encoded(self._terms, used["own"]),
        ]
        terms = sorted(set(encoded))
        numbers = dict(zip(terms, range(len(terms)), strict=True))
        found = np.fromiter(map(numbers.__getitem__, encoded), np.int64, len(encoded))
        ends = np.cumsum([len(part) for part in used.values()])[:-1]
        return terms, dict(zip(used, np.split(found, ends), strict=True))

    def ranked_runs(self, ranks: dict[str, Array]) -> Iterator[tuple[Array, PostingsSlice]]:
        """Yield the ranks of the terms of each run and its postings; drop the run, so that it is freed."""
        used = {kind: _used_terms(self.runs, kind) for kind in ranks}
        while self.runs:
            run = self.runs.pop(0)
            yield ranks[run.kind][used[run.kind].searchsorted(run.terms)], run.postings

    def documents_of(self, term: bytes) -> list[int]:
        """Return the documents of a term of the field's own analyzer; seals the buffer."""
        self.seal()
        found: list[int] = []
        number = self._terms.get(term)
        for run in self.runs:
            if run.kind == "own" and number is not None:
                at = int(run.terms.searchsorted(number))
                if at < len(run.terms) and run.terms[at] == number:
                    start = int(run.postings.counts[:at].sum())
                    found += run.postings.docs[start : start + int(run.postings.counts[at])].tolist()
        return found


class Buffer:
    """Documents numbered from 0 in the order in which they were added."""

    def __init__(self, words: WordTable) -> None:
        self._words = words
        self.doc_count = 0
        self.fields: dict[str, FieldBuffer] = {}
        self.texts: dict[str, TextBuffer] = {}
        self.columns: dict[str, ColumnBuffer] = {}
        self.stored: list[bytes] = []
        self.bytes = 0
        self._last_posts: dict[str, tuple[object, list[Post]]] = {}
        #: (field, term) -> documents with the term and a lower number than this are deleted.
        self.superseded: dict[tuple[str, bytes], int] = {}

    def index_text(self, name: str, field: FieldType, text: str) -> None:
        """Index `text` of the current document with the word analyzer."""
        self._field(name, field).add_text(self.doc_count, text)
        self.bytes += _BYTES_PER_CHARACTER * len(text)

    def index(self, name: str, field: FieldType, value: Any, boost: float) -> None:
        """Index a value of the current document with `FieldType.index`."""
        posts = self._posts(name, field, value, boost)
        added = self._field(name, field).add_posts(self.doc_count, posts, bool(field.scorable))
        self.bytes += _BYTES_PER_POSTING * added

    def _posts(self, name: str, field: FieldType, value: Any, boost: float) -> list[Post]:
        """Return the postings of a value; the last are reused, since neighbouring documents share values."""
        key = (type(value), value, boost) if isinstance(value, _UNCHANGING) else None
        last_key, last_posts = self._last_posts.get(name, (None, []))
        if key is not None and key == last_key:
            return last_posts
        posts = [(text, freq, weight * boost, vbytes) for text, freq, weight, vbytes in field.index(value)]
        self._last_posts[name] = key, posts
        return posts

    def _field(self, name: str, field: FieldType) -> FieldBuffer:
        buffer = self.fields.get(name)
        if buffer is None:
            buffer = self.fields[name] = FieldBuffer(field, self._words)
        return buffer

    def store_text(self, name: str, text: str) -> None:
        """Store `text` for a field of the current document."""
        buffer = self.texts.get(name)
        if buffer is None:
            buffer = self.texts[name] = TextBuffer()
        self.bytes += 2 * buffer.add(self.doc_count, text) + 150

    def add_column_value(self, name: str, column: Any, value: Any) -> None:
        """Add the column value of the current document."""
        buffer = self.columns.get(name)
        if buffer is None:
            buffer = self.columns[name] = ColumnBuffer(column)
        buffer.add(self.doc_count, value)
        self.bytes += 32 + (len(value) if isinstance(value, bytes) else 0)

    def finish_document(self, stored: bytes) -> None:
        """End the current document; `stored` is its stored fields, encoded."""
        self.stored.append(stored)
        self.doc_count += 1
        self.bytes += len(stored) + 48

    def supersede(self, name: str, term: bytes) -> None:
        """Delete the documents added so far that have `term` in field `name`."""
        self.superseded[name, term] = self.doc_count

    def documents(self) -> Array:
        """Return the final number of each document (int64), -1 for a deleted one."""
        alive = np.ones(self.doc_count, np.bool_)
        for (name, term), before in self.superseded.items():
            field = self.fields.get(name)
            if field:
                alive[[doc for doc in field.documents_of(term) if doc < before]] = False
        return np.where(alive, np.cumsum(alive) - 1, -1)


def _encoded(names: Iterable[Any], used: Array) -> list[bytes]:
    """Return the terms numbered `used`, as bytes."""
    if not len(used):
        return []
    known = list(names)
    found = [known[number] for number in used.tolist()]
    return [name if isinstance(name, bytes) else name.encode() for name in found]


def _used_terms(runs: Sequence[FieldRun], kind: str) -> Array:
    """Return the distinct term numbers of the runs of one kind (int64), ascending."""
    terms = np.concatenate([run.terms for run in runs if run.kind == kind] or [np.zeros(0, np.int64)])
    terms.sort(kind="stable")  # each run ascends: they are merged
    is_first = np.ones(len(terms), np.bool_)
    np.not_equal(terms[1:], terms[:-1], out=is_first[1:])
    return terms[is_first].astype(np.int64, copy=False)


class FieldPlan:
    """How one field of the schema is written."""

    __slots__ = ("batched", "column", "field", "indexed", "is_text", "stored", "unique")

    def __init__(self, field: FieldType) -> None:
        self.field = field
        self.indexed = bool(field.indexed and field.format)
        self.stored = bool(field.stored)
        self.unique = bool(field.unique)
        self.column = field.column_type
        self.batched = self.indexed and (has_words(field) or bool(gram_size(field)))
        self.is_text = self.stored and self.indexed and bool(field.format.supports("positions"))


def check_supported(name: str, field: FieldType) -> None:
    """Raise `IndexingError` where a field needs what this codec does not support."""
    if field.vector:
        raise IndexingError(
            tr("field {name!r} has term vectors, which this codec does not support").format(name=name)
        )
    if field.separate_spelling():
        raise IndexingError(
            tr("field {name!r} needs a separate spelling field, which this codec lacks").format(name=name)
        )
    if field.column_type and not is_supported(field.column_type):
        kind = type(field.column_type).__name__
        raise IndexingError(
            tr(
                "field {name!r} has a {kind} that this codec does not support: choose another column or "
                "default"
            ).format(name=name, kind=kind)
        )


def boost_of(fields: Mapping[str, Any], name: str) -> float:
    """Return the boost of field `name` in the arguments of `add_document`."""
    return float(fields.get(f"_{name}_boost", fields.get("_boost", 1.0)))
