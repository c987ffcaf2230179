"""Hits for other programs and for reports: JSON, JSON lines, CSV and Markdown."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from typing import Any

from jsisa_search.cli.printers.terminal import print_data, shown_path
from jsisa_search.export.citation import citation, excerpt
from jsisa_search.export.escaping import code_span, escape_line_start, escape_markdown, spreadsheet_cell
from jsisa_search.export.plain import json_text, plain_text
from jsisa_search.model import Results

_COLUMNS = (
    "score", "title", "source", "publisher", "published", "date", "date_from", "heading", "subheading",
    "paragraph", "page", "path", "line", "text", "highlights", "snippet", "kind", "id", "matches_all",
    "others", "copy_count",
)  # fmt: skip


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


def print_json(results: Results) -> None:
    """Print one JSON object with all hits."""
    print_data(to_json(with_shown_paths(results.to_dict())))


def print_jsonl(results: Results) -> None:
    """Print one JSON object per line, one for each hit."""
    for hit in results:
        print_data(to_json(with_shown_paths(hit.to_dict()), indent=None))


def print_csv(results: Results) -> None:
    """Print a table with the columns of the JSON form."""
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for hit in results:
        fields = with_shown_paths(hit.to_dict())
        fields |= fields["section"]
        fields["highlights"] = json.dumps(hit.highlights)
        fields["snippet"] = hit.snippet.text
        fields["path"] = plain_text(fields["path"])
        writer.writerow([spreadsheet_cell(fields.get(column)) for column in _COLUMNS])
    # Excel on Windows reads UTF-8 only after a byte order mark.
    print_data(table.getvalue().removesuffix("\n"), byte_order_mark=sys.platform == "win32")


def print_markdown(results: Results) -> None:
    """Print a list for a report: each passage with its citation, in Chinese like the passages."""
    for hit in results:
        passage = "".join(
            f"**{escape_markdown(text)}**" if is_match else escape_markdown(text)
            for text, is_match in excerpt(hit)
        )
        place = code_span(f"{shown_path(hit.path)}:{hit.line}")
        print_data(f"- {escape_line_start(passage)} ——{escape_markdown(citation(hit))}（{place}）")


PRINTERS: dict[str, Callable[[Results], None]] = {
    "json": print_json,
    "jsonl": print_jsonl,
    "csv": print_csv,
    "markdown": print_markdown,
}
