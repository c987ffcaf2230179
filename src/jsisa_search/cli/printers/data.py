"""Hits for other programs and for reports: JSON, JSON lines, CSV, Markdown, and lists of references."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsisa_search.cli.printers.terminal import is_writing_file, print_bytes, print_data, shown_path
from jsisa_search.export.citation import citation
from jsisa_search.export.escaping import code_span, escape_line_start, escape_markdown, spreadsheet_cell
from jsisa_search.export.plain import json_text, plain_text
from jsisa_search.model import Hit, ReleaseInfo, Results

if TYPE_CHECKING:
    from jsisa_search.export.references import Reference

_COLUMNS = (
    "score", "title", "source", "publisher", "published", "date", "date_from", "heading", "subheading",
    "paragraph", "page", "path", "line", "text", "highlights", "snippet", "kind", "id", "matches_all",
    "others", "copy_count",
)  # fmt: skip


#: Forms of a list of references, and of reports, which are no text.
REFERENCE_FORMATS = ("gbt7714", "bibtex", "ris", "csl")
REPORT_FORMATS = ("docx", "xlsx")

#: What the name of a file says about the form of what is written to it.
_SUFFIXES = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".csv": "csv",
    ".md": "markdown",
    ".html": "html",
    ".htm": "html",
    ".bib": "bibtex",
    ".ris": "ris",
    ".docx": "docx",
    ".xlsx": "xlsx",
    ".svg": "svg",
}


def format_of(output: Path | None, formats: tuple[str, ...]) -> str:
    """Return the form of a file by its name; `text` where that says none of `formats`."""
    found = _SUFFIXES.get(output.suffix.lower(), "text") if output else "text"
    return found if found in formats else "text"


def with_shown_paths(value: Any) -> Any:
    """Return JSON values with paths as users see them: relative where they are below the current folder."""
    if isinstance(value, list):
        return [with_shown_paths(item) for item in value]
    if not isinstance(value, dict):
        return value
    shown = {name: with_shown_paths(item) for name, item in value.items()}
    if isinstance(shown.get("places"), list):
        shown["places"] = [shown_path(path) for path in shown["places"]]
    return shown | {"path": shown_path(shown["path"])} if isinstance(shown.get("path"), str) else shown


def to_json(value: Any, *, indent: int | None = 2) -> str:
    """Return `value` as JSON text that is safe to print: what could steer a terminal is escaped."""
    return json_text(json.dumps(value, ensure_ascii=False, indent=indent))


def print_hits(output_format: str, results: Results, releases: Mapping[str, ReleaseInfo]) -> None:
    """Print hits in one of the forms; `releases` has those of the hits by id."""
    if output_format in REFERENCE_FORMATS:
        from jsisa_search.export.references import references_of

        print_references(output_format, references_of(results, releases, cited=date.today()))
    elif output_format in REPORT_FORMATS:
        _print_report(output_format, results, releases)
    elif output_format == "markdown":
        _print_markdown(results, releases)
    else:
        _PRINTERS[output_format](results)


def _print_report(output_format: str, results: Results, releases: Mapping[str, ReleaseInfo]) -> None:
    """Write hits as a Word document or a workbook."""
    from jsisa_search.export.report import make_report

    made = datetime.now()
    report = make_report(results, releases, made=made)
    if output_format == "docx":
        from jsisa_search.export.word import write_docx

        print_bytes(write_docx(report, made=made))
    else:
        from jsisa_search.export.workbook import write_xlsx

        print_bytes(write_xlsx(report, made=made))


def print_references(output_format: str, references: Iterable[Reference]) -> None:
    """Print a list of references; nothing for none, but for JSON."""
    from jsisa_search.export.reference_formats import format_references

    if text := format_references(references, output_format):  # type: ignore[arg-type]  # one of REFERENCE_FORMATS
        print_data(text)


def _print_json(results: Results) -> None:
    """Print one JSON object with all hits."""
    print_data(to_json(with_shown_paths(results.to_dict())))


def _print_jsonl(results: Results) -> None:
    """Print one JSON object per line, one for each hit."""
    for hit in results:
        print_data(to_json(with_shown_paths(hit.to_dict()), indent=None))


def _print_csv(results: Results) -> None:
    """Print a table with the columns of the JSON form."""
    print_table(_COLUMNS, map(_cells, results))


def _cells(hit: Hit) -> list[Any]:
    fields = with_shown_paths(hit.to_dict())
    fields |= fields["section"]
    fields["highlights"] = json.dumps(hit.highlights)
    fields["snippet"] = hit.snippet.text
    fields["path"] = plain_text(fields["path"])
    return [fields.get(column) for column in _COLUMNS]


def print_table(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Print rows of cells as CSV, below the names of their columns."""
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(map(spreadsheet_cell, row))
    # Excel on Windows reads UTF-8 only after a byte order mark.
    print_data(
        table.getvalue().removesuffix("\n"), byte_order_mark=is_writing_file() or sys.platform == "win32"
    )


def _print_markdown(results: Results, releases: Mapping[str, ReleaseInfo]) -> None:
    """Print a list for a report: each passage with its citation, in Chinese like the passages."""
    from jsisa_search.export.quotation import quotation

    for hit in results:
        passage = "".join(
            f"**{escape_markdown(text)}**" if is_match else escape_markdown(text)
            for text, is_match in quotation(hit)
        )
        place = code_span(f"{shown_path(hit.path)}:{hit.line}")
        source = escape_markdown(citation(hit, releases.get(hit.id)))
        print_data(f"- {escape_line_start(passage)} ——{source}（{place}）")


_PRINTERS: dict[str, Callable[[Results], None]] = {
    "json": _print_json,
    "jsonl": _print_jsonl,
    "csv": _print_csv,
}
