"""What reading one file may cost: seconds, members, inflated bytes, lines, elements; limits in `budget.toml`.

Input that native code reads (an XML parser, the mail parser, a regular expression) is bounded before the
call, because such code can't be interrupted. Loops of our own count what they make and look at the clock.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from jsisa_search.errors import PageBudgetError
from jsisa_search.page.rules import load_rules
from jsisa_search.translation import gettext as tr

T = TypeVar("T")

_CLOCK_EVERY = 256  # items of a loop between two looks at the clock, which cost as much as a short item
_MEGABYTE = 1_000_000


class Budget:
    """The costs of one file so far. Not thread-safe; each file being read has its own.

    Time is that of the processor in this thread, so that a busy machine changes no result, and only what
    passes within `metered`: what the caller does between two members is not counted.
    """

    def __init__(self, size: int = 0, *, is_container: bool = False) -> None:
        """Begin with nothing spent on a file of `size` bytes."""
        limits = _limits()
        self.inflated: int = limits["inflated"]
        self.members: int = limits["members"]
        self.seconds = file_seconds(size, is_container=is_container)
        self._clock = _Clock()
        self._part_began = 0.0
        self._counts: dict[str, int] = {}

    def take(self, size: int) -> bool:
        """Take out a member of `size` bytes; return whether it is still within the limits."""
        self.inflated -= size
        self.members -= 1
        return self.inflated >= 0 and self.members >= 0

    def begin_part(self) -> None:
        """Begin with a member: its seconds and counts start from zero, those of the file go on."""
        self._part_began = self._clock.roughly()
        self._counts.clear()

    def count(self, what: str, number: int = 1) -> None:
        """Count `number` things of a limited kind in one part; raise `PageBudgetError` beyond the limit."""
        counted = self._counts[what] = self._counts.get(what, 0) + number
        limit = _limits()[what]
        if counted > limit:
            raise PageBudgetError(
                tr("has more than {limit:,} {what}; split it and save it again").format(
                    limit=limit, what=what.replace("_", " ")
                )
            )

    def check_time(self) -> None:
        """Raise `PageBudgetError` where the file, or the member that was begun last, takes too long."""
        limit = _limits()["seconds"]
        if self._clock.at_most() <= min(self._part_began + limit, self.seconds):
            return
        elapsed = self._clock.exactly()
        if elapsed - self._part_began > limit:
            raise PageBudgetError(
                tr("takes more than {limit:g} s to read; split it and save it again").format(limit=limit)
            )
        if elapsed > self.seconds:
            raise PageBudgetError(
                tr("takes more than {seconds:.0f} s to read; unpack or split it").format(seconds=self.seconds)
            )

    @property
    def is_used_up(self) -> bool:
        """Whether the file has had all the time that it is given."""
        return self._clock.at_most() > self.seconds and self._clock.exactly() > self.seconds

    def metered(self, items: Iterator[T]) -> Iterator[T]:
        """Yield `items`; this is the current budget while each is made, and its clock runs only then."""
        while True:
            with self.active():
                try:
                    item = next(items)
                except StopIteration:
                    return
            yield item

    @contextmanager
    def active(self) -> Iterator[None]:
        """Make this the current budget, with its clock running."""
        token = _CURRENT.set(self)
        self._clock.resume()
        try:
            yield
        finally:
            self._clock.pause()
            _CURRENT.reset(token)


class _Clock:
    """Seconds of processor time of this thread, between `resume` and `pause`.

    On some systems asking for it costs 0.1 ms. It never runs faster than the clock on the wall, which costs
    nothing, so that it is asked only when that could matter.
    """

    _PRECISION = 0.005  # seconds by which a member may be charged too much

    def __init__(self) -> None:
        self._seconds = 0.0  # at the last exact look
        self._processor = self._wall = 0.0  # the two clocks then
        self._is_running = False

    def resume(self) -> None:
        """Go on counting."""
        self._processor, self._wall, self._is_running = time.thread_time(), time.monotonic(), True

    def pause(self) -> None:
        """Stop counting."""
        self._seconds = self.roughly()
        self._is_running = False

    def at_most(self) -> float:
        """Return an upper bound of the seconds."""
        return self._seconds + (time.monotonic() - self._wall if self._is_running else 0.0)

    def roughly(self) -> float:
        """Return the seconds, at most `_PRECISION` too many."""
        at_most = self.at_most()
        return at_most if at_most - self._seconds < self._PRECISION else self.exactly()

    def exactly(self) -> float:
        """Return the seconds."""
        if self._is_running:
            processor = time.thread_time()
            self._seconds += processor - self._processor
            self._processor, self._wall = processor, time.monotonic()
        return self._seconds


_CURRENT: ContextVar[Budget | None] = ContextVar("budget", default=None)


def _limits() -> dict[str, int]:
    limits: dict[str, int] = load_rules("budget")["limits"]
    return limits


def file_seconds(size: int, *, is_container: bool) -> float:
    """Return the seconds of processor time that a file of `size` bytes is given, its members together."""
    limits = _limits()
    return limits["seconds"] + (limits["seconds_per_megabyte"] * size / _MEGABYTE if is_container else 0)


def check_time() -> None:
    """Raise `PageBudgetError` where the file that is being read takes too long."""
    budget = _CURRENT.get()
    if budget is not None:
        budget.check_time()


def count(what: str, number: int = 1) -> None:
    """Count what one file may have a limited number of; see `Budget.count`."""
    (_CURRENT.get() or Budget()).count(what, number)


def take_bytes(size: int) -> bool:
    """Take `size` inflated bytes out of the file that is being read; return whether that is allowed."""
    budget = _CURRENT.get() or Budget()
    budget.inflated -= size
    return budget.inflated >= 0


def watched(items: Iterable[T]) -> Iterator[T]:
    """Yield `items`, looking at the clock now and then."""
    for number, item in enumerate(items):
        if not number % _CLOCK_EVERY:
            check_time()
        yield item
