"""A release as index documents: what goes into each field."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from jsisa_search.indexing.paths import member_path
from jsisa_search.model import Kind, Release, Section
from jsisa_search.schema import PASSAGE_BITS, RECORD_KIND


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
            path = member_path(self.path, member)
            yield make_release_id(path), path


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
    first_sequence = int(release_id, 16) << PASSAGE_BITS
    for number, passage in enumerate(_passages(release)):
        document = common | passage | {"sequence": first_sequence + min(number, (1 << PASSAGE_BITS) - 1)}
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
