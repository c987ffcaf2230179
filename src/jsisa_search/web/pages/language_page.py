"""The choice of a language in the foot of every page, which this browser remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response

from jsisa_search.web.pages.login_page import own_address
from jsisa_search.web.pages.texts import CHOICE, LANGUAGES

if TYPE_CHECKING:
    from starlette.requests import Request

# A year.
_SECONDS = 365 * 24 * 3600


def choose_language(request: Request) -> Response:
    """Remember a language, and go back to the page; one that there is not ends the choice."""
    form: dict[str, list[str]] = request.state.form
    chosen = form.get("language", [""])[0]
    answer = RedirectResponse(own_address(form.get("next", [""])[0]), 303)
    if chosen in LANGUAGES:
        answer.set_cookie(CHOICE, chosen, max_age=_SECONDS, httponly=True, samesite="lax")
    else:
        answer.delete_cookie(CHOICE, httponly=True, samesite="lax")
    return answer
