"""`jsisa-search reprints`: who has the text of a release, who had it first, and what each changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from jsisa_search.cli.options import TEXT_OR_JSON, index_dir_option, output_option, text_or_json_option
from jsisa_search.cli.printers.changes import marked_changes
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
from jsisa_search.model import Change, Family, Member
from jsisa_search.translation import gettext as _

# Changes of one release that are printed; JSON has them all.
_MOST_CHANGES = 20


@click.command("reprints")
@click.argument("release", metavar="PATH|ID")
@index_dir_option
@text_or_json_option
@output_option
@click.option(
    "--all", "with_all", is_flag=True, help=f"Print every change, not only {_MOST_CHANGES} of each release."
)
@click.pass_context
def reprints_command(
    ctx: click.Context,
    release: str,
    index_dir: Path,
    output_format: str | None,
    output: Path | None,
    with_all: bool,
) -> None:
    """Show the reprints of a release: who had it first, and what each changed.

    The release is given by its file or by the id that `query` prints after the path. Its reprints are those
    in the index, in order of time. Each is compared with the first: other figures come first, then other
    names, then what was altered, added or left out. Exit status is 1 if there is no other release.

    \b
    Examples:
      jsisa-search reprints seeds/06-laojiu-xiaoqu-wangge.txt
      jsisa-search reprints 3f2a9c --format json
    """
    from jsisa_search import Index

    with Index.open(index_dir) as index:
        family = index.reprints(release)
    with output_to(output):
        if (output_format or format_of(output, TEXT_OR_JSON)) == "json":
            print_data(to_json(with_shown_paths(family.to_dict())))
        else:
            for line in _family_lines(family, None if with_all else _MOST_CHANGES):
                print_line(*line)
    if len(family.members) == 1 and not family.members[0].places:
        ctx.exit(1)


def _family_lines(family: Family, most: int | None) -> Iterator[list[Part]]:
    """Yield the lines of a family, with up to `most` changes of each release."""
    if len(family.members) == 1:
        yield [_("No other release in the index has this text.")]
    else:
        first = family.first
        name = one_line(first.source or first.publisher or first.title or "") if first else ""
        releases = _("{releases} with this text").format(releases=quantity(len(family.members), "release"))
        earliest = (
            _("first: {name}").format(name=f"{name} · {dated_text(first)}")
            if first
            else _("none is surely the first")
        )
        yield [releases + _("; ") + earliest]
    for number, member in enumerate(family.members, start=1):
        yield []
        yield from _member_lines(number, member, is_asked=member.release.id == family.id)
        yield from _change_lines(member, most, is_first=number == 1)


def _member_lines(number: int, member: Member, *, is_asked: bool) -> Iterator[list[Part]]:
    release = member.release
    asked = "  " + _("(the one asked for)") if is_asked else ""
    yield [f"{number}. ", Styled(one_line(release.title or _("(no title)")), bold=True), asked]
    name = one_line(release.source or release.publisher or "")
    facts = (name, dated_text(release) or _("undated"), quantity(release.paragraphs, "paragraph"))
    yield ["   " + " · ".join(fact for fact in facts if fact)]
    yield ["   ", Styled(shown_path(release.path), fg="green"), "  ", Styled(release.id, dim=True)]
    for path in member.places:
        yield ["   ", _("also saved as"), " ", Styled(shown_path(path), fg="green")]


def _change_lines(member: Member, most: int | None, *, is_first: bool) -> Iterator[list[Part]]:
    if is_first:
        return
    if not member.changes:
        yield ["   ", _("nothing changed")]
        return
    for change in member.changes[:most]:
        yield from _lines_of(change)
    if most is not None and len(member.changes) > most:
        rest = quantity(len(member.changes) - most, "more change")
        yield ["   ", _("and {changes}; --all prints them").format(changes=rest)]


def _lines_of(change: Change) -> Iterator[list[Part]]:
    """Yield what a change is, and its text: one that was altered twice, what differs in 【】."""
    number = change.paragraph
    place = _("title") if number is None else _("paragraph {number}").format(number=number)
    other = [(_("figures"), change.figures), (_("names"), change.names)]
    what = "; ".join(f"{name} {', '.join(map(one_line, found))}" for name, found in other if found)
    yield [f"   {_(change.kind)}{_(', ')}{place}" + (f" ({what})" if what else "")]
    before, after = one_line(change.before or ""), one_line(change.after or "")
    if before and after:
        before, after = marked_changes(before, after)
    for mark, text in (("-", before), ("+", after)):
        if text:
            yield [f"     {mark} {text}"]
