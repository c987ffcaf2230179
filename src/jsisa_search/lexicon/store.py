"""Harvests kept in a file beside the index, so that no text is read again that was read before.

Segments never change, so a harvest is kept under the name of its segment.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any

from jsisa_search.lexicon.definitions import Definition
from jsisa_search.lexicon.harvest import Harvest

#: Name of the file in the index folder. It may be taken away at any time.
HARVEST_FILE = "jsisa-search-terms.json"

#: Bytes of the file; that of 200,000 paragraphs has 2 million.
MAX_BYTES = 256 << 20

# Goes up whenever the same texts give another harvest.
_VERSION = 1

# More texts than any index has; a number beyond it can't be reckoned with.
_MAX_COUNT = 1 << 40


def write_harvests(folder: Path, harvests: Mapping[str, Harvest]) -> None:
    """Keep the harvests by segment in place of what was kept; whole or not at all.

    Where the folder can't be written to, nothing is kept: the file only saves time.
    """
    segments = {
        name: {
            "coinages": found.coinages,
            "titles": found.titles,
            "sentences": [[*astuple(each), count] for each, count in found.sentences.items()],
        }
        for name, found in harvests.items()
    }
    # A name of its own for each process: several may read the same new index.
    temporary = folder / f"{HARVEST_FILE}.{os.getpid()}.tmp"
    try:
        temporary.write_text(json.dumps({"version": _VERSION, "segments": segments}), encoding="ascii")
        temporary.replace(folder / HARVEST_FILE)
    except OSError:
        temporary.unlink(missing_ok=True)


def read_harvests(folder: Path) -> dict[str, Harvest]:
    """Return the harvests that were kept, by segment; none where the file is missing or damaged."""
    path = folder / HARVEST_FILE
    try:
        if path.stat().st_size > MAX_BYTES:
            return {}
        kept = json.loads(path.read_text(encoding="ascii"))
        segments = kept["segments"] if kept["version"] == _VERSION else {}
        return {name: _harvest(**found) for name, found in segments.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def _harvest(coinages: Any, titles: Any, sentences: Any) -> Harvest:
    definitions = {_definition(short, full, text): count for short, full, text, count in sentences}
    return Harvest(_counts(coinages), _counts(titles), _counts(definitions))


def _counts(kept: Any) -> Counter[Any]:
    if not all(type(count) is int and 0 < count < _MAX_COUNT for count in kept.values()):
        raise ValueError("not the counts of texts")
    return Counter(kept)


def _definition(*names: Any) -> Definition:
    if not all(isinstance(name, str) for name in names):
        raise TypeError("not a definition")
    return Definition(*names)
