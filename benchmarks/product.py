"""This product under measurement: passages in through its own documents, hits back to passages.

No file is written or read for that: passages become `Release` objects, as a page reader would give them, and
go to the index's own writer. Searching is the public `Index.search`.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from judged import Passage
from measure import folder_bytes
from metrics import DEPTH
from whoosh.columns import NumericColumn
from whoosh.fields import COLUMN, DATETIME, ID, NUMERIC, STORED, TEXT, Schema

from jsisa_search import Hit, Index
from jsisa_search.analysis.analyzers import WordAnalyzer
from jsisa_search.arguments import DEFAULT_MEMORY_MB
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.indexing.documents import FileRecord, make_documents, make_release_id
from jsisa_search.model import Paragraph, Release, Section

#: Pages of ten hits that are turned at most until ten passages are found.
MAX_PAGES = 20

Place = tuple[str, object]
"""Where a hit stands: the release's id, and the paragraph's number, its headings, or None for the title."""


@dataclass(frozen=True, slots=True)
class Built:
    """What building took: seconds, those of the processor alone, and bytes on disk."""

    documents_s: float
    add_s: float
    commit_s: float
    processor_s: float
    size: int

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.documents_s + self.add_s + self.commit_s


def build_index(folder: Path, releases: Iterable[Release]) -> Built:
    """Make the product's index of `releases` in `folder`, in one commit."""
    # The one place that reads a private attribute: the steps of a batch are measured one by one.
    with (
        Index.create(folder, overwrite=True) as index,
        index._writing(DEFAULT_MEMORY_MB, None) as writer,
    ):
        spent = _write(writer, releases, None)
    return Built(*spent, folder_bytes(folder))


def build_words_only(folder: Path, releases: Iterable[Release]) -> Built:
    """Make an index of the same documents with jieba words as the only terms of text."""
    schema = _words_schema()
    folder.mkdir(parents=True, exist_ok=True)
    index = ArrayIndex.create(folder, schema, overwrite=True)
    spent = _write(index.writer(limitmb=DEFAULT_MEMORY_MB), releases, frozenset(schema.names()))
    index.close()
    return Built(*spent, folder_bytes(folder))


def _words_schema() -> Schema:
    """Return the fields of a passage as they were before there were other terms than words."""
    words = WordAnalyzer()
    texts = {name: TEXT(words, stored=True) for name in ("text", "title", "heading", "subheading")}
    names = ("kind", "release", "path", "source", "publisher", "author", "document_number")
    return Schema(
        **texts,
        **{name: ID(stored=True) for name in names},
        record=ID(),
        section=ID(),
        place=COLUMN(NumericColumn("q", default=0)),
        line=STORED(),
        paragraph=NUMERIC(int, stored=True, shift_step=0),
        published=DATETIME(stored=True, sortable=NumericColumn("q", default=0)),
        precision=STORED(),
        file=STORED(),
    )


def _write(
    writer: Any, releases: Iterable[Release], fields: frozenset[str] | None
) -> tuple[float, float, float, float]:
    """Write documents with all or some of their fields.

    Return the seconds of making, adding and committing, and what the processor spent on all.
    """
    clock, processor = time.perf_counter, time.process_time()
    making = adding = 0.0
    for release in releases:
        started = clock()
        documents = [_only(document, fields) for document in make_documents(release, _record(release))]
        made = clock()
        for document in documents:
            writer.add_document(**document)
        making += made - started
        adding += clock() - made
    started = clock()
    writer.commit()
    return making, adding, clock() - started, time.process_time() - processor


def _only(document: dict[str, Any], fields: frozenset[str] | None) -> dict[str, Any]:
    if fields is None:
        return document
    return {name: value for name, value in document.items() if name.removeprefix("_stored_") in fields}


def _record(release: Release) -> FileRecord:
    stored = release.path
    return FileRecord(stored, 0, 0, "", 0, make_release_id(stored), len(release.paragraphs))


def releases_of(passages: Sequence[Passage]) -> Iterator[Release]:
    """Group passages into releases, in the order of their first ones, and within one into sections."""
    return (_release(members[0].release, members) for members in _members(passages))


def _release(name: str, members: list[Passage]) -> Release:
    first = members[0]
    return Release(
        path=f"{name}.txt",
        title=first.title,
        title_line=1 if first.title else None,
        published=first.published,
        published_precision="day" if first.published else None,
        source=first.source,
        publisher=None,
        author=None,
        views=None,
        document_number=None,
        url=None,
        sections=tuple(_sections(members)),
    )


def _sections(members: list[Passage]) -> Iterator[Section]:
    ordinal = 0
    for heading, run in groupby(members, key=lambda passage: passage.section):
        paragraphs = []
        for within, passage in enumerate(run, 1):
            ordinal += 1
            # One line a paragraph from the third on: nobody reads them here, but they must be there.
            paragraphs.append(Paragraph(passage.text, ordinal, within, ordinal + 2))
        yield Section(heading, None, tuple(paragraphs), paragraphs[0].line)


def passages_by_place(passages: Sequence[Passage]) -> dict[Place, str]:
    """Return the passage of every place that a hit can have.

    A paragraph is its passage. A title is the passage of its release, and a heading the passage below
    it, where there is exactly one; other titles and headings have none and are passed over.
    """
    places: dict[Place, str] = {}
    for release, members in zip(releases_of(passages), _members(passages), strict=True):
        short = make_release_id(release.path)
        places |= {(short, number): passage.id for number, passage in enumerate(members, 1)}
        places |= {(short, (heading, None)): below for heading, below in _single_below(members)}
        if len(members) == 1:
            places[short, None] = members[0].id
    return places


def _single_below(members: list[Passage]) -> Iterator[tuple[str, str]]:
    """Give each heading that one passage only stands below, with that passage."""
    often = Counter(passage.section for passage in members)
    return ((p.section, p.id) for p in members if p.section and often[p.section] == 1)


def _members(passages: Sequence[Passage]) -> Iterator[list[Passage]]:
    members: dict[str, list[Passage]] = {}
    for passage in passages:
        members.setdefault(passage.release, []).append(passage)
    return iter(members.values())


def _place(hit: Hit) -> Place:
    if hit.paragraph is not None:
        return hit.id, hit.paragraph
    return hit.id, None if hit.kind == "title" else (hit.heading, hit.subheading)


class Product:
    """The product as a ranker of passages."""

    def __init__(self, folder: Path, passages: Sequence[Passage]) -> None:
        self._index = Index.open(folder)
        self._places = passages_by_place(passages)

    def rank(self, query: str) -> list[str]:
        """Return the ids of the ten best passages: page by page of ten hits until there are ten."""
        found: dict[str, None] = {}
        for page in range(MAX_PAGES):
            # Of passages that say the same, a set may judge any one.
            hits = self._index.search(query, limit=DEPTH, offset=page * DEPTH, fold=False)
            found |= {passage: None for hit in hits if (passage := self._places.get(_place(hit)))}
            if len(found) >= DEPTH or len(hits) < DEPTH:
                break
        return list(found)[:DEPTH]

    def close(self) -> None:
        """Close the index."""
        self._index.close()
