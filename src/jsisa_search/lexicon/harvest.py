"""What the texts of an index tell about words by themselves, gathered in one pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Self

from jsisa_search.lexicon.coinages import count_coinages, count_titles
from jsisa_search.lexicon.definitions import Definition, count_definitions, distinct_definitions

# Texts that are looked at together: enough that starting anew costs nothing, and few enough to hold.
_BATCH = 4096


@dataclass(frozen=True, slots=True)
class Harvest:
    """Coinages, titles and defining sentences, each with the number of texts that have it.

    That of two stocks of texts is the sum, that of what remains of one the difference.
    """

    coinages: Counter[str] = field(default_factory=Counter)
    titles: Counter[str] = field(default_factory=Counter)
    sentences: Counter[Definition] = field(default_factory=Counter)

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """Each abbreviation and its full name once, with the shortest sentence, in their order."""
        return distinct_definitions(self.sentences)

    def __add__(self, other: Self) -> Self:
        return type(self)(
            self.coinages + other.coinages, self.titles + other.titles, self.sentences + other.sentences
        )

    def __sub__(self, other: Self) -> Self:
        return type(self)(
            self.coinages - other.coinages, self.titles - other.titles, self.sentences - other.sentences
        )


def harvest(texts: Iterable[str]) -> Harvest:
    """Return what `texts` set off as words and define; takes time linear in them."""
    found = Harvest()
    for batch in _batches(texts):
        found.coinages.update(count_coinages(batch))
        found.titles.update(count_titles(batch))
        found.sentences.update(count_definitions(batch))
    return found


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch
