"""The family of a release: who had it, in order of time, and what each changed."""

from __future__ import annotations

from dataclasses import replace

from whoosh import query as wq

from jsisa_search.indexing.contents import Contents
from jsisa_search.model import Family, Member, Release, ReleaseInfo
from jsisa_search.research.differences import differences
from jsisa_search.schema import RELEASE_KIND
from jsisa_search.search.interface import Families, Searcher


def family_of(searcher: Searcher, contents: Contents, families: Families, reference: str) -> Family:
    """Return the family of the release whose path is `reference` or whose id begins with it.

    Raises `ReleaseNotFoundError` where there is none, or more than one.
    """
    own = contents.info(reference)
    infos = sorted(contents.infos_of(_ids(searcher, families, own.id)), key=_order)
    first = contents.release(infos[0].id)
    found: dict[Release, Member] = {}
    for info in infos:
        release = contents.release(info.id)
        content = replace(release, path="")
        if content in found:
            known = found[content]
            found[content] = replace(known, places=(*known.places, info.path))
        else:
            found[content] = Member(info, (), differences(first, release) if found else ())
    return Family(own.id, tuple(found.values()))


def _ids(searcher: Searcher, families: Families, release_id: str) -> list[str]:
    """Return the ids of the releases in the family of one; its own where it has no family."""
    query = wq.And([wq.Term("kind", RELEASE_KIND), wq.Term("release", release_id)])
    (number,) = families.family_of(searcher.documents(query)).tolist()
    if not number:
        return [release_id]
    members = [searcher.document(doc)["release"] for doc in families.releases_of(number).tolist()]
    # The file of families may have been altered.
    return members if release_id in members else [release_id]


def _order(info: ReleaseInfo) -> tuple[bool, str, str]:
    """Return the key of the order of time, undated releases last."""
    return info.date is None, info.date.isoformat() if info.date else "", info.id
