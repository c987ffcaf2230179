"""What every request must satisfy before a page is made for it, and what every answer says to the browser.

Pages of other sites run in the same browser and can send requests to this program. They can't read our pages,
so the token in our forms is unknown to them; and a name that they point to this machine is not our host.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response

from jsisa_search.translation import gettext as tr
from jsisa_search.web.pages.login_page import LOGIN, to_login
from jsisa_search.web.pages.rendering import render
from jsisa_search.web.requests.access import STRANGER, Access, Visitor
from jsisa_search.web.requests.forms import MULTIPART, Body, media_type_of, read_body
from jsisa_search.web.requests.refusals import is_page, refused
from jsisa_search.web.settings import ServerSettings, hosts_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Bytes of a request's body: the largest are the files of words, which may have 4 MB.
MAX_BODY = 5 << 20

#: The same of a form with a file: a draft with pictures.
MAX_UPLOAD = 20 << 20

#: Characters of the address: a query has at most 2,000, each at most 12 characters when quoted.
MAX_ADDRESS = 32_768

# Seconds in which a body must arrive.
_BODY_SECONDS = 20.0


_SAFE_METHODS = ("GET", "HEAD")

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: browsers would then send forms with the origin "null".
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Guard:
    """ASGI middleware: refuses foreign hosts, foreign forms and oversized requests; secures every answer.

    Who sent a request is in `request.state.visitor`, what it brought in `request.state.body`;
    `request.state.form` has the fields of its form, a dict of lists of texts.
    """

    def __init__(self, app: ASGIApp, settings: ServerSettings) -> None:
        """Let requests through for a host of `settings` by who may send them."""
        self._app = app
        self._hosts = frozenset(settings.hosts)
        self._is_open = settings.is_open
        self._access = Access(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # a web socket: nothing here has one
            await send({"type": "websocket.close", "code": 1008})
            return

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        state = scope.setdefault("state", {})
        state["visitor"] = STRANGER  # a page for a foreign host, which its own site could read, has no token
        refusal = self._refusal(scope)
        if refusal is None:
            visitor = state["visitor"] = self._access.visitor_of(scope)
            refusal = self._denial(visitor, scope)
        if refusal is not None:
            await refusal(scope, receive, send_secured)
            return
        if scope["method"] not in _SAFE_METHODS:
            received = await self._checked_body(visitor, scope, receive)
            if isinstance(received, Response):
                await received(scope, receive, send_secured)
                return
            scope.setdefault("state", {}).update(body=received, form=received.fields)
        await self._app(scope, receive, send_secured)

    def _refusal(self, scope: Scope) -> Response | None:
        """Return the answer to a request that is refused by its head alone."""
        headers = Headers(scope=scope)
        if not self._is_our_host(headers.get("host", "").lower(), scope):
            return refused(
                scope, 421, tr("this address is not one of the program; open the address that it printed")
            )
        if len(scope["raw_path"] or b"") + len(scope["query_string"]) > MAX_ADDRESS:
            return refused(scope, 414, tr("the address is too long; search for less text"))
        is_navigation = headers.get("sec-fetch-mode") == "navigate"
        if headers.get("sec-fetch-site") == "cross-site" and not is_navigation:
            return refused(scope, 403, tr("pages of other sites may not read this program"))
        if scope["method"] not in _SAFE_METHODS:
            origin = headers.get("origin", "")
            if origin.removeprefix(f"{scope['scheme']}://").lower() != headers["host"].lower():
                return refused(
                    scope,
                    403,
                    tr("the request does not come from a page of this program (Origin)"),
                )
        return None

    def _is_our_host(self, host: str, scope: Scope) -> bool:
        """Return whether a Host header names this program: a known name, or the address that was reached.

        A name that somebody else points to this machine (DNS rebinding) is neither.
        """
        if host in self._hosts:
            return True
        server = scope.get("server")
        if not self._is_open or not server:
            return False
        literal = f"[{server[0]}]" if ":" in server[0] else server[0]
        return host in hosts_of((literal,), server[1] or 0, is_secure=scope["scheme"] == "https")

    def _denial(self, visitor: Visitor, scope: Scope) -> Response | None:
        """Return the answer to a request that its sender may not make."""
        if self._access.is_allowed(visitor, scope["method"], scope["path"]):
            return None
        if visitor.role == "guest":
            return refused(scope, 403, tr("this can only be done at the machine where the program runs"))
        if is_page(scope) and scope["method"] in _SAFE_METHODS:
            if Headers(scope=scope).get("sec-fetch-site") == "cross-site":
                # A link in another site: browsers send the session only with what our own page asks for.
                return render(Request(scope), "again.html")
            return to_login(scope)
        return refused(scope, 401, tr("sign in with the password first"))

    async def _checked_body(self, visitor: Visitor, scope: Scope, receive: Receive) -> Body | Response:
        """Return the body of a request that has our token, or the refusal."""
        headers = Headers(scope=scope)
        most = MAX_UPLOAD if media_type_of(headers) == MULTIPART else MAX_BODY
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                content = await _received(receive, most)
        except TimeoutError:
            return refused(scope, 408, tr("the request did not arrive in time"))
        if content is None:
            return refused(
                scope, 413, tr("the request is larger than {megabytes} MB").format(megabytes=most >> 20)
            )
        try:
            body = await read_body(headers, content)
        except ValueError:
            return refused(scope, 400, tr("the form can't be read"))
        token = headers.get("x-token") or body.fields.pop("token", [""])[0]
        is_known = secrets.compare_digest(token.encode("utf-8", "replace"), visitor.token.encode())
        if not is_known and scope["path"] != LOGIN:  # who signs in has no token yet
            return refused(
                scope, 403, tr("this page is from before the program was restarted; reload it and try again")
            )
        return body


async def _received(receive: Receive, most: int) -> bytes | None:
    """Return the body, or `None` where it has more than `most` bytes."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > most:
            return None
        if not message.get("more_body", False):
            return bytes(body)
