"""Characters and pairs counted in texts score as their postings do."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import query as wq

from jsisa_search.analysis import fold
from jsisa_search.query.evidence import WeightedTerm
from jsisa_search.search.engine.searcher import ArraySearcher
from jsisa_search.search.ranking.rerank import gram_scores, is_gram
from tests.search.engine.evaluation.test_substring import TEXT_CHARS, make_index

TEXTS = st.lists(st.text(TEXT_CHARS, max_size=14), min_size=1, max_size=8)


@pytest.mark.slow
@given(
    batches=st.lists(TEXTS, min_size=1, max_size=2),
    asked=st.lists(st.text(TEXT_CHARS, min_size=1, max_size=2), min_size=1, max_size=6, unique=True),
    step=st.integers(1, 3),
)
def test_counted_in_texts_grams_score_as_their_postings_do(
    batches: list[list[str]], asked: list[str], step: int
) -> None:
    """In any passages, over segments, with texts that are empty and grams that stand nowhere."""
    terms: list[WeightedTerm] = [
        ("text_pairs" if len(gram) == 2 else "text_chars", gram, 0.5 + number)
        for number, gram in enumerate(gram for gram in dict.fromkeys(map(fold, asked)) if 1 <= len(gram) <= 2)
    ]
    with tempfile.TemporaryDirectory() as name, ArraySearcher(make_index(Path(name), batches)) as searcher:
        docs = searcher.documents(wq.Every())[::step]
        grams = [term for term in terms if is_gram(term)]
        expected = searcher.scores_at(grams, docs)
        assert gram_scores(searcher, grams, docs) == pytest.approx(expected, rel=1e-5)


def test_what_is_beyond_the_basic_plane_is_left_to_postings() -> None:
    """In stored texts such characters look alike."""
    assert is_gram(("text_pairs", "网格", 1.0))
    assert not is_gram(("text_pairs", "网𠮷", 1.0))
    assert not is_gram(("text", "网格", 1.0))


def test_a_score_does_not_depend_on_the_passages_beside_it(tmp_path: Path) -> None:
    """Alone or among others, to the last digit: an explanation adds up, and an update changes no order."""
    texts = ["网格化管理" * number + "网格，" for number in range(1, 9)]
    grams = [("text_pairs", "网格", 1.0), ("text_chars", "网", 0.7), ("text_chars", "管", 0.3)]
    with ArraySearcher(make_index(tmp_path, [texts])) as searcher:
        docs = searcher.documents(wq.Every())
        alone = [gram_scores(searcher, grams, docs[at : at + 1]).item() for at in range(len(docs))]
        assert np.array(alone, np.float32).tolist() == gram_scores(searcher, grams, docs).tolist()
