"""Which words of a query stand near each other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import query as wq

from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.schema import make_schema
from jsisa_search.search.engine.searcher import ArraySearcher
from jsisa_search.search.ranking.rerank import NEAR_WORDS, WINDOW, near_scores
from tests.properties import examples

# Latin words are cut at blanks, whatever the dictionary says.
WORDS = ("ax", "bx", "cx", "dx", "ex", "fx", "gx")


def _scores(folder: Path, segments: Sequence[Sequence[Sequence[str]]], words: Sequence[str]) -> list[float]:
    """Return the scores of texts, given as their words, in an index of several segments."""
    index = ArrayIndex.create(folder, make_schema())
    for texts in segments:
        writer = index.writer()
        for text in texts:
            writer.add_document(kind="paragraph", text=" ".join(text))
        writer.commit(merge=False)
    with ArraySearcher(index, live_statistics=True) as searcher:
        docs = searcher.documents(wq.Every())
        scores: list[float] = near_scores(searcher, words, docs).tolist()
    return scores


def test_two_words_count_up_to_the_window(tmp_path: Path) -> None:
    """In either order, as far as the window reaches and no further."""
    far = ["ax", *["zz"] * (WINDOW - 1), "bx"]
    texts = [["ax", "bx"], ["bx", "zz", "ax"], far, [*far[:-1], "zz", "bx"], ["ax"], ["zz"]]
    scores = _scores(tmp_path, [texts], ["ax", "bx"])
    assert scores[0] == scores[1] == scores[2] > 0
    assert scores[3:] == [0, 0, 0]


@pytest.mark.slow
@examples(0.5)
@given(
    texts=st.lists(st.lists(st.sampled_from((*WORDS, "zz")), max_size=60), min_size=1, max_size=8),
    cut=st.integers(0, 8),
    words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=NEAR_WORDS, unique=True),
)
def test_every_pair_within_the_window_counts_as_its_commoner_word(
    texts: list[list[str]], cut: int, words: list[str]
) -> None:
    """Compared with looking at every place of every word, in one segment and in two."""
    texts = [text or ["zz"] for text in texts]
    parts = [part for part in (texts[:cut], texts[cut:]) if part]
    with TemporaryDirectory() as folder:
        scores = _scores(Path(folder), parts, words)
    rarity = {word: _idf(len(texts), sum(word in text for text in texts)) for word in words}
    for text, score in zip(texts, scores, strict=True):
        near = [pair for pair in combinations(words, 2) if _is_near(text, *pair)]
        assert score == pytest.approx(sum(min(rarity[a], rarity[b]) for a, b in near), abs=1e-4)


def _idf(count: int, frequency: int) -> float:
    return float(np.log(1 + (count - frequency + 0.5) / (frequency + 0.5)))


def _is_near(text: list[str], first: str, second: str) -> bool:
    places = [[at for at, word in enumerate(text) if word == wanted] for wanted in (first, second)]
    return any(abs(a - b) <= WINDOW for a in places[0] for b in places[1])


def test_only_the_rarest_words_are_looked_at(tmp_path: Path) -> None:
    """A word more common than enough others is near nothing."""
    common, *rare = WORDS[: NEAR_WORDS + 1]
    texts = [[common, rare[0]], [rare[0], rare[1]], [common], [common], rare]
    scores = _scores(tmp_path, [texts], [common, *rare])
    assert scores[0] == 0
    assert scores[1] > 0
