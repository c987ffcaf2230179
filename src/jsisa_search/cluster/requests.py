"""The requests of one use of an index, with which it is learnt whether the index has changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from jsisa_search.cluster.connection import Body, Connection
from jsisa_search.cluster.indices import GENERATION_ROUTE, GENERATION_SEARCH, Generation, Indices

Take = Callable[[dict[str, Any]], None]
"""Takes the answer to a search."""


class ChangedError(Exception):
    """The index is of another generation than was presumed: what was computed so far does not hold."""

    def __init__(self, generation: Generation) -> None:
        """Take the generation of the index."""
        super().__init__(generation)
        self.generation = generation


class Requests:
    """Sends searches. The first also asks for the generation, where one is presumed, in the same request."""

    def __init__(self, connection: Connection, presumed: Generation | None = None) -> None:
        """Take the connection and the generation that answers must be of; `None` where that was asked."""
        self._connection = connection
        self._presumed = presumed
        self._along: list[tuple[Body, Take]] = []

    @property
    def connection(self) -> Connection:
        """The connection, once the generation was asked for. Raises `ChangedError`."""
        self.confirm()
        return self._connection

    def confirm(self) -> None:
        """Ask for the generation where no request has. Raises `ChangedError`."""
        if self._presumed is not None:
            self._check(Indices(self._connection).generation())

    def searches(self, bodies: Sequence[Body], *, ranked: int = 0) -> list[dict[str, Any]]:
        """Return the answers to several searches, sent as one request. Raises `ChangedError`.

        The first `ranked` are scored with the frequencies of all shards.
        """
        along, self._along = self._along, []
        return _handed_on(along, self._send([*bodies, *(body for body, _ in along)], ranked))

    def begin(self, bodies: Sequence[Body]) -> Callable[[], list[dict[str, Any]]]:
        """Send searches as `searches` does, and return what waits for the answers."""
        along, self._along = self._along, []
        answers = self.connection.begin([*bodies, *(body for body, _ in along)])
        return lambda: _handed_on(along, answers())

    def search(self, body: Body) -> dict[str, Any]:
        """Return the answer to one search. Raises `ChangedError`."""
        (answer,) = self.searches([body])
        return answer

    def ask_along(self, body: Body, take: Take) -> None:
        """Send a search with the next request; `take` is called with the answer to it."""
        self._along.append((body, take))

    def send_along(self) -> None:
        """Send now what would be sent with the next request."""
        if self._along:
            self.searches([])

    def _send(self, bodies: Sequence[Body], ranked: int) -> list[dict[str, Any]]:
        if self._presumed is None or not bodies:
            return self._connection.searches(bodies, ranked=ranked)
        asked = [*bodies, GENERATION_SEARCH]
        *answers, last = self._connection.searches(asked, ranked=ranked, last_route=GENERATION_ROUTE)
        self._check(Indices(self._connection).generation_in(last))
        return answers

    def _check(self, generation: Generation) -> None:
        presumed, self._presumed = self._presumed, None
        if generation != presumed:
            raise ChangedError(generation)


def _handed_on(along: Sequence[tuple[Body, Take]], answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Hand the last answers to those who asked along, and return the others."""
    rest = len(answers) - len(along)
    for (_, take), answer in zip(along, answers[rest:], strict=True):
        take(answer)
    return answers[:rest]
