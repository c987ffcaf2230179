"""Evidence cards: a quotation with all by which anybody can find it again, and tell if it still is there.

A card is plain data. It is made from an index and the file as it is at that moment, and compared with the
file alone (`card_check.py`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jsisa_search.errors import ArgumentError, EvidenceError, ReleaseNotFoundError
from jsisa_search.filenames import readable
from jsisa_search.indexing.contents import Contents
from jsisa_search.indexing.documents import FileRecord
from jsisa_search.indexing.paths import StoredPaths, is_text_path
from jsisa_search.indexing.settings import Settings
from jsisa_search.model import Hit, Kind, Plain, Release, ReleaseInfo
from jsisa_search.own_files import open_regular
from jsisa_search.research.passages import Passage, passages_of
from jsisa_search.search.results.sentences import whole_sentences
from jsisa_search.translation import gettext as tr

#: What the JSON of a card begins with, so that it is recognised.
CARD_FORMAT = "jsisa-search evidence card"
CARD_VERSION = 1

# Characters of a passage in a message.
_MOST_SHOWN = 200
# Bytes that are read at once for a hash.
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class CardPassage(Plain):
    """The passage on a card, as hits have it; `before` and `after` are the paragraphs around it."""

    kind: Kind
    text: str
    heading: str | None
    subheading: str | None
    paragraph: int | None
    paragraph_in_section: int | None
    page: int | None
    line: int
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class CardFile(Plain):
    """The file on a card: its absolute path, the member that is the release (`!/a.html`), and its bytes.

    `indexed` is when the index read it, ISO 8601 in local time with its offset.
    """

    path: str
    member: str
    size: int
    sha256: str
    indexed: str


@dataclass(frozen=True, slots=True)
class CardIndex(Plain):
    """The index that a card is from: its folder, the number of its state, and the versions that made it.

    `folder` is the address of an index on a cluster.
    """

    folder: str
    generation: int
    schema: int
    folding: int
    segmenter: str
    created: str
    program: str


@dataclass(frozen=True, slots=True)
class Evidence(Plain):
    """A quotation and its place.

    `quotation` is the characters `[start, end)` of the passage. `file` is `None` for a release that was
    added without one. `made` is when the card was made and the file read for it, as `CardFile.indexed`.
    """

    quotation: str
    start: int
    end: int
    passage: CardPassage
    release: ReleaseInfo
    file: CardFile | None
    index: CardIndex
    made: str

    def to_dict(self) -> dict[str, Any]:
        """Return the card as JSON values, with its format and version first."""
        # super() without arguments does not know a dataclass with slots.
        return {"format": CARD_FORMAT, "version": CARD_VERSION} | super(Evidence, self).to_dict()


@dataclass(frozen=True, slots=True)
class EvidenceRequest:
    """The passage to attest: that of a hit, or a paragraph of a release; and what of it is quoted."""

    release: str
    paragraph: int | None
    hit: Hit | None = None
    quotation: str | None = None


def make_evidence(
    contents: Contents, paths: StoredPaths, request: EvidenceRequest, index: CardIndex, made: datetime
) -> Evidence:
    """Return the card of a passage, whose file is read and compared with what was indexed.

    Raises `ReleaseNotFoundError`, `EvidenceError` where the file is gone or another, and `ArgumentError`
    where the quotation is not in the passage.
    """
    info, release = contents.info(request.release), contents.release(request.release)
    passage = _find(release, request)
    start, end = _quoted(passage.text, request)
    found = contents.file_of(info.id)
    return Evidence(
        quotation=passage.text[start:end],
        start=start,
        end=end,
        passage=card_passage(release, passage),
        release=info,
        file=_file(*found, paths) if found and not is_text_path(found[0].path) else None,
        index=index,
        made=_iso(made),
    )


def card_index(place: str, generation: int, settings: Settings) -> CardIndex:
    """Return what a card says of the index at `place`, a folder or the address of a cluster."""
    return CardIndex(
        folder=place,
        generation=generation,
        schema=settings.schema,
        folding=settings.folding,
        segmenter=settings.segmenter,
        created=settings.created,
        program=version("jsisa-search"),
    )


def card_passage(release: Release, passage: Passage) -> CardPassage:
    """Return what a card says of a passage of `release`."""
    section, paragraph = passage.section, passage.paragraph
    texts = {each.ordinal: each.text for each in release.paragraphs} if paragraph else {}
    ordinal = paragraph.ordinal if paragraph else 0
    return CardPassage(
        kind=passage.kind,
        text=passage.text,
        heading=section.heading if section else None,
        subheading=section.subheading if section else None,
        paragraph=ordinal or None,
        paragraph_in_section=paragraph.ordinal_in_section if paragraph else None,
        page=paragraph.page if paragraph else None,
        line=passage.line,
        before=texts.get(ordinal - 1),
        after=texts.get(ordinal + 1),
    )


def hash_file(path: Path) -> tuple[int, str]:
    """Return size and SHA-256 of the bytes of a regular file, read in pieces; raises `OSError`."""
    size, digest = 0, hashlib.sha256()
    with open_regular(path) as file:
        while piece := file.read(_PIECE):
            size += len(piece)
            digest.update(piece)
    return size, digest.hexdigest()


def _find(release: Release, request: EvidenceRequest) -> Passage:
    for passage in passages_of(release):
        if request.hit is not None:
            is_it = (passage.text, passage.line) == (request.hit.text, request.hit.line)
        else:
            is_it = passage.paragraph is not None and passage.paragraph.ordinal == request.paragraph
        if is_it:
            return passage
    raise ReleaseNotFoundError(tr("the release has no such passage; search again"))


def _quoted(text: str, request: EvidenceRequest) -> tuple[int, int]:
    """Return where the quotation is in the text: as typed, or the whole sentences that the hit shows."""
    if request.quotation is not None:
        start = text.find(request.quotation) if request.quotation else -1
        if start < 0:
            raise ArgumentError(
                tr("the passage does not have “{quotation}” as typed: {text}").format(
                    quotation=request.quotation, text=text[:_MOST_SHOWN]
                )
            )
        return start, start + len(request.quotation)
    runs = whole_sentences(request.hit) if request.hit else []
    start, end = (runs[0][0], runs[-1][1]) if runs else (0, len(text))
    return start, start + len(text[start:end].rstrip())


def _file(record: FileRecord, member: str, paths: StoredPaths) -> CardFile:
    path = paths.file(record.path)
    name = readable(str(path))
    try:
        size, sha256 = hash_file(path)
    except OSError as error:
        raise EvidenceError(
            tr("{path} can't be read ({reason}), so that nothing attests the passage").format(
                path=name, reason=error.strerror or error
            )
        ) from error
    if (size, sha256) != (record.size, record.sha256):
        raise EvidenceError(
            tr("{path} is no longer what was indexed; update the index with: jsisa-search index").format(
                path=name
            )
        )
    indexed = datetime.fromtimestamp(record.indexed_ns // 1_000_000_000)
    return CardFile(str(path), member, size, sha256, _iso(indexed))


def _iso(moment: datetime) -> str:
    return moment.astimezone().isoformat(timespec="seconds")
