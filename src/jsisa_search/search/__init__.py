"""From a query tree to ranked hits with their highlights and snippets, on the arrays of the codec."""

from __future__ import annotations

from jsisa_search.search.highlight import find_highlights
from jsisa_search.search.hits import read_hit
from jsisa_search.search.rank import Ranking, rank
from jsisa_search.search.searcher import ArraySearcher
from jsisa_search.search.snippet import cut_snippet

__all__ = ["ArraySearcher", "Ranking", "cut_snippet", "find_highlights", "rank", "read_hit"]
