"""Pages that are lists of releases, and no release themselves."""

from __future__ import annotations

from itertools import pairwise

from jsisa_search.errors import NotAReleaseError
from jsisa_search.page.labeller.blocks import Shown
from jsisa_search.page.labeller.body import Body, is_linked
from jsisa_search.page.labeller.titles import Title, is_above_byline
from jsisa_search.page.rules import load_rules
from jsisa_search.translation import gettext as tr


def check_is_release(shown: Shown, body: Body | None, title: Title | None) -> None:
    """Raise `NotAReleaseError` where a page is made of links, each with a line or two beside it.

    A release has its sentences together, a list has a link between any two of them. A page with a headline
    above a byline is a release however short it is.
    """
    if body is not None:
        _check_gaps(shown, body)
    if not _has_headline(shown, title):
        _check_links(shown, body)
        if body is not None:
            _check_note(shown, body, title)


def _has_headline(shown: Shown, title: Title | None) -> bool:
    """Whether there is a line long enough for a headline above time or source."""
    if title is None or not title.blocks or len(title.text) < load_rules("labeller")["lists"]["headline"]:
        return False
    at = title.blocks[-1]
    return not is_linked(shown.blocks[at]) and is_above_byline(shown, at, len(shown.blocks))


def _check_links(shown: Shown, body: Body | None) -> None:
    limits = load_rules("labeller")["lists"]
    links = sum(is_linked(block) and len(block.text) >= limits["link"] for block in shown.blocks)
    if links < limits["links_without_text"] or (body is not None and body.score >= limits["text"]):
        return
    if body is not None and sum(bool(shown.blocks[at].cells) for at in body.kept()) >= limits["rows"]:
        return
    text = f"no more than {body.score:.0f} characters of text" if body is not None else "no running text"
    raise NotAReleaseError(
        tr("holds {links} links and {text}, so it is a list or a front page").format(links=links, text=text)
    )


def _check_note(shown: Shown, body: Body, title: Title | None) -> None:
    limits = load_rules("labeller")["lists"]
    headlines = sum(
        is_linked(block) and len(block.text) >= limits["headline"] for block in shown.blocks[: body.start]
    )
    has_title = title is not None and title.blocks and len(title.text) > limits["link"]
    if body.score < limits["note"] and headlines >= limits["headlines"] and not has_title:
        raise NotAReleaseError(
            tr("has {headlines} headlines as links above a note, so it is a list of releases").format(
                headlines=headlines
            )
        )


def _check_gaps(shown: Shown, body: Body) -> None:
    limits = load_rules("labeller")["lists"]
    sentences = [at for at in range(body.start, body.end) if body.scores[at] > 0 and at not in body.left_out]
    gaps = sum(
        any(is_linked(shown.blocks[at]) for at in range(above + 1, below))
        for above, below in pairwise(sentences)
    )
    if gaps >= limits["gaps"] and gaps >= limits["gap_share"] * (len(sentences) - 1):
        raise NotAReleaseError(
            tr("has links between {gaps} of its {number} paragraphs, so it is a list of releases").format(
                gaps=gaps, number=len(sentences)
            )
        )
