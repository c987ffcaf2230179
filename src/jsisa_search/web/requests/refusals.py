"""Answers that say why a request was not done: a page for people, a problem for programs and scripts."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.requests import Request

from jsisa_search.web.pages.rendering import render
from jsisa_search.web.requests.problems import problem

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Scope

# Seconds after which a page that can't be shown now asks again by itself.
_REPEAT_SECONDS = 10


def is_page(scope: Scope) -> bool:
    """Return whether a request is that of a person's browser for a whole page."""
    return not scope["path"].startswith("/api/") and "x-part" not in Headers(scope=scope)


def refused(scope: Scope, status: int, detail: str) -> Response:
    """Return the answer to a request that is not done, with one sentence that says why."""
    if is_page(scope):
        repeats = status == HTTPStatus.SERVICE_UNAVAILABLE and scope["method"] == "GET"
        seconds = _REPEAT_SECONDS if repeats else 0
        return render(Request(scope), "error.html", status=status, detail=detail, seconds=seconds)
    return problem(status, detail)
