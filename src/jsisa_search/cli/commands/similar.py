"""`jsisa-search similar`: releases like one, and by which words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jsisa_search.cli.options import (
    TEXT_OR_JSON,
    filter_options,
    index_dir_option,
    output_option,
    text_or_json_option,
)
from jsisa_search.cli.printers.data import format_of, to_json, with_shown_paths
from jsisa_search.cli.printers.terminal import (
    Part,
    Styled,
    output_to,
    print_data,
    print_line,
    quantity,
    shown_path,
)
from jsisa_search.cli.printers.text import dated_text
from jsisa_search.export.plain import one_line
from jsisa_search.translation import gettext as _

if TYPE_CHECKING:
    from jsisa_search.research.similar import Similar, SimilarRelease

_MOST_RELEASES = 1000
# Characters of the passage that are printed, and words; JSON has all.
_MOST_TEXT = 160
_MOST_WORDS = 12


@click.command("similar")
@click.argument("release", metavar="PATH|ID")
@index_dir_option
@click.option(
    "--paragraph",
    type=click.IntRange(1, 1_000_000),
    metavar="N",
    help="Releases like paragraph N, not like the whole release.",
)
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(1, _MOST_RELEASES),
    default=10,
    show_default=True,
    metavar="N",
    help="Maximum number of releases to print.",
)
@filter_options
@text_or_json_option
@output_option
@click.pass_context
def similar_command(
    ctx: click.Context,
    /,
    release: str,
    index_dir: Path,
    paragraph: int | None,
    limit: int,
    output_format: str | None,
    output: Path | None,
    **filters: Any,
) -> None:
    """Show the releases that are most like one, and the words by which they were found.

    The release is given by its file or by the id that `query` prints after the path. Words are those that
    tell most of it: frequent in it, rare elsewhere. Its reprints are left out, see `reprints`; those of
    another release are one. Exit status is 1 if there is none like it.

    \b
    Examples:
      jsisa-search similar seeds/06-laojiu-xiaoqu-wangge.txt
      jsisa-search similar 3f2a9c --paragraph 4 --since 2024
    """
    from jsisa_search import Index, make_filters

    with Index.open(index_dir) as index:
        found = index.similar(release, paragraph=paragraph, limit=limit, filters=make_filters(**filters))
    with output_to(output):
        if (output_format or format_of(output, TEXT_OR_JSON)) == "json":
            print_data(to_json(with_shown_paths(found.to_dict())))
        else:
            for line in _lines(found):
                print_line(*line)
    if not found.releases:
        ctx.exit(1)


def _lines(found: Similar) -> Iterator[list[Part]]:
    if not found.releases:
        yield [_("No other release in the index is like this one.")]
    if found.words:
        yield [_("by the words: {words}").format(words=" ".join(found.words))]
    else:
        yield [_("It has no telling words.")]
    for number, each in enumerate(found.releases, start=1):
        yield []
        yield from _release_lines(number, each)


def _release_lines(number: int, each: SimilarRelease) -> Iterator[list[Part]]:
    release = each.release
    yield [f"{number}. ", Styled(one_line(release.title or _("(no title)")), bold=True)]
    place = _("paragraph {number}").format(number=each.paragraph) if each.paragraph else ""
    copies = quantity(each.copy_count, "reprint") if each.copy_count else ""
    name = one_line(release.source or release.publisher or "")
    facts = (name, dated_text(release) or _("undated"), place, copies)
    yield ["   " + " · ".join(fact for fact in facts if fact)]
    text = one_line(each.text)
    yield ["   ", text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]}…"]
    yield ["   ", Styled(_("shared: {words}").format(words=" ".join(each.words[:_MOST_WORDS])), dim=True)]
    path = f"{shown_path(release.path)}:{each.line}"
    yield ["   ", Styled(path, fg="green"), "  ", Styled(release.id, dim=True)]
