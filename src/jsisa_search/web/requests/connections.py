"""Bounds in time: a request's head must arrive, and its answer begin."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from jsisa_search.translation import gettext as tr
from jsisa_search.web.requests.refusals import refused

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Seconds from the first byte of a request, or the connection, to the end of its head.
_HEAD_SECONDS = 10.0

# Seconds in which an answer must begin: a search takes milliseconds, a check of the whole index a minute.
_ANSWER_SECONDS = 120.0


class BoundedProtocol(H11Protocol):
    """HTTP/1.1 that closes connections on which no request arrives.

    Otherwise as many as are allowed could be kept open by a byte now and then, and nobody else served.
    """

    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Expect a request."""
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Take what arrives; the time for a head begins with its first byte."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            if self._head_timer is None:
                self._expect_head()
        else:
            self._stop_expecting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_expecting()
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        self._head_timer = self.loop.call_later(_HEAD_SECONDS, self.transport.close)

    def _stop_expecting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None


class Timely:
    """ASGI middleware: a request that finds no free thread in time is refused, and does not wait on.

    What has begun is not interrupted, and a stream may go on.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Answer by `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def send_in_time(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                limit.reschedule(None)
            await send(message)

        try:
            async with asyncio.timeout(_ANSWER_SECONDS) as limit:
                await self._app(scope, receive, send_in_time)
        except TimeoutError:
            if has_begun:
                raise
            answer = refused(scope, 503, tr("the program is busy; try again in a minute"))
            answer.headers["Retry-After"] = "60"
            await answer(scope, receive, send)
