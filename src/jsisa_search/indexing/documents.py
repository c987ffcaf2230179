"""A release as index documents: the schema, and what goes into each field."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from whoosh.columns import NumericColumn
from whoosh.fields import COLUMN, DATETIME, ID, NUMERIC, STORED, TEXT, Schema

from jsisa_search.analysis.analyzer import WordAnalyzer
from jsisa_search.analysis.grams import GRAMS
from jsisa_search.model import Kind, Release, Section
from jsisa_search.search.evidence import PLACE_BITS, RELEASE_KIND

#: Goes up whenever documents change their fields, so that an index knows how it was made.
SCHEMA_VERSION = 4

#: `kind` of the one document a release that holds no passage but the facts about its file.
RECORD_KIND = RELEASE_KIND

#: Value of the `published` column where a release has no date.
UNDATED = 0

# `place` orders passages in a way that no update changes: by the 48 bits of the release's id, then by
# the number of the passage in it; longer releases than this have their last passages at one place.
_PLACE_BITS = PLACE_BITS


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What is known of an indexed file: enough to tell whether it has changed since.

    `path` is as the index stores it; `size` in bytes; `modified_ns` and `indexed_ns` in nanoseconds
    since 1970; `sha256` in hexadecimal digits. `members` are the names of its releases, as the path goes on
    (`#12`, `!/a.html`); a single release has the empty name. `unread` counts members that could not be read.
    `doubts` holds member, kind and reason of what is doubtful about its releases.
    """

    path: str
    size: int
    modified_ns: int
    sha256: str
    indexed_ns: int
    paragraphs: int
    members: tuple[str, ...] = ("",)
    unread: int = 0
    doubts: tuple[tuple[str, str, str], ...] = ()

    @property
    def release_ids(self) -> Iterator[tuple[str, str]]:
        """The id and the path, as the index stores it, of each release in the file."""
        for member in self.members:
            yield make_release_id(self.path + member), self.path + member


def make_schema() -> Schema:
    """Return the schema of the index: a document for each passage, and one for each file."""
    words = WordAnalyzer()
    return Schema(
        kind=ID(stored=True),
        release=ID(stored=True),
        path=ID(stored=True),
        record=ID(),
        place=COLUMN(NumericColumn("q", default=0)),
        line=STORED(),
        page=STORED(),
        paragraph=NUMERIC(int, stored=True, shift_step=0),
        text=TEXT(words, stored=True),
        text_pairs=GRAMS(2),
        text_chars=GRAMS(1),
        title=TEXT(words, stored=True),
        heading=TEXT(words, stored=True),
        subheading=TEXT(words, stored=True),
        section=ID(sortable=True),
        source=ID(stored=True, sortable=True),
        publisher=ID(stored=True, sortable=True),
        author=ID(stored=True),
        document_number=ID(stored=True),
        published=_moment(),
        precision=STORED(),
        file=STORED(),
    )


def _moment() -> DATETIME:
    """Return a field for times that has one term for each, not one for each of Whoosh's eight precisions.

    A range is a run of neighbouring terms here, however many they are.
    """
    field = DATETIME(stored=True, sortable=NumericColumn("q", default=UNDATED))
    field.shift_step = 0
    return field


def make_documents(release: Release, record: FileRecord) -> Iterator[dict[str, Any]]:
    """Yield the index documents of `release`, one of the file of `record`, in the order of its page.

    All of a file's documents have its path as a term; what they show is the path of the release, which
    goes on into the file where it holds several. Fields without a value are left out.
    """
    release_id = make_release_id(release.path)
    common = {
        "release": release_id,
        "path": record.path,
        "_stored_path": release.path,
        "title": release.title,
        "source": release.source,
        "publisher": release.publisher,
        "author": release.author,
        "document_number": release.document_number,
        "published": release.published,
        "precision": release.published_precision,
    }
    first_place = int(release_id, 16) << _PLACE_BITS
    for number, passage in enumerate(_passages(release)):
        document = common | passage | {"place": first_place + min(number, (1 << _PLACE_BITS) - 1)}
        document |= {"text_pairs": document["text"], "text_chars": document["text"]}
        yield {name: value for name, value in document.items() if value is not None}


def make_record_document(record: FileRecord) -> dict[str, str]:
    """Return the document that keeps the facts about a file."""
    return {
        "kind": RECORD_KIND,
        "path": record.path,
        "record": record.path,
        "file": _to_json(record),
    }


def make_release_id(stored_path: str) -> str:
    """Return the short name by which a release can be asked for: twelve hexadecimal digits."""
    return hashlib.sha256(stored_path.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _to_json(record: FileRecord) -> str:
    """Return `record` as JSON text."""
    return json.dumps(asdict(record), ensure_ascii=False)


def record_of(stored: Mapping[str, Any]) -> FileRecord:
    """Return the file record that a document of `RECORD_KIND` stores."""
    values = json.loads(stored["file"])
    doubts = tuple((member, kind, reason) for member, kind, reason in values["doubts"])
    return FileRecord(**values | {"members": tuple(values["members"]), "doubts": doubts})


def _passages(release: Release) -> Iterator[dict[str, Any]]:
    if release.title is not None:
        # Its words are the text of this document; as title they would count twice.
        shown = _shown(title=release.title)
        yield {**shown, "kind": "title", "text": release.title, "line": release.title_line or 1}
    above: str | None = None
    for section in release.sections:
        yield from _section_passages(section, above)
        above = section.heading


def _section_passages(section: Section, above: str | None) -> Iterator[dict[str, Any]]:
    """Yield the headings that are new after the heading `above`, then the paragraphs."""
    headings = [text for text in (section.heading, section.subheading) if text is not None]
    common = {"section": "\n".join(headings) or None}
    new = headings[1:] if above is not None and above == section.heading else headings
    if new:
        shown = _shown(heading=section.heading, subheading=section.subheading)
        yield {**common, **shown, "kind": "heading", "text": "\n".join(new), "line": section.line}
    common |= {"heading": section.heading, "subheading": section.subheading}
    kind: Kind = "paragraph" if headings else "lead"
    for paragraph in section.paragraphs:
        yield {
            **common,
            "kind": kind,
            "text": paragraph.text,
            "line": paragraph.line,
            "page": paragraph.page,
            "paragraph": paragraph.ordinal,
        }


def _shown(**fields: str | None) -> dict[str, str]:
    """Return `fields` as values that are stored to be shown, but not searched."""
    present = {name: value for name, value in fields.items() if value is not None}
    return dict.fromkeys(present, "") | {f"_stored_{name}": value for name, value in present.items()}
