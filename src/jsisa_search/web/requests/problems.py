"""Errors of the HTTP API, in the form of RFC 9457 (application/problem+json)."""

from __future__ import annotations

import json
from http import HTTPStatus

from starlette.responses import Response

from jsisa_search.errors import (
    ArchiveError,
    ArgumentError,
    ClusterDownError,
    EvidenceError,
    IndexClosedError,
    IndexLockedError,
    JsisaSearchError,
    LexiconError,
    NotOnClusterError,
    PageError,
    ReleaseNotFoundError,
)
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import mark

# The first class that an error belongs to decides.
_STATUS: tuple[tuple[type[JsisaSearchError], HTTPStatus], ...] = (
    (ReleaseNotFoundError, HTTPStatus.NOT_FOUND),
    (ArgumentError, HTTPStatus.BAD_REQUEST),
    (PageError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (LexiconError, HTTPStatus.CONFLICT),
    (EvidenceError, HTTPStatus.CONFLICT),
    (IndexLockedError, HTTPStatus.SERVICE_UNAVAILABLE),
    (IndexClosedError, HTTPStatus.SERVICE_UNAVAILABLE),
    (ClusterDownError, HTTPStatus.SERVICE_UNAVAILABLE),
    (NotOnClusterError, HTTPStatus.NOT_IMPLEMENTED),
    (ArchiveError, HTTPStatus.INTERNAL_SERVER_ERROR),
)


# What a status means; that of any other is in English.
_TITLES = (
    mark("Bad Request"),
    mark("Unauthorized"),
    mark("Forbidden"),
    mark("Not Found"),
    mark("Method Not Allowed"),
    mark("Request Timeout"),
    mark("Conflict"),
    mark("Request Entity Too Large"),
    mark("Request-URI Too Long"),
    mark("Unsupported Media Type"),
    mark("Misdirected Request"),
    mark("Unprocessable Entity"),
    mark("Too Many Requests"),
    mark("Internal Server Error"),
    mark("Service Unavailable"),
)


def problem(status: int, detail: str) -> Response:
    """Return a problem: the meaning of `status` as its title, and `detail` in one sentence."""
    phrase = HTTPStatus(status).phrase
    fields = {
        "type": "about:blank",
        "title": tr(phrase) if phrase in _TITLES else phrase,
        "status": status,
        "detail": detail,
    }
    content = json.dumps(fields, ensure_ascii=True)
    return Response(content, status, media_type="application/problem+json")


def status_of(error: JsisaSearchError) -> int:
    """Return the HTTP status of an error of the library."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
