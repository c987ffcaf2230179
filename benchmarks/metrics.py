"""How good a ranking is, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from judged import Query

Floats = npt.NDArray[np.float64]

DEPTH = 10
METRICS = ("mrr@10", "success@1", "recall@10")
RESAMPLES = 2000
SEED = 20260101


def judge(ranking: Sequence[str], relevant: frozenset[str]) -> tuple[float, float, float]:
    """Return reciprocal rank, success at 1 and recall of the first ten, in the order of METRICS.

    Recall is the share of what ten places can hold: of 30 relevant passages, ten found are all.
    """
    found = [place for place, passage in enumerate(ranking[:DEPTH], 1) if passage in relevant]
    if not found:
        return 0.0, 0.0, 0.0
    return 1 / found[0], float(found[0] == 1), len(found) / min(DEPTH, len(relevant))


def judge_all(answers: Sequence[Sequence[str]], queries: Sequence[Query]) -> Floats:
    """Return an array of shape (queries, metrics)."""
    rows = [judge(answer, query.relevant) for answer, query in zip(answers, queries, strict=True)]
    return np.array(rows, dtype=np.float64).reshape(len(queries), len(METRICS))


@lru_cache(maxsize=4)
def _draws(size: int) -> Floats:
    """Return how often each of `size` rows is in each of the bootstrap's samples, as shares of a sample."""
    chance = np.random.default_rng(SEED)
    picks = chance.integers(size, size=(RESAMPLES, size), dtype=np.int32)
    counts = np.stack([np.bincount(row, minlength=size) for row in picks])
    return counts / size


def intervals(values: Floats) -> Floats:
    """Return for each column its mean and the ends of its 95 % interval: shape (columns, 3).

    The samples depend on the number of rows alone, so that columns are paired.
    """
    low, high = np.percentile(_draws(len(values)) @ values, (2.5, 97.5), axis=0)
    rows: Floats = np.stack([values.mean(axis=0), low, high], axis=1)
    return rows
