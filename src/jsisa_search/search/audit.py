"""Searches for random strings, to check that exactly the passages that contain each are found.

The answer comes from a scan of all texts, which shares nothing with the search but how characters are
folded: neither postings nor the folded texts of the index, only the texts as they were given.
"""

from __future__ import annotations

import random
import time
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis import fold
from jsisa_search.model import Plain
from jsisa_search.progress import OnProgress, Progress
from jsisa_search.query.custom_queries import Literal
from jsisa_search.search.engine.searcher import ArraySearcher

Array = NDArray[Any]

#: The longest string that is drawn, in characters: longer than a name or a set phrase.
LONGEST = 12

# Maximum failures returned as examples; one defect causes many.
_EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class Failure(Plain):
    """A string with which search and scan differ, in passages or in occurrences."""

    text: str
    missing: int
    wrong: int
    occurrences: int
    expected_occurrences: int


@dataclass(frozen=True, slots=True)
class Audit(Plain):
    """What searches for `samples` random strings found, beside a scan of all texts.

    `expected` and `found` count the passages of scan and search over all samples, `agreed` those of both;
    `failed` counts the samples with any difference, `failures` has the first of them. `characters` in
    `passages` were scanned for each sample; all took `seconds`.
    """

    samples: int
    found: int
    expected: int
    agreed: int
    occurrences: int
    failed: int
    failures: tuple[Failure, ...]
    characters: int
    passages: int
    seconds: float

    @property
    def recall(self) -> float:
        """The share of the expected passages that were found; 1 where there were none."""
        return self.agreed / self.expected if self.expected else 1.0

    @property
    def precision(self) -> float:
        """The share of the passages found that were expected; 1 where there were none."""
        return self.agreed / self.found if self.found else 1.0

    @property
    def is_perfect(self) -> bool:
        """Whether search and scan agree on all passages and occurrences."""
        return not self.failed


class Corpus:
    """The live texts of an index in one string: original, and folded as a search folds them."""

    def __init__(self, searcher: ArraySearcher) -> None:
        texts = dict(_live_texts(searcher))
        self.documents = np.fromiter(texts, np.int64, len(texts))
        self.original = "".join(texts.values())
        self.folded = fold(self.original)
        #: Where each text begins, and at last where the last one ends.
        self.starts = list(accumulate(map(len, texts.values()), initial=0))

    def draw(self, chance: random.Random) -> str:
        """Return a random string of up to `LONGEST` characters that occurs in one of the texts."""
        start = chance.randrange(len(self.original))
        end = self.starts[bisect_right(self.starts, start)]
        return self.original[start : min(start + chance.randint(1, LONGEST), end)]

    def scan(self, text: str) -> tuple[Array, int]:
        """Return the documents that contain `text` (int64, ascending), and how often, without overlaps."""
        needle, size = fold(text), len(text)
        numbers: list[int] = []
        count, number, at = 0, -1, self.folded.find(needle)
        while at >= 0:
            if number < 0 or at >= self.starts[number + 1]:
                number = bisect_right(self.starts, at) - 1
            # A match across the end of a text is in no text.
            is_inside = at + size <= self.starts[number + 1]
            if is_inside:
                count += 1
                numbers.append(number)
            at = self.folded.find(needle, at + (size if is_inside else 1))
        return self.documents[np.unique(np.array(numbers, np.int64))], count


def audit(searcher: ArraySearcher, samples: int, seed: int, progress: OnProgress | None = None) -> Audit:
    """Search for random strings of the texts, and compare with a scan; `progress` is called after each.

    The same seed draws the same strings from the same texts. Where there is no text, nothing is drawn.
    """
    started = time.perf_counter()
    with searcher.concluding_damage():
        corpus = Corpus(searcher)
    chance = random.Random(seed)
    outcomes: list[_Outcome] = []
    samples = samples if corpus.original else 0
    for number in range(samples):
        outcomes.append(_compare(searcher, corpus, corpus.draw(chance)))
        if progress is not None:
            progress(Progress.of("comparing", number + 1, samples))
    failures = [outcome.failure for outcome in outcomes if outcome.failure]
    return Audit(
        samples=samples,
        found=sum(outcome.found for outcome in outcomes),
        expected=sum(outcome.expected for outcome in outcomes),
        agreed=sum(outcome.agreed for outcome in outcomes),
        occurrences=sum(outcome.occurrences for outcome in outcomes),
        failed=len(failures),
        failures=tuple(failures[:_EXAMPLES]),
        characters=len(corpus.original),
        passages=len(corpus.documents),
        seconds=time.perf_counter() - started,
    )


@dataclass(frozen=True, slots=True)
class _Outcome:
    """One sample: passages of the search, of the scan and of both, and the occurrences of the scan."""

    found: int
    expected: int
    agreed: int
    occurrences: int
    failure: Failure | None


def _compare(searcher: ArraySearcher, corpus: Corpus, text: str) -> _Outcome:
    docs = searcher.documents(Literal("text", text))
    count = searcher.occurrences("text", text, docs)
    true_docs, true_count = corpus.scan(text)
    agreed = len(np.intersect1d(docs, true_docs, assume_unique=True))
    is_right = agreed == len(docs) == len(true_docs) and count == true_count
    failure = Failure(text, len(true_docs) - agreed, len(docs) - agreed, count, true_count)
    return _Outcome(len(docs), len(true_docs), agreed, true_count, None if is_right else failure)


def _live_texts(searcher: ArraySearcher) -> Iterator[tuple[int, str]]:
    """Yield the number in the whole index and the original text of each document that is not deleted."""
    for view in searcher.views:
        texts = view.file.texts("text")
        if texts is None:
            continue
        has_text = texts.rows[:] > 0
        if view.live is not None:
            has_text &= view.live
        for doc in np.flatnonzero(has_text).tolist():
            text = texts.of_document(doc)
            if text:
                yield doc + view.base, text
