"""The order of what is found, beyond what scores alone decide."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import query as wq

from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.query import all_terms_tree, parse_query, some_terms_tree
from jsisa_search.query.evidence import Evidence, evidence_of
from jsisa_search.schema import PASSAGE_BITS, make_schema
from jsisa_search.search.engine.scoring import top_k
from jsisa_search.search.engine.searcher import ArraySearcher
from jsisa_search.search.ranking.answer import answer
from jsisa_search.search.ranking.rank import Ranking
from jsisa_search.search.ranking.release_scores import candidate_scores
from jsisa_search.search.ranking.rerank import evidence_scores
from tests.properties import examples

#: So many are scored again in the comparison, so that small indexes have some beyond.
REFINED = 6
RANK = sys.modules["jsisa_search.search.ranking.rank"]


def test_of_many_equal_passages_the_newest_are_looked_at_closely(tmp_path: Path) -> None:
    """No more than the given number are scored again; those beyond keep their place behind."""
    index = ArrayIndex.create(tmp_path, make_schema())
    writer = index.writer()
    for number, day in enumerate((3, 1, 4, 1, 5, 9, 2, 6)):
        published = datetime(2022, 1, 1) + timedelta(days=day)
        kind = "lead" if number == 6 else "paragraph"
        writer.add_document(kind=kind, text="网格", published=published, sequence=day)
    writer.commit()
    evidence = Evidence((("kind", "paragraph", 1.0), ("kind", "lead", 1.0)))
    tree = wq.AndMaybe(wq.Every(), wq.ConstantScoreQuery(wq.Term("kind", "lead"), 1.0))
    with ArraySearcher(index) as searcher, mock.patch.object(RANK, "REFINED", 3):
        ranking = Ranking(searcher, searcher.execution(), tree, evidence=lambda: evidence)
        assert ranking.best(8)[0].tolist() == [6, 5, 7, 4, 2, 0, 1, 3]
        assert [ranking.is_refined(doc) for doc in range(8)] == [doc in (5, 6, 7) for doc in range(8)]


WORDS = ("网格", "治理", "服务", "平安", "社区", "的")
QUERIES = (
    "网格",
    "网格 治理",
    "的",
    "平安社区服务",
    "网格 OR 平安",
    "服务 -社区",
    '"的，网格"',
    "如何治理社区",
    "网*",
)
PASSAGES = st.lists(
    st.tuples(
        st.lists(st.sampled_from((*WORDS, "，")), min_size=1, max_size=9).map("".join),
        st.none() | st.integers(0, 3),
    ),
    min_size=1,
    max_size=40,
)

Ordered = list[tuple[int, float]]


def _scored_in_full(searcher: ArraySearcher, tree: wq.Query, evidence: Evidence, hidden: set[int]) -> Ordered:
    """Score everything; put the best again in order by all evidence; leave the rest behind, in order."""
    docs, scores = searcher.scored(tree)
    published, sequence = (searcher.numbers(name, docs).tolist() for name in ("published", "sequence"))
    rows = [row for row, doc in enumerate(docs.tolist()) if doc not in hidden]

    def in_order(rows: list[int], scores: np.ndarray[Any, Any]) -> list[int]:
        return sorted(rows, key=lambda row: (-scores[row], -published[row], sequence[row]))

    rows = in_order(rows, scores)
    best = rows[:REFINED]
    final = scores.copy()
    chosen = docs[sorted(best)]
    scored = final[sorted(best)] + evidence_scores(searcher, evidence, chosen)
    final[sorted(best)] = scored + candidate_scores(searcher, evidence, [(chosen, scored)])[0]
    ordered = in_order(best, final) + rows[REFINED:]
    return [(int(docs[row]), float(final[row])) for row in ordered]


@pytest.mark.slow
@examples(1 / 12)
@given(batches=st.lists(PASSAGES, min_size=1, max_size=3), typed=st.sampled_from(QUERIES), data=st.data())
def test_the_bounded_search_gives_the_order_of_scoring_everything(
    batches: list[list[tuple[str, int | None]]], typed: str, data: st.DataObject
) -> None:
    """Whatever is left out as too low, over segments and deletions: the same passages, order and scores."""
    query = parse_query(typed)
    with (
        TemporaryDirectory() as folder,
        mock.patch.object(RANK, "REFINED", REFINED),
        mock.patch.object(top_k, "_FEW_POSTINGS", 0),
        mock.patch.object(top_k, "_FEW_DOCS", 0),
    ):
        index = ArrayIndex.create(Path(folder), make_schema())
        number = 0
        for batch in batches:
            writer = index.writer()
            for text, day in batch:
                published = None if day is None else datetime(2022, 1, 1) + timedelta(days=day)
                writer.add_document(
                    kind="paragraph", text=text, text_pairs=text, text_chars=text, published=published,
                    sequence=number << PASSAGE_BITS, release=str(number),
                )  # fmt: skip
                number += 1
            writer.commit(merge=False)
        writer = index.writer()
        for gone in data.draw(st.lists(st.integers(0, number - 1), max_size=5)):
            writer.delete_by_term("release", str(gone))
        writer.commit(merge=False)
        with ArraySearcher(index, live_statistics=True) as searcher:
            found = answer(searcher, query, passing=None, order="relevance")
            tree = all_terms_tree(query, searcher.values_of)
            whole = _scored_in_full(searcher, tree, evidence_of(query, is_whole=True), set())
            assert len(found.whole) == len(whole)
            assert list(_pairs(found.whole)) == whole
            if found.part:
                tree, hidden = some_terms_tree(query, searcher.values_of), {doc for doc, _ in whole}
                part = _scored_in_full(searcher, tree, evidence_of(query, is_whole=False), hidden)
                assert list(_pairs(found.part)) == part
                assert len(found.part) == len(part)


def _pairs(ranking: Ranking) -> Iterator[tuple[int, float]]:
    docs, scores = ranking.best(10_000)
    return zip(docs.tolist(), scores.tolist(), strict=True)
