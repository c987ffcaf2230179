"""`Part`: one member of a file that holds several."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from jsisa_search.page.lines import Page

Recognise = Callable[[str, Callable[[], bytes]], tuple[str, str]]
"""From a member's name, and a function for its first bytes, to its reader's suffix or why it has none."""


@dataclass(frozen=True, slots=True)
class Part:
    """One member of a file: its content and its name, which continues the file's path (`!/a.html`, `#12`).

    `suffix` gives its format, `charset` the encoding that its envelope declares. `fields` are metadata from
    outside of the text, `fallbacks` metadata that count only where there is no other. `line` is the line of
    the file that holds the whole member. A part that needs no reader any more has a `page` instead of a
    content, one that can't be extracted a `reason`.
    """

    name: str
    suffix: str
    content: bytes = b""
    charset: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    fallbacks: Mapping[str, str] = field(default_factory=dict)
    line: int | None = None
    is_letter: bool = False
    reason: str = ""
    page: Page | None = None
