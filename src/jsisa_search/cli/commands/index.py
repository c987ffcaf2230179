"""`jsisa-search index`, and its report."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jsisa_search.cli.options import PathType, index_dir_option
from jsisa_search.cli.printers.data import to_json, with_shown_paths
from jsisa_search.cli.printers.terminal import (
    ProgressLine,
    confirm,
    located,
    print_error,
    print_line,
    quantity,
    report_waiting,
    shown_path,
)
from jsisa_search.errors import (
    IndexDamagedError,
    IndexExistsError,
    IndexNotFoundError,
    IndexVersionError,
    MassRemovalError,
    PageError,
)

if TYPE_CHECKING:
    from jsisa_search.index import Index
    from jsisa_search.indexing.update import UpdateReport

_SHOWN = 20  # doubtful files named on the terminal; --report FILE has all


def print_report(report: UpdateReport) -> None:
    """Print the counts of an update; unreadable and doubtful files go to stderr, one line each."""
    for entry in report.unlisted:
        path = shown_path(str(entry.path))
        print_error(f"not listed: {path}: {entry.reason}; the index keeps what it has from there")
    for file in report.unreadable:
        print_error(f"unreadable: {located(str(file.path), file.reason)}")
    _print_doubts(report)
    if report.passed_over:
        kinds = ", ".join(
            f"{count} {suffix or 'without extension'}" for suffix, count in sorted(report.passed_over.items())
        )
        print_error(f"skipped, not a supported format: {kinds}")
    if not report.has_changes:
        print_line("Nothing has changed since the last update.")
    moved = f", {report.moved} moved" if report.moved else ""
    unlisted = f", {len(report.unlisted)} not listed" if report.unlisted else ""
    changes = f"{report.new} new, {report.changed} changed{moved}, {report.removed} removed"
    print_line(
        f"{quantity(report.releases, 'release')}, {quantity(report.paragraphs, 'paragraph')}: "
        f"{changes}, {len(report.unreadable)} unreadable{unlisted}"
    )


def _print_doubts(report: UpdateReport) -> None:
    for file in report.doubtful[:_SHOWN]:
        reasons = "; ".join(reason for _, reason in file.doubts)
        print_error(f"doubtful: {shown_path(str(file.path))}: {reasons}")
    if len(report.doubtful) > _SHOWN:
        kinds = Counter(kind for file in report.doubtful for kind, _ in file.doubts)
        counts = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
        print_error(f"doubtful: {len(report.doubtful)} in all ({counts}); --report FILE lists them")


def write_report(report: UpdateReport, path: Path) -> None:
    """Write the report as JSON to `path`. Raise `PageError` where that can't be written."""
    text = to_json(with_shown_paths(report.to_dict())) + "\n"
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise PageError(
            f"{path}: the report can't be written ({error.strerror}); choose another file"
        ) from error


@click.command("index")
@click.argument("paths", nargs=-1, required=True, type=PathType(), metavar="PATH...")
@index_dir_option
@click.option("--rebuild", is_flag=True, help="Discard the index and read everything under PATH again.")
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(1, 256),
    default=lambda: min(os.cpu_count() or 1, 256),
    show_default="one per core",
    help="Number of processes that read files.",
)
@click.option(
    "--memory",
    metavar="MB",
    type=click.IntRange(64, 1_048_576),
    default=512,
    show_default=True,
    help="Memory limit in megabytes; beyond it, postings are written to disk and merged.",
)
@click.option(
    "--allow-removal",
    is_flag=True,
    help="Remove deleted files from the index even if they are most of a PATH.",
)
@click.option(
    "--report",
    "report_file",
    metavar="FILE",
    type=PathType(dir_okay=False),
    help="Write the counts and all unreadable and doubtful files to FILE as JSON.",
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
    """Index the saved pages under each PATH, or update the index.

    Only new and changed files are read; deleted files are removed from the index. If more than half of the
    releases of a PATH, and more than twenty, are gone, nothing is changed without confirmation or
    --allow-removal, since a drive may not be connected. Files that can't be read, and pages that only list
    links, are reported and skipped; releases without a date or text are reported as doubtful.

    \b
    Examples:
      jsisa-search index seeds/
      jsisa-search index ~/releases ~/more --index-dir ~/release-index
      jsisa-search index seeds/ --rebuild
    """
    from jsisa_search.indexing.folder import check_paths

    # Before the index is created: a misspelt folder must not leave an empty index behind.
    check_paths(paths)

    def update(index: Index, *, allow_mass_removal: bool = allow_removal) -> UpdateReport:
        with ProgressLine("files") as line:
            return index.update(
                paths,
                rebuild=rebuild,
                jobs=jobs,
                memory_mb=memory,
                allow_mass_removal=allow_mass_removal,
                progress=line.update,
                on_wait=report_waiting,
            )

    def update_or_ask(index: Index) -> UpdateReport:
        try:
            return update(index)
        except MassRemovalError as error:
            if not confirm(f"{error}.", "Remove them from the index?"):
                raise
            return update(index, allow_mass_removal=True)

    report = _with_index(index_dir, update_or_ask, rebuild=rebuild)
    print_report(report)
    if report_file is not None:
        write_report(report, report_file)


def _with_index(index_dir: Path, update: Callable[[Index], UpdateReport], *, rebuild: bool) -> UpdateReport:
    """Return the result of `update` on a new or existing index; with `rebuild`, a damaged one is replaced."""
    from jsisa_search import Index

    try:
        with _open_or_create(index_dir) as index:
            return update(index)
    except (IndexDamagedError, IndexVersionError):
        if not rebuild:
            raise
    with Index.create(index_dir, overwrite=True, on_wait=report_waiting) as index:
        return update(index)


def _open_or_create(index_dir: Path) -> Index:
    from jsisa_search import Index

    try:
        return Index.open(index_dir)
    except IndexNotFoundError:
        try:
            return Index.create(index_dir, on_wait=report_waiting)
        except IndexExistsError:
            return Index.open(index_dir)  # another process has just created it
