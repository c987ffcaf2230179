"""Results counted and grouped: facets by source, year and so on, and one passage per release."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from jsisa_search.errors import QueryError
from jsisa_search.model import Facet, FacetField
from jsisa_search.schema import FORMAT, PASSAGE_BITS, TEXT_SCHEME
from jsisa_search.search.interface import Matches, Searcher
from jsisa_search.search.ranking.answer import Answer, RankedPassage
from jsisa_search.translation import gettext as tr

Array = NDArray[Any]


def count_facets(
    searcher: Searcher, fields: Iterable[str], found: Sequence[Matches], path_of: Callable[[str], str]
) -> tuple[Facet, ...]:
    """Return the values of each of `fields` in what is found, in parts that have no common documents.

    Documents without a value count nowhere. Names come with the most frequent first, years and months
    with the latest. `path_of` converts stored paths to shown ones. Raises `QueryError` for a field that has
    no facets.
    """
    return tuple(facet_of(searcher, field, found, path_of) for field in dict.fromkeys(fields))


def facet_of(
    searcher: Searcher,
    field: str,
    found: Sequence[Matches],
    path_of: Callable[[str], str],
    *,
    by_release: bool = False,
) -> Facet:
    """Return the values of one field as `count_facets` does, with the passages or releases of each."""
    known: tuple[FacetField, ...] = get_args(FacetField)
    for name in known:
        if name == field:
            counts: Counter[str] = Counter()
            for each in found:
                counts.update(_counts(searcher, name, each, path_of, by_release=by_release))
            by_date = name in ("year", "month")
            order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
            return Facet(name, tuple(sorted(counts.items(), reverse=True) if by_date else order))
    raise QueryError(
        tr("there is no facet “{field}”; count by {known}").format(field=field, known=", ".join(known))
    )


def _counts(
    searcher: Searcher,
    field: FacetField,
    found: Matches,
    path_of: Callable[[str], str],
    *,
    by_release: bool,
) -> Mapping[str, int]:
    match field:
        case "folder":
            return count_folders(searcher, found, path_of, by_release=by_release)
        case "format":
            return found.count_groups(format_of, by_release=by_release)
        case _:
            return found.count_values(field, by_release=by_release)


def count_folders(
    searcher: Searcher, found: Matches, path_of: Callable[[str], str], *, by_release: bool = False
) -> Counter[str]:
    """Return the folders of the files of what is found, with the passages or releases below each.

    They begin with the lowest folder that has all files of the index, and are paths as `path_of` shows
    those that are stored.
    """
    top = _common([path_of(folder) for folder in searcher.path_groups(folder_of)])
    counts: Counter[str] = Counter()
    for folder, count in found.count_groups(folder_of, by_release=by_release).items():
        path = PurePath(path_of(folder))
        for parent in (path, *path.parents):
            if not top or parent.is_relative_to(top):
                counts[str(parent)] += count
    return counts


def folder_of(stored: str) -> str | None:
    """Return the stored folder of a stored path, `None` for a release without a file."""
    return None if stored.startswith(TEXT_SCHEME) else stored.rpartition("/")[0]


def format_of(stored: str) -> str | None:
    """Return the suffix of the file of a stored path, `None` where it has none."""
    found = None if stored.startswith(TEXT_SCHEME) else FORMAT.search(stored)
    return found[1].lower() if found else None


def _common(folders: list[str]) -> str:
    """Return the lowest folder that has all of some; empty where there is none, as on two drives."""
    try:
        return os.path.commonpath(folders) if folders else ""
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class Groups:
    """A passage for each release, in order: document, score, and how many others of it were found.

    `is_whole`: which of the passages satisfy the whole query.
    """

    docs: Array
    scores: Array
    is_whole: Array
    others: Array

    def __len__(self) -> int:
        return len(self.docs)

    def page(self, offset: int, limit: int) -> list[RankedPassage]:
        """Return the first passages of up to `limit` groups from group `offset` on."""
        columns = (self.docs, self.scores, self.is_whole, self.others)
        cut = [column[offset : offset + limit].tolist() for column in columns]
        return [RankedPassage(*passage) for passage in zip(*cut, strict=True)]


def group_by_release(searcher: Searcher, answer: Answer) -> Groups:
    """Return the releases of an answer in the order of their first passages."""
    docs, scores, is_whole = answer.best(len(answer))
    releases = searcher.numbers("sequence", docs) >> PASSAGE_BITS
    _, first, counts = np.unique(releases, return_index=True, return_counts=True)
    order = first.argsort()
    chosen = first[order]
    return Groups(docs[chosen], scores[chosen], is_whole[chosen], counts[order] - 1)
