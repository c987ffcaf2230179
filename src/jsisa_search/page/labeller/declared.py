"""What a file states of its release outside of the lines that it shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from jsisa_search.page.facts.date_evidence import day_in_address
from jsisa_search.page.facts.timestamps import Stamp

TimeKind = Literal["published", "changed"]


class NamedTime(NamedTuple):
    """A time that the page carries, and the name under which it does."""

    stamp: Stamp
    name: str
    kind: TimeKind


@dataclass(frozen=True, slots=True)
class Declared:
    """What a file states beside its text: fields, under which name, titles, times, addresses.

    `title_line` is the number of the line that the format marks as the title. `is_certain`: somebody wrote
    the fields for this release; what a site's system states of a page may be the same on all of its pages.
    """

    fields: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    titles: list[str] = field(default_factory=list)
    window_title: str | None = None
    times: list[NamedTime] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    title_line: int | None = None
    is_certain: bool = False

    def carried(self) -> Iterator[NamedTime]:
        """Yield the times that the file has beside its text; a format without any has none."""
        return iter(())

    def address(self) -> list[NamedTime]:
        """Return the day in the address of the page, if there is one."""
        return [moment for moment in map(_address_time, self.addresses) if moment][:1]


def _address_time(address: str) -> NamedTime | None:
    """Return the day in the address of a page."""
    stamp = day_in_address(address)
    return NamedTime(stamp, "address", "published") if stamp else None
