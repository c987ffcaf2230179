"""The pages of what is like a release (同类), and of its reprints with what each changed (同文)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response

from jsisa_search import Family, Index
from jsisa_search.export.changes import differing
from jsisa_search.model import Change, Mark, Member
from jsisa_search.web.pages.rendering import render

if TYPE_CHECKING:
    from starlette.requests import Request

# Releases like one that are listed.
_LISTED = 20

# Changes of one reprint that are shown at first; the others follow on request.
_SHOWN_CHANGES = 10


@dataclass(frozen=True, slots=True)
class MarkedChange:
    """A change, with marks of what only one of the two texts has."""

    change: Change
    before_marks: tuple[Mark, ...]
    after_marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class MemberView:
    """A release of a family as it is shown."""

    member: Member
    is_asked: bool
    first: tuple[MarkedChange, ...]
    rest: tuple[MarkedChange, ...]


def similar_page(request: Request) -> Response:
    """Answer with the releases like one, or like a paragraph of it."""
    index: Index = request.app.state.collection.index
    typed = request.query_params.get("paragraph", "")
    paragraph = int(typed) if typed.isascii() and typed.isdigit() and 0 < len(typed) < 7 else None
    found = index.similar(request.path_params["id"], paragraph=paragraph or None, limit=_LISTED)
    # A page saved years ago may be addressed by the beginning of an id.
    info = index.find_release(found.id)
    query = " OR ".join(f'"{word}"' for word in found.words)
    texts = [each.text for each in found.releases]
    marks = index.mark(query, texts)
    listed = list(zip(found.releases, marks, strict=True))
    return render(request, "similar.html", info=info, found=found, listed=listed)


def reprints_page(request: Request) -> Response:
    """Answer with a release and its reprints, in order of time, with what each changed of the first."""
    index: Index = request.app.state.collection.index
    family = index.reprints(request.path_params["id"])
    info = index.find_release(family.id)
    return render(request, "reprints.html", info=info, family=family, members=list(_members(family)))


def _members(family: Family) -> Iterator[MemberView]:
    for member in family.members:
        changes = tuple(map(_marked, member.changes))
        is_asked = member.release.id == family.id
        yield MemberView(member, is_asked, changes[:_SHOWN_CHANGES], changes[_SHOWN_CHANGES:])


def _marked(change: Change) -> MarkedChange:
    marks = (tuple((start, end, 0) for start, end in ranges) for ranges in differing(*_texts_of(change)))
    return MarkedChange(change, *marks)


def _texts_of(change: Change) -> tuple[str, str]:
    return change.before or "", change.after or ""
