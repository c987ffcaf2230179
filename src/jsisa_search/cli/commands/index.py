"""`jsisa-search index`, and its report."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jsisa_search.cli.options import PathType, index_dir_option, typed_pattern
from jsisa_search.cli.printers.data import to_json, with_shown_paths
from jsisa_search.cli.printers.progress import ProgressLine
from jsisa_search.cli.printers.terminal import (
    confirm,
    print_error,
    print_line,
    quantity,
    report_waiting,
)
from jsisa_search.cli.printers.update_report import report_lines, unlisted_lines
from jsisa_search.errors import (
    IndexDamagedError,
    IndexExistsError,
    IndexNotFoundError,
    IndexVersionError,
    MassRemovalError,
    PageError,
)
from jsisa_search.translation import gettext as _
from jsisa_search.translation import ngettext, reason_of

if TYPE_CHECKING:
    from jsisa_search.index import Index
    from jsisa_search.indexing.update import UpdateReport


def print_report(report: UpdateReport, *, list_all: bool = False, is_quiet: bool = False) -> None:
    """Print the counts of an update, and on stderr what it left out or doubts, grouped by reason."""
    details = () if is_quiet else report_lines(report, list_all=list_all)
    for line in (*unlisted_lines(report), *details):
        print_error(line)
    if not report.has_changes:
        print_line(_("Nothing has changed since the last update."))
    print_line(_counts(report))


def _counts(report: UpdateReport) -> str:
    """Return how many files were found in which state, in one line; what always counts comes first."""
    list_pages = len(report.list_pages)
    counts = (
        (_("{number} new"), report.new, True),
        (_("{number} changed"), report.changed, True),
        (_("{number} moved"), report.moved, False),
        (_("{number} removed"), report.removed, True),
        (_("{number} unreadable"), len(report.unreadable), True),
        (ngettext("{number} list page", "{number} list pages", list_pages), list_pages, False),
        (_("{number} doubtful"), len(report.doubtful), False),
        (_("{number} not listed"), len(report.unlisted), False),
    )
    named = [form.format(number=number) for form, number, is_always in counts if number or is_always]
    total = (quantity(report.releases, "release"), quantity(report.paragraphs, "paragraph"))
    return _("{total}: {counts}").format(total=_(", ").join(total), counts=_(", ").join(named))


def write_report(report: UpdateReport, path: Path) -> None:
    """Write the report as JSON to `path`. Raise `PageError` where that can't be written."""
    text = to_json(with_shown_paths(report.to_dict())) + "\n"
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        message = _("{path}: the report can't be written ({reason}); choose another file")
        raise PageError(message.format(path=path, reason=reason_of(error))) from error


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
    "--date-from",
    metavar="PATTERN",
    type=typed_pattern,
    help="Take missing dates from names of files or folders: '{year}{month}{day}.md', '{year}/{month}/'. "
    "Kept for later updates; '' unsets it.",
)
@click.option(
    "--report",
    "report_file",
    metavar="FILE",
    type=PathType(dir_okay=False),
    help="Write the counts and all unreadable, passed-over and doubtful files to FILE as JSON.",
)
@click.option(
    "--list-all",
    is_flag=True,
    help="Name all unreadable, passed-over and doubtful files, not only examples of what is new.",
)
@click.option("--quiet", "-q", "is_quiet", is_flag=True, help="Print only the counts: no progress, no files.")
def index_command(
    paths: tuple[Path, ...],
    index_dir: Path,
    report_file: Path | None,
    list_all: bool,
    is_quiet: bool,
    **options: Any,
) -> None:
    """Index the saved pages under each PATH, or update the index.

    Only new and changed files are read; deleted files are removed from the index. If more than half of the
    releases of a PATH, and more than twenty, are gone, nothing is changed without confirmation or
    --allow-removal, since a drive may not be connected.

    Files that can't be read, and pages that only list links, are reported and left out; releases without a
    title, date or text are reported as doubtful. The report is grouped by reason and names what is new since
    the last update.

    A file release.toml in a folder may set date pattern, source and publisher of the pages below it.

    \b
    Examples:
      jsisa-search index seeds/
      jsisa-search index ~/releases ~/more --index-dir ~/release-index
      jsisa-search index seeds/ --rebuild
      jsisa-search index daily/ --date-from '{year}-{month}-{day}*'
    """
    from jsisa_search.indexing.folder import check_paths

    # Before the index is created: a misspelt folder must not leave an empty index behind.
    check_paths(paths)

    def update(index: Index) -> UpdateReport:
        return _update_or_ask(index, paths, options, is_quiet=is_quiet)

    report = _with_index(index_dir, update, rebuild=options["rebuild"])
    print_report(report, list_all=list_all, is_quiet=is_quiet)
    if report_file is not None:
        write_report(report, report_file)


def _update_or_ask(
    index: Index, paths: tuple[Path, ...], options: dict[str, Any], *, is_quiet: bool
) -> UpdateReport:
    """Update an index, after a question where most releases of a path would be removed from it."""

    def update(*, allow_removal: bool) -> UpdateReport:
        with ProgressLine(is_quiet=is_quiet) as line:
            return index.update(
                paths,
                rebuild=options["rebuild"],
                jobs=options["jobs"],
                memory_mb=options["memory"],
                allow_mass_removal=allow_removal,
                date_pattern=options["date_from"],
                progress=line.update,
                on_wait=report_waiting,
            )

    try:
        return update(allow_removal=options["allow_removal"])
    except MassRemovalError as error:
        if not confirm(f"{error}.", _("Remove them from the index?")):
            raise
        return update(allow_removal=True)


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
