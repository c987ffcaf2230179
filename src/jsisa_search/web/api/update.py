"""Updates by the HTTP API: one is asked for, and its progress is streamed as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from jsisa_search.translation import gettext as tr
from jsisa_search.web.api.description import read_parameters
from jsisa_search.web.api.routes import json_answer, read_json, to_json
from jsisa_search.web.api.streams import BoundedStream
from jsisa_search.web.requests.problems import problem

if TYPE_CHECKING:
    from starlette.requests import Request

    from jsisa_search.web.processes.collection import Collection, UpdateState

# Seconds between two looks at what an update is doing; the process that does it reports five times a second.
_LOOK_SECONDS = 0.25

# Seconds after which a comment keeps the connection alive.
_ALIVE_SECONDS = 15.0


def state(request: Request) -> Response:
    """Answer with what the update is doing, or what the last one did."""
    read_parameters(request)
    return json_answer(asdict(request.app.state.collection.state))


def update(request: Request) -> Response:
    """Ask for an update of all folders."""
    read_parameters(request)
    collection: Collection = request.app.state.collection
    wanted = read_json(request, {"allow_removal": bool})
    if not collection.folders:
        return problem(409, tr("there is no folder to update from; add one on the page of folders"))
    collection.update(allow_removal=wanted.get("allow_removal", False))
    return json_answer(asdict(collection.state), 202)


async def events(request: Request) -> Response:
    """Answer with the state of the update each time it changes, to its end."""
    read_parameters(request)
    return BoundedStream(_events(request.app.state.collection), media_type="text/event-stream")


def _state_of(collection: Collection) -> UpdateState:
    # Another process may have to be asked.
    return collection.state


async def _events(collection: Collection) -> AsyncIterator[bytes]:
    """Yield server-sent events; the last one once nothing is being done or asked for."""
    last, silence = None, 0.0
    while True:
        now = await run_in_threadpool(_state_of, collection)
        if now != last:
            yield b"event: state\ndata: " + to_json(asdict(now)) + b"\n\n"
            last, silence = now, 0.0
        if not now.is_running and not now.is_queued:
            return
        await asyncio.sleep(_LOOK_SECONDS)
        if (silence := silence + _LOOK_SECONDS) >= _ALIVE_SECONDS:
            yield b": alive\n\n"
            silence = 0.0
