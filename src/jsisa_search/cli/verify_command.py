"""`jsisa-search verify`: check every byte of an index."""

from __future__ import annotations

from pathlib import Path

import click

from jsisa_search.cli.options import index_dir_option


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
