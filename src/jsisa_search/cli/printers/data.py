"""Hits for other programs and for reports: JSON, JSON lines, CSV and Markdown."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Callable
from typing import Any

from jsisa_search.cli.printers.plain import json_text, one_line, plain_text
from jsisa_search.cli.printers.terminal import print_data, shown_path
from jsisa_search.cli.printers.text import date_text, excerpt, section_name
from jsisa_search.model import DateOrigin, Hit, Results

_COLUMNS = (
    "score", "title", "source", "publisher", "published", "date", "date_from", "heading", "subheading",
    "paragraph", "page", "path", "line", "text", "highlights", "snippet", "kind", "id", "matches_all",
    "others",
)  # fmt: skip

# A spreadsheet takes a cell that begins like this for a formula, also after blanks and in full width.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")
_LINE_END = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")

# What Markdown reads as markup anywhere in a line, and what it does at its beginning only.
_MARKUP = re.compile(r"([\\`*_\[\]<>!#|~&$@]|(?<=[A-Za-z]):(?=//)|(?<=www)\.)", re.IGNORECASE)
_LINE_MARKUP = re.compile(r"\s*(\d+(?=[.)](?:\s|$))|(?=[-+=]))")
_BACKTICKS = re.compile("`+")


# What the date of a citation is from, where the page does not state it.
_EVIDENCE: dict[DateOrigin, str] = {
    "signature": "据落款",
    "settings": "据设定",
    "title": "据标题",
    "file name": "据文件名",
    "address": "据网址",
    "folder": "据文件夹",
}


def with_shown_paths(value: Any) -> Any:
    """Return JSON values with each `path` as users see it: relative where it is below the current folder."""
    if isinstance(value, list):
        return [with_shown_paths(item) for item in value]
    if not isinstance(value, dict):
        return value
    shown = {name: with_shown_paths(item) for name, item in value.items()}
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
        writer.writerow([_cell(fields.get(column)) for column in _COLUMNS])
    # Excel on Windows reads UTF-8 only after a byte order mark.
    print_data(table.getvalue().removesuffix("\n"), byte_order_mark=sys.platform == "win32")


def print_markdown(results: Results) -> None:
    """Print a list for a report: each passage with its citation, in Chinese like the passages."""
    for hit in results:
        passage = "".join(
            f"**{_escape(text)}**" if is_match else _escape(text) for text, is_match in excerpt(hit)
        )
        facts = (
            f"《{_escape(one_line(hit.title))}》" if hit.title else "",
            _escape(one_line(hit.source or hit.publisher or "")),
            _cited_date(hit),
            f"“{_inner_quotes(_escape(section_name(hit)))}”" if section_name(hit) else "",
            f"第{hit.page}页" if hit.page else "",
            f"第{hit.paragraph}段" if hit.paragraph else "",
        )
        citation = "，".join(fact for fact in facts if fact)
        place = _code_span(f"{shown_path(hit.path)}:{hit.line}")
        print_data(f"- {_escape_beginning(passage)} ——{citation}（{place}）")


def _cited_date(hit: Hit) -> str:
    """Return the date for a citation, and what it is from where the page does not state it."""
    evidence = _EVIDENCE.get(hit.date_from) if hit.date_from else None
    return date_text(hit) + (f"（{evidence}）" if evidence else "")


def _cell(value: Any) -> Any:
    """Return `value` for a spreadsheet: a text that it would take for a formula begins with an apostrophe."""
    if not isinstance(value, str):
        return value
    lines = _LINE_END.sub("\n", value).split("\n")
    text = "\n".join(plain_text(one_line(line)) for line in lines)
    return f"'{text}" if _FORMULA.match(text) else text


def _inner_quotes(text: str) -> str:
    """Return `text` for use inside quotation marks: its own become the inner ones."""
    return text.translate({ord("“"): "‘", ord("”"): "’"})


def _escape(text: str) -> str:
    return _MARKUP.sub(r"\\\1", plain_text(text))


def _escape_beginning(line: str) -> str:
    """Return an escaped line that begins no list, heading or block of code."""
    return _LINE_MARKUP.sub(r"\1\\", line.lstrip(), count=1) if _LINE_MARKUP.match(line) else line.lstrip()


def _code_span(text: str) -> str:
    """Return `text` as code; its fence is longer than any run of backticks in it."""
    text = plain_text(text)
    fence = "`" * (max(map(len, _BACKTICKS.findall(text)), default=0) + 1)
    blank = " " if len(fence) > 1 else ""
    return f"{fence}{blank}{text}{blank}{fence}"


PRINTERS: dict[str, Callable[[Results], None]] = {
    "json": print_json,
    "jsonl": print_jsonl,
    "csv": print_csv,
    "markdown": print_markdown,
}
