"""`jsisa-search index`, and its report."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jsisa_search.cli.options import index_dir_option
from jsisa_search.cli.printers.terminal import ProgressLine, counted, is_terminal, say_waiting, shown_path
from jsisa_search.errors import (
    IndexDamagedError,
    IndexNotFoundError,
    IndexVersionError,
    MassRemovalError,
    PageError,
)

if TYPE_CHECKING:
    from jsisa_search.index import Index
    from jsisa_search.indexing.update import UpdateReport

_SHOWN = 20  # doubtful files named on the terminal; the file of --report has all


def print_report(report: UpdateReport) -> None:
    """Print what was done; what was not read, and what is doubtful, goes to stderr."""
    for entry in report.unlisted:
        path = shown_path(str(entry.path))
        click.echo(f"not listed: {path}: {entry.reason}; what is indexed from there is as before", err=True)
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
    unlisted = f", {len(report.unlisted)} not listed" if report.unlisted else ""
    changes = f"{report.new} new, {report.changed} changed{moved}, {report.removed} removed"
    click.echo(
        f"{counted(report.releases, 'release')}, {counted(report.paragraphs, 'paragraph')}: "
        f"{changes}, {len(report.unreadable)} unreadable{unlisted}"
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
        "unlisted": [
            {"path": shown_path(str(entry.path)), "reason": entry.reason} for entry in report.unlisted
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


@click.command("index")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@index_dir_option
@click.option(
    "--rebuild", is_flag=True, help="Forget what the index holds and read everything under PATH anew."
)
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(1),
    default=lambda: os.cpu_count() or 1,
    show_default="one a core",
    help="Number of processes that read files.",
)
@click.option(
    "--memory",
    metavar="MB",
    type=click.IntRange(64),
    default=512,
    show_default=True,
    help="Megabytes of memory to use before writing out what there is.",
)
@click.option(
    "--allow-removal",
    is_flag=True,
    help="Remove files that are gone from the index even where they are most of what it has from a PATH.",
)
@click.option(
    "--report",
    "report_file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what was done, and which files are unreadable or doubtful, to FILE as JSON.",
)
def index_command(
    paths: tuple[Path, ...],
    index_dir: Path,
    rebuild: bool,
    jobs: int,
    memory: int,
    allow_removal: bool,
    report_file: Path | None,
) -> None:
    """Index the saved pages under each PATH, or update their index.

    Only new and changed files are read again; files that are gone are removed from the index. Where
    that would be more than half of the releases of a PATH, and more than twenty, nothing is changed
    without a question, or --allow-removal: its drive may not be connected. A file that can't be read,
    or that is a list of links and no release, is reported and skipped; a release that gives no date
    or no text is reported as doubtful.

    \b
    Examples:
      jsisa-search index seeds/
      jsisa-search index ~/releases ~/more --index-dir ~/release-index
      jsisa-search index seeds/ --rebuild
    """
    from jsisa_search.indexing.folder import check_paths

    # Before the index is made: a misspelt folder must not leave an empty index behind.
    check_paths(paths)

    def update(*, allow_mass_removal: bool) -> UpdateReport:
        with ProgressLine("files") as line:
            return index.update(
                paths,
                rebuild=rebuild,
                jobs=jobs,
                memory_mb=memory,
                allow_mass_removal=allow_mass_removal,
                progress=line.update,
                on_wait=say_waiting,
            )

    with _open_or_create(index_dir, rebuild=rebuild) as index:
        try:
            report = update(allow_mass_removal=allow_removal)
        except MassRemovalError as error:
            if not _confirm(error):
                raise
            report = update(allow_mass_removal=True)
    print_report(report)
    if report_file is not None:
        write_report(report, report_file)


def _confirm(error: MassRemovalError) -> bool:
    """Ask whether to go on all the same; `False` where nobody is there to answer."""
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        return False
    click.echo(f"{error}.", err=True)
    return click.confirm("Remove them from the index?", err=True)


def _open_or_create(index_dir: Path, *, rebuild: bool) -> Index:
    from jsisa_search import Index

    try:
        return Index.open(index_dir)
    except IndexNotFoundError:
        return Index.create(index_dir)
    except (IndexDamagedError, IndexVersionError):
        if not rebuild:
            raise
        return Index.create(index_dir, overwrite=True)
