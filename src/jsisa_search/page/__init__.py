"""A saved file -> `Release`."""

from jsisa_search.page.reader import MAX_BYTES, SUFFIXES, read_bytes
from jsisa_search.page.releases import Reading, parse_release, parse_releases, read_release, read_releases

__all__ = [
    "MAX_BYTES",
    "SUFFIXES",
    "Reading",
    "parse_release",
    "parse_releases",
    "read_bytes",
    "read_release",
    "read_releases",
]
