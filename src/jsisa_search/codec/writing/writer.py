"""The index writer: documents in, one more generation of the index out.

Every document goes into a buffer; a full buffer is spilled as a segment; `commit` merges on a
log-structured schedule, makes everything durable and only then writes the table of contents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from whoosh.fields import Schema
from whoosh.index import FileIndex
from whoosh.writing import IndexingError, IndexWriter

from jsisa_search.analysis import segmenter_with
from jsisa_search.codec.segment.corruption import concluding_damage
from jsisa_search.codec.segment.postings import Impact
from jsisa_search.codec.segment.segment_file import SegmentFile
from jsisa_search.codec.segment.stored import encode_document
from jsisa_search.codec.whoosh_compat.segment import ArraySegment
from jsisa_search.codec.whoosh_compat.toc import read_toc, remove_stale_files, warned_after_commit, write_toc
from jsisa_search.codec.writing.buffer import Buffer, FieldPlan, boost_of, check_supported
from jsisa_search.codec.writing.inverter import WordTable
from jsisa_search.codec.writing.lock import OnWait, WriteLock
from jsisa_search.codec.writing.merge_policy import segments_of_commit
from jsisa_search.codec.writing.merger import write_segment
from jsisa_search.codec.writing.parts import BufferPart, Part, SegmentPart
from jsisa_search.codec.writing.resegment import own_words_of, resegment_parts, set_own_words
from jsisa_search.errors import ArchiveError
from jsisa_search.progress import OnProgress, Phase, Progress, no_progress
from jsisa_search.translation import gettext as tr

_MEGABYTE = 1 << 20
#: Megabytes for Python, NumPy, the segmenter's dictionary, two batches in the segmenter, and a merge; the
#: buffer gets half of the rest. Measured on up to ten copies of 192,000 passages.
_RESERVED_MB = 330
#: The cache of words is cleared by a spill if it has more than this: each takes some 400 bytes.
_MOST_WORDS = 200_000


class ArrayWriter(IndexWriter):  # type: ignore[misc]  # Whoosh has no annotations
    """Whoosh's `IndexWriter` on arrays.

    Deleting and updating apply to uncommitted documents of this writer too, so that updating a key twice
    leaves one document. Nothing is visible before `commit`; `cancel` (or an
    exception in a `with` block) leaves index and lock as they were.
    """

    def __init__(
        self,
        index: FileIndex,
        *,
        timeout: float = 0.0,
        on_wait: OnWait | None = None,
        limitmb: int = 512,
        impacts: Mapping[str, Impact] | None = None,
    ) -> None:
        """Take the write lock, waiting up to `timeout` seconds; `limitmb` bounds the memory in MB.

        `on_wait` is called once with the holder of the lock when it has to be waited for. `impacts` has the
        parameters of BM25, by field, under which bounds for the search are recorded.
        """
        self.storage = index.storage
        self.indexname = index.indexname
        self._folder = Path(index.storage.folder)
        self._lock = WriteLock(self._folder, self.indexname)
        self._lock.acquire(timeout, on_wait)
        try:
            toc = read_toc(self._folder, self.indexname)
            self.generation: int = toc.generation + 1
            self.schema: Schema = toc.schema
            self.segments: list[ArraySegment] = toc.segments
            segmenter = segmenter_with(own_words_of(self._fields()))
            remove_stale_files(self._folder, self.indexname, toc.generation, toc.segments)
        except BaseException:
            self._lock.release()
            raise
        self.is_closed = False
        #: Called with the progress of writing, checking and merging segments.
        self.on_progress: OnProgress = no_progress
        self._limit = max(limitmb - _RESERVED_MB, 16) * _MEGABYTE // 2
        self._impacts = impacts or {}
        self._words = WordTable(segmenter)
        self._buffer = Buffer(self._words)
        self._files: dict[str, SegmentFile] = {}
        self._deleted: dict[str, set[int]] = {}
        self._spilled: set[str] = set()
        self._plans: dict[str, FieldPlan] = {}

    # Documents

    def add_document(self, **fields: Any) -> None:
        """Add a document; arguments as Whoosh's `IndexWriter.add_document` describes them."""
        self._check_open()
        buffer = self._buffer
        stored: dict[str, Any] = {}
        plans = [(name, self._plan(name)) for name in fields if name[:1] != "_"]
        has_extras = len(plans) < len(fields)
        for name, plan in plans:
            value = fields[name]
            if value is None:
                continue
            if plan.indexed:
                field_boost = boost_of(fields, name) if has_extras else 1.0
                if plan.batched and type(value) is str and field_boost == 1.0:
                    buffer.index_text(name, plan.field, value)
                else:
                    buffer.index(name, plan.field, value, field_boost)
            if has_extras:
                value = fields.get(f"_stored_{name}", value)
            if plan.stored:
                if plan.is_text and type(value) is str:
                    buffer.store_text(name, value)
                else:
                    stored[name] = value
            if plan.column and value is not None:
                buffer.add_column_value(name, plan.column, plan.field.to_column_value(value))
        buffer.finish_document(encode_document(stored) if stored else b"{}")
        if buffer.bytes > self._limit:
            self.spill()

    def _plan(self, name: str) -> FieldPlan:
        plan = self._plans.get(name)
        if plan is None:
            if name not in self.schema:
                raise IndexingError(
                    tr("no field named {name!r} in {schema}").format(name=name, schema=self.schema)
                )
            plan = self._plans[name] = FieldPlan(self.schema[name])
            check_supported(name, plan.field)
        return plan

    def update_document(self, **fields: Any) -> None:
        """Add a document in place of those with the same value in a unique field."""
        self._check_open()
        for name in fields:
            if not name.startswith("_") and fields[name] is not None and self._plan(name).unique:
                self.delete_by_term(name, fields[name])
        self.add_document(**fields)

    def delete_by_term(self, fieldname: str, text: Any, searcher: Any = None) -> int:  # noqa: ARG002
        """Delete the documents with a term; return how many were in segments."""
        self._check_open()
        if fieldname not in self.schema:
            return 0
        try:
            term = self.schema[fieldname].to_bytes(text)
        except ValueError:
            return 0
        if self._plan(fieldname).batched and self._buffer.doc_count:
            self.spill()
        self._buffer.supersede(fieldname, term)
        count = 0
        for segment in self.segments:
            file = self._file(segment)
            with concluding_damage([file]):
                field = file.field(fieldname)
                number = field.terms.find(term) if field else -1
                docs = field.term(number).docs().tolist() if field and number >= 0 else ()
            if docs and max(docs) >= segment.doc_count_all():
                raise file.container.damage(tr("a term is in a document that is not there"))
            count += self._delete(segment, docs)
        return count

    def delete_all(self) -> None:
        """Delete every document, uncommitted ones of this writer too."""
        self._check_open()
        self.segments = []
        self._deleted.clear()
        self._buffer = Buffer(self._words)

    def delete_by_query(self, q: Any, searcher: Any = None) -> int:
        """Delete the documents that match a query; return their number."""
        self._check_open()
        if searcher is None and self._buffer.doc_count:
            self.spill()
        return int(super().delete_by_query(q, searcher=searcher))

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Mark a document in a segment, by its number in the whole index, as deleted or not."""
        self._check_open()
        first = 0
        for segment in self.segments:
            local = docnum - first
            first += segment.doc_count_all()
            if docnum < first:
                if delete:
                    self._delete(segment, [local])
                else:
                    self._deleted.get(segment.segid, set()).discard(local)
                    segment.delete_document(local, delete=False)
                return
        raise IndexingError(tr("there is no document {docnum} in the index").format(docnum=docnum))

    def _delete(self, segment: ArraySegment, docs: Iterable[int]) -> int:
        deleted = self._deleted.setdefault(segment.segid, set())
        new = [doc for doc in docs if doc not in deleted and not segment.is_deleted(doc)]
        deleted.update(new)
        return len(new)

    def resegment(self, own_words: tuple[str, ...]) -> None:
        """Segment all stored texts again with these user words, and later documents with them too.

        The texts need be nowhere but in the index. Folded words; the longest counts where they overlap.
        """
        self._check_open()
        if self._buffer.doc_count:
            self.spill()
        self._apply_deletions()
        set_own_words(self.schema, own_words)
        self._plans.clear()
        self._words.close()
        self._words = WordTable(segmenter_with(own_words))
        self._buffer = Buffer(self._words)
        older, self.segments, self._spilled = self.segments, [], set()
        for segment in older:
            for part in resegment_parts(
                self._sound_file(segment), segment.deleted(), self.schema, self._words
            ):
                self._keep_spilled(self._write([part]))

    # Reading

    def reader(self, reuse: Any = None) -> Any:
        """Return a reader of the index as it is committed, with this writer's deletions and spills."""
        self._apply_deletions()
        return FileIndex._reader(self.storage, self.schema, self.segments, self.generation - 1, reuse=reuse)

    def doc_count(self) -> int:
        """Return the number of documents waiting in memory."""
        return self._buffer.doc_count

    def _file(self, segment: ArraySegment) -> SegmentFile:
        file = self._files.get(segment.segid)
        if file is None:
            file = self._files[segment.segid] = SegmentFile(self._folder / segment.file_name())
        return file

    def _sound_file(self, segment: ArraySegment) -> SegmentFile:
        """Return the file of a segment whose content is going to be written again.

        Raises `IndexDamagedError` where a checksum is wrong: what is altered would get a right one.
        """
        file = self._file(segment)
        file.check()
        file.check_count(segment.doc_count_all())
        return file

    # Segments

    def _write(self, parts: list[Part], phase: Phase = "writing") -> ArraySegment | None:
        """Write the documents of `parts` as a new segment; `None` when they have none."""

        def report(done: int, total: int) -> None:
            is_done = done == total
            self.on_progress(Progress("saving") if is_done else Progress.of(phase, done, total))

        if not sum(part.doc_count for part in parts):
            return None
        segment = ArraySegment(self.indexname)
        path = self._folder / segment.file_name()
        segment.set_doc_count(write_segment(path, parts, self.schema, self._impacts, report))
        return segment

    def spill(self) -> None:
        """Write the buffered documents to a segment file, which no reader sees before the commit."""
        self.on_progress(Progress("writing"))
        segment = self._write([BufferPart(self._buffer)])
        if len(self._words) > _MOST_WORDS:
            self._words.clear()
        self._buffer = Buffer(self._words)
        self._keep_spilled(segment)

    def _keep_spilled(self, segment: ArraySegment | None) -> None:
        if segment:
            self.segments.append(segment)
            self._spilled.add(segment.segid)

    def _apply_deletions(self) -> None:
        for segment in self.segments:
            deleted = self._deleted.pop(segment.segid, None)
            if deleted:
                segment.delete_documents(deleted)

    def commit(self, mergetype: Any = None, optimize: bool = False, merge: bool = True) -> None:
        """Make everything durable and visible, or, on an error, leave the index as it was.

        `optimize` merges all segments into one; `merge=False` merges none. `mergetype` is Whoosh's
        name for the same things (`NO_MERGE`, `OPTIMIZE`, `CLEAR`).
        """
        self._check_open()
        name = getattr(mergetype, "__name__", "")
        try:
            self._apply_deletions()
            if name == "CLEAR":
                self.segments = [segment for segment in self.segments if segment.segid in self._spilled]
            if self._spilled and self._buffer.doc_count:
                self.spill()  # so that the merge does not need memory for these documents as well
            if not self._buffer.doc_count:
                self._words.clear()
            self._merge(optimize=optimize or name == "OPTIMIZE", merge=merge and name != "NO_MERGE")
            write_toc(self._folder, self.indexname, self.schema, self.segments, self.generation)
        except BaseException:
            self.cancel()
            raise
        with warned_after_commit(tr("files that are no longer in use could not be removed")):
            self._close(self.generation)

    def _merge(self, *, optimize: bool, merge: bool) -> None:
        self.on_progress(Progress("writing"))
        buffered: list[Part] = [BufferPart(self._buffer)] if self._buffer.doc_count else []
        waiting = sum(part.doc_count for part in buffered)
        chosen = self._chosen(waiting, optimize=optimize) if merge or optimize else []
        parts: list[Part] = []
        for number, segment in enumerate(chosen):
            self.on_progress(Progress.of("checking", number, len(chosen)))
            parts.append(SegmentPart(self._sound_file(segment), segment.deleted(), self.schema))
        new = self._write(parts + buffered, "merging" if parts else "writing")
        remaining = [segment for segment in self.segments if segment not in chosen]
        if merge or optimize:
            remaining = [segment for segment in remaining if segment.doc_count()]
        self.segments = remaining + ([new] if new else [])

    def _chosen(self, buffered: int, *, optimize: bool) -> list[ArraySegment]:
        """Return the segments that a commit merges with `buffered` documents in memory."""
        if not optimize:
            return segments_of_commit(self.segments, self._spilled, buffered)
        is_one = len(self.segments) < 2 and not any(map(self._is_stale, self.segments))
        return [] if is_one and not buffered else list(self.segments)

    def _is_stale(self, segment: ArraySegment) -> bool:
        """Return whether a segment contains documents or fields that are no longer in the index."""
        names = self._file(segment).all_names()
        return bool(segment.has_deletions()) or any(name not in self.schema for name in names)

    def cancel(self) -> None:
        """Discard everything since the last commit and release the lock."""
        self._check_open()
        with suppress(OSError, ArchiveError):  # the next writer removes what is left
            self._close(self.generation - 1)

    def _close(self, generation: int) -> None:
        """Remove what `generation` does not consist of, where that is the current one; release the lock."""
        self.is_closed = True
        try:
            self._files.clear()
            self._words.close()
            self._buffer = Buffer(self._words)
            toc = read_toc(self._folder, self.indexname)
            if toc.generation == generation:
                remove_stale_files(self._folder, self.indexname, generation, toc.segments)
        finally:
            self._lock.release()

    def _check_open(self) -> None:
        if self.is_closed:
            raise IndexingError(tr("this writer is closed"))

    # Schema

    def _fields(self) -> list[Any]:
        return [field for _, field in self.schema.items()]

    def add_field(self, fieldname: str, fieldtype: Any, **kwargs: Any) -> None:
        """Add a field to the schema; not under the name of one that was removed and is still in segments."""
        self._check_open()
        if any(fieldname in self._file(segment).all_names() for segment in self.segments):
            raise IndexingError(
                tr(
                    "segments still have another field {name!r}: remove it with commit(optimize=True) first"
                ).format(name=fieldname)
            )
        own_words_of([*self._fields(), fieldtype])
        super().add_field(fieldname, fieldtype, **kwargs)
        self._plans.clear()

    def remove_field(self, fieldname: str, **kwargs: Any) -> None:
        """Remove a field from the schema; its data in segments is dropped when they are merged."""
        self._check_open()
        if self._buffer.doc_count:
            self.spill()
        super().remove_field(fieldname, **kwargs)
        self._plans.clear()

    def add_reader(self, reader: Any) -> None:
        """Add the live documents of a reader of another index with array segments."""
        self._check_open()
        if self._buffer.doc_count:
            self.spill()
        for leaf, _ in reader.leaf_readers():
            leaf.codec().file.check()
            deleted = np.fromiter(leaf.segment().deleted_docs(), np.int64)
            segment = self._write([SegmentPart(leaf.codec().file, deleted, self.schema)])
            if segment:
                self.segments.append(segment)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.is_closed:
            return
        if kind:
            self.cancel()
        else:
            self.commit()
