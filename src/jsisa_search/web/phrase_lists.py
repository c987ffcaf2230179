"""New phrases for the pages and the API: found once for each generation, while others are answered.

They take seconds over a large index. All who ask for the same wait for one search of them, which ends when
nobody waits any more.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from anyio import CapacityLimiter, to_thread

from jsisa_search import Filters, Index, NewPhrases, Progress

if TYPE_CHECKING:
    from starlette.requests import Request

    from jsisa_search.web.processes.collection import Collection

#: Phrases of each list that are found; a page shows the first of them, and a file has all.
MOST_PHRASES = 50

# Lists that are kept: some restrictions of one generation. Each takes 60 kB.
_KEPT = 16

# Seconds between two looks at how far a search is, and whether who asked is still there.
_LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class PhrasesAsked:
    """What is asked for: since when (`None` for the latest times), in which passages, and how counted."""

    since: datetime | None
    filters: Filters
    fold: bool = True


class _Abandoned(Exception):
    """Nobody waits for this any more."""


@dataclass(eq=False)
class _Job:
    """A search for phrases, and how many wait for it."""

    task: asyncio.Task[NewPhrases] | None = None
    progress: Progress = field(default_factory=lambda: Progress("reading"))
    waiting: int = 0
    is_abandoned: bool = False

    def report(self, progress: Progress) -> None:
        """Note how far it is; called by the thread that searches."""
        if self.is_abandoned:
            raise _Abandoned
        self.progress = progress


class PhraseLists:
    """The new phrases that were found last, and those that are being found."""

    def __init__(self, collection: Collection) -> None:
        """Search the index of a collection."""
        self._collection = collection
        self._known: dict[tuple[int, PhrasesAsked], NewPhrases] = {}
        self._jobs: dict[tuple[int, PhrasesAsked], _Job] = {}
        self._turn: CapacityLimiter | None = None

    def known(self, asked: PhrasesAsked) -> NewPhrases | None:
        """Return what is known already of the present generation; for threads that answer requests."""
        return self._known.get((self._collection.index.generation, asked))

    async def found(self, request: Request, asked: PhrasesAsked) -> NewPhrases:
        """Return the phrases; ends when who asked has gone. Raises the errors of `Index.new_phrases`."""
        async with aclosing(self.follow(request, asked)) as steps:
            async for step in steps:
                if isinstance(step, NewPhrases):
                    return step
        raise asyncio.CancelledError

    async def follow(
        self, request: Request, asked: PhrasesAsked
    ) -> AsyncGenerator[Progress | NewPhrases, None]:
        """Yield how far the search for phrases is, and at last the phrases; nothing more to who has gone."""
        index, generation = await to_thread.run_sync(self._present)
        key = generation, asked
        if key in self._known:
            yield self._known[key]
            return
        job = self._jobs.get(key) or self._begin(key, index)
        assert job.task is not None
        job.waiting += 1
        try:
            while not job.task.done():
                yield job.progress
                await asyncio.wait((job.task,), timeout=_LOOK_SECONDS)
                if await request.is_disconnected():
                    return
            yield job.task.result()
        finally:
            job.waiting -= 1
            if not job.waiting and not job.task.done():
                job.is_abandoned = True
                self._jobs.pop(key, None)

    def _present(self) -> tuple[Index, int]:
        index = self._collection.index
        return index, index.generation

    def _begin(self, key: tuple[int, PhrasesAsked], index: Index) -> _Job:
        job = self._jobs[key] = _Job()
        job.task = asyncio.create_task(self._run(key, index, job))
        # Where nobody waits any more, nobody asks how it ended.
        job.task.add_done_callback(lambda task: task.cancelled() or task.exception())
        return job

    async def _run(self, key: tuple[int, PhrasesAsked], index: Index, job: _Job) -> NewPhrases:
        self._turn = self._turn or CapacityLimiter(1)
        _, asked = key
        try:
            found = await to_thread.run_sync(_searched, index, asked, job, limiter=self._turn)
        finally:
            if self._jobs.get(key) is job:
                del self._jobs[key]
        generation = key[0]
        kept = [(each, phrases) for each, phrases in self._known.items() if each[0] == generation]
        self._known = dict([*kept[1 - _KEPT :], (key, found)])
        return found


def _searched(index: Index, asked: PhrasesAsked, job: _Job) -> NewPhrases:
    return index.new_phrases(
        asked.since, limit=MOST_PHRASES, filters=asked.filters, fold=asked.fold, progress=job.report
    )
