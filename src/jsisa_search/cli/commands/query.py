"""`jsisa-search query`: search, print hits, and explain an empty result."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from jsisa_search.cli.options import (
    FILTER_NAMES,
    HitLimit,
    QueryCommand,
    filter_options,
    index_dir_option,
    output_option,
    typed_text,
)
from jsisa_search.cli.printers.data import (
    REFERENCE_FORMATS,
    REPORT_FORMATS,
    format_of,
    print_hits,
)
from jsisa_search.cli.printers.diagnosis import diagnosis_lines, piece_lines, unknown_value_line
from jsisa_search.cli.printers.terminal import is_terminal, output_to, print_error, print_expansions
from jsisa_search.cli.printers.text import print_results, undated_line
from jsisa_search.model import FacetField, Grouping, ReleaseInfo, Results, SortOrder
from jsisa_search.translation import gettext as _

if TYPE_CHECKING:
    from jsisa_search.index import Index
    from jsisa_search.query import Filters

# More hits than these are paged through with --offset, or iterated over from Python.
_MOST_HITS = 10_000
_MOST_CONTEXT = 50
_FORMATS = ("text", "json", "jsonl", "csv", "markdown", *REFERENCE_FORMATS, *REPORT_FORMATS)
# Forms that have something to say where nothing is found.
_SAYING_NOTHING = ("json", "jsonl", "csv", "csl")
# Forms with facts of the releases that hits do not have.
_CITING = ("markdown", *REFERENCE_FORMATS, *REPORT_FORMATS)


@click.command("query", cls=QueryCommand)
@click.argument("text", nargs=-1, required=True, type=typed_text, metavar="TEXT...")
@index_dir_option
@click.option(
    "-n",
    "--limit",
    type=HitLimit(1, _MOST_HITS),
    default=10,
    show_default=True,
    metavar="N",
    help="Maximum number of hits to print; page through more with --offset.",
)
@click.option(
    "--offset",
    type=click.IntRange(0, 1_000_000_000),
    default=0,
    metavar="N",
    help="Number of hits to skip.",
)
@filter_options
@click.option(
    "--undated",
    "include_undated",
    is_flag=True,
    help="Include releases without a date despite --since, --until and dates in TEXT.",
)
@click.option(
    "--sort",
    type=click.Choice(get_args(SortOrder)),
    default="relevance",
    show_default=True,
    help="Order of the hits; by date, undated releases come last.",
)
@click.option(
    "--context",
    type=click.IntRange(0, _MOST_CONTEXT),
    default=0,
    metavar="N",
    help="Also print N paragraphs before and after each hit.",
)
@click.option("--no-synonyms", is_flag=True, help="Do not add synonyms to the query.")
@click.option("--explain", is_flag=True, help="Print how TEXT was parsed, and the parts of each score.")
@click.option(
    "--facet",
    "facets",
    type=click.Choice(get_args(FacetField)),
    multiple=True,
    help="Count the matching passages by this field; repeatable.",
)
@click.option(
    "--group-by",
    type=click.Choice(get_args(Grouping)),
    help="Print each release once, with its best passage; --limit and --offset count releases.",
)
@click.option(
    "--no-fold",
    is_flag=True,
    help="Print every passage; otherwise those of reprints that say the same are printed once.",
)
@click.option("--copies", is_flag=True, help="List all releases that say the same as a hit (同文).")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(_FORMATS),
    help="Output format; otherwise by the name of the file of --output, or text.",
)
@output_option
@click.option(
    "--color",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    show_default=True,
    help="Colour the matches; without colour they are enclosed in 【】.",
)
@click.pass_context
def query_command(
    ctx: click.Context,
    /,
    text: tuple[str, ...],
    index_dir: Path,
    output_format: str | None,
    output: Path | None,
    color: str,
    include_undated: bool,
    **options: Any,
) -> None:
    """Find passages that contain all words of TEXT, best first.

    Text in quotation marks must occur as typed, but for its punctuation; numbers in it are whole.
    Exit status is 1 if nothing is found.

    \b
    Examples:
      jsisa-search query 网格化
      jsisa-search query "网格化 满意率" -n 3 --context 1
      jsisa-search query 群众安全感 --source 微讯江苏 --since 2022-09 --until 2022-09
      jsisa-search query 优化营商环境 --sort newest --format markdown
      jsisa-search query 优化营商环境 --format gbt7714 -o references.txt
      jsisa-search query 优化营商环境 -n 50 -o report.docx
    """
    from jsisa_search import Index, make_filters

    typed = " ".join(text)
    output_format = _checked_format(output_format, output)
    typed_filters = {name: options[name] for name in FILTER_NAMES}
    filters = make_filters(include_undated=include_undated, **typed_filters)
    with Index.open(index_dir) as index:
        results = _search(index, typed, filters, options, is_text=output_format == "text")
        _print_remarks(results, with_reading=options["explain"])
        if not results.total:
            _explain_nothing(index, typed, typed_filters, filters)
        elif not results.hits:
            _say_beyond(results, options["offset"])
        elif not results.total_all_terms or not results.occurrences:
            _print_errors(piece_lines(index.explain_nothing(typed, filters)))
        releases = _releases_of(index, results, output_format)
    if (undated := undated_line(results)) and (output_format != "text" or not results.hits):
        print_error(undated)
    if results.hits or output_format in _SAYING_NOTHING:
        use_color = _wants_color(color, is_file=output is not None)
        with output_to(output):
            if output_format != "text":
                print_hits(output_format, results, releases)
            else:
                print_results(results, options["offset"], use_color=use_color, with_copies=options["copies"])
    if not results.hits:
        ctx.exit(1)


def _search(index: Index, typed: str, filters: Filters, options: dict[str, Any], *, is_text: bool) -> Results:
    """Search with the options of the command; what is read by programs names all copies of a hit."""
    return index.search(
        typed,
        limit=options["limit"],
        offset=options["offset"],
        sort=options["sort"],
        filters=filters,
        context=options["context"],
        synonyms=not options["no_synonyms"],
        explain=options["explain"],
        facets=options["facets"],
        group_by=options["group_by"],
        fold=not options["no_fold"],
        copies=_MOST_HITS if options["copies"] or not is_text else 1,
    )


def _print_remarks(results: Results, *, with_reading: bool) -> None:
    """Print how a query was read, what was not understood, and what was searched for besides."""
    if with_reading:
        print_error(_("parsed as: {reading}").format(reading=results.reading))
    _print_errors(results.notes)
    print_expansions(results.expansions)


def _say_beyond(results: Results, offset: int) -> None:
    """Print that there are hits, but not so many."""
    if results.groups is None:
        beyond, number = _("--offset {offset} is beyond the last of {number} hits."), results.total
    else:
        beyond, number = _("--offset {offset} is beyond the last of {number} releases."), results.groups
    print_error(beyond.format(offset=offset, number=number))


def _checked_format(output_format: str | None, output: Path | None) -> str:
    """Return the form of the output; a report has to be a file."""
    wanted = output_format or format_of(output, _FORMATS)
    if wanted in REPORT_FORMATS and output is None:
        missing = _("{format} is a file and no text; name it: -o hits.{format}")
        raise click.UsageError(missing.format(format=wanted), click.get_current_context())
    return wanted


def _releases_of(index: Index, results: Results, output_format: str) -> dict[str, ReleaseInfo]:
    """Return the releases of hits by id, where the form cites them."""
    names = dict.fromkeys(hit.id for hit in results) if output_format in _CITING else ()
    return {name: index.find_release(name) for name in names}


def _explain_nothing(
    index: Index, typed: str, filters: dict[str, tuple[str, ...] | str | None], chosen: Filters
) -> None:
    """Print why nothing was found, as far as is known, and what to try."""
    from jsisa_search.analysis import fold

    if not fold(typed):
        print_error(_("The query is empty; type the words to search for."))
        return
    print_error(_("Nothing found for “{typed}”.").format(typed=typed))
    diagnosis = index.explain_nothing(typed, chosen)
    _print_errors(diagnosis_lines(diagnosis))
    for field in ("source", "publisher", "section"):
        known = index.values(field)
        for name in filters[field] or ():
            if not any(fold(name) in fold(value) for value in known):
                print_error(unknown_value_line(field, name, known))
    if any(filters.values()):
        print_error(_("Try again without the filters, or with fewer words."))
    elif not diagnosis.missing or not all(piece.is_number for piece in diagnosis.missing):
        # A document number can't be shortened; the message has named the nearest ones.
        print_error(_("Try fewer or shorter words; jsisa-search info shows what is in the index."))


def _print_errors(lines: Iterable[str]) -> None:
    for line in lines:
        print_error(line)


def _wants_color(choice: str, *, is_file: bool) -> bool:
    if choice == "auto":
        return not is_file and is_terminal(sys.stdout) and not os.environ.get("NO_COLOR")
    return choice == "always"
