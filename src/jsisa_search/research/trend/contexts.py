"""The folded texts of passages, and where a string occurs in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.texts import ASTRAL
from jsisa_search.search.engine.searcher import ArraySearcher
from jsisa_search.search.engine.substring import folded_text

Array = NDArray[Any]


def folded_texts(searcher: ArraySearcher, docs: Array) -> Iterator[str]:
    """Yield the folded text of each of `docs` (int64, ascending), all of which have one."""
    for view in searcher.views:
        texts = view.file.texts("text")
        if texts is None:
            continue
        for number in (texts.rows[view.inside(docs)].astype(np.int64) - 1).tolist():
            units = texts.units[int(texts.starts[number]) : int(texts.starts[number + 1])]
            text = units.tobytes().decode("utf-16-le", "surrogatepass")
            yield folded_text(texts, number) if chr(ASTRAL) in text else text


def places_of(wanted: str, folded: str) -> Iterator[int]:
    """Yield where a string begins in a folded text, overlaps not counted."""
    at = folded.find(wanted)
    while at >= 0:
        yield at
        at = folded.find(wanted, at + len(wanted))
