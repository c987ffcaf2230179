"""What an update of an index did, for the eye and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jsisa_search.cli.terminal import counted, shown_path
from jsisa_search.errors import PageError

if TYPE_CHECKING:
    from jsisa_search.indexing.update import UpdateReport

_SHOWN = 20  # doubtful files named on the terminal; the file of --report has all


def print_report(report: UpdateReport) -> None:
    """Print what was done; what was not read, and what is doubtful, goes to stderr."""
    for file in report.unreadable:
        click.echo(f"unreadable: {file.reason}", err=True)
    _print_doubts(report)
    if report.passed_over:
        kinds = ", ".join(
            f"{count} {suffix or 'without suffix'}" for suffix, count in sorted(report.passed_over.items())
        )
        click.echo(f"not a format that can be read: {kinds}", err=True)
    if not report.has_changes:
        click.echo("Nothing has changed since the last time.")
    moved = f", {report.moved} moved" if report.moved else ""
    changes = f"{report.new} new, {report.changed} changed{moved}, {report.removed} removed"
    click.echo(
        f"{counted(report.releases, 'release')}, {counted(report.paragraphs, 'paragraph')}: "
        f"{changes}, {len(report.unreadable)} unreadable"
    )


def _print_doubts(report: UpdateReport) -> None:
    for file in report.doubtful[:_SHOWN]:
        reasons = "; ".join(reason for _, reason in file.doubts)
        click.echo(f"doubtful: {shown_path(str(file.path))}: {reasons}", err=True)
    if len(report.doubtful) > _SHOWN:
        kinds = Counter(kind for file in report.doubtful for kind, _ in file.doubts)
        counts = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
        click.echo(f"doubtful: {len(report.doubtful)} in all ({counts}); --report FILE lists them", err=True)


def write_report(report: UpdateReport, path: Path) -> None:
    """Write the report as JSON to `path`. Raise `PageError` where that can't be written."""
    content = {
        **{
            name: getattr(report, name)
            for name in ("releases", "paragraphs", "new", "changed", "moved", "removed")
        },
        "unchanged": report.unchanged,
        "unreadable": [
            {"path": shown_path(str(file.path)), "kind": file.kind, "reason": file.reason}
            for file in report.unreadable
        ],
        "doubtful": [
            {
                "path": shown_path(str(file.path)),
                "doubts": [{"kind": kind, "reason": reason} for kind, reason in file.doubts],
            }
            for file in report.doubtful
        ],
        "passed_over": report.passed_over,
    }
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    try:
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise PageError(
            f"{path}: the report can't be written ({error.strerror}); name another file"
        ) from error
