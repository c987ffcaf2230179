"""What every request must satisfy before a page is made for it, and what every answer says to the browser.

Pages of other sites run in the same browser and can send requests to this program. They can't read our pages,
so the token in our forms is unknown to them; and a name that they point to this machine is not our host.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response

from jsisa_search.web.forms import MULTIPART, Body, media_type_of, read_body
from jsisa_search.web.problems import problem

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

    What a request brought is in `request.state.body`; `request.state.form` has the fields of its form, a dict
    of lists of texts.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str], token: str) -> None:
        """Let requests for one of `hosts` through; those that change something need `token`."""
        self._app = app
        self._hosts = frozenset(hosts)
        self._token = token.encode()

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

        if (refusal := self._refusal(scope)) is not None:
            await refusal(scope, receive, send_secured)
            return
        if scope["method"] not in _SAFE_METHODS:
            received = await self._checked_body(scope, receive)
            if isinstance(received, Response):
                await received(scope, receive, send_secured)
                return
            scope.setdefault("state", {}).update(body=received, form=received.fields)
        await self._app(scope, receive, send_secured)

    def _refusal(self, scope: Scope) -> Response | None:
        """Return the answer to a request that is refused by its head alone."""
        headers = Headers(scope=scope)
        if headers.get("host", "").lower() not in self._hosts:
            return problem(421, "the host of this address is not this program; open the address it printed")
        if len(scope["raw_path"] or b"") + len(scope["query_string"]) > MAX_ADDRESS:
            return problem(414, "the address is too long; search for less text")
        is_navigation = headers.get("sec-fetch-mode") == "navigate"
        if headers.get("sec-fetch-site") == "cross-site" and not is_navigation:
            return problem(403, "pages of other sites may not read this program")
        if scope["method"] not in _SAFE_METHODS:
            origin = headers.get("origin", "")
            if origin.removeprefix(f"{scope['scheme']}://").lower() != headers["host"].lower():
                return problem(403, "the request does not come from a page of this program (Origin)")
        return None

    async def _checked_body(self, scope: Scope, receive: Receive) -> Body | Response:
        """Return the body of a request that has our token, or the refusal."""
        headers = Headers(scope=scope)
        most = MAX_UPLOAD if media_type_of(headers) == MULTIPART else MAX_BODY
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                content = await _received(receive, most)
        except TimeoutError:
            return problem(408, "the request did not arrive in time")
        if content is None:
            return problem(413, f"the request is larger than {most >> 20} MB")
        try:
            body = await read_body(headers, content)
        except ValueError:
            return problem(400, "the form can't be read")
        token = headers.get("x-token") or body.fields.pop("token", [""])[0]
        if not secrets.compare_digest(token.encode("utf-8", "replace"), self._token):
            return problem(403, "this page is from before the program was restarted; reload it and try again")
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
