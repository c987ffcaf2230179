"""The page on which people at other machines sign in with the password, and the end of their session."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from jsisa_search.web.pages.rendering import render, texts_of
from jsisa_search.web.requests.access import COOKIE, SESSION_SECONDS, Access

if TYPE_CHECKING:
    from starlette.types import Scope

#: Address of the page.
LOGIN = "/login"

# Characters of the address to go to afterwards.
_MAX_NEXT = 8000


def to_login(scope: Scope) -> Response:
    """Return the way to the page, and from there back to what was asked for."""
    query = scope["query_string"].decode("latin-1")
    wanted = quote(scope["path"]) + (f"?{query}" if query else "")
    after = f"?next={quote(wanted, safe='')}" if wanted != "/" and len(wanted) <= _MAX_NEXT else ""
    return RedirectResponse(f"{LOGIN}{after}", 303)


def login_page(request: Request) -> Response:
    """Answer with the page; with where one wanted to go, for whoever is signed in already."""
    after = own_address(str(request.query_params.get("next", "")))
    if request.state.visitor.role != "stranger":
        return RedirectResponse(after, 303)
    return render(request, "login.html", after=after, error="")


def sign_in(request: Request) -> Response:
    """Begin a session with the right password; a wrong one is refused, and too many have to wait."""
    form: dict[str, list[str]] = request.state.form
    after = own_address(form.get("next", [""])[0])
    address = request.client.host if request.client else ""
    wait = request.app.state.collection.sign_in(form.get("password", [""])[0][:1000], address)
    texts = texts_of(request)
    if wait is None:
        return render(request, "login.html", after=after, error=texts("login.wrong"), status=401)
    if wait > 0:
        answer = render(
            request, "login.html", after=after, error=texts("login.wait", seconds=round(wait) + 1), status=429
        )
        answer.headers["Retry-After"] = str(round(wait) + 1)
        return answer
    access: Access = request.app.state.access
    begun = RedirectResponse(after, 303)
    begun.set_cookie(
        COOKIE,
        access.new_session(),
        max_age=SESSION_SECONDS,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return begun


def sign_out(_: Request) -> Response:
    """End the session of this browser."""
    ended = RedirectResponse(LOGIN, 303)
    ended.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return ended


def own_address(after: str) -> str:
    """Return an address of our own to go to; the first page for any other."""
    decoded = unquote(after)
    is_ours = after.startswith("/") and not decoded.startswith(("//", "/\\"))
    is_plain = after.isascii() and after.isprintable() and "\\" not in decoded
    return after if is_ours and is_plain and len(after) <= _MAX_NEXT else "/"
