"""Pages that are no release: lists of links, front pages, search results."""

from __future__ import annotations

from itertools import pairwise

from jsisa_search.errors import NotAReleaseError
from jsisa_search.page.html.blocks import Shown
from jsisa_search.page.html.body import Body, is_linked
from jsisa_search.page.html.titles import Title
from jsisa_search.page.rules import load_rules


def check_has_title(shown: Shown, body: Body, title: Title | None) -> None:
    """Raise `NotAReleaseError` where headlines are links and the text is a note without a title."""
    limits = load_rules("html")["lists"]
    headlines = sum(
        is_linked(block) and len(block.text) >= limits["headline"] for block in shown.blocks[: body.start]
    )
    has_title = title is not None and title.blocks and len(title.text) > limits["link"]
    if body.score < limits["note"] and headlines >= limits["headlines"] and not has_title:
        raise NotAReleaseError(
            f"has {headlines} headlines as links above a note, so it is a list of releases"
        )


def check_is_release(shown: Shown, body: Body | None) -> None:
    """Raise `NotAReleaseError` where a page is made of links, each with a line or two beside it.

    A release has its sentences together; a list has a link between any two of them.
    """
    limits = load_rules("html")["lists"]
    links = sum(is_linked(block) and len(block.text) >= limits["link"] for block in shown.blocks)
    if body is None:
        if links >= limits["links_without_text"]:
            raise NotAReleaseError(
                f"holds no running text but {links} links, so it is a list or a front page"
            )
        return
    sentences = [at for at in range(body.start, body.end) if body.scores[at] > 0 and at not in body.left_out]
    if body.score < limits["text"] and links >= limits["links_without_text"]:
        reason = f"holds {links} links and no more than {body.score:.0f} characters of text"
        raise NotAReleaseError(f"{reason}, so it is a list or a front page")
    gaps = sum(
        any(is_linked(shown.blocks[at]) for at in range(above + 1, below))
        for above, below in pairwise(sentences)
    )
    if gaps >= limits["gaps"] and gaps >= limits["gap_share"] * (len(sentences) - 1):
        raise NotAReleaseError(
            f"has links between {gaps} of its {len(sentences)} paragraphs, so it is a list of releases"
        )
