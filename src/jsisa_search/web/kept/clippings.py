"""Passages that people collect over many searches (摘录), in a file beside the index, and their exports."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsisa_search.errors import ArgumentError
from jsisa_search.export.citation import citation
from jsisa_search.export.escaping import code_span, escape_line_start, escape_markdown, spreadsheet_cell
from jsisa_search.export.plain import one_line
from jsisa_search.filenames import readable
from jsisa_search.model import Hit, ReleaseInfo, format_timestamp
from jsisa_search.translation import gettext as tr
from jsisa_search.web.kept.store import changing, damaged, read_json, write_json

if TYPE_CHECKING:
    from jsisa_search.export.report import Report

#: Name of the file in the index folder.
CLIPPINGS_FILE = "jsisa-search-clippings.json"

#: Clippings that are kept, and characters of a note.
MAX_CLIPPINGS = 2000
MAX_NOTE = 5000

# Characters of a passage that are kept; a longer one is quoted from its release.
_MAX_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Clipping:
    """A collected passage: its text, its citation, its place, and a note.

    It is complete in itself, so that it survives the release. `key` names it; `query` is what was searched
    for; `added` is local time, ISO 8601.
    """

    key: str
    text: str
    citation: str
    release: str
    title: str
    source: str
    date: str
    paragraph: int | None
    path: str
    line: int
    query: str
    added: str
    note: str = ""


class Clippings:
    """The collected passages in their order; may be used by any thread and process."""

    def __init__(self, index_dir: Path) -> None:
        """Keep the clippings in a file of `index_dir`."""
        self._path = index_dir / CLIPPINGS_FILE

    def all(self) -> tuple[Clipping, ...]:
        """Return all clippings. Raises `ArchiveError` where their file can't be read."""
        entries = read_json(self._path).get("clippings", [])
        try:
            return tuple(_checked(Clipping(**entry)) for entry in entries)
        except (TypeError, ValueError) as error:
            raise damaged(self._path) from error

    def add(self, hit: Hit, query: str, release: ReleaseInfo | None = None) -> bool:
        """Add a passage, of `release`, at the end; return false where it is there already."""
        clipping = Clipping(
            key=secrets.token_hex(6),
            text=hit.text[:_MAX_TEXT],
            citation=citation(hit, release),
            release=hit.id,
            title=one_line(hit.title or ""),
            source=one_line(hit.source or hit.publisher or ""),
            date=format_timestamp(hit.date, hit.date_precision) or "",
            paragraph=hit.paragraph,
            path=readable(hit.path),
            line=hit.line,
            query=query,
            added=datetime.now().isoformat(" ", "seconds"),
        )

        def added(known: list[Clipping]) -> list[Clipping]:
            place = (clipping.path, clipping.line, clipping.text)
            if any((each.path, each.line, each.text) == place for each in known):
                return known
            if len(known) >= MAX_CLIPPINGS:
                raise ArgumentError(
                    tr("there are {most} clippings; export them and remove some").format(most=MAX_CLIPPINGS)
                )
            return [*known, clipping]

        return self._change(added)

    def remove(self, key: str) -> bool:
        """Remove a clipping; return whether there was one."""
        return self._change(lambda known: [each for each in known if each.key != key])

    def clear(self) -> bool:
        """Remove all clippings."""
        return self._change(lambda _: [])

    def annotate(self, key: str, note: str) -> bool:
        """Set the note of a clipping."""
        text = note.strip()[:MAX_NOTE]
        return self._change(
            lambda known: [replace(each, note=text) if each.key == key else each for each in known]
        )

    def move(self, key: str, by: int) -> bool:
        """Move a clipping by some places, at most to either end."""

        def moved(known: list[Clipping]) -> list[Clipping]:
            at = next((index for index, each in enumerate(known) if each.key == key), None)
            if at is None:
                return known
            rest = [*known[:at], *known[at + 1 :]]
            to = min(max(at + by, 0), len(rest))
            return [*rest[:to], known[at], *rest[to:]]

        return self._change(moved)

    def _change(self, change: Callable[[list[Clipping]], list[Clipping]]) -> bool:
        """Replace the clippings by what `change` makes of them; return whether that is anything else."""
        with changing(self._path):
            before = list(self.all())
            after = change(before)
            if after == before:
                return False
            write_json(self._path, {"clippings": [asdict(each) for each in after]})
            return True


def _checked(clipping: Clipping) -> Clipping:
    """Return a clipping whose file may have been edited; raise `ValueError` for a wrong type."""
    for each in fields(Clipping):
        value: Any = getattr(clipping, each.name)
        is_number = isinstance(value, int) or (each.name == "paragraph" and value is None)
        if not (is_number if each.name in ("paragraph", "line") else isinstance(value, str)):
            raise ValueError(f"{each.name} of a clipping is {type(value).__name__}")
    return clipping


def to_report(
    clippings: tuple[Clipping, ...], releases: Mapping[str, ReleaseInfo], *, made: datetime
) -> Report:
    """Return the clippings as a report of the time `made`; `releases` has by id those still in the index."""
    from jsisa_search.export.references import make_reference
    from jsisa_search.export.report import Quote, Report, read_timestamp

    names = [name for name in dict.fromkeys(each.release for each in clippings) if name in releases]
    numbers = {name: number for number, name in enumerate(names, start=1)}

    def quote(each: Clipping) -> Quote:
        date, precision = read_timestamp(each.date)
        return Quote(
            quotation=((one_line(each.text, " / "), False),),
            citation=each.citation,
            text=each.text,
            highlights=(),
            reference=numbers.get(each.release),
            title=each.title,
            source=each.source,
            date=date,
            date_precision=precision,
            paragraph=each.paragraph,
            path=each.path,
            line=each.line,
            note=each.note,
            query=each.query,
            added=each.added,
        )

    return Report(
        title="摘录",
        facts=(f"导出时间：{made:%Y-%m-%d %H:%M}", f"共 {len(clippings)} 段。"),
        quotes=tuple(map(quote, clippings)),
        references=tuple(make_reference(releases[name], cited=made.date()) for name in names),
    )


def to_markdown(clippings: tuple[Clipping, ...]) -> str:
    """Return the clippings as a Markdown list: each passage with citation, place and note."""
    parts = []
    for each in clippings:
        passage = escape_line_start(escape_markdown(one_line(each.text, " / ")))
        place = code_span(f"{each.path}:{each.line}")
        note = f"\n  - {escape_line_start(escape_markdown(one_line(each.note)))}" if each.note else ""
        parts.append(f"- {passage} ——{escape_markdown(each.citation)}（{place}）{note}\n")
    return "".join(parts)


# Name of each column of a table, and the field of the clipping.
_COLUMNS = {
    "原文": "text", "引文出处": "citation", "标题": "title", "来源": "source", "日期": "date",
    "段落": "paragraph", "备注": "note", "检索词": "query", "文件": "path", "行": "line", "收录时间": "added",
}  # fmt: skip


def to_csv(clippings: tuple[Clipping, ...]) -> str:
    """Return the clippings as a table, with the mark by which Excel recognises UTF-8."""
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(_COLUMNS)
    for each in clippings:
        writer.writerow([spreadsheet_cell(getattr(each, name)) for name in _COLUMNS.values()])
    return "\ufeff" + table.getvalue()
