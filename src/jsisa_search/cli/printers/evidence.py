"""Evidence cards for reading, and what a comparison with their files found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsisa_search.cli.printers.changes import marked_changes
from jsisa_search.cli.printers.terminal import Part, Styled, labelled, shown_path
from jsisa_search.export.cards import card_citation, card_facts, card_reference
from jsisa_search.export.plain import one_line
from jsisa_search.research.card_check import CardCheck, FileState, PassageState
from jsisa_search.research.evidence import Evidence
from jsisa_search.translation import gettext as _
from jsisa_search.translation import mark

_FILES: dict[FileState, str] = {
    "same": mark("the file is unchanged, byte for byte"),
    "changed": mark("THE FILE HAS CHANGED"),
    "missing": mark("the file can't be read"),
    "none": mark("the release has no file: only its index has it"),
}
_PASSAGES: dict[PassageState, str] = {
    "same": mark("the passage is where the card says"),
    "moved": mark("the passage is elsewhere in the file"),
    "changed": mark("THE PASSAGE IS ANOTHER"),
    "missing": mark("THE PASSAGE IS NO LONGER THERE"),
    "unread": mark("the passage could not be looked up"),
}
# Names of facts that only a comparison prints.
_NAMES = (
    mark("document number"),
    mark("text"),
    mark("subheading"),
    mark("paragraph in section"),
    mark("before"),
    mark("after"),
    mark("kind"),
)
_LABEL_WIDTH = 13


def card_lines(card: Evidence) -> Iterator[list[Part]]:
    """Yield a card in lines: the passage with its quotation in 【】, its citations, then its facts."""
    text, passage = card.passage.text, card.passage
    if passage.before:
        yield ["   ", Styled(one_line(passage.before), dim=True)]
    yield ["   ", one_line(text[: card.start]), f"【{one_line(card.quotation)}】", one_line(text[card.end :])]
    if passage.after:
        yield ["   ", Styled(one_line(passage.after), dim=True)]
    yield [f"   ——{card_citation(card)}"]
    yield [f"   {card_reference(card)}"]
    for heading, facts in card_facts(card):
        yield []
        yield [Styled(heading, bold=True)]
        for name, value in facts:
            yield [f"   {labelled(name, _LABEL_WIDTH)}{value}"]


def check_lines(name: str, check: CardCheck) -> Iterator[list[Part]]:
    """Yield whether all is as a card says, then what is and what is not."""
    verdict = _("as the card says") if check.is_right else _("NOT as the card says")
    yield [
        Styled(shown_path(name), bold=True),
        ": ",
        Styled(verdict, fg="green" if check.is_right else "red"),
    ]
    reason = f" ({one_line(check.reason)})" if check.reason else ""
    yield [f"   {_(_FILES[check.file])}: {shown_path(check.path)}", reason if check.file == "missing" else ""]
    if check.sha256:
        yield [Styled(f"   SHA-256 {check.sha256}", dim=True)]
    yield [f"   {_(_PASSAGES[check.passage])}", reason if check.file != "missing" else ""]
    if not check.is_quotation_right:
        yield ["   ", _("THE QUOTATION IS NOT IN THE PASSAGE OF THE CARD at the place that it names")]
    for each in check.discrepancies:
        yield [f"   {_(each.name.replace('_', ' '))}:"]
        for sign, value in zip("-+", _shown_values(each.card, each.file), strict=True):
            yield [f"     {sign} {value}"]


def _shown_values(on_card: Any, in_file: Any) -> tuple[str, str]:
    """Return what the card and the file have; of two texts what only one of them has is in 【】."""
    shown = tuple(_("(nothing)") if each is None else one_line(str(each)) for each in (on_card, in_file))
    if isinstance(on_card, str) and isinstance(in_file, str):
        return marked_changes(*shown)
    return shown[0], shown[1]
