"""The cookies of a request."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.datastructures import Headers

# Characters of the header that are read.
_MAX_LENGTH = 8192


def cookie_of(headers: Headers, name: str) -> str:
    """Return a cookie of a request; empty for none, and for one that is no ASCII."""
    try:
        found = SimpleCookie(headers.get("cookie", "")[:_MAX_LENGTH]).get(name)
    except CookieError:
        return ""
    value = found.value if found else ""
    return value if value.isascii() else ""
