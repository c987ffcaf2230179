"""Compares what engines answered: exact totals, and the ten best with their ties."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean
from typing import Any

K = 10
TIE = 1e-4
"""Scores nearer than this share of each other are a tie."""

Answers = dict[int, dict[str, Any]]
"""By query number: `total` and `hits` as the worker returns them."""


def answers_of(result: dict[str, Any]) -> Answers:
    """Give the answers of one search result their query numbers."""
    return dict(zip(result["numbers"], result["answers"], strict=True))


def compare(ours: Answers, theirs: Answers, classes: Sequence[str]) -> dict[str, dict[str, float | None]]:
    """Return per class the share of queries with the same total and the mean overlap of the ten best."""
    table: dict[str, dict[str, float | None]] = {}
    for class_name in dict.fromkeys(classes):
        numbers = [n for n in ours if n in theirs and classes[n] == class_name]
        same = [
            ours[n]["total"] == theirs[n]["total"]
            for n in numbers
            if None not in (ours[n]["total"], theirs[n]["total"])
        ]
        overlaps = [overlap(ours[n]["hits"], theirs[n]["hits"]) for n in numbers]
        table[class_name] = {
            "same_total": mean(same) if same else None,
            "overlap": mean(overlaps) if overlaps else None,
            "score_difference": max(
                (score_difference(ours[n]["hits"], theirs[n]["hits"]) for n in numbers), default=None
            ),
        }
    return table


def overlap(ours: list[list[float]], theirs: list[list[float]]) -> float:
    """Return the share of our ten best that they have among their ten best, or level with their tenth."""
    if not ours or not theirs:
        return float(not ours and not theirs)
    worst = theirs[min(K, len(theirs)) - 1][1]
    accepted = {number for number, score in theirs if score >= worst - TIE * abs(worst)}
    best = ours[:K]
    return sum(number in accepted for number, _ in best) / len(best)


def score_difference(ours: list[list[float]], theirs: list[list[float]]) -> float:
    """Return the largest relative difference of the scores at the same place among the ten best."""
    pairs = zip(ours[:K], theirs[:K], strict=False)
    return max((abs(a - b) / max(abs(a), abs(b), 1e-9) for (_, a), (_, b) in pairs), default=0.0)
