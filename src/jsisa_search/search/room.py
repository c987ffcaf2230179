"""How much of what was decoded for one query is kept for the next."""

from __future__ import annotations

from typing import Any, Protocol

from numpy.typing import NDArray

Array = NDArray[Any]

#: Bytes that the terms of one searcher keep together.
_ROOM_BYTES = 32 << 20
#: What looking up some of a list costs, in elements made: queries put for the first time are no slower
#: than if nothing were made whole, and those put again take half of what they take with 4096.
_LOOK_UP = 16_384
#: Longer lists are never kept: a few of them would fill the room.
_AT_MOST = 1 << 19
#: How much dearer making a list may become: then only what is asked for again and again is made.
_HIGHEST_PRICE = 16


class Holder(Protocol):
    """Something that keeps arrays which it can make again."""

    def let_go(self) -> None:
        """Keep nothing any longer."""
        ...


class Room:
    """Bounds what terms keep decoded. When it is full all is let go, so that using a list costs nothing.

    A room that fills up holds less than its queries use: whenever it does, lists become dearer to make.
    """

    def __init__(self, size: int = _ROOM_BYTES) -> None:
        self._size = size
        self._price = 1
        self.clear()

    def clear(self) -> None:
        """Start anew; what is held stays with its holders."""
        self._holders: list[Holder] = []
        self._taken = 0

    def keep(self, holder: Holder, array: Array) -> None:
        """Count `array`, which `holder` is going to keep and nobody may change."""
        array.flags.writeable = False
        if self._taken + array.nbytes > self._size:
            self._price = min(2 * self._price, _HIGHEST_PRICE)
            for one in self._holders:
                one.let_go()
            self.clear()
        self._holders.append(holder)
        self._taken += array.nbytes

    def is_worth_making(self, length: int, spent: int) -> bool:
        """Return whether a list is to be made whole; `spent` is what looking some of it up has cost so far.

        Who buys when the rent so far comes to the price never pays more than twice what would have been best.
        """
        return length <= _AT_MOST and self._price * length <= spent + _LOOK_UP


def cost_of_look_up(count: int) -> int:
    """Return what it costs to look up `count` elements of a list, in elements made."""
    return _LOOK_UP + count
