"""The order of what is found, beyond what scores alone decide."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path
from unittest import mock

import numpy as np
from whoosh import query as wq

from jsisa_search.codec.whoosh_compat.index import ArrayIndex
from jsisa_search.query.evidence import Evidence
from jsisa_search.schema import make_schema
from jsisa_search.search.engine.searcher import ArraySearcher
from jsisa_search.search.ranking.rank import Ranking

RANK = sys.modules["jsisa_search.search.ranking.rank"]


def test_of_many_equal_passages_the_newest_are_looked_at_closely(tmp_path: Path) -> None:
    """No more than the given number are scored again; those beyond keep their place behind."""
    index = ArrayIndex.create(tmp_path, make_schema())
    writer = index.writer()
    for day in (3, 1, 4, 1, 5, 9, 2, 6):
        published = datetime(2022, 1, 1) + timedelta(days=day)
        writer.add_document(kind="paragraph", text="网格", published=published, sequence=day)
    writer.commit()
    evidence = Evidence((("kind", "paragraph", 1.0),))
    with ArraySearcher(index) as searcher, mock.patch.object(RANK, "REFINED", 3):
        docs = searcher.documents(wq.Every())
        scores = np.array([1, 1, 1, 1, 1, 1, 2, 1], np.float32)
        ranking = Ranking(searcher, docs, scores, "relevance", lambda: evidence)
        assert ranking.best(8)[0].tolist() == [6, 5, 7, 4, 2, 0, 1, 3]
        assert [ranking.is_refined(doc) for doc in range(8)] == [doc in (5, 6, 7) for doc in range(8)]
