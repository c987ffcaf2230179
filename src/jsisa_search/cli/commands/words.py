"""`jsisa-search suggest` and `terms`: the words of an index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jsisa_search.cli.options import index_dir_option, output_option, typed_text
from jsisa_search.cli.printers.terminal import output_to, print_error, print_row
from jsisa_search.translation import gettext as _

if TYPE_CHECKING:
    from jsisa_search.lexicon.corpus.definitions import Definition


@click.command("suggest")
@click.argument("text", nargs=-1, required=True, type=typed_text, metavar="TEXT...")
@index_dir_option
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(1, 1000),
    default=10,
    show_default=True,
    metavar="N",
    help="Number of suggestions.",
)
@click.pass_context
def suggest_command(ctx: click.Context, /, text: tuple[str, ...], index_dir: Path, limit: int) -> None:
    """Complete the last word of TEXT with words from the index.

    Each line has a completion, its origin (user_word, definition, coinage, title, release, word) and the
    number of passages that contain it, separated by tabs. With the `pinyin` extra, pinyin is completed
    too, in full or by initials. Exit status is 1 if there are no suggestions.

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
        print_row(each.text, each.kind, str(each.count))
    if not found:
        last = typed.split()[-1] if typed.split() else ""
        print_error(_("Nothing in the index begins with “{typed}”.").format(typed=last))
    if typed.isascii() and load_pinyin() is None:
        print_error(_("Pinyin was not completed; {reason}").format(reason=_(PINYIN_MISSING)))
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
@output_option
@click.pass_context
def terms_command(ctx: click.Context, /, index_dir: Path, kind: str, output: Path | None) -> None:
    """List abbreviations that the releases define, such as 以下简称“…”.

    Each definition is printed as an entry for the synonyms file, below the sentence it comes from; copy
    those you want. Coinages (“…”) and titles (《…》) are printed with the number of passages that contain
    them, most frequent first. Exit status is 1 if there are none.

    \b
    Examples:
      jsisa-search terms --kind coinages
      jsisa-search terms -o definitions.txt
    """
    from jsisa_search import Index

    with Index.open(index_dir) as index:
        found = index.harvest()
    counts = {"coinages": found.coinages, "titles": found.titles}
    rows = list(_by_count(counts[kind]) if kind in counts else _synonyms(found.definitions))
    if rows:
        with output_to(output):
            for row in rows:
                print_row(*row)
    else:
        print_error(_("The releases contain no {kind}.").format(kind=_(kind)))
        ctx.exit(1)


def _synonyms(definitions: tuple[Definition, ...]) -> Iterator[tuple[str, ...]]:
    from jsisa_search.analysis import fold

    for each in definitions:
        yield (f"# {' '.join(each.sentence.split())}",)
        # An entry that contains a sign of the file's syntax would be misread, so it becomes a comment.
        mark = "# " if set("=#") & set(fold(each.short + each.full)) else ""
        yield (f"{mark}{each.short} = {each.full}",)


def _by_count(counts: Mapping[str, int]) -> Iterator[tuple[str, ...]]:
    for text, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield text, str(count)
