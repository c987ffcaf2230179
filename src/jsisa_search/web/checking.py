"""Checks of drafts for the pages and the API, one at a time: they take seconds, searches milliseconds."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import anyio
from anyio import to_thread
from starlette.exceptions import HTTPException

from jsisa_search.errors import PageBudgetError
from jsisa_search.progress import stopping_after
from jsisa_search.translation import gettext as tr

if TYPE_CHECKING:
    from starlette.requests import Request

    from jsisa_search import DraftReport, Progress
    from jsisa_search.web.processes.collection import Collection

# Seconds of one check; a hundred quotations take three.
CHECK_SECONDS = 60.0

# Seconds that a check waits for the one before it.
_WAIT_SECONDS = 30.0


async def run_check(request: Request, content: bytes, name: str, *, every_sentence: bool) -> DraftReport:
    """Return what a draft quotes, with a verdict on each.

    Other requests are answered meanwhile, except further checks, which wait. Raises `PageError` for a draft
    that can't be read or takes too long, and `HTTPException` 503 where another one is in the way.
    """
    turn = request.app.state.checks
    try:
        with anyio.fail_after(_WAIT_SECONDS):
            await turn.acquire_on_behalf_of(request)
    except TimeoutError as error:
        raise HTTPException(503, tr("another draft is being checked; try again in a minute")) from error
    try:
        collection = request.app.state.collection
        return await to_thread.run_sync(partial(_checked, collection, content, name, every_sentence))
    finally:
        turn.release_on_behalf_of(request)


def _checked(collection: Collection, content: bytes, name: str, every_sentence: bool) -> DraftReport:
    watch = stopping_after(CHECK_SECONDS, partial(_too_long, name))
    return collection.index.check_draft(content, name=name, every_sentence=every_sentence, progress=watch)


def _too_long(name: str, progress: Progress) -> PageBudgetError:
    line = tr("{name}: after a minute {done} of {total} places were checked; check it in parts")
    return PageBudgetError(line.format(name=name, done=progress.done, total=progress.total))
