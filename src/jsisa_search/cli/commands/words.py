"""`jsisa-search suggest`, `terms` and `recut`: the words of an index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jsisa_search.analysis.fold import fold
from jsisa_search.cli.options import index_dir_option
from jsisa_search.cli.printers.terminal import counted, print_utf8, say_waiting

if TYPE_CHECKING:
    from jsisa_search.lexicon.corpus.definitions import Definition


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
    from jsisa_search.lexicon.assist.pinyin import PINYIN_MISSING, load_pinyin

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


@click.command("recut")
@index_dir_option
def recut_command(index_dir: Path) -> None:
    """Cut the indexed texts into words anew, with the words of user-words.txt.

    The pages are not read again: their text is in the index. Nothing more is found afterwards, since
    what stands in a passage is always found; but your words rank like other words, and count like them
    where a word is completed. Pages that are indexed later are cut in the same way.

    \b
    Examples:
      jsisa-search recut --index-dir ~/release-index
    """
    from jsisa_search import Index

    with Index.open(index_dir) as index:
        words = index.resegment(on_wait=say_waiting)
        passages = index.info().paragraphs
    click.echo(f"{counted(passages, 'paragraph')} cut anew, with {counted(words, 'word')} of your own")
