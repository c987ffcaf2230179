"""A saved file -> `Release`."""

from jsisa_search.page.reader import MAX_BYTES, SUFFIXES, parse_release, read_bytes, read_release

__all__ = ["MAX_BYTES", "SUFFIXES", "parse_release", "read_bytes", "read_release"]
