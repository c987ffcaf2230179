"""A saved file -> `Release`."""

from jsisa_search.page.explanation import ExplainedLine, Explanation, explain_page
from jsisa_search.page.kinds import is_clutter, suffix_of
from jsisa_search.page.lines import Doubt, Finding, Reading
from jsisa_search.page.reader import MAX_BYTES, SUFFIXES, may_be_indexed, read_bytes
from jsisa_search.page.releases import (
    MemberReading,
    explain_file,
    explain_release,
    parse_release,
    parse_releases,
    read_release,
    read_releases,
)

__all__ = [
    "MAX_BYTES",
    "SUFFIXES",
    "Doubt",
    "ExplainedLine",
    "Explanation",
    "Finding",
    "MemberReading",
    "Reading",
    "explain_file",
    "explain_page",
    "explain_release",
    "is_clutter",
    "may_be_indexed",
    "parse_release",
    "parse_releases",
    "read_bytes",
    "read_release",
    "read_releases",
    "suffix_of",
]
