"""Folding: equivalent forms of a character become one.

Full width becomes half width, capitals lower case, traditional simplified, compatibility forms
their plain character. Every step maps one character to one character, so an offset into the folded
text is an offset into the original; characters without a single-character form are unchanged.
"""

from __future__ import annotations

import unicodedata

from jsisa_search.package_data import read_data

#: Incremented whenever `fold` changes its result for any text; an index records it.
FOLDING_VERSION = 2


class _FoldingTable(dict[int, str]):
    """Folded characters by code point, computed on first use: no start-up cost, bounded by Unicode."""

    def __init__(self) -> None:
        self._simplified = _read_forms("simplified.tsv")
        self._variants = _read_forms("variants.tsv")

    def __missing__(self, code: int) -> str:
        char = chr(code)
        while (folded := self._fold_once(char)) != char:
            char = folded
        self[code] = char
        return char

    def _fold_once(self, char: str) -> str:
        forms = (
            unicodedata.normalize("NFKC", char),
            char.lower(),
            self._variants.get(char, char),
            self._simplified.get(char, char),
        )
        for form in forms:
            if len(form) == 1 and form != char:
                return form
        return char


def _read_forms(name: str) -> dict[str, str]:
    table = read_data("jsisa_search.analysis", name)
    # The first line is a comment. No loop over the 5,000 others: a first query would wait 5 ms for it.
    characters = table.partition("\n")[2].split()
    return dict(zip(characters[::2], characters[1::2], strict=True))


_table: _FoldingTable | None = None


def fold(text: str) -> str:
    """Return `text` with each character in its folded form; the length stays the same."""
    global _table
    if _table is None:
        _table = _FoldingTable()
    return text.translate(_table)
