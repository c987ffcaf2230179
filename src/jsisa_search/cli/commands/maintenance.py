"""`jsisa-search info`, `verify` and `audit`: what is in an index, and whether it is right."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jsisa_search.cli.options import index_dir_option
from jsisa_search.cli.printers.terminal import ProgressLine

if TYPE_CHECKING:
    from jsisa_search.search.audit import Audit


@click.command("info")
@index_dir_option
def info_command(index_dir: Path) -> None:
    """Tell what is in the index, how it was made, and its size.

    \b
    Example:
      jsisa-search info --index-dir ~/release-index
    """
    from jsisa_search import Index

    with Index.open(index_dir) as index:
        info = index.info()
        sources = len(index.values("source"))
    facts = {
        "folder": info.folder,
        "releases": info.releases,
        "paragraphs": info.paragraphs,
        "sources": sources,
        "size": f"{info.size / 1e6:.1f} MB",
        "created": info.settings.created,
        "segmenter": info.settings.segmenter,
        "schema": f"version {info.settings.schema}",
        "folding": f"version {info.settings.folding}",
    }
    for name, value in facts.items():
        click.echo(f"{name + ':':<12}{value}")


@click.command("verify")
@index_dir_option
@click.pass_context
def verify_command(ctx: click.Context, /, index_dir: Path) -> None:
    """Check that the index is whole: every checksum, count and offset.

    Exit status is 2 when something is damaged; the pages themselves are not touched, and the index
    can be made anew from them.

    \b
    Example:
      jsisa-search verify --index-dir ~/release-index
    """
    from jsisa_search import Index

    found = Index.verify(index_dir)
    for problem in found.problems:
        lost = f"{problem.documents} passages can't be trusted"
        click.echo(f"damaged: {problem.path}: {problem.what}; {lost}", err=True)
    if found.problems:
        click.echo("Make the index anew with: jsisa-search index FOLDER --rebuild", err=True)
        ctx.exit(2)
    click.echo(f"The index is whole: {found.documents} documents in {found.segments} segments.")


@click.command("audit")
@index_dir_option
@click.option(
    "--samples",
    type=click.IntRange(1),
    default=1000,
    show_default=True,
    metavar="N",
    help="Number of random strings to search for.",
)
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    metavar="S",
    help="Another number draws other strings, the same the same.",
)
@click.pass_context
def audit_command(ctx: click.Context, /, index_dir: Path, samples: int, seed: int) -> None:
    """Check that a search finds every passage, and counts every occurrence.

    Random strings of 1 to 12 characters are drawn from the indexed passages and searched for; a scan
    of all texts tells what should have been found. Exit status is 1 when any of them differs.

    \b
    Examples:
      jsisa-search audit --index-dir ~/release-index
      jsisa-search audit --samples 5000 --seed 7
    """
    from jsisa_search import Index

    with Index.open(index_dir) as index, ProgressLine("samples") as line:
        found = index.audit(samples, seed, progress=line.update)
    _print_audit(found)
    if not found.is_perfect:
        ctx.exit(1)


def _print_audit(found: Audit) -> None:
    for failure in found.failures:
        click.echo(
            f"wrong: {failure.text!r}: {failure.missing} passages not found, "
            f"{failure.wrong} found without it; "
            f"{failure.occurrences} occurrences counted, there are {failure.expected_occurrences}",
            err=True,
        )
    click.echo(
        f"{found.samples} random strings, each against a scan of "
        f"{found.characters} characters in {found.passages} passages"
    )
    click.echo(f"recall:      {_share(found.recall)} ({found.agreed} of {found.expected} passages)")
    click.echo(f"precision:   {_share(found.precision)} ({found.agreed} of {found.found} passages)")
    click.echo(f"occurrences: {found.occurrences}")
    click.echo(f"wrong:       {found.failed} of {found.samples} strings")
    click.echo(f"time:        {found.seconds:.1f} s")


def _share(value: float) -> str:
    """Return a share with six digits, rounded down: 1.000000 is all."""
    return f"{math.floor(value * 1e6) / 1e6:.6f}"
