"""`jsisa-search index`: bring an index up to date with folders."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jsisa_search.cli.index_report import print_report, write_report
from jsisa_search.cli.options import index_dir_option
from jsisa_search.cli.terminal import ProgressLine, say_waiting
from jsisa_search.errors import IndexDamagedError, IndexNotFoundError, IndexVersionError

if TYPE_CHECKING:
    from jsisa_search.index import Index


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
    "--report",
    "report_file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what was done, and which files are unreadable or doubtful, to FILE as JSON.",
)
def index_command(
    paths: tuple[Path, ...], index_dir: Path, rebuild: bool, jobs: int, memory: int, report_file: Path | None
) -> None:
    """Index the saved pages under each PATH, or update their index.

    Only new and changed files are read again; files that are gone are taken out. A file that can't
    be read, or that is a list of links and no release, is reported and skipped; a release that gives
    no date or no text is reported as doubtful.

    \b
    Examples:
      jsisa-search index seeds/
      jsisa-search index ~/releases ~/more --index-dir ~/release-index
      jsisa-search index seeds/ --rebuild
    """
    from jsisa_search.indexing.folder import check_paths

    # Before the index is made: a misspelt folder must not leave an empty index behind.
    check_paths(paths)
    with _open_or_create(index_dir, rebuild=rebuild) as index, ProgressLine("files") as line:
        report = index.update(
            paths, rebuild=rebuild, jobs=jobs, memory_mb=memory, progress=line.update, on_wait=say_waiting
        )
    print_report(report)
    if report_file is not None:
        write_report(report, report_file)


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
