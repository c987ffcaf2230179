"""The weights of ranking, read from data/weights.toml, where each stands with how it was found."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Weights:
    """What each kind of evidence multiplies its BM25 score with, and what is added for kinds of matches.

    `fields` is by field; `literal`, `aligned` and `paragraph` are added to the score.
    """

    fields: dict[str, float]
    parts: float
    pairs: float
    chars: float
    literal: float
    aligned: float
    paragraph: float
    release: float
    question: float


@cache
def weights() -> Weights:
    """Return the weights of this version."""
    text = files("jsisa_search.query").joinpath("data/weights.toml").read_text(encoding="utf-8")
    return Weights(**tomllib.loads(text))
