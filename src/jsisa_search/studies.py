"""`Studies`: what an `Index` offers beyond search, each a method over a function of `research/`."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from jsisa_search.arguments import check_reference
from jsisa_search.indexing.contents import Contents
from jsisa_search.indexing.paths import StoredPaths
from jsisa_search.model import Family
from jsisa_search.query import Filters, check_filters
from jsisa_search.search.engine.snapshots import Snapshots
from jsisa_search.search.results.families import FamilyCache

if TYPE_CHECKING:
    from jsisa_search.lexicon.user_lexicon import Lexicon


class Studies:
    """Base of `Index`. A function of `research/` is imported by the method that uses it."""

    _paths: StoredPaths
    _snapshots: Snapshots
    _families: FamilyCache

    def _stored(self, filters: object) -> Filters:
        """Return checked filters, their folders as the index stores them."""
        wanted = check_filters(filters)
        folders = (each for folder in wanted.folder for each in self._paths.inside(folder))
        return replace(wanted, folder=tuple(folders)) if wanted.folder else wanted

    def lexicon(self) -> Lexicon:
        """Return the words and synonyms of the index."""
        raise NotImplementedError

    def reprints(self, reference: str | os.PathLike[str]) -> Family:
        """Return a release with its reprints, in order of time, and what each changed of the first.

        Argument and errors as `find_release`. A release without reprints is a family of its own.
        """
        from jsisa_search.research.reprints import family_of

        reference = check_reference("reference", reference)
        with self._snapshots.use() as searcher, searcher.concluding_damage():
            return family_of(
                searcher, Contents(searcher, self._paths), self._families.of(searcher), reference
            )
