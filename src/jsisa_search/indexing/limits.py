"""What one file may take of time and memory, and how long its stated fields may be."""

from __future__ import annotations

from types import MappingProxyType

#: CPU seconds to read a page, or one member of a file that holds several; ordinary pages take 2 ms.
PAGE_SECONDS = 10.0

#: CPU seconds to read a file that holds several: `PAGE_SECONDS`, and these for each megabyte of it.
#: 100 MB of JSON lines take 2 s a megabyte, packed pages ten times that.
SECONDS_PER_MB = 30.0

#: Seconds without anything read after which a worker is stopped: more than a PDF may take in its own process.
SILENT_SECONDS = 90.0

#: Bytes of address space that reading a file may take beyond what its process has at the start.
MEMORY = 512 << 20

#: Bytes of the results of one file that are held in memory; what is more waits in a temporary file.
HELD_BYTES = 4 << 20

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
        "document_number": 100,
    }
)

#: Characters of what a path has after its file, `!/inner/page.html`: it goes with every passage, too.
MEMBER_CHARACTERS = 1_000
