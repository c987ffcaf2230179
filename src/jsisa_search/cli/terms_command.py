"""`jsisa-search terms`: what the releases of an index define and set off as words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jsisa_search.analysis.fold import fold
from jsisa_search.cli.options import index_dir_option
from jsisa_search.cli.terminal import print_utf8

if TYPE_CHECKING:
    from jsisa_search.lexicon import Definition


@click.command("terms")
@index_dir_option
@click.option(
    "--kind",
    type=click.Choice(("definitions", "coinages", "titles")),
    default="definitions",
    show_default=True,
    help="What to list.",
)
@click.pass_context
def terms_command(ctx: click.Context, /, index_dir: Path, kind: str) -> None:
    """List what the releases define themselves, such as 以下简称“…”.

    Each definition comes as a line for the file of synonyms, below the sentence that it stands in:
    take over those that you want. Coinages (“…”) and titles (《…》) come with the number of passages
    that have them, the most frequent first. Exit status is 1 when there are none.

    \b
    Examples:
      jsisa-search terms --kind coinages
      jsisa-search terms > definitions.txt
    """
    from jsisa_search import Index

    with Index.open(index_dir) as index:
        found = index.harvest()
    print_utf8()
    counts = {"coinages": found.coinages, "titles": found.titles}
    lines = list(_counted(counts[kind]) if kind in counts else _synonyms(found.definitions))
    for line in lines:
        click.echo(line)
    if not lines:
        click.echo(f"The releases have no {kind}.", err=True)
        ctx.exit(1)


def _synonyms(definitions: tuple[Definition, ...]) -> Iterator[str]:
    for each in definitions:
        yield f"# {' '.join(each.sentence.split())}"
        # With a sign of the file's own inside, a line would not be read as what it says.
        mark = "# " if set("=#") & set(fold(each.short + each.full)) else ""
        yield f"{mark}{each.short} = {each.full}"


def _counted(counts: Mapping[str, int]) -> Iterator[str]:
    for text, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f"{text}\t{count}"
