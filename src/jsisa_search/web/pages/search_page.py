"""The page of a search: hits, counts beside them, what was understood, and why nothing was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from starlette.responses import RedirectResponse, Response

from jsisa_search import Diagnosis, Index, Results
from jsisa_search.errors import ArgumentError, LexiconError
from jsisa_search.export.citation import citation
from jsisa_search.model import Copy, Hit, Mark
from jsisa_search.web.originals import FileOf, original_of
from jsisa_search.web.pages.facet_bars import FACETS, Counted, Times, counted, times_of
from jsisa_search.web.pages.marking import mark_together
from jsisa_search.web.pages.release_page import ReleaseView, view_release
from jsisa_search.web.pages.rendering import render
from jsisa_search.web.pages.search_form import PAGE_SIZE, UNRESTRICTED, SearchForm

if TYPE_CHECKING:
    from starlette.requests import Request

    from jsisa_search.web.processes.collection import Collection

# Passages with all of several words after which nobody asks why there are not more. The answer would take as
# long as the search.
_PLENTY = 10

# Reprints of a hit that are named.
_COPIES = 20


@dataclass(frozen=True, slots=True)
class Card:
    """A hit as it is shown; marks are of the title and of the snippet."""

    hit: Hit
    title_marks: tuple[Mark, ...]
    marks: tuple[Mark, ...]
    citation: str

    @property
    def is_cut_before(self) -> bool:
        """Whether the passage begins before its snippet."""
        parts = self.hit.snippet.parts
        return bool(parts) and bool(self.hit.text[: parts[0][0]].strip())

    @property
    def is_cut_after(self) -> bool:
        """Whether the passage goes on after its snippet."""
        parts = self.hit.snippet.parts
        return bool(parts) and bool(self.hit.text[parts[-1][1] :].strip())


@dataclass(frozen=True, slots=True)
class SearchView:
    """All that a page of results says; `results` is `None` where nothing was asked, or `error` says why."""

    form: SearchForm
    results: Results | None = None
    cards: tuple[Card, ...] = ()
    times: Times | None = None
    facets: tuple[Counted, ...] = ()
    diagnosis: Diagnosis | None = None
    error: str = ""
    release: ReleaseView | None = None

    @property
    def pages(self) -> int:
        """The most pages that there may be; passages with some of the words are counted with reprints."""
        results = self.results
        if results is None:
            return 0
        if results.groups is not None:
            return -(-results.groups // PAGE_SIZE)
        whole = results.total_all_terms if results.distinct is None else results.distinct
        return -(-(results.total - results.total_all_terms + whole) // PAGE_SIZE)

    @property
    def has_next(self) -> bool:
        """Whether another page follows."""
        return len(self.cards) == PAGE_SIZE and self.form.page < self.pages


def search_page(request: Request) -> Response:
    """Answer with the page of a search, or with its results alone where a script asks for them."""
    form = SearchForm.of(request.query_params)
    collection: Collection = request.app.state.collection
    index = collection.index
    if request.query_params.get("within"):  # the address is that of the query it represents
        return RedirectResponse(form.url(), 303)
    is_part = request.headers.get("x-part") == "results"
    if not form.q and not is_part and not _has_releases(index):
        return RedirectResponse("/folders", 303)
    view = view_search(index, form, collection.folders, collection.file_of)
    info = None if form.q else index.info()
    name = "results.html" if is_part else "search.html"
    return render(request, name, view=view, form=form, links=_LINKS, info=info)


def view_search(
    index: Index, form: SearchForm, folders: Iterable[Path] = (), file_of: FileOf = original_of
) -> SearchView:
    """Return what the page of a search shows; `folders` are those that are indexed."""
    release = view_release(index, form.open, form.query, form.at, file_of) if form.open else None
    if not form.q:
        return SearchView(form, release=release)
    try:
        results = index.search(
            form.q,
            limit=PAGE_SIZE,
            offset=form.offset,
            sort=form.sort,
            filters=form.filters,
            synonyms=form.synonyms,
            facets=FACETS,
            group_by="release" if form.grouped else None,
            fold=form.fold,
            copies=_COPIES,
            leaving_out=form.leaving_out,
        )
    except (ArgumentError, LexiconError) as error:
        return SearchView(form, error=str(error), release=release)
    return SearchView(
        form,
        results,
        tuple(_cards(index, form, results)),
        times_of(form, results.facets),
        tuple(counted(form, results.facets, folders)),
        _reasons(index, form, results),
        release=release,
    )


def _reasons(index: Index, form: SearchForm, results: Results) -> Diagnosis | None:
    """Return why nothing was found, or not what was typed; `None` where there is nothing to say."""
    is_plenty = results.occurrences is None and results.total_all_terms >= _PLENTY
    if results.total_all_terms and (results.occurrences or is_plenty):
        return None
    found = index.explain_nothing(form.q, form.filters)
    has_reason = found.missing or found.scattered or found.found_apart or found.restrictions
    return found if has_reason or found.without_filters or not results.total else None


def _has_releases(index: Index) -> bool:
    return next(iter(index.releases()), None) is not None


def _cards(index: Index, form: SearchForm, results: Results) -> Iterable[Card]:
    texts = [(hit.title or "", hit.snippet.text) for hit in results]
    marks = mark_together(index, form.query, texts)
    for hit, (title_marks, own_marks) in zip(results, marks, strict=True):
        yield Card(hit, title_marks, own_marks, citation(hit))


def with_replaced(form: SearchForm, piece: str, by: str) -> str:
    """Return the address of the search with `by` in place of a piece of its query."""
    return form.url(q=form.q.replace(piece, by) if piece in form.q else by)


def without_typed(form: SearchForm, typed: str) -> str:
    """Return the address of the search without a restriction as it was typed in its query."""
    text = form.q
    for part in (typed, *typed.split()):
        text = text.replace(part, " ")
    return form.url(q=" ".join(text.split()))


def release_url(form: SearchForm, hit: Hit) -> str:
    """Return the address of the release of a hit, on a page of its own."""
    at = hit.paragraph or ""
    left_out = [("leaving_out", wording) for wording in form.leaving_out]
    further = urlencode([*([] if form.synonyms else [("synonyms", "0")]), *left_out])
    return f"/release/{hit.id}?q={quote(form.q)}&at={at}{further and '&' + further}"


def copy_url(form: SearchForm, copy: Copy) -> str:
    """Return the address of a release that says the same as a hit."""
    return f"/release/{copy.id}?q={quote(form.q)}"


def excluding_releases(form: SearchForm, typed: str) -> str:
    """Return the address of the search without the releases that name what it excludes from passages."""
    return form.url(q=f"{form.q} -全文:{typed}")


def without_wording(form: SearchForm, wording: str) -> str:
    """Return the address of the search without a wording that was added to it."""
    return form.url(leaving_out=(*form.leaving_out, wording))


def unrestricted(form: SearchForm) -> str:
    """Return the address of the search without its restrictions."""
    return form.url(**UNRESTRICTED)


def shown_value(name: str, value: str) -> str:
    """Return the value of a restriction for display: of a folder its name."""
    return (PurePath(value).name or value) if name == "folder" else value


# What templates write addresses with.
_LINKS = {
    "unrestricted": unrestricted,
    "without_wording": without_wording,
    "shown_value": shown_value,
    "with_replaced": with_replaced,
    "without_typed": without_typed,
    "release_url": release_url,
    "copy_url": copy_url,
    "excluding_releases": excluding_releases,
}
