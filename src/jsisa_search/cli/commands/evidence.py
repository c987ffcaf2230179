"""`jsisa-search evidence`: cards that attest a passage, and whether they still do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from jsisa_search.cli.options import (
    PathType,
    QueryCommand,
    index_dir_option,
    output_option,
    typed_text,
)
from jsisa_search.cli.printers.data import format_of, to_json
from jsisa_search.cli.printers.terminal import output_to, print_data, print_error, print_line
from jsisa_search.translation import gettext as _

if TYPE_CHECKING:
    from jsisa_search import CardCheck, Evidence, Hit, Index

# The first word of a comparison; a query of several words that begins with it is put in quotation marks.
_VERIFY = "verify"
_FORMATS = ("text", "json", "html")
# Cards are of some hundred passages at most: a hit beyond is found by a better query.
_MOST_HITS = 1000


@click.command("evidence", cls=QueryCommand)
@click.argument("text", nargs=-1, type=typed_text, metavar="[TEXT...|verify CARD...]")
@index_dir_option
@click.option(
    "--hit",
    type=click.IntRange(1, _MOST_HITS),
    default=1,
    show_default=True,
    metavar="N",
    help="Which hit of the query is attested, as `query` numbers them.",
)
@click.option("--release", metavar="PATH|ID", help="Attest a paragraph of this release instead of a hit.")
@click.option("--paragraph", type=click.IntRange(min=1), metavar="N", help="The paragraph, with --release.")
@click.option(
    "--quote", type=typed_text, metavar="TEXT", help="What of the passage is quoted, as written there."
)
@click.option(
    "--file", type=PathType(dir_okay=False), metavar="FILE", help="With verify: where the file is now."
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(_FORMATS),
    help="Form of the card; otherwise by the name of the file of --output, or text.",
)
@output_option
@click.pass_context
def evidence_command(
    ctx: click.Context,
    text: tuple[str, ...],
    index_dir: Path,
    hit: int,
    release: str | None,
    paragraph: int | None,
    quote: str | None,
    file: Path | None,
    output_format: str | None,
    output: Path | None,
) -> None:
    """Make an evidence card of a passage, or compare cards with their files.

    A card has the quotation, its passage and neighbours, release, section, paragraph and line, size and
    SHA-256 of the file, and the state of the index. The file is read for it, and has to be what was indexed.

    With `verify`, each CARD (JSON or its HTML page) is compared with its file; no index is needed. Exit
    status is 1 if a file or passage is not what the card says, or if a query finds nothing.

    \b
    Examples:
      jsisa-search evidence 网格化 --hit 1 -o card.json
      jsisa-search evidence “小事不出网格” -o card.html
      jsisa-search evidence --release 3f2a9c --paragraph 4 --quote 网格员 -o card.json
      jsisa-search evidence verify card.json
    """
    from jsisa_search import Index

    wanted = output_format or format_of(output, _FORMATS)
    if len(text) > 1 and text[0] == _VERIFY:
        if not _verify(text[1:], file, wanted, output):
            ctx.exit(1)
        return
    _check_usage(ctx, text, release, paragraph)
    with Index.open(index_dir) as index:
        found = release if release is not None else _hit(index, " ".join(text), hit)
        if found is None:
            ctx.exit(1)
        card = index.evidence(found, paragraph=paragraph, quotation=quote)
    with output_to(output):
        _print_card(card, wanted)


def _verify(cards: tuple[str, ...], file: Path | None, output_format: str, output: Path | None) -> bool:
    """Compare cards with their files, and print it; return whether all of them are right."""
    checks = _compared(cards, file)
    with output_to(output):
        _print_checks(checks, output_format)
    return all(check.is_right for _name, check in checks)


def _check_usage(
    ctx: click.Context, text: tuple[str, ...], release: str | None, paragraph: int | None
) -> None:
    """Raise `click.UsageError` unless there is either a query, or a release with a paragraph."""
    if bool(text) == (release is not None):
        raise click.UsageError(_("Give either TEXT, or --release and --paragraph."), ctx)
    if (release is None) != (paragraph is None):
        raise click.UsageError(_("--release and --paragraph belong together."), ctx)


def _hit(index: Index, text: str, number: int) -> Hit | None:
    """Return a hit of a query by its number; where there is none, say so."""
    results = index.search(text, limit=1, offset=number - 1)
    if results.hits:
        return results.hits[0]
    if results.total:
        print_error(
            _("--hit {number} is beyond the last of {total} hits.").format(number=number, total=results.total)
        )
    else:
        print_error(_("Nothing found for “{typed}”.").format(typed=text))
    return None


def _print_card(card: Evidence, output_format: str) -> None:
    from jsisa_search.export.cards import card_json, card_page

    if output_format == "json":
        print_data(card_json(card))
    elif output_format == "html":
        print_data(card_page(card).rstrip("\n"))
    else:
        from jsisa_search.cli.printers.evidence import card_lines

        for line in card_lines(card):
            print_line(*line)


def _compared(names: tuple[str, ...], file: Path | None) -> list[tuple[str, CardCheck]]:
    """Return the name of each card, and the comparison with its file, or with `file`."""
    from jsisa_search import check_card, read_card

    return [(name, check_card(read_card(_card_bytes(name), name), file)) for name in names]


def _card_bytes(name: str) -> bytes:
    from jsisa_search.errors import EvidenceError
    from jsisa_search.own_files import read_regular
    from jsisa_search.research.card_check import MAX_CARD_BYTES

    try:
        return read_regular(Path(name), MAX_CARD_BYTES)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise EvidenceError(
            _("{name} can't be read ({reason}); name a card, JSON or HTML").format(name=name, reason=reason)
        ) from error


def _print_checks(checks: list[tuple[str, CardCheck]], output_format: str) -> None:
    if output_format == "html":
        raise click.UsageError(_("A comparison is printed as text or json."), click.get_current_context())
    if output_format == "json":
        print_data(to_json([{"card": name} | check.to_dict() for name, check in checks]))
        return
    from jsisa_search.cli.printers.evidence import check_lines

    for name, check in checks:
        for line in check_lines(name, check):
            print_line(*line)
