"""The fields of an index document, and the names, kinds and numbers that several layers share."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from whoosh.columns import Column, NumericColumn, VarBytesColumn
from whoosh.fields import COLUMN, DATETIME, ID, NUMERIC, STORED, TEXT, Schema

from jsisa_search.analysis.analyzers import GRAMS, WordAnalyzer

#: Incremented whenever documents change their fields or what a column says of the same text, so that an index
#: records how it was made.
SCHEMA_VERSION = 12

#: Suffixes of the fields in which the character pairs and the single characters of a field are indexed.
PAIRS, CHARS = "_pairs", "_chars"

#: `kind` of the one document per file with the facts about the file, and no passage.
RECORD_KIND = "file"

#: `kind` of the one document per release with its facts and an outline, and no passage.
RELEASE_KIND = "release"

#: Value of the `published` column where a release has no date.
UNDATED = 0

#: Term of the `date_from` field where a release has no date.
UNDATED_TERM = "undated"

#: Begins the paths of releases that were added without a file: `text:ID`.
TEXT_SCHEME = "text:"

#: The suffix of a file at the end of its path: its format, as people know it.
FORMAT = re.compile(r"\.([A-Za-z0-9]{1,10})$")

#: `sequence` orders passages in a way that no update changes: the upper 48 bits are the release's id, these
#: lower bits the number of the passage in it. Passages beyond the limit share the last number.
PASSAGE_BITS = 15


#: Hashes in the sketch of a release, from which its likeness to others is estimated.
SKETCH_HASHES = 96


class RowsColumn(Column):  # type: ignore[misc]  # Whoosh has no annotations
    """A column with any number of rows for each document, each of the same numbers.

    The value of a document is the bytes of its rows, as `dtype` has them. A segment stores each number of all
    rows as an array of its own.
    """

    def __init__(self, numbers: tuple[tuple[str, str], ...]) -> None:
        """Make a column with rows of `numbers`: names, and dtypes that are `<f8` or unsigned integers."""
        self.numbers = numbers

    @property
    def dtype(self) -> np.dtype[np.void]:
        """The dtype of a row."""
        return np.dtype(list(self.numbers))

    def default_value(self, reverse: bool = False) -> bytes:  # noqa: ARG002
        """Return no rows."""
        return b""

    def writer(self, dbfile: Any) -> Any:
        """Return what Whoosh's own codec writes the column with: the rows of a document are bytes to it."""
        return VarBytesColumn().writer(dbfile)

    def reader(self, dbfile: Any, basepos: int, length: int, doccount: int) -> Any:
        """Return what Whoosh's own codec reads it with."""
        return VarBytesColumn().reader(dbfile, basepos, length, doccount)


#: The numbers of a figure: its value; `[start, end)` in the text of its passage, and those of its indicator,
#: place and period (0, 0 where it has none); the number of its unit (`figures/data/units.tsv`); its kind and
#: traits (`figures/rows.py`); the first and last day of its period, counted from the year 1, 0 for none.
FIGURE_NUMBERS = (
    ("value", "<f8"),
    ("unit", "<u2"),
    ("traits", "<u2"),
    *((name, "<u4") for name in ("start", "end", "indicator_start", "indicator_end")),
    *((name, "<u4") for name in ("place_start", "place_end", "period_start", "period_end")),
    *((name, "<u4") for name in ("first", "last")),
)


def make_schema() -> Schema:
    """Return the schema of the index: a document for each passage, release and file."""
    words = WordAnalyzer()
    return Schema(
        kind=ID(stored=True),
        release=ID(stored=True),
        path=ID(stored=True),
        record=ID(),
        sequence=COLUMN(NumericColumn("q", default=0)),
        sketch=COLUMN(VarBytesColumn()),
        said=COLUMN(NumericColumn("I", default=0)),
        figures=COLUMN(RowsColumn(FIGURE_NUMBERS)),
        line=STORED(),
        page=STORED(),
        paragraph=NUMERIC(int, stored=True, shift_step=0),
        text=TEXT(words, stored=True),
        text_pairs=GRAMS(2),
        text_chars=GRAMS(1),
        title=TEXT(words, stored=True),
        heading=TEXT(words, stored=True),
        subheading=TEXT(words, stored=True),
        section=ID(sortable=True),
        source=ID(stored=True, sortable=True),
        publisher=ID(stored=True, sortable=True),
        author=ID(),
        issuer=ID(),
        document_number=ID(),
        # The effective date of the release, from any evidence.
        published=_moment(),
        precision=STORED(),
        date_from=ID(stored=True, sortable=True),
        file=STORED(),
        facts=STORED(),
    )


def _moment() -> DATETIME:
    """Return a field for times that has one term for each, not one for each of Whoosh's eight precisions.

    A range is a run of neighbouring terms here, however many they are.
    """
    field = DATETIME(stored=True, sortable=NumericColumn("q", default=UNDATED))
    field.shift_step = 0
    return field
