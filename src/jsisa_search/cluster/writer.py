"""Writes documents to a cluster, in an order in which nothing is lost where a process dies half-way.

For each file: its record without what identifies its content, so that the next update reads the file again;
its documents, under ids of their own, so that writing them again is harmless; then what an earlier version of
the file had more is deleted, and the whole record is written. Any number of writers may write different
files.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from jsisa_search.analysis import default_segmenter
from jsisa_search.cluster.connection import Body, Connection
from jsisa_search.cluster.documents import around_of, cluster_document, key_of, terms_of
from jsisa_search.cluster.indices import Indices
from jsisa_search.cluster.mapping import EMPTY, FOLDED, ONLY_PACKED, PACKED, TEXTS, WORDS
from jsisa_search.cluster.packing import packed
from jsisa_search.progress import OnProgress, no_progress
from jsisa_search.schema import RECORD_KIND, RELEASE_KIND

Action = tuple[str, str, Body | None]

#: Documents that are written together, documents of one request, and about how many bytes it may have: a
#: cluster refuses 100 MB, and holds in memory what it has not written yet.
_ROUND, _REQUEST, _BYTES = 4_000, 500, 4 << 20
#: A document takes about so many bytes, and so many more for each character of its text.
_DOCUMENT_BYTES, _CHARACTER_BYTES = 1_000, 24
#: Requests that are under way at a time: while one waits for a replica, another is read.
_SENDERS = 2
_IDS = 10_000

_WORD_FIELDS = tuple(name + WORDS for name in TEXTS)


class ClusterWriter:
    """Takes what `Batch` and `Update` write; the methods are those of the array engine's writer.

    What is written may be seen before `commit`, once any writer of the index commits.
    """

    on_progress: OnProgress

    def __init__(self, connection: Connection, indices: Indices) -> None:
        """Write to the index that `indices` has."""
        self.on_progress = no_progress
        self.is_closed = False
        self._connection = connection
        self._indices = indices
        self._target = indices.current()
        self._segmenter = default_segmenter()
        self._is_rebuilt = False
        self._records: dict[str, dict[str, Any]] = {}  # by path, those to write last
        self._documents: dict[str, dict[str, Any]] = {}
        self._release: list[dict[str, Any]] = []  # the document of a release, then its passages
        self._deleted: dict[tuple[str, str], None] = {}
        self._written: set[str] = set()  # paths with documents that may not be visible yet
        self._sender = ThreadPoolExecutor(1)
        self._senders = ThreadPoolExecutor(_SENDERS)
        self._sent: Future[None] | None = None

    def add_document(self, **document: Any) -> None:
        """Write a document: the record of a file, then for each release its facts, then its passages."""
        kind = document["kind"]
        if kind in (RECORD_KIND, RELEASE_KIND):
            self._end_release()
        if kind == RECORD_KIND:
            if len(self._documents) >= _ROUND:
                self._write()
            self._records[document["path"]] = cluster_document(document, 0, self._segmenter)
        else:
            self._release.append(cluster_document(document, len(self._release), self._segmenter))

    def delete_by_term(self, field: str, text: str) -> None:
        """Delete the documents of a file (`path`) or of a release; a record is replaced by the next one."""
        self._end_release()
        if field != "record":
            if field == "path" and text in self._records:
                self._write()
            self._deleted[field, text] = None

    def delete_all(self) -> None:
        """Begin a new index, which takes the place of the present one with the commit."""
        self._target = self._indices.make_next()
        self._is_rebuilt = True

    def commit(self) -> None:
        """Write what is left and make all of it visible."""
        self._end_release()
        self._write()
        self._wait()
        self._indices.refresh(self._target)
        if self._is_rebuilt:
            self._indices.switch_to(self._target)
        self._indices.mark_changed()
        self._is_rebuilt = False
        self.close()

    def close(self) -> None:
        """End the writer; a new index that was not committed is removed."""
        if not self.is_closed:
            self.is_closed = True
            self._sender.shutdown()
            self._senders.shutdown()
            if self._is_rebuilt:
                self._indices.remove(self._target)

    def _end_release(self) -> None:
        """Add a release with all its passages to what is written next."""
        if not self._release:
            return
        release, *passages = self._release
        lead = next((number for number, each in enumerate(passages) if each.get("paragraph") == 1), None)
        for number, passage in enumerate(passages):
            if lead is not None and number >= lead:
                passage["below_lead"] = number - lead
            sent = {name: value for name, value in passage.items() if name not in ONLY_PACKED}
            sent |= {name: terms_of(passage[name]) for name in _WORD_FIELDS if name in passage}
            sent[PACKED] = packed(passage)
            self._documents[key_of(passage, number + 1)] = sent
        self._documents[key_of(release, 0)] = release | around_of(passages)
        self._release = []

    def _write(self) -> None:
        """Hand what has gathered over to the thread that sends it, when the last is done."""
        self._wait()
        gathered = self._records, self._documents, list(self._deleted)
        self._records, self._documents, self._deleted = {}, {}, {}
        self._sent = self._sender.submit(self._send, *gathered)

    def _wait(self) -> None:
        if self._sent is not None:
            sent, self._sent = self._sent, None
            sent.result()

    def _send(
        self,
        records: dict[str, dict[str, Any]],
        documents: dict[str, dict[str, Any]],
        deleted: list[tuple[str, str]],
    ) -> None:
        old = self._ids_of(deleted)
        with_documents = {each["path"] for each in documents.values()}
        unfinished = [
            ("index", key_of(record, 0), EMPTY | _unfinished(record))
            for path, record in records.items()
            if path in with_documents
        ]
        self._bulk(unfinished)
        self._bulk([("index", key, EMPTY | document) for key, document in documents.items()])
        finished = {key_of(record, 0): record for record in records.values()}
        gone = [key for key in old if key not in documents and key not in finished]
        # The record of a file that is gone goes last: then the next update would find the rest.
        gone.sort(key=lambda key: key.startswith("file-"))
        self._bulk([("delete", key, None) for key in gone if not key.startswith("file-")])
        self._bulk([("delete", key, None) for key in gone if key.startswith("file-")])
        self._bulk([("index", key, EMPTY | record) for key, record in finished.items()])
        self._written |= with_documents

    def _bulk(self, actions: Sequence[Action]) -> None:
        for _ in self._senders.map(partial(self._connection.bulk, self._target), _requests(actions)):
            pass  # an error of any is raised here

    def _ids_of(self, deleted: list[tuple[str, str]]) -> list[str]:
        """Return the ids of the documents of some files and releases."""
        if not deleted or self._is_rebuilt:
            return []
        if self._written.intersection(text for _, text in deleted):
            self._indices.refresh(self._target)
            self._written.clear()
        found: list[str] = []
        for field in ("path", "release"):
            values = [text for name, text in deleted if name == field]
            for first in range(0, len(values), _REQUEST):
                clause = {"terms": {field: values[first : first + _REQUEST]}}
                hits = self._connection.scan(clause, "place", _IDS, _source=False)
                found += (hit["_id"] for hit in hits)
        return found


def _requests(actions: Iterable[Action]) -> Iterator[list[Action]]:
    """Yield actions in parts that are sent as one request each."""
    some: list[Action] = []
    size = 0
    for action in actions:
        _, _, document = action
        more = _DOCUMENT_BYTES + _CHARACTER_BYTES * len((document or {}).get("text" + FOLDED, ""))
        if some and (size + more > _BYTES or len(some) == _REQUEST):
            yield some
            some, size = [], 0
        some.append(action)
        size += more
    if some:
        yield some


def _unfinished(record: dict[str, Any]) -> dict[str, Any]:
    """Return the record of a file as one that has changed since it was read."""
    values = json.loads(record["file"]) | {"size": -1, "modified_ns": 0, "sha256": ""}
    return record | {"file": json.dumps(values, ensure_ascii=False)}
