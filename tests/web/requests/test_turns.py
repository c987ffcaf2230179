from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from jsisa_search.web.requests import turns
from jsisa_search.web.requests.turns import Turns

Times = list[tuple[str, str]]


def _app(work: Callable[[str], Awaitable[object]], said: Times) -> ASGIApp:
    """Return an application that does some work for each path, and says when it begins and ends."""

    async def answer(scope: Scope, _: Receive, send: Send) -> None:
        said.append(("begins", scope["path"]))
        await work(scope["path"])
        said.append(("ends", scope["path"]))
        if scope["path"] == "fails":
            raise ValueError("on purpose")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b""})

    return answer


async def _ask(app: ASGIApp, *paths: str) -> None:
    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(_: Any) -> None:
        """Take the answer."""

    tasks = [asyncio.create_task(app({"type": "http", "path": path}, receive, send)) for path in paths]
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def never_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """No request turns out to be slow, however busy the machine is."""
    monkeypatch.setattr(turns, "_SLOW_SECONDS", 3600.0)


@pytest.mark.usefixtures("never_slow")
def test_requests_are_worked_on_one_after_the_other() -> None:
    """The next begins when one has begun to answer, in their order; one that fails leaves too."""
    said: Times = []
    paths = ("a", "fails", "b", "c")
    asyncio.run(_ask(Turns(_app(lambda _: asyncio.sleep(0.01), said), 4), *paths))
    assert said == [(what, path) for path in paths for what in ("begins", "ends")]


def test_a_slow_request_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while others begin beside it, still one after the other."""
    monkeypatch.setattr(turns, "_SLOW_SECONDS", 0.03)
    said: Times = []

    async def run() -> None:
        others = asyncio.Event()
        app = Turns(_app(lambda path: others.wait() if path == "slow" else asyncio.sleep(0), said), 4)
        slow = asyncio.create_task(_ask(app, "slow"))
        while not said:
            await asyncio.sleep(0)
        monkeypatch.setattr(turns, "_SLOW_SECONDS", 3600.0)  # no other is, however busy the machine
        await _ask(app, "a", "b")
        others.set()
        await slow

    asyncio.run(run())
    assert said == [
        ("begins", "slow"), ("begins", "a"), ("ends", "a"), ("begins", "b"), ("ends", "b"), ("ends", "slow")
    ]  # fmt: skip


def test_slow_requests_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more are worked on at once than there are threads."""
    monkeypatch.setattr(turns, "_SLOW_SECONDS", 0.01)
    said: Times = []
    asyncio.run(_ask(Turns(_app(lambda _: asyncio.sleep(0.1), said), 3), *"abcdefg"))
    begun = [sum(1 if what == "begins" else -1 for what, _ in said[:end]) for end in range(len(said) + 1)]
    assert max(begun) <= 3
    assert len(said) == 14


@pytest.mark.usefixtures("never_slow")
def test_who_goes_away_gives_up_the_turn() -> None:
    """A request that is cancelled while it waits does not stop those behind it."""
    said: Times = []

    async def run() -> None:
        is_gone = asyncio.Event()
        app = Turns(_app(lambda path: is_gone.wait() if path == "a" else asyncio.sleep(0), said), 4)
        first = asyncio.create_task(_ask(app, "a"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        gone = asyncio.create_task(_ask(app, "gone"))
        last = asyncio.create_task(_ask(app, "b"))
        await asyncio.sleep(0.01)
        gone.cancel()
        is_gone.set()
        await asyncio.gather(first, last)

    asyncio.run(run())
    assert ("begins", "gone") not in said
    assert said[-1] == ("ends", "b")
