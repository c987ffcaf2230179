"""`jsisa-search query`, and what it says when nothing is found."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from jsisa_search.analysis.fold import fold
from jsisa_search.cli.options import CommandWithMinus, index_dir_option
from jsisa_search.cli.printers import data as data_printers
from jsisa_search.cli.printers import text as text_printer
from jsisa_search.cli.printers.terminal import counted, is_terminal, print_utf8, shown_path
from jsisa_search.filenames import readable
from jsisa_search.model import FacetField, Grouping, Results, SortOrder

if TYPE_CHECKING:
    from jsisa_search.index import Index
    from jsisa_search.query import Filters
    from jsisa_search.search.assist.diagnosis import Diagnosis, MissingPiece

# Unreadable files that are named; the rest are counted.
_FILES = 5


def diagnosis_lines(diagnosis: Diagnosis) -> Iterator[str]:
    """Yield what a diagnosis says, a sentence each."""
    for piece in diagnosis.missing:
        yield from missing_lines(piece)
    if diagnosis.found_apart:
        yield "Each piece is found on its own, but no passage is all that the query asks for."
    for typed, count in diagnosis.restrictions:
        yield f"“{typed}” leaves nothing; without it there {_are(count, 'passage')}."
    if diagnosis.without_filters:
        yield f"The filters leave nothing; without them there {_are(diagnosis.without_filters, 'passage')}."
    yield from _unreadable_lines(diagnosis.unreadable, diagnosis.unreadable_total)


def missing_lines(piece: MissingPiece) -> Iterator[str]:
    """Yield what is known of a piece that no passage has."""
    nowhere = f"No passage has “{piece.text}”"
    parts = ", ".join(f"“{part.text}” ({counted(part.count, 'passage')})" for part in piece.parts)
    yield f"{nowhere}; the longest parts of it that are found: {parts}." if parts else f"{nowhere}."
    for found in piece.corrections:
        count = counted(found.count, "passage")
        yield f"Did you mean “{found.text}” for “{piece.text}”? ({count}; {found.reason})"


def _unreadable_lines(files: tuple[tuple[str, str], ...], total: int) -> Iterator[str]:
    if not files:
        return
    yield f"The last update could not read {counted(total, 'file')}, which a search can't know:"
    for path, reason in files[:_FILES]:
        # A reason begins with the path where it has one.
        yield f"  {reason}" if readable(path) in reason else f"  {shown_path(path)}: {reason}"
    if total > _FILES:
        yield f"  and {total - _FILES} more; jsisa-search index names them"


def _are(number: int, thing: str) -> str:
    return f"{'is' if number == 1 else 'are'} {counted(number, thing)}"


_FORMATS = ("text", "json", "jsonl", "csv", "markdown")


@click.command("query", cls=CommandWithMinus)
@click.argument("text", nargs=-1, required=True, metavar="TEXT...")
@index_dir_option
@click.option(
    "-n", "--limit", type=click.IntRange(1), default=10, show_default=True, help="Number of hits to print."
)
@click.option("--offset", type=click.IntRange(0), default=0, help="Number of hits to pass over first.")
@click.option(
    "--source",
    multiple=True,
    metavar="NAME",
    help="Only releases whose source (来源) contains NAME; repeatable.",
)
@click.option(
    "--publisher",
    multiple=True,
    metavar="NAME",
    help="Only releases whose publisher (发布单位) contains NAME; repeatable.",
)
@click.option(
    "--section",
    multiple=True,
    metavar="NAME",
    help="Only passages under a heading that contains NAME; repeatable.",
)
@click.option(
    "--since", metavar="DATE", help="Only releases of DATE (2022, 2022-09, 2022-09-06, 2022年9月) or later."
)
@click.option("--until", metavar="DATE", help="Only releases of DATE or earlier.")
@click.option(
    "--sort",
    type=click.Choice(get_args(SortOrder)),
    default="relevance",
    show_default=True,
    help="Order of the hits; undated releases come last by date.",
)
@click.option(
    "--context",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="Print N paragraphs before and after each hit as well.",
)
@click.option("--no-synonyms", is_flag=True, help="Search what was typed alone, without its synonyms.")
@click.option("--explain", is_flag=True, help="Print how TEXT was read, and what each score is made of.")
@click.option(
    "--facet",
    "facets",
    type=click.Choice(get_args(FacetField)),
    multiple=True,
    help="Count the passages found by this; repeatable.",
)
@click.option(
    "--group-by",
    type=click.Choice(get_args(Grouping)),
    help="Print each release once, with its best passage; --limit and --offset count releases.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="Form of the output.",
)
@click.option(
    "--color",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    show_default=True,
    help="Colour the matches; without colour they stand in 【】.",
)
@click.pass_context
def query_command(
    ctx: click.Context,
    /,
    text: tuple[str, ...],
    index_dir: Path,
    limit: int,
    offset: int,
    sort: SortOrder,
    context: int,
    no_synonyms: bool,
    explain: bool,
    facets: tuple[FacetField, ...],
    group_by: Grouping | None,
    output_format: str,
    color: str,
    **filters: tuple[str, ...] | str | None,
) -> None:
    """Find the passages that contain every word of TEXT, best first.

    Words in quotation marks must stand side by side. Exit status is 1 when nothing is found.

    \b
    Examples:
      jsisa-search query 网格化
      jsisa-search query "网格化 满意率" -n 3 --context 1
      jsisa-search query 群众安全感 --source 微讯江苏 --since 2022-09 --until 2022-09
      jsisa-search query 优化营商环境 --sort newest --format markdown
    """
    from jsisa_search import Index, make_filters

    typed = " ".join(text)
    chosen = make_filters(**filters)  # type: ignore[arg-type]  # click gives each option its type
    with Index.open(index_dir) as index:
        results = index.search(
            typed,
            limit=limit,
            offset=offset,
            sort=sort,
            filters=chosen,
            context=context,
            synonyms=not no_synonyms,
            explain=explain,
            facets=facets,
            group_by=group_by,
        )
        if explain:
            click.echo(f"read as: {results.reading}", err=True)
        _echo_lines(results.notes)
        _tell_expansions(results)
        if not results.total:
            _explain_nothing(index, typed, filters, chosen)
        elif not results.hits:
            last = f"{results.total} hits" if results.groups is None else f"{results.groups} releases"
            click.echo(f"--offset {offset} is past the last of {last}.", err=True)
        elif not results.total_all_terms:
            _name_missing(index, typed)
    if results.hits or output_format != "text":
        _print_results(results, output_format, offset, use_color=_wants_color(color))
    if not results.hits:
        ctx.exit(1)


def _tell_expansions(results: Results) -> None:
    if results.expansions:
        also = ", ".join(f"{added} for {piece}" for piece, added in results.expansions)
        click.echo(f"also searched: {also}; --no-synonyms switches that off", err=True)


def _name_missing(index: Index, typed: str) -> None:
    """Say on stderr which pieces no passage has, where all that was found has only some."""
    for piece in index.explain_nothing(typed).missing:
        _echo_lines(missing_lines(piece))


def _explain_nothing(
    index: Index, typed: str, filters: dict[str, tuple[str, ...] | str | None], chosen: Filters
) -> None:
    """Say on stderr why nothing was found, as far as it can be told, and what to try."""
    from jsisa_search.lexicon.assist.pinyin import PINYIN_MISSING, load_pinyin

    click.echo(f"Nothing found for “{typed}”.", err=True)
    diagnosis = index.explain_nothing(typed, chosen)
    _echo_lines(diagnosis_lines(diagnosis))
    if diagnosis.missing and load_pinyin() is None:
        click.echo(f"Words that sound alike were not looked for; {PINYIN_MISSING}", err=True)
    for field in ("source", "publisher", "section"):
        known = index.values(field)
        for name in filters[field] or ():
            if not any(fold(name) in fold(value) for value in known):
                some = ", ".join(value.replace("\n", " / ") for value in known[:5]) or "none at all"
                click.echo(f"No {field} contains “{name}”; the index has {len(known)}: {some}", err=True)
    if any(filters.values()):
        click.echo("Try again without the filters, or with fewer words.", err=True)
    else:
        click.echo("Try fewer or shorter words; jsisa-search info tells what is in the index.", err=True)


def _echo_lines(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line, err=True)


def _print_results(results: Results, output_format: str, offset: int, *, use_color: bool) -> None:
    if output_format == "text":
        text_printer.print_results(results, offset, use_color=use_color)
        return
    print_utf8()
    data_printers.PRINTERS[output_format](results)


def _wants_color(choice: str) -> bool:
    if choice == "auto":
        return is_terminal(sys.stdout) and not os.environ.get("NO_COLOR")
    return choice == "always"
