"""`jsisa-search suggest`: what a query that is being typed may become."""

from __future__ import annotations

from pathlib import Path

import click

from jsisa_search.cli.options import index_dir_option


@click.command("suggest")
@click.argument("text", nargs=-1, required=True, metavar="TEXT...")
@index_dir_option
@click.option(
    "-n", "--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="Number of lines."
)
@click.pass_context
def suggest_command(ctx: click.Context, /, text: tuple[str, ...], index_dir: Path, limit: int) -> None:
    """Complete the last word of TEXT from what is in the index.

    A line has the completion, where it was found (user_word, definition, coinage, title, release,
    word) and the number of passages that have it, parted by tabs. With the extra `pinyin` installed
    pinyin is completed too, in full or initials. Exit status is 1 when there is nothing to suggest.

    \b
    Examples:
      jsisa-search suggest 网格
      jsisa-search suggest wgh
    """
    from jsisa_search import Index
    from jsisa_search.lexicon import PINYIN_MISSING, load_pinyin

    typed = " ".join(text)
    with Index.open(index_dir) as index:
        found = index.suggest(typed, limit)
    for each in found:
        click.echo(f"{each.text}\t{each.kind}\t{each.count}")
    if not found:
        click.echo(
            f"Nothing in the index begins with “{typed.split()[-1] if typed.split() else ''}”.", err=True
        )
    if typed.isascii() and load_pinyin() is None:
        click.echo(f"Only Latin letters were looked at; {PINYIN_MISSING}", err=True)
    if not found:
        ctx.exit(1)
