"""What is computed of something that never changes, kept beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Derived = TypeVar("Derived")


class Derivations:
    """Objects that are computed of one thing, one of each class for all threads that ask."""

    def __init__(self) -> None:
        """Begin without any."""
        self._made: dict[Callable[[], Any], Any] = {}

    def of(self, make: Callable[[], Derived]) -> Derived:
        """Return what `make`, a class, returned when it was called first."""
        found: Derived | None = self._made.get(make)
        if found is None:
            found = self._made.setdefault(make, make())
        return found

    def clear(self) -> None:
        """Drop all."""
        self._made.clear()
