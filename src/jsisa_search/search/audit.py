"""Searches for random strings, to check that exactly the passages that contain each are found.

The answer comes from a scan of all texts as people see them (`search/seen_text.py`): neither postings nor
the folded texts of the index, only the texts as they were given. The strings are written as in the texts, as
they are seen, or with further blanks and marks that nobody sees. Each counts wherever it occurs, as for an
unquoted search: a string that ends in the middle of a number is found inside it.
"""

from __future__ import annotations

import random
import re
import time
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis.fold import fold_characters, folded_form
from jsisa_search.model import Plain
from jsisa_search.progress import OnProgress, Progress
from jsisa_search.query.custom_queries import Literal
from jsisa_search.search.interface import Searcher
from jsisa_search.search.seen_text import seen_characters, spell

Array = NDArray[Any]

#: The longest string that is drawn, in characters that are seen: longer than a name or a set phrase.
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
    """The texts of an index in one string, as a person sees them."""

    def __init__(self, numbered: Iterable[tuple[int, str]]) -> None:
        """Take the texts with their documents, in the order of these."""
        texts = dict(numbered)
        self.documents = np.fromiter(texts, np.int64, len(texts))
        self._originals = list(texts.values())
        read = _Reader("".join(self._originals))
        seen = [read.seen(text) for text in self._originals]
        self.seen = "".join(seen)
        #: Where each text begins, and at last where the last one ends.
        self.starts = list(accumulate(map(len, seen), initial=0))

    def draw(self, chance: random.Random) -> str:
        """Return a random string that is seen in one of the texts, as up to `LONGEST` characters."""
        start = chance.randrange(len(self.seen))
        number = bisect_right(self.starts, start) - 1
        text = seen_characters(self._originals[number])
        first = start - self.starts[number]
        # No text ends with a blank, and none has two in a row.
        first += text[first][0] == " "
        end = min(first + chance.randint(1, LONGEST), len(text))
        end -= text[end - 1][0] == " " and end > first + 1
        wanted = text[first:end]
        seen = "".join(char for char, _ in wanted)
        drawn = spell(seen, self._originals[number][wanted[0][1] : wanted[-1][1] + 1], chance)
        # A part of a number or of a character may be seen as something else on its own.
        return drawn if _seen(drawn) == seen else seen[0]

    def scan(self, text: str) -> tuple[Array, int]:
        """Return the documents that show `text` (int64, ascending), and how often, without overlaps."""
        needle = _seen(text)
        size = len(needle)
        numbers: list[int] = []
        count, number, at = 0, -1, self.seen.find(needle)
        while at >= 0:
            if number < 0 or at >= self.starts[number + 1]:
                number = bisect_right(self.starts, at) - 1
            # A match across the end of a text is in no text.
            is_inside = at + size <= self.starts[number + 1]
            if is_inside:
                count += 1
                numbers.append(number)
            at = self.seen.find(needle, at + (size if is_inside else 1))
        return self.documents[np.unique(np.array(numbers, np.int64))], count


class _Reader:
    """Reads texts as they are seen; most have nothing but characters that are seen, and are read at once."""

    def __init__(self, characters: str) -> None:
        unusual = {
            char for char in set(characters) if len(folded_form(char)) != 1 or folded_form(char) == " "
        }
        marks = "".join(map(re.escape, unusual))
        commas = "[0-9],[0-9]"
        self._slow = re.compile(f"[{marks}]|{commas}" if marks else commas)

    def seen(self, text: str) -> str:
        folded = fold_characters(text)
        return _seen(text) if self._slow.search(text) or self._slow.search(folded) else folded


def _seen(text: str) -> str:
    return "".join(char for char, _ in seen_characters(text))


def audit(searcher: Searcher, samples: int, seed: int, progress: OnProgress | None = None) -> Audit:
    """Search for random strings of the texts, and compare with a scan; `progress` is called after each.

    The same seed draws the same strings from the same texts. Where there is no text, nothing is drawn.
    """
    started = time.perf_counter()
    with searcher.concluding_damage():
        corpus = Corpus(searcher.live_texts())
    chance = random.Random(seed)
    outcomes: list[_Outcome] = []
    samples = samples if corpus.seen else 0
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
        characters=len(corpus.seen),
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


def _compare(searcher: Searcher, corpus: Corpus, text: str) -> _Outcome:
    found = searcher.execution().matches(Literal("text", text))
    docs, count = found.docs, found.occurrences(text)
    true_docs, true_count = corpus.scan(text)
    if count is None:
        count = true_count  # an engine that does not count so many makes no error
    agreed = len(np.intersect1d(docs, true_docs, assume_unique=True))
    is_right = agreed == len(docs) == len(true_docs) and count == true_count
    failure = Failure(text, len(true_docs) - agreed, len(docs) - agreed, count, true_count)
    return _Outcome(len(docs), len(true_docs), agreed, true_count, None if is_right else failure)
