"""The page of saved searches (保存的检索): what is new in each since it was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.datastructures import QueryParams
from starlette.responses import RedirectResponse, Response

from jsisa_search import Index
from jsisa_search.errors import JsisaSearchError
from jsisa_search.model import Hit
from jsisa_search.translation import gettext as tr
from jsisa_search.web.kept.saved_searches import MAX_RELEASES, SavedSearch, SavedSearches, newest_releases
from jsisa_search.web.pages.rendering import render
from jsisa_search.web.pages.search_form import SearchForm
from jsisa_search.web.requests.problems import problem

if TYPE_CHECKING:
    from starlette.requests import Request

# New releases of a search that are named.
_NAMED = 10


@dataclass(frozen=True, slots=True)
class Watched:
    """A saved search with its new releases, the newest first; `has_more` where only some were compared."""

    search: SavedSearch
    form: SearchForm
    named: tuple[Hit, ...] = ()
    new: int = 0
    has_more: bool = False
    error: str = ""


def saved_page(request: Request) -> Response:
    """Answer with the page of saved searches."""
    searches: SavedSearches = request.app.state.searches
    index: Index = request.app.state.collection.index
    return render(request, "saved.html", searches=[_watched(index, each) for each in searches.all()])


def change_saved(request: Request) -> Response:
    """Save, remove or look at searches, as the form says."""
    searches: SavedSearches = request.app.state.searches
    index: Index = request.app.state.collection.index
    form: dict[str, list[str]] = request.state.form
    key = form.get("key", [""])[0]
    match form.get("action", [""])[0]:
        case "add":
            wanted = SearchForm.of(QueryParams(parse_qsl(form.get("search", [""])[0].partition("?")[2])))
            if not wanted.q:
                return problem(400, tr("the form names no search"))
            searches.add(index, wanted)
        case "seen":
            searches.mark_seen(index, key)
        case "remove":
            searches.remove(key)
        case _:
            return problem(400, tr("the form names nothing to do"))
    return RedirectResponse("/saved", 303)


def _watched(index: Index, search: SavedSearch) -> Watched:
    form = search.form
    try:
        found = newest_releases(index, form)
    except JsisaSearchError as error:
        return Watched(search, form, error=str(error))
    new = [hit for hit in found if hit.id not in search.seen]
    return Watched(search, form, tuple(new[:_NAMED]), len(new), has_more=len(new) == MAX_RELEASES)
