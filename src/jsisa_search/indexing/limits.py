"""What one file may take of time and memory, and how long its stated fields may be."""

from __future__ import annotations

from types import MappingProxyType

#: CPU seconds after which a worker is ended that has finished no page and no member of a file.
#: Readers stop themselves after the time of `page/data/budget.toml`; this is for what can't look at a clock.
PAGE_SECONDS = 15.0

#: CPU seconds after which a worker leaves the figures of a page to who writes them, who has no limit.
FIGURE_SECONDS = 5.0

#: Characters of a passage whose figures may take longer than that: they are left to the writer, too.
FIGURE_CHARACTERS = 100_000

#: Seconds without anything read after which a worker is stopped: more than a PDF may take in its own process.
SILENT_SECONDS = 90.0

#: Bytes of address space that reading a file may take beyond what its process has at the start.
MEMORY = 512 << 20

#: Bytes of the results of one file that are buffered in memory; the rest waits in a temporary file.
HELD_BYTES = 4 << 20

#: Least characters in the name of a link that is a passage; a shorter one is a button (查看原文).
LINK_CHARACTERS = 7

#: Characters of the stated fields that go with every passage of a release; twice the longest met.
#: What is cut off a title or a heading is still found: in the passage that the title or heading is itself.
FIELD_CHARACTERS = MappingProxyType(
    {
        "title": 200,
        "heading": 200,
        "subheading": 200,
        "source": 100,
        "publisher": 100,
        "author": 100,
        "issuer": 100,
        "document_number": 100,
    }
)
