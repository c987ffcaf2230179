"""A whole release as text: its matches, its outline, its facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, RedirectResponse, Response

from jsisa_search import Index
from jsisa_search.errors import ArgumentError, LexiconError, ReleaseNotFoundError
from jsisa_search.model import Link, Mark, Release, Section
from jsisa_search.web.originals import FileOf, can_open, missing_file, open_original, original_of
from jsisa_search.web.pages.marking import Query, mark_together
from jsisa_search.web.pages.rendering import render
from jsisa_search.web.requests.problems import problem

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams
    from starlette.requests import Request

    from jsisa_search.web.processes.collection import Collection

# Facts of a release in the order in which they are shown.
_FACTS = ("source", "publisher", "issuer", "author", "editor", "document_number", "dated", "saved", "views")

# Wordings that an address leaves out of a query.
_MAX_WORDINGS = 20


@dataclass(frozen=True, slots=True)
class MarkedParagraph:
    """A paragraph with its marks."""

    text: str
    ordinal: int
    line: int
    page: int | None
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class MarkedSection:
    """A section: heading and subheading, each with its marks, and paragraphs. `number` counts from 1."""

    number: int
    headings: tuple[tuple[str, tuple[Mark, ...]], ...]
    paragraphs: tuple[MarkedParagraph, ...]
    line: int


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """A release as it is shown for a query; `at` is the paragraph that was found, 0 for none.

    `release` is `None` where the index has none of that id any more.
    """

    id: str
    query: str
    at: int
    release: Release | None = None
    title_marks: tuple[Mark, ...] = ()
    sections: tuple[MarkedSection, ...] = ()
    matches: int = 0
    has_file: bool = False
    can_open: bool = False

    @property
    def facts(self) -> Iterator[tuple[str, str]]:
        """The facts that the page states, by name."""
        for name in _FACTS:
            if (value := getattr(self.release, name)) is not None:
                yield name, str(value)

    @property
    def outline(self) -> Iterator[MarkedSection]:
        """The sections that have a heading."""
        return (section for section in self.sections if section.headings)

    @property
    def others(self) -> Iterator[tuple[str, tuple[Link, ...]]]:
        """What the page leads to beside its text, by the name of the sort."""
        assert self.release is not None
        for name in ("attachments", "links", "captions"):
            if links := getattr(self.release, name):
                yield name, links


def release_page(request: Request) -> Response:
    """Answer with the page of a release, or with its text alone where a script asks for it."""
    parameters = request.query_params
    at = parameters.get("at", "")
    collection: Collection = request.app.state.collection
    view = view_release(
        collection.index,
        request.path_params["id"],
        query_of(parameters),
        int(at) if at.isascii() and at.isdigit() and len(at) < 8 else 0,
        collection.file_of,
    )
    is_part = request.headers.get("x-part") == "release"
    template = "reading.html" if is_part else "release.html"
    return render(request, template, status=200 if view.release else 404, view=view)


def query_of(parameters: QueryParams) -> Query:
    """Return what an address asks to be marked."""
    left_out = tuple(parameters.getlist("leaving_out"))[:_MAX_WORDINGS]
    return Query(parameters.get("q", "").strip(), parameters.get("synonyms", "1") != "0", left_out)


def view_release(
    index: Index, release_id: str, query: Query, at: int, file_of: FileOf = original_of
) -> ReleaseView:
    """Return a release with the matches of `query`, which is ignored where it can't be searched for."""
    try:
        info = index.find_release(release_id)
        release = index.release(info.id)
    except ReleaseNotFoundError:
        return ReleaseView(release_id, query.text, at)
    texts = [release.title or "", *(text for section in release.sections for text in _texts_of(section))]
    try:
        (marks,) = mark_together(index, query, [texts])
    except (ArgumentError, LexiconError):
        marks = [()] * len(texts)
    original = file_of(release.path)
    sections = tuple(_marked(release, marks[1:]))
    return ReleaseView(
        info.id,
        query.text,
        at,
        release,
        marks[0],
        sections,
        matches=sum(map(len, marks)),
        has_file=original is not None,
        can_open=original is not None and can_open(original),
    )


def _texts_of(section: Section) -> Iterator[str]:
    yield from (text for text in (section.heading, section.subheading) if text)
    yield from (paragraph.text for paragraph in section.paragraphs)


def _marked(release: Release, marks: list[tuple[Mark, ...]]) -> Iterator[MarkedSection]:
    following = iter(marks)
    for number, section in enumerate(release.sections, start=1):
        headings = tuple((text, next(following)) for text in (section.heading, section.subheading) if text)
        paragraphs = tuple(
            MarkedParagraph(each.text, each.ordinal, each.line, each.page, next(following))
            for each in section.paragraphs
        )
        yield MarkedSection(number, headings, paragraphs, section.line)


def open_file(request: Request) -> Response:
    """Open the file of a release in its own program, on the machine where this program runs."""
    collection: Collection = request.app.state.collection
    file = collection.file_of(collection.index.release(request.path_params["id"]).path)
    if file is None:
        return problem(404, missing_file(collection))
    open_original(file)
    if request.headers.get("x-part"):
        return JSONResponse({"opened": file.name})
    return RedirectResponse(f"/release/{request.path_params['id']}", 303)
