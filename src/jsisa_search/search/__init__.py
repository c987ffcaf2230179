"""From a query tree to ranked hits with their highlights and snippets, on the arrays of the codec."""

from __future__ import annotations

from jsisa_search.search.engine.searcher import ArraySearcher
from jsisa_search.search.ranking.rank import Ranking, rank
from jsisa_search.search.results.hits import read_hit
from jsisa_search.search.results.snippet import cut_snippet, find_highlights

__all__ = ["ArraySearcher", "Ranking", "cut_snippet", "find_highlights", "rank", "read_hit"]
