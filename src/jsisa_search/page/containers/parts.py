"""What a file that holds several is taken apart into, and how much of it is taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jsisa_search.page.rules import load_rules


@dataclass(frozen=True, slots=True)
class Part:
    """One member of a file: its name, as the path of the file goes on (`!/a.html`, `#12`), and its content.

    `suffix` tells its format, `charset` what its envelope says of its encoding. `fields` are stated outside
    of the text, `fallbacks` hold where nothing else says anything. `line` is the line of the file that
    holds the whole member. A member that can't be taken out has a `reason` instead.
    """

    name: str
    suffix: str
    content: bytes = b""
    charset: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    fallbacks: Mapping[str, str] = field(default_factory=dict)
    line: int | None = None
    reason: str = ""


@dataclass(slots=True)
class Budget:
    """What may still be taken out of one file, its members' members included: bytes and members."""

    inflated: int
    members: int

    @classmethod
    def full(cls) -> Budget:
        """Return the budget of one file."""
        limits = load_rules("containers")["limits"]
        return cls(limits["inflated"], limits["members"])

    def take(self, size: int) -> bool:
        """Take out a member of `size` bytes; return whether it is still within the limits."""
        self.inflated -= size
        self.members -= 1
        return self.inflated >= 0 and self.members >= 0
