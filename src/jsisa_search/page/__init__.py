"""A saved file -> `Release`."""

from jsisa_search.page.reader import (
    MAX_BYTES,
    SUFFIXES,
    explain_release,
    parse_release,
    read_bytes,
    read_release,
)
from jsisa_search.page.trace import Doubt, Finding, Reading

__all__ = [
    "MAX_BYTES",
    "SUFFIXES",
    "Doubt",
    "Finding",
    "Reading",
    "explain_release",
    "parse_release",
    "read_bytes",
    "read_release",
]
