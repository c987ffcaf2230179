"""Tables as text (.csv, .tsv) -> one release for each row, by the names of the columns, or one of all."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from io import StringIO
from itertools import islice

from jsisa_search.errors import PageError
from jsisa_search.page.budget import Budget, watched
from jsisa_search.page.containers.json_records import gather_reasons, make_part
from jsisa_search.page.containers.parts import Part
from jsisa_search.page.containers.table import read_table
from jsisa_search.page.damage import describe_damage
from jsisa_search.page.decode import decode
from jsisa_search.page.lines import Doubt, clean_line, strip
from jsisa_search.page.rules import load_rules
from jsisa_search.translation import gettext as tr

Row = tuple[int, Sequence[str]]
"""The line on which a row begins, and its cells."""

_DELIMITERS = ",\t;|，；"
_SNIFFED = 65_536  # characters from which the delimiter is detected
_SNIFFED_ROWS = 20
_HEADER_WITHIN = 5  # rows: a title may be above the names of the columns


def read_csv(data: bytes, budget: Budget) -> Iterator[Part]:
    """Yield a release for each row of a table with columns for text and title or date, named by line (`#12`).

    A table of anything else is one release, each row a line of it, see `read_table`.
    """
    text = decode(data, "it", is_tolerant=True)
    delimiter, skipped = _find_delimiter(text)
    if not delimiter:
        yield Part("", ".txt", text.encode(), "utf-8")
        return
    for number, (_, names) in enumerate(islice(_rows(text, delimiter, skipped), _HEADER_WITHIN), 1):
        if is_record_header(names):
            rows = islice(_rows(text, delimiter, skipped), number, None)
            yield from gather_reasons(read_records(rows, names, budget), tr("rows"))
            return
    damage = describe_damage(text)
    doubts = (Doubt("replacement characters", damage),) if damage else ()
    page = read_table(_rows(text, delimiter, skipped))
    yield Part("", ".txt", page=replace(page, doubts=doubts))


def _find_delimiter(text: str) -> tuple[str, int]:
    """Return the delimiter of the cells, and the number of lines above them that only say so (`sep=;`).

    The delimiter is empty where the text is no table.
    """
    first = text.partition("\n")[0].rstrip("\r")
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4], 1
    found = {mark: _usual_width(text[:_SNIFFED], mark) for mark in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda mark: found[mark])
    return best if found[best][1] > 1 else "", 0


def _usual_width(text: str, delimiter: str) -> tuple[float, int]:
    """Return the share of the first rows that a delimiter divides in the same number of columns, and that."""
    widths: Counter[int] = Counter()
    try:
        for _, cells in islice(_rows(text, delimiter, 0), _SNIFFED_ROWS):
            widths[len(cells)] += 1
    except PageError:
        pass  # the beginning of the text may end within a cell
    columns, rows = max(widths.items(), key=lambda item: item[::-1], default=(0, 0))
    return (rows / widths.total(), columns) if columns > 1 else (0.0, columns)


def _rows(text: str, delimiter: str, skipped: int) -> Iterator[Row]:
    """Yield the rows that are not empty; raise `PageError` where the text is no table any more."""
    lines = StringIO(text, newline="")
    for _ in range(skipped):
        lines.readline()
    reader = csv.reader(lines, delimiter=delimiter)
    begin = skipped + 1
    try:
        for cells in watched(reader):
            if any(map(strip, cells)):
                yield begin, cells
            begin = skipped + reader.line_num + 1
    except csv.Error as error:
        reason = clean_line(str(error))
        raise PageError(
            tr("is no table from line {begin} on ({reason}); save it again").format(
                begin=begin, reason=reason
            )
        ) from error


def is_record_header(names: Iterable[str]) -> bool:
    """Whether a row names columns that make a release: a text, and a title or a date."""
    known = {strip(name).lower() for name in names}
    keys = load_rules("containers")["json"]

    def has(*fields: str) -> bool:
        return any(known & set(keys[field]) for field in fields)

    return has("text", "html") and has("title", "published")


def read_records(
    rows: Iterable[Row], names: Sequence[str], budget: Budget, *, prefix: str = ""
) -> Iterator[Part]:
    """Yield the release of each row, named by `prefix` and its number (`#12`)."""
    for line, cells in rows:
        if not budget.take(sum(map(len, cells))):
            yield Part(
                f"{prefix}#{line}", "", reason=tr("lies beyond what is read of one file; split the file")
            )
            return
        record: dict[str, str] = {}
        for name, cell in zip(names, cells, strict=False):
            if strip(cell):
                record.setdefault(strip(name), cell)
        yield make_part(record, f"{prefix}#{line}", line)
