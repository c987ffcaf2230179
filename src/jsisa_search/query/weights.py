"""The weights of ranking, read from data/weights.toml, where each stands with how it was found."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Weights:
    """What each kind of evidence multiplies its BM25 score with, and what is added for kinds of matches.

    `fields` is by field; `literal`, `aligned`, `paragraph` and `first` are added to the score;
    `pairs_k1` is BM25's k1 for pairs of characters.
    """

    fields: dict[str, float]
    parts: float
    pairs: float
    chars: float
    pairs_k1: float
    near: float
    literal: float
    aligned: float
    paragraph: float
    first: float
    release: float


@cache
def weights() -> Weights:
    """Return the weights of this version."""
    text = files("jsisa_search.query").joinpath("data/weights.toml").read_text(encoding="utf-8")
    return Weights(**tomllib.loads(text))
