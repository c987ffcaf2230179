"""A release as index documents: what goes into each field."""

from __future__ import annotations

import hashlib
import json
import math
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from jsisa_search.figures.extraction import extract
from jsisa_search.figures.figure import Setting
from jsisa_search.figures.rows import pack
from jsisa_search.indexing import limits
from jsisa_search.indexing.paths import member_path
from jsisa_search.indexing.sketch import number_of, sketch_passages
from jsisa_search.model import Kind, Link, Release, Section
from jsisa_search.schema import PASSAGE_BITS, RECORD_KIND, RELEASE_KIND, UNDATED_TERM
from jsisa_search.surrogates import is_unicode, without_surrogates
from jsisa_search.translation import gettext as tr

if TYPE_CHECKING:
    from jsisa_search.page import Doubt

# Name of the outline among the facts of a release.
_OUTLINE = "outline"
# Facts that are links.
_LINKS = ("attachments", "links", "captions")

_ID = re.compile(r"[0-9a-f]{12}")

# Kinds of passages whose figures are read.
_WITH_FIGURES = frozenset({"title", "heading", "lead", "paragraph"})

# Fields of a release that all its documents have.
_STATED = ("title", "source", "publisher", "author", "issuer", "document_number")


@dataclass(frozen=True, slots=True)
class FileRecord:
    """The facts about an indexed file, enough to detect whether it has changed since.

    `path` is as the index stores it; `size` in bytes; `modified_ns` and `indexed_ns` in nanoseconds
    since 1970; `sha256` in hexadecimal digits. `members` are the names of its releases, as the path goes on
    (`#12`, `!/a.html`); a single release has the empty name. `unread` counts members that could not be read.
    `doubts` has member, kind and reason of what is doubtful about its releases. `settings` is the
    fingerprint of what was set for its folder.
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
    settings: str = ""

    @property
    def release_ids(self) -> Iterator[tuple[str, str]]:
        """The id and the path, as the index stores it, of each release in the file."""
        for member in self.members:
            path = member_path(self.path, member)
            yield make_release_id(path), path


def read_figures(release: Release, seconds: float = math.inf) -> Iterator[bytes]:
    """Yield the figures of each passage of a release, packed.

    It takes about `seconds` of the processor's time at most: then, and from a passage on that may take as
    long by itself, the figures of the last passages are left.
    """
    setting = _setting_of(release)
    end = time.process_time() + seconds
    for passage in _passages(release):
        if time.process_time() > end or len(passage["text"]) > limits.FIGURE_CHARACTERS:
            return
        yield _figures_of(passage, setting)


def make_documents(
    release: Release, record: FileRecord, figures: Sequence[bytes] = ()
) -> Iterator[dict[str, Any]]:
    """Yield the index documents of `release`, one of the file of `record`: its facts, then its passages.

    `figures` are those of its first passages, as far as they have been read already.

    All of a file's documents have its path as a term; what they show is the path of the release, which
    continues into the file where it contains several. Fields without a value are left out. The fields that
    all documents share are cut to `limits.FIELD_CHARACTERS`.
    """
    release_id = make_release_id(release.path)
    first_sequence = int(release_id, 16) << PASSAGE_BITS
    facts, passages = _facts_of(release), list(_passages(release))
    kinds, texts = [each["kind"] for each in passages], [each["text"] for each in passages]
    sketch = sketch_passages(kinds, texts)
    yield {
        "kind": RELEASE_KIND,
        "release": release_id,
        "path": record.path,
        "_stored_path": release.path,
        "sequence": first_sequence,
        "facts": facts,
        "sketch": sketch.packed or None,
        "said": number_of(facts, texts),
    }
    common = {
        "release": release_id,
        "path": record.path,
        "_stored_path": release.path,
        **{name: _cut(name, getattr(release, name)) for name in _STATED},
        "published": release.date,
        "precision": release.date_precision,
        "date_from": release.date_from or UNDATED_TERM,
    }
    setting = _setting_of(release)
    for number, (passage, said) in enumerate(zip(passages, sketch.said, strict=True)):
        sequence = first_sequence + min(number, (1 << PASSAGE_BITS) - 1)
        document = common | passage | {"sequence": sequence, "said": said}
        packed = figures[number] if number < len(figures) else _figures_of(passage, setting)
        document["figures"] = packed or None
        document |= {"text_pairs": document["text"], "text_chars": document["text"]}
        yield {name: _clean(value) for name, value in document.items() if value is not None}


def _setting_of(release: Release) -> Setting:
    return Setting.of(release.title, release.date.date() if release.date else None)


def _figures_of(passage: dict[str, Any], setting: Setting) -> bytes:
    """Return the figures of a passage, packed; none for a passage of a kind that has none."""
    return pack(extract(passage["text"], setting)) if passage["kind"] in _WITH_FIGURES else b""


def overlong_fields(release: Release) -> Iterator[Doubt]:
    """Yield a doubt for each stated field of `release` that its documents have only in part."""
    from jsisa_search.page import Doubt  # a search reads records and no pages: it need not load the readers

    values = [(name, getattr(release, name)) for name in _STATED]
    values += (("heading", section.heading) for section in release.sections)
    values += (("subheading", section.subheading) for section in release.sections)
    longest: dict[str, int] = {}
    for name, value in values:
        longest[name] = max(longest.get(name, 0), len(value or ""))
    for name, length in longest.items():
        limit = limits.FIELD_CHARACTERS[name]
        if length > limit:
            words = name.replace("_", " ")
            yield Doubt(
                "long field",
                tr("its {words} has {length:,} characters; hits show {limit}").format(
                    words=words, length=length, limit=limit
                ),
            )


def _facts_of(release: Release) -> dict[str, Any]:
    """Return the facts of a release, and its sections without their paragraphs."""
    names = [each.name for each in fields(release) if each.name not in ("path", "sections")]
    facts = {name: _clean(getattr(release, name)) for name in names if name not in _LINKS}
    for name in _LINKS:
        links = [[_clean(link.name), _clean(link.url), link.line] for link in getattr(release, name)]
        facts[name] = links or None
    outline = [
        [_clean(each.heading), _clean(each.subheading), each.line, len(each.paragraphs)]
        for each in release.sections
    ]
    return {name: value for name, value in facts.items() if value is not None} | {_OUTLINE: outline}


#: Heading, subheading, line and number of paragraphs of a section.
Outline = tuple[str | None, str | None, int, int]


def read_facts(facts: Mapping[str, Any]) -> tuple[dict[str, Any], list[Outline]]:
    """Return the fields of a release that its document stores, and the outline of its sections."""
    values: dict[str, Any] = {f.name: facts.get(f.name) for f in fields(Release)}
    values |= {name: tuple(Link(*link) for link in facts.get(name) or ()) for name in _LINKS}
    return values, [(heading, sub, line, count) for heading, sub, line, count in facts[_OUTLINE]]


def make_record_document(record: FileRecord) -> dict[str, str]:
    """Return the document that stores the facts about a file."""
    return {
        "kind": RECORD_KIND,
        "path": record.path,
        "record": record.path,
        "file": _to_json(record),
    }


def make_release_id(stored_path: str) -> str:
    """Return the id of a release: twelve hexadecimal digits."""
    return hashlib.sha256(stored_path.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def is_release_id(text: str) -> bool:
    """Return whether `text` is a whole id of a release."""
    return _ID.fullmatch(text.lower()) is not None


def _to_json(record: FileRecord) -> str:
    """Return `record` as JSON text, in which lone surrogates are escaped."""
    text = json.dumps(asdict(record), ensure_ascii=False)
    return text if is_unicode(text) else json.dumps(asdict(record))


def record_of(stored: Mapping[str, Any]) -> FileRecord:
    """Return the file record that a document of `RECORD_KIND` stores."""
    values = json.loads(stored["file"])
    doubts = tuple((member, kind, reason) for member, kind, reason in values["doubts"])
    return FileRecord(**values | {"members": tuple(values["members"]), "doubts": doubts})


def _passages(release: Release) -> Iterator[dict[str, Any]]:
    if release.title is not None:
        # Its words are the text of this document; as title they would count twice.
        shown = _shown(title=_cut("title", release.title))
        yield {**shown, "kind": "title", "text": release.title, "line": release.title_line or 1}
    if release.document_number is not None:
        yield {"kind": "number", "text": release.document_number, "line": release.title_line or 1}
    above: str | None = None
    for section in release.sections:
        yield from _section_passages(section, above)
        above = section.heading
    for link in (*release.attachments, *release.links):
        # What is shorter is a button: a fifth of the passages of a folder of clippings was 查看原文.
        if len(link.name) >= limits.LINK_CHARACTERS:
            yield {"kind": "link", "text": link.name, "line": link.line}
    for caption in release.captions:
        yield {"kind": "caption", "text": caption.name, "line": caption.line}


def _section_passages(section: Section, above: str | None) -> Iterator[dict[str, Any]]:
    """Yield the headings that are new after the heading `above`, then the paragraphs."""
    headings = [text for text in (section.heading, section.subheading) if text is not None]
    cut = {name: _cut(name, getattr(section, name)) for name in ("heading", "subheading")}
    common = {"section": "\n".join(text for text in cut.values() if text is not None) or None}
    new = headings[1:] if above is not None and above == section.heading else headings
    if new:
        shown = _shown(**cut)
        yield {**common, **shown, "kind": "heading", "text": "\n".join(new), "line": section.line}
    common |= cut
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


def _clean(value: Any) -> Any:
    """Return `value`, with U+FFFD for lone surrogates if it is text: the index can't encode them."""
    return without_surrogates(value) if isinstance(value, str) else value


def _cut(name: str, value: str | None) -> str | None:
    """Return the value of a field with as many characters as it may have."""
    limit = limits.FIELD_CHARACTERS[name]
    return value if value is None or len(value) <= limit else f"{value[: limit - 1]}…"


def _shown(**fields: str | None) -> dict[str, str]:
    """Return `fields` as values that are stored to be shown, but not searched."""
    present = {name: value for name, value in fields.items() if value is not None}
    return dict.fromkeys(present, "") | {f"_stored_{name}": value for name, value in present.items()}
