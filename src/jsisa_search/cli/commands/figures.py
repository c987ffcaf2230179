"""`jsisa-search figures`: a figure through the years, or where a value stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jsisa_search.cli.options import filter_options, index_dir_option, output_option, typed_text
from jsisa_search.cli.printers.data import format_of, print_table, to_json, with_shown_paths
from jsisa_search.cli.printers.terminal import output_to, print_data, print_error, print_expansions
from jsisa_search.translation import gettext as _

if TYPE_CHECKING:
    from jsisa_search import FigureTable

_FORMATS = ("text", "json", "csv", "svg")
# What is printed for reading, and the most that is asked for.
_LIMIT, _MOST = 50, 100_000


@click.command("figures")
@click.argument("indicator", nargs=-1, type=typed_text, metavar="[INDICATOR]...")
@click.option(
    "--value",
    type=typed_text,
    metavar="VALUE",
    help="Only figures of this value with its unit, or above or below one: 15.89亿元, '>99%'.",
)
@index_dir_option
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(1, _MOST),
    metavar="N",
    help=f"Maximum number of figures; {_LIMIT} for reading, otherwise all.",
)
@filter_options
@click.option(
    "--undated",
    "include_undated",
    is_flag=True,
    help="Include releases without a date, despite --since and --until.",
)
@click.option("--no-synonyms", is_flag=True, help="Do not add other names of INDICATOR.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(_FORMATS),
    help="Output format; otherwise by the name of the file of --output, or text.",
)
@output_option
@click.pass_context
def figures_command(
    ctx: click.Context,
    /,
    indicator: tuple[str, ...],
    value: str | None,
    index_dir: Path,
    limit: int | None,
    no_synonyms: bool,
    output_format: str | None,
    output: Path | None,
    **options: Any,
) -> None:
    """Show a figure through the years, or where a value stands.

    Each word of INDICATOR must occur in the name of what is measured, or of its place; other names of it will
    do as well (国内生产总值 for GDP). Figures come in the
    order of their periods, each with its passage. Different values for one period are flagged, and changes
    are checked against the levels before and after them. --since and --until are of releases, not of periods.
    Exit status is 1 if nothing is found.

    \b
    Examples:
      jsisa-search figures 群众安全感
      jsisa-search figures 居民人均可支配收入 -o figures.svg
      jsisa-search figures "群众安全感 > 99%"
      jsisa-search figures --value 15.89亿元
    """
    from jsisa_search import Index, make_filters

    output_format = output_format or format_of(output, _FORMATS)
    limit = limit or (_LIMIT if output_format == "text" and output is None else _MOST)
    filters = make_filters(**options)
    with Index.open(index_dir) as index:
        table = index.figures(
            " ".join(indicator) or None, value=value, filters=filters, limit=limit, synonyms=not no_synonyms
        )
    print_expansions(table.expansions)
    if not table.total:
        print_error(_nothing(table))
        if output_format == "text":
            ctx.exit(1)
    with output_to(output):
        _print(table, output_format)
    if not table.total:
        ctx.exit(1)


def _nothing(table: FigureTable) -> str:
    typed = " ".join(part for part in (table.indicator, table.condition) if part)
    return _(
        "No figure found for “{typed}”. `jsisa-search query` finds the passages with these words."
    ).format(typed=typed)


def _print(table: FigureTable, output_format: str) -> None:
    """Print a table in one of the forms."""
    if output_format == "json":
        print_data(to_json(with_shown_paths(table.to_dict())))
    elif output_format == "csv":
        from jsisa_search.export.figures import COLUMNS, figure_rows

        print_table(COLUMNS, figure_rows(table))
    elif output_format == "svg":
        from jsisa_search.export.charts import svg_chart
        from jsisa_search.export.figures import figures_chart

        print_data(svg_chart(figures_chart(table)).removesuffix("\n"))
    else:
        from jsisa_search.cli.printers.figures import print_figures

        print_figures(table)
