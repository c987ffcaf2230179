"""The application: which address is answered by what, and how errors end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import resources
from typing import TYPE_CHECKING

from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from jsisa_search.errors import ClusterDownError, JsisaSearchError
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import in_language, mark
from jsisa_search.web import originals
from jsisa_search.web.api import research as api_research
from jsisa_search.web.api import routes as api
from jsisa_search.web.api import update as api_update
from jsisa_search.web.kept.clippings import Clippings
from jsisa_search.web.kept.drafts import Drafts
from jsisa_search.web.kept.saved_searches import SavedSearches
from jsisa_search.web.pages import (
    check_page,
    clipping_page,
    figures_page,
    folder_page,
    language_page,
    login_page,
    phrases_page,
    reading_page,
    related_page,
    release_page,
    saved_page,
    search_page,
    sharing_page,
    trend_page,
)
from jsisa_search.web.pages.search_form import SearchForm
from jsisa_search.web.pages.texts import CHOICE, MESSAGES, requested_language
from jsisa_search.web.phrase_lists import PhraseLists
from jsisa_search.web.processes.collection import Collection
from jsisa_search.web.requests.access import Access
from jsisa_search.web.requests.connections import Timely
from jsisa_search.web.requests.guard import Guard
from jsisa_search.web.requests.problems import status_of
from jsisa_search.web.requests.refusals import refused
from jsisa_search.web.requests.request_log import RequestLog
from jsisa_search.web.requests.turns import Turns
from jsisa_search.web.settings import ServerSettings

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

# Threads that answer requests; all but one are for slow ones. With 16, the process takes 475 MB, not 190.
_THREADS = 4

API_ROUTES = [
    Route("/api/search", api.search),
    Route("/api/suggest", api.suggest),
    Route("/api/passages", api.passages),
    Route("/api/passages/{id}", api.passage),
    Route("/api/releases", api.releases),
    Route("/api/releases/{id}", api.release),
    Route("/api/releases/{id}/reprints", api.reprints),
    Route("/api/facets", api.facets),
    Route("/api/releases/{id}/similar", api_research.similar),
    Route("/api/releases/{id}/evidence", api_research.evidence),
    Route("/api/trend", api_research.trend),
    Route("/api/trend/new", api_research.new_phrases),
    Route("/api/figures", api_research.figures),
    Route("/api/check", api_research.check, methods=["POST"]),
    Route("/api/info", api.info),
    Route("/api/update", api_update.state),
    Route("/api/update", api_update.update, methods=["POST"]),
    Route("/api/update/events", api_update.events),
]

PAGE_ROUTES = [
    Route("/", search_page.search_page),
    Route("/release/{id}", release_page.release_page),
    Route("/release/{id}/reading", reading_page.reading_page),
    Route("/reading", reading_page.reported_page),
    Route("/release/{id}/file", originals.download),
    Route("/release/{id}/open", release_page.open_file, methods=["POST"]),
    Route("/similar/{id}", related_page.similar_page),
    Route("/reprints/{id}", related_page.reprints_page),
    Route("/folders", folder_page.folders_page),
    Route("/folders", folder_page.change_folders, methods=["POST"]),
    Route("/folders/state", folder_page.folders_state),
    Route("/sharing", sharing_page.sharing_page),
    Route("/sharing", sharing_page.set_password, methods=["POST"]),
    Route("/words", folder_page.words_page),
    Route("/words", folder_page.save_words, methods=["POST"]),
    Route("/clippings", clipping_page.clippings_page),
    Route("/clippings", clipping_page.change_clippings, methods=["POST"]),
    Route("/clippings.{form}", clipping_page.export_clippings),
    Route("/saved", saved_page.saved_page),
    Route("/saved", saved_page.change_saved, methods=["POST"]),
    Route("/figures", figures_page.figures_page),
    Route("/figures.svg", figures_page.figures_image),
    Route("/trend", trend_page.trend_page),
    Route("/trend.svg", trend_page.trend_image),
    Route("/trend/new", phrases_page.lists_stream),
    Route("/trend/lists", trend_page.lists_page),
    Route("/trend/new.{kind}", phrases_page.export_lists),
    Route("/check", check_page.check_page),
    Route("/check", check_page.hand_in, methods=["POST"]),
    Route("/check/{key}.{form}", check_page.export_report),
    Route("/check/{key}", check_page.report_page),
    Route("/check/{key}", check_page.remove_draft, methods=["POST"]),
    Route("/language", language_page.choose_language, methods=["POST"]),
    Route("/login", login_page.login_page),
    Route("/login", login_page.sign_in, methods=["POST"]),
    Route("/logout", login_page.sign_out, methods=["POST"]),
    Route("/openapi.json", api.openapi),
]


def create_app(collection: Collection, settings: ServerSettings) -> Starlette:
    """Return the application for a collection, which it starts and closes."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = _THREADS
        collection.start()
        await to_thread.run_sync(_warm_up, collection)
        try:
            yield
        finally:
            await to_thread.run_sync(collection.close)

    static = StaticFiles(directory=str(resources.files("jsisa_search.web") / "static"))
    app = Starlette(
        routes=[*API_ROUTES, *PAGE_ROUTES, Mount("/static", static)],
        middleware=[
            *_log(settings),
            Middleware(Speaking),
            Middleware(Guard, settings),
            Middleware(Timely),
            Middleware(Turns, most=_THREADS),
        ],
        exception_handlers={
            JsisaSearchError: _library_error,
            HTTPException: _http_error,
            Exception: _defect,
        },
        lifespan=lifespan,
    )
    app.state.collection = collection
    app.state.clippings = Clippings(collection.index_dir)
    app.state.searches = SavedSearches(collection.index_dir)
    app.state.drafts = Drafts(collection.index_dir)
    app.state.checks = CapacityLimiter(1)
    app.state.phrases = PhraseLists(collection)
    app.state.settings = settings
    app.state.access = Access(settings)
    return app


def _log(settings: ServerSettings) -> list[Middleware]:
    if not settings.log:
        return []
    return [Middleware(RequestLog, settings.log, logs_queries=settings.logs_queries)]


# What the framework says of addresses and methods that there are not.
_DETAILS = {
    "Not Found": mark("there is no page at this address"),
    "Method Not Allowed": mark("this address is not used in this way"),
}


class Speaking:
    """ASGI middleware: messages of the library are in the language of the page, or of an API's caller."""

    def __init__(self, app: ASGIApp) -> None:
        """Answer by `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        is_api = scope["type"] == "http" and scope["path"].startswith("/api/")
        is_silent = is_api and "accept-language" not in headers and CHOICE not in headers.get("cookie", "")
        language = "en" if is_silent else requested_language(headers)
        with in_language(MESSAGES[language]):
            await self._app(scope, receive, send)


def _warm_up(collection: Collection) -> None:
    """Load what the first search would wait for: imports, the dictionary, templates."""
    with suppress(ClusterDownError):  # the pages say so
        search_page.view_search(collection.index, SearchForm(q="的"))


def _library_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, JsisaSearchError)
    return refused(request.scope, status_of(error), str(error))


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = str(error.detail)
    answer = refused(request.scope, error.status_code, tr(_DETAILS.get(detail, detail)))
    answer.headers.update(error.headers or {})
    return answer


def _defect(request: Request, error: Exception) -> Response:
    return refused(
        request.scope,
        500,
        tr("{name} is a defect of jsisa-search; please report it").format(name=type(error).__name__),
    )
