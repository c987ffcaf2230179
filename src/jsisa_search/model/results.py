"""What a search finds: hits with their snippets, facets, and families of reprints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, overload

from jsisa_search.model.plain import Plain, Precision, as_plain, format_timestamp, is_earlier
from jsisa_search.model.release import DateOrigin, ReleaseInfo

Kind = Literal["title", "number", "heading", "lead", "paragraph", "link", "caption"]
SortOrder = Literal["relevance", "newest", "oldest"]
FacetField = Literal["source", "publisher", "year", "month", "section", "date_from", "folder", "format"]
Grouping = Literal["release"]
DateOrder = Literal["newest", "oldest"]
ChangeKind = Literal["added", "left out", "altered"]
CountUnit = Literal["passages", "releases"]
Range = tuple[int, int]
#: Characters `[start, end)` of a text that match a word of a query; `word` counts them from 0 on.
Mark = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Change(Plain):
    """A sentence, or several in a row, that a reprint has otherwise than the first release of its family.

    `paragraph` is the number of the paragraph in the reprint, or, of what is left out, in the first release;
    `None` for the title. `figures` and `names` are those that only one of `before` and `after` has.
    """

    kind: ChangeKind
    before: str | None
    after: str | None
    paragraph: int | None
    figures: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Member(Plain):
    """A release of a family, the paths of the same release saved again, and what it changed of the first."""

    release: ReleaseInfo
    places: tuple[str, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Family(Plain):
    """A release, named by `id`, and its reprints, in order of time; undated ones are last."""

    id: str
    members: tuple[Member, ...]

    @property
    def first(self) -> ReleaseInfo | None:
        """The release that is surely of an earlier date than all others; `None` if there is none."""
        earliest, *others = (member.release for member in self.members)
        return earliest if all(is_earlier(earliest, other) for other in others) else None

    def to_dict(self) -> dict[str, Any]:
        """Return the members as JSON values, and the id of the first."""
        members = [member.to_dict() for member in self.members]
        return {"id": self.id, "first": self.first.id if self.first else None, "members": members}


@dataclass(frozen=True, slots=True)
class Snippet(Plain):
    """An excerpt of a hit.

    `highlights` are `[start, end)` character ranges into `text`. `parts` are the ranges of the hit's own text
    that it shows, in order; where there are several, ` … ` is between them. `heading` is the nearest heading
    where the excerpt is not understood alone: it is short, or begins with a word like 该 or 上述.
    """

    text: str
    highlights: tuple[Range, ...]
    parts: tuple[Range, ...] = ()
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class Copy(Plain):
    """Another release that has the passage of a hit, word for word but for punctuation and dateline.

    `line` is that of the passage; `date` as in `Hit`. `places` are the paths of the same release saved again.
    """

    id: str
    title: str | None
    source: str | None
    publisher: str | None
    date: datetime | None
    date_precision: Precision | None
    date_from: DateOrigin | None
    path: str
    line: int
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit(Plain):
    """One matching passage and its location.

    `id` is that of the release; `paragraph` is the ordinal in it, `None` for a title or a heading; `page`
    is the page it begins on where its file has pages (PDF). `stated` are the fields, with their values, in
    which the release states what the query names. `highlights` are
    `[start, end)` character ranges into `text`; `before` and `after` are the neighbouring
    paragraphs when context was requested. `matches_all` is false if only part of the query matches.
    `explanation` has the named parts of the score when requested; they add up to it. `others` counts the
    further matching passages of the release when hits are grouped. Where reprints are folded, `copy_count`
    counts the other releases that say the same, `copies` are the earliest of them, as many as were requested,
    and `places` the paths of the same release saved again. `published` is what the page says;
    `date` is the effective date, from the evidence that `date_from` names.
    """

    score: float
    kind: Kind
    id: str
    title: str | None
    source: str | None
    publisher: str | None
    published: datetime | None
    published_precision: Precision | None
    heading: str | None
    subheading: str | None
    paragraph: int | None
    path: str
    line: int
    text: str
    highlights: tuple[Range, ...]
    snippet: Snippet
    matches_all: bool
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    explanation: tuple[tuple[str, float], ...] = ()
    others: int = 0
    page: int | None = None
    date: datetime | None = None
    date_precision: Precision | None = None
    date_from: DateOrigin | None = None
    copy_count: int = 0
    copies: tuple[Copy, ...] = ()
    places: tuple[str, ...] = ()
    stated: tuple[tuple[str, str], ...] = ()

    @property
    def first(self) -> Copy | None:
        """The earliest release that says the same, if its date is surely before that of this one."""
        copy = self.copies[0] if self.copies else None
        return copy if copy is not None and is_earlier(copy, self) else None

    def to_dict(self) -> dict[str, Any]:
        """Return the hit as the command line prints it; what it has no value for may be left out."""
        found: dict[str, Any] = {
            "score": round(self.score, 6),
            "title": self.title,
            "source": self.source,
            "publisher": self.publisher,
            "published": format_timestamp(self.published, self.published_precision),
            "date": format_timestamp(self.date, self.date_precision),
            "date_from": self.date_from,
            "section": {"heading": self.heading, "subheading": self.subheading},
            "paragraph": self.paragraph,
            "path": self.path,
            "line": self.line,
            "text": self.text,
            "highlights": as_plain(self.highlights),
            "snippet": self.snippet.to_dict(),
            "kind": self.kind,
            "id": self.id,
            "matches_all": self.matches_all,
            "others": self.others,
        }
        if self.copy_count or self.places:
            found["copy_count"] = self.copy_count
            found["copies"] = as_plain(self.copies)
            found["places"] = list(self.places)
        if self.page is not None:
            found["page"] = self.page
        if self.stated:
            found["stated"] = dict(self.stated)
        if self.before or self.after:
            found["context"] = {"before": list(self.before), "after": list(self.after)}
        if self.explanation:
            found["explanation"] = {name: round(score, 6) for name, score in self.explanation}
        return found


@dataclass(frozen=True, slots=True)
class Facet(Plain):
    """How the passages found are spread over the values of `field`: each value with its count.

    All passages of `Results.total` count that have a value. A section's value is its heading and its
    subheading, separated by a line end; months are written `2022-09`. A folder's value is its path, as paths
    are shown: folders contain those below them, from the one on that has all. A format is the suffix of the
    file (`pdf`).
    """

    field: FacetField
    counts: tuple[tuple[str, int], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the field with a list of `value` and `count`."""
        counts = [{"value": value, "count": count} for value, count in self.counts]
        return {"field": self.field, "counts": counts}


@dataclass(frozen=True, slots=True)
class StringCount(Plain):
    """In how many passages and releases a string occurs, and how often in all, without overlaps."""

    text: str
    passages: int
    releases: int
    occurrences: int


@dataclass(frozen=True, slots=True)
class Results(Sequence[Hit], Plain):
    """A page of hits, best first.

    `total` counts every passage found, `total_all_terms` those that satisfy the whole query, in
    `releases` releases; the rest satisfy part of it and come after. `occurrences` is how often the one
    piece of a query occurs in the texts of those, as a search within the texts would count; `None` where
    there are several pieces. `inside_longer` of the passages of `total_all_terms` match only inside longer
    numbers or Latin words (6.9亿元 in 36.9亿元), and `other_punctuation` only with other punctuation than the
    quotations of the query. `question_words` are the words of the query that only ask, like 什么 and 多少: a
    passage that satisfies it need not have them. `reading` is how the query was understood, `notes` what was
    not.
    `expansions` are the wordings that synonyms added, and the other forms of numbers, each after the piece it
    was added to.
    `facets` are those that were asked for; `groups` is the number of groups of hits, `None` where
    they are not grouped. `distinct` is how many of `total_all_terms` are left when those that say the
    same count once; `None` where reprints are not folded.
    `still_named` are pairs of what the query excludes from passages, as typed, and the
    number of passages found whose releases name it elsewhere: `-全文:X` leaves those out. `stated` of
    `total_all_terms` satisfy the query only because their releases state a name in it, as source and so on.
    `scattered` of `total_all_terms` have the words of a piece of the query, but not together as typed; it is
    counted where hits are sorted by date, and these then come after the others.
    `took_ms` is the search's wall time in milliseconds.
    """

    query: str
    total: int
    total_all_terms: int
    took_ms: float
    hits: tuple[Hit, ...]
    releases: int = 0
    occurrences: int | None = None
    inside_longer: int = 0
    other_punctuation: int = 0
    reading: str = ""
    notes: tuple[str, ...] = ()
    expansions: tuple[tuple[str, str], ...] = ()
    facets: tuple[Facet, ...] = ()
    groups: int | None = None
    undated: int = 0
    undated_left_out: bool = False
    still_named: tuple[tuple[str, int], ...] = ()
    distinct: int | None = None
    question_words: tuple[str, ...] = ()
    stated: int = 0
    scattered: int = 0

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, index: int | slice) -> Hit | tuple[Hit, ...]:
        return self.hits[index]

    def __len__(self) -> int:
        return len(self.hits)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def to_dict(self) -> dict[str, Any]:
        """Return the results as the command line prints them; `facets` by field, where there are any."""
        found: dict[str, Any] = {
            "query": self.query,
            "total": self.total,
            "total_all_terms": self.total_all_terms,
            "distinct": self.distinct,
            "releases": self.releases,
            "groups": self.groups,
            "occurrences": self.occurrences,
            "question_words": list(self.question_words),
            "inside_longer": self.inside_longer,
            "other_punctuation": self.other_punctuation,
            "reading": self.reading,
            "undated": self.undated,
            "undated_left_out": self.undated_left_out,
            "stated": self.stated,
            "scattered": self.scattered,
            "still_named": [{"excluded": typed, "passages": count} for typed, count in self.still_named],
            "notes": list(self.notes),
            "expansions": [{"piece": piece, "wording": wording} for piece, wording in self.expansions],
            "took_ms": round(self.took_ms, 3),
        }
        if self.facets:
            found["facets"] = {facet.field: facet.to_dict()["counts"] for facet in self.facets}
        return found | {"hits": [hit.to_dict() for hit in self.hits]}
