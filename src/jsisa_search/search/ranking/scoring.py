"""How words are weighted in every search, and the bounds on scores that writers record for it."""

from __future__ import annotations

from whoosh.scoring import BM25F

from jsisa_search.codec.segment.postings import Impact
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.query.evidence import weights
from jsisa_search.schema import PAIRS, make_schema
from jsisa_search.search.engine.searcher import ArraySearcher

# k1 and b for short passages: their length says little, and a second occurrence of a word little more.
_K1, _B = 0.9, 0.4


def open_searcher(index: ArrayIndex) -> ArraySearcher:
    """Return a searcher over the latest generation of `index`, which scores passages as users see them."""
    weighting = BM25F(B=_B, K1=_K1)
    return ArraySearcher(index, weighting=weighting, k1_of=_own_k1(), live_statistics=True)


def impacts() -> dict[str, Impact]:
    """Return the parameters by which each field is scored, for which writers record valid bounds."""
    own = _own_k1()
    return {name: Impact(own.get(name, _K1), _B) for name in make_schema().names()}


def _own_k1() -> dict[str, float]:
    """Return the k1 of fields that have one of their own."""
    return {"text" + PAIRS: weights().pairs_k1}
