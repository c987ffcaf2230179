"""What the texts of an index tell about words by themselves, gathered in one pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from jsisa_search.lexicon.coinages import count_coinages, count_titles
from jsisa_search.lexicon.definitions import Definition, find_definitions

# Texts that are looked at together: so many that three passes cost no more than one, and few enough to hold.
_BATCH = 4096


@dataclass(frozen=True, slots=True)
class Harvest:
    """Coinages and titles, each with the number of texts that have it, and definitions in order."""

    coinages: Mapping[str, int] = field(default_factory=dict)
    titles: Mapping[str, int] = field(default_factory=dict)
    definitions: tuple[Definition, ...] = ()


def harvest(texts: Iterable[str]) -> Harvest:
    """Return the coinages, titles and definitions of `texts`; takes time linear in them."""
    coinages: Counter[str] = Counter()
    titles: Counter[str] = Counter()
    definitions: dict[tuple[str, str], Definition] = {}
    for batch in _batches(texts):
        coinages.update(count_coinages(batch))
        titles.update(count_titles(batch))
        for found in find_definitions(batch):
            definitions.setdefault((found.short, found.full), found)
    return Harvest(coinages, titles, tuple(definitions.values()))


def _batches(texts: Iterable[str]) -> Iterable[list[str]]:
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch
