"""Hits for other programs and for reports: JSON, JSON lines, CSV and Markdown."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Callable
from typing import Any

import click

from jsisa_search.cli.printers.terminal import shown_path
from jsisa_search.cli.printers.text import excerpt, published_text, section_name
from jsisa_search.model import Hit, Results, format_timestamp

_COLUMNS = (
    "score", "title", "source", "publisher", "published", "heading", "subheading", "paragraph", "page",
    "path", "line", "text", "highlights", "snippet", "kind", "id", "matches_all", "others",
)  # fmt: skip

# What Markdown would read as markup.
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~])")


def hit_fields(hit: Hit) -> dict[str, Any]:
    """Return `hit` as the JSON object that is documented for users."""
    fields: dict[str, Any] = {
        "score": round(hit.score, 6),
        "title": hit.title,
        "source": hit.source,
        "publisher": hit.publisher,
        "published": format_timestamp(hit.published, hit.published_precision),
        "section": {"heading": hit.heading, "subheading": hit.subheading},
        "paragraph": hit.paragraph,
        "path": shown_path(hit.path),
        "line": hit.line,
        "text": hit.text,
        "highlights": hit.highlights,
        "snippet": {"text": hit.snippet.text, "highlights": hit.snippet.highlights},
        "kind": hit.kind,
        "id": hit.release_id,
        "matches_all": hit.matches_all,
        "others": hit.others,
    }
    if hit.page is not None:
        fields["page"] = hit.page
    if hit.before or hit.after:
        fields["context"] = {"before": hit.before, "after": hit.after}
    if hit.explanation:
        fields["explanation"] = {name: round(score, 6) for name, score in hit.explanation}
    return fields


def print_json(results: Results) -> None:
    """Print one JSON object with all hits."""
    whole: dict[str, Any] = {
        "query": results.query,
        "total": results.total,
        "total_all_terms": results.total_all_terms,
        "releases": results.releases,
        "groups": results.groups,
        "occurrences": results.occurrences,
        "reading": results.reading,
        "notes": results.notes,
        "took_ms": round(results.took_ms, 3),
    }
    if results.facets:
        whole["facets"] = {
            facet.field: [{"value": value, "count": count} for value, count in facet.counts]
            for facet in results.facets
        }
    whole["hits"] = [hit_fields(hit) for hit in results]
    click.echo(json.dumps(whole, ensure_ascii=False, indent=2))


def print_jsonl(results: Results) -> None:
    """Print one JSON object a hit and line."""
    for hit in results:
        click.echo(json.dumps(hit_fields(hit), ensure_ascii=False))


def print_csv(results: Results) -> None:
    """Print a table with the columns of the JSON form."""
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, _COLUMNS, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for hit in results:
        fields = hit_fields(hit)
        fields |= fields["section"]
        fields["highlights"] = json.dumps(hit.highlights)
        fields["snippet"] = hit.snippet.text
        writer.writerow(fields)
    # Excel on Windows reads UTF-8 only after a byte order mark.
    mark = "\ufeff" if sys.platform == "win32" else ""
    click.echo(mark + table.getvalue(), nl=False)


def print_markdown(results: Results) -> None:
    """Print a list for a report: each passage with its citation, in Chinese like the passages."""
    for hit in results:
        passage = _bold_marks(hit)
        facts = (
            f"《{_escape(hit.title)}》" if hit.title else "",
            _escape(hit.source or hit.publisher or ""),
            published_text(hit),
            f"“{_inner_quotes(_escape(section_name(hit)))}”" if section_name(hit) else "",
            f"第{hit.page}页" if hit.page else "",
            f"第{hit.paragraph}段" if hit.paragraph else "",
        )
        citation = "，".join(fact for fact in facts if fact)
        click.echo(f"- {passage} ——{citation}（`{shown_path(hit.path)}:{hit.line}`）")


def _bold_marks(hit: Hit) -> str:
    # Escaping moves characters, so the marks go in first as characters that no page contains.
    marked = _escape(excerpt(hit, lambda text: f"\ufdd0{text}\ufdd1"))
    return marked.replace("\ufdd0", "**").replace("\ufdd1", "**")


def _inner_quotes(text: str) -> str:
    """Return `text` as it stands inside quotation marks: its own become the inner ones."""
    return text.translate({ord("“"): "‘", ord("”"): "’"})


def _escape(text: str | None) -> str:
    return _MARKUP.sub(r"\\\1", text or "")


PRINTERS: dict[str, Callable[[Results], None]] = {
    "json": print_json,
    "jsonl": print_jsonl,
    "csv": print_csv,
    "markdown": print_markdown,
}
