"""Requests take turns: one at a time in a process, beside those that have turned out to be slow.

Threads of one interpreter only slow each other down: four searches at once take 32 ms of the processor each
over 190,000 paragraphs, one after the other 18. But a slow one must not hold up the others.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Seconds after which a request counts as slow: of ten thousand searches one takes longer.
_SLOW_SECONDS = 0.15


class Turns:
    """ASGI middleware that lets one request begin after the other has begun to answer, or is slow."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        """Answer by `app`; at most `most` requests are worked on at once, slow ones included."""
        self._app = app
        self._most = most
        self._quick = 0
        self._slow = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._wait()
        turn = _Turn(self)

        async def send_and_leave(message: Message) -> None:
            turn.end()  # the work is done: what follows is written as the network takes it
            await send(message)

        try:
            await self._app(scope, receive, send_and_leave)
        finally:
            turn.end()

    async def _wait(self) -> None:
        """Return when it is this request's turn, which then counts as begun."""
        if self._is_free() and not self._waiting:
            self._quick += 1
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self.leave(is_slow=False)
            raise

    def _is_free(self) -> bool:
        return self._quick == 0 and self._slow < self._most

    def _admit(self) -> None:
        while self._waiting and self._is_free():
            next_one = self._waiting.popleft()
            if not next_one.done():  # who no longer waits has been cancelled
                self._quick += 1
                next_one.set_result(None)

    def become_slow(self) -> None:
        """Count a request as slow, so that another may begin."""
        self._quick -= 1
        self._slow += 1
        self._admit()

    def leave(self, *, is_slow: bool) -> None:
        """Count a request as done."""
        if is_slow:
            self._slow -= 1
        else:
            self._quick -= 1
        self._admit()


class _Turn:
    """The turn of one request, from its beginning on."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._is_slow = self._is_over = False
        self._timer = asyncio.get_running_loop().call_later(_SLOW_SECONDS, self._become_slow)

    def end(self) -> None:
        """Let the next one begin; again does nothing."""
        if not self._is_over:
            self._is_over = True
            self._timer.cancel()
            self._turns.leave(is_slow=self._is_slow)

    def _become_slow(self) -> None:
        self._is_slow = True
        self._turns.become_slow()
