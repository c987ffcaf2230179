"""How much of what was decoded for one query is kept for the next."""

from __future__ import annotations

from typing import Any, Protocol

from numpy.typing import NDArray

Array = NDArray[Any]

#: Bytes that the terms of one searcher keep together.
_ROOM_BYTES = 32 << 20
#: Lists up to this long are made whole at once: 5 ns an element, against 20 us to look only some of it up.
_AT_ONCE = 4096
#: Longer ones when they are asked for a second time, unless they would fill the room.
_AT_MOST = 1 << 19


class Holder(Protocol):
    """Something that keeps arrays which it can make again."""

    def let_go(self) -> None:
        """Keep nothing any longer."""
        ...


class Room:
    """Bounds what terms keep decoded. When it is full all is let go, so that using a list costs nothing."""

    def __init__(self, size: int = _ROOM_BYTES) -> None:
        self._size = size
        self.clear()

    def clear(self) -> None:
        """Start anew; what is held stays with its holders."""
        self._holders: list[Holder] = []
        self._taken = 0

    def keep(self, holder: Holder, array: Array) -> None:
        """Count `array`, which `holder` is going to keep and nobody may change."""
        array.flags.writeable = False
        if self._taken + array.nbytes > self._size:
            for one in self._holders:
                one.let_go()
            self.clear()
        self._holders.append(holder)
        self._taken += array.nbytes


def is_worth_keeping(length: int, *, is_asked: bool) -> bool:
    """Return whether a list is to be made whole, and kept; `is_asked`: some of it was wanted before."""
    return length <= _AT_ONCE or (is_asked and length <= _AT_MOST)
