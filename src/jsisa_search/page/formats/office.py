"""Which format an Office document is of, whatever its name says."""

from __future__ import annotations

from jsisa_search.errors import PageError
from jsisa_search.page.formats.ole import SIGNATURE, list_streams
from jsisa_search.page.kinds import is_word_xml
from jsisa_search.page.rules import load_rules
from jsisa_search.translation import gettext as tr

_ZIP = b"PK\x03\x04"


def actual_suffix(content: bytes, suffix: str) -> str:
    """Return the suffix of the format that a document with the suffix `suffix` is of by its content.

    Many a .doc or .xls is HTML, RTF or a newer document; what has no mark of any format is text. Raise
    `PageError` for a document with a password, and for one of a program that is not known.
    """
    rules = load_rules("office")
    if suffix not in rules["suffixes"]:
        return suffix
    if content.startswith(SIGNATURE):
        return _of_streams(list_streams(content), rules["streams"])
    if content.startswith(_ZIP):
        return _of_members(content, rules["suffixes"][suffix], rules["members"])
    if is_word_xml(content):
        return ".docx"
    for signature, name in rules["signatures"].items():
        if content.startswith(signature.encode()):
            return str(name)
    is_zipped = rules["suffixes"][suffix] == suffix  # then the mark is missing: the file is damaged
    return suffix if is_zipped else ".txt"


def _of_members(content: bytes, likely: str, formats: dict[str, str]) -> str:
    """Return the suffix for the members of a Zip file, `likely` where they fit, or none do.

    Their names lie in the file as they are, and so do those of documents that are embedded in others.
    """
    found = [name for member, name in formats.items() if member.encode() in content]
    return likely if likely in found or not found else found[0]


def _of_streams(streams: frozenset[str], formats: dict[str, str]) -> str:
    """Return the suffix for the streams of a compound file."""
    for stream, name in formats.items():
        if stream in streams:
            if name.startswith("."):
                return name
            raise PageError(name)
    raise PageError(tr("is an Office document of a program that is not known; open it and save it as .docx"))
