"""`jsisa-search trend`: wordings through time, and set phrases that came or went."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jsisa_search.cli.options import (
    FILTER_NAMES,
    filter_options,
    index_dir_option,
    output_option,
    typed_date,
    typed_text,
)
from jsisa_search.cli.printers.data import format_of, print_table, to_json, with_shown_paths
from jsisa_search.cli.printers.terminal import output_to, print_data, print_error
from jsisa_search.translation import gettext as _

if TYPE_CHECKING:
    from jsisa_search import Filters, Index, NewPhrases, Trend

_FORMATS = ("text", "json", "csv", "svg")
_UNITS = ("month", "quarter", "year")
_ORDERS = ("newest", "oldest", "left", "right")
_MEASURES = ("per_million", "occurrences", "passages", "releases")
# More lines of a concordance, and more words and phrases, than anybody reads.
_MOST_LINES = 10_000
_MOST_WORDS = 500


@click.command("trend")
@click.argument("wordings", nargs=-1, type=typed_text, metavar="[WORDING]...")
@index_dir_option
@click.option(
    "--by",
    type=click.Choice(_UNITS),
    help="Length of the periods; chosen by the time that the index covers if left out.",
)
@click.option("--by-source", is_flag=True, help="Count each source by period too.")
@click.option(
    "--measure",
    type=click.Choice(_MEASURES),
    default="per_million",
    show_default=True,
    help="What bars and charts show.",
)
@click.option(
    "--new",
    "new_since",
    type=typed_date,
    metavar="DATE",
    help="Phrases that appeared, rose or vanished since DATE; with a WORDING, words beside it.",
)
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(0, _MOST_WORDS),
    default=10,
    show_default=True,
    metavar="N",
    help="Maximum number of new words beside a wording, or of new phrases; as many that vanished.",
)
@click.option(
    "--kwic",
    type=click.IntRange(0, _MOST_LINES),
    default=0,
    metavar="N",
    help="Print up to N occurrences below each other, with the text before and behind (concordance).",
)
@click.option(
    "--kwic-order",
    type=click.Choice(_ORDERS),
    default="newest",
    show_default=True,
    help="Order of these: by date, or by the text before or behind.",
)
@filter_options
@click.option(
    "--undated",
    "include_undated",
    is_flag=True,
    help="Count releases without a date apart, despite --since and --until.",
)
@click.option(
    "--no-fold", is_flag=True, help="Count every reprint; otherwise what is the same is counted once."
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(_FORMATS),
    help="Output format; otherwise by the name of the file of --output, or text.",
)
@output_option
@click.pass_context
def trend_command(
    ctx: click.Context,
    /,
    wordings: tuple[str, ...],
    index_dir: Path,
    new_since: str | None,
    include_undated: bool,
    output_format: str | None,
    output: Path | None,
    **options: Any,
) -> None:
    """Show how often wordings occur through time, since when, in which sources and beside what.

    Each WORDING is counted as it is typed, in every passage; several are shown side by side. Bars show
    occurrences per million characters, so that a growing archive does not look like a growing topic. CSV has
    the counts, or with --kwic the occurrences; SVG is a chart. Exit status is 1 if nothing is found.

    \b
    Examples:
      jsisa-search trend 网格化
      jsisa-search trend 社会治理 社会管理 --by quarter -o trend.svg
      jsisa-search trend 群众安全感 --source 微讯江苏 --kwic 20
      jsisa-search trend --new 2022
    """
    from jsisa_search import Index, make_filters

    if not wordings and new_since is None:
        raise click.UsageError(_("Type a wording, or --new with a date for the phrases that are new."), ctx)
    output_format = output_format or format_of(output, _FORMATS)
    if not wordings and output_format == "svg":
        raise click.UsageError(_("A chart needs a wording."), ctx)
    filters = make_filters(include_undated=include_undated, **{name: options[name] for name in FILTER_NAMES})
    with Index.open(index_dir) as index:
        since = _first_moment(new_since)
        if wordings:
            with_companions = output_format in ("text", "json")
            trend = _trend(index, wordings, filters, since, options, with_companions=with_companions)
            is_found = _print_trend(trend, output_format, output, options)
        else:
            phrases = index.new_phrases(
                since or datetime.min,
                limit=options["limit"],
                filters=filters,
                fold=not options["no_fold"],
            )
            is_found = _print_phrases(phrases, output_format, output)
    if not is_found:
        ctx.exit(1)


def _trend(
    index: Index,
    wordings: tuple[str, ...],
    filters: Filters,
    since: datetime | None,
    options: dict[str, Any],
    *,
    with_companions: bool,
) -> Trend:
    return index.trend(
        wordings,
        by=options["by"],
        by_source=options["by_source"],
        filters=filters,
        fold=not options["no_fold"],
        companions=options["limit"] if with_companions else 0,
        companions_since=since,
        lines=options["kwic"],
        line_order=options["kwic_order"],
    )


def _first_moment(typed: str | None) -> datetime | None:
    """Return when a typed period begins."""
    from jsisa_search.query import parse_period

    return parse_period(typed).first if typed else None


def _print_trend(trend: Trend, output_format: str, output: Path | None, options: dict[str, Any]) -> bool:
    """Print a trend in one of the forms; return whether one of its wordings occurs."""
    from jsisa_search.export.charts import svg_chart
    from jsisa_search.export.trends import COLUMNS, trend_chart, trend_rows

    missing = [wording.text for wording in trend.wordings if not wording.total.passages]
    for text in missing:
        print_error(_("Nothing found for “{typed}”.").format(typed=text))
    with output_to(output):
        if output_format == "json":
            print_data(to_json(with_shown_paths(trend.to_dict())))
        elif output_format == "svg":
            print_data(svg_chart(trend_chart(trend, options["measure"])).removesuffix("\n"))
        elif output_format == "csv" and options["kwic"]:
            print_table(*_line_table(trend))
        elif output_format == "csv":
            print_table(COLUMNS, trend_rows(trend))
        else:
            from jsisa_search.cli.printers.trend import print_trend

            print_trend(trend, options["measure"], by_source=options["by_source"])
    return len(missing) < len(trend.wordings)


def _print_phrases(phrases: NewPhrases, output_format: str, output: Path | None) -> bool:
    """Print phrases that came or went in one of the forms; return whether there are any."""
    with output_to(output):
        if output_format == "json":
            print_data(to_json(phrases.to_dict()))
        elif output_format == "csv":
            from jsisa_search.export.trends import PHRASE_COLUMNS, phrase_rows

            print_table(PHRASE_COLUMNS, phrase_rows(phrases))
        else:
            from jsisa_search.cli.printers.trend import print_new_phrases

            print_new_phrases(phrases)
    return bool(phrases.appeared or phrases.risen or phrases.vanished)


def _line_table(trend: Trend) -> tuple[list[str], list[list[Any]]]:
    """Return the occurrences of all wordings as a table: the names of its columns, and its rows."""
    from jsisa_search import ConcordanceLine

    names = [field.name for field in fields(ConcordanceLine)]
    lines = (with_shown_paths(line.to_dict()) for wording in trend.wordings for line in wording.lines)
    return names, [[line[name] for name in names] for line in lines]
