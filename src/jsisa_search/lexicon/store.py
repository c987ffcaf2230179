"""A harvest kept in a file beside the index, so that the next process need not read every text again."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any

from jsisa_search.lexicon.definitions import Definition
from jsisa_search.lexicon.harvest import Harvest

#: Name of the file in the index folder. It may be taken away at any time.
HARVEST_FILE = "jsisa-search-terms.json"

# Goes up whenever the same texts give another harvest.
_VERSION = 1


def write_harvest(folder: Path, harvest: Harvest, stamp: str) -> None:
    """Keep `harvest`, which holds for the state of the index that `stamp` tells; whole or not at all.

    Where the folder can't be written to, nothing is kept: the file only saves time.
    """
    kept = {
        "version": _VERSION,
        "stamp": stamp,
        "coinages": dict(harvest.coinages),
        "titles": dict(harvest.titles),
        "definitions": [astuple(each) for each in harvest.definitions],
    }
    # A name of its own for each process: several may read the same new index.
    temporary = folder / f"{HARVEST_FILE}.{os.getpid()}.tmp"
    try:
        temporary.write_text(json.dumps(kept), encoding="ascii")
        temporary.replace(folder / HARVEST_FILE)
    except OSError:
        temporary.unlink(missing_ok=True)


def read_harvest(folder: Path, stamp: str) -> Harvest | None:
    """Return the harvest that was kept for `stamp`; `None` where there is none, or it is damaged."""
    try:
        kept = json.loads((folder / HARVEST_FILE).read_text(encoding="ascii"))
        if (kept["version"], kept["stamp"]) != (_VERSION, stamp):
            return None
        definitions = tuple(_definition(*each) for each in kept["definitions"])
        return Harvest(_counts(kept["coinages"]), _counts(kept["titles"]), definitions)
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def _counts(kept: Any) -> Mapping[str, int]:
    if not isinstance(kept, dict) or not all(type(count) is int and count > 0 for count in kept.values()):
        raise TypeError("not counts by text")
    return kept


def _definition(short: Any, full: Any, sentence: Any) -> Definition:
    if not (isinstance(short, str) and isinstance(full, str) and isinstance(sentence, str)):
        raise TypeError("not a definition")
    return Definition(short, full, sentence)
