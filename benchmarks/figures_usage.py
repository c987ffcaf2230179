"""Count how words are used in the names of figures, in text that nobody has labelled.

    python benchmarks/figures_usage.py DATA > usage.tsv

The names are those that the shipped weights choose with a probability of a half or more, in those news,
articles and snippets that may be learned from (`is_for_scoring`). The table goes to
src/jsisa_search/figures/data/; the weights are then learned again with it (figures_training.py). It has no
text, only words of the segmenter.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from figures_releases import SNIPPETS, is_for_scoring
from judged import NEWS, read_lines
from trial_collection import ARTICLES

from jsisa_search.figures.extraction import extract
from jsisa_search.figures.figure import Setting
from jsisa_search.figures.naming import Name, Situation, choose, find_regions
from jsisa_search.figures.units import NO_UNIT, Unit, units

#: Names that are less probable are not counted, nor words with fewer uses, nor bonds with fewer names.
LEAST_SURE, FEWEST_USES, FEWEST_NAMES = 0.5, 3, 4
#: A share of more uses than these is told by a digit, one of fewer by a letter.
MANY = 12
#: Words on either side of a name in which uses are counted.
NEAR = 2
# A word as a table may have it.
_WORD = re.compile(r"[^\s#=]+")
_DIGITS, _LETTERS = "0123456789", "abcdefghij"


@dataclass(slots=True)
class Counts:
    """Uses of words near names, and names by unit: all, and by first word, last word and last character."""

    near: Counter[str] = field(default_factory=Counter)
    before: Counter[str] = field(default_factory=Counter)
    begin: Counter[str] = field(default_factory=Counter)
    inside: Counter[str] = field(default_factory=Counter)
    end: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)
    begins: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    ends: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    endings: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def choose(self, situation: Situation) -> Name:
        """Choose the name of a number, and count its words."""
        name = choose(situation)
        if name.span is None or name.probability < LEAST_SURE:
            return name
        for region in find_regions(situation):
            first, last = (bisect_left(region.places, place) for place in name.span)
            if region.places[first : first + 1] + region.places[last : last + 1] == [*name.span]:
                self._add([word for word, _ in region.words], first, last, situation.number.unit)
        return name

    def _add(self, words: list[str], first: int, last: int, unit: Unit) -> None:
        self.near.update(words[max(first - NEAR, 0) : last + NEAR])
        self.before.update(words[max(first - 1, 0) : first])
        self.begin[words[first]] += 1
        self.inside.update(words[first : last - 1])
        self.end[words[last - 1]] += 1
        self.after.update(words[last : last + 1])
        self.units[unit.name] += 1
        self.begins[words[first]][unit.name] += 1
        self.ends[words[last - 1]][unit.name] += 1
        self.endings[words[last - 1][-1:]][unit.name] += 1

    def lines(self) -> Iterator[str]:
        """Yield the lines of the table."""
        yield "# How words are used in names of figures. The units with their classes and names; then a word,"
        yield "# the tenths of its uses before a name, as its first word, in it, as its last one, behind it"
        yield "# (letters where they are few), and its names by unit: as first or last word, last character."
        yield "# Made by benchmarks/figures_usage.py."
        kinds = {unit.name: unit.kind for unit in (NO_UNIT, *units().by_form.values())}
        yield "\t".join(f"{name}={kinds[name]}={count}" for name, count in self.units.most_common())
        for word in sorted({*self.near, *self.endings}):
            if _WORD.fullmatch(word):
                told = [self._shares(word), *(_listed(names.get(word)) for names in self._names())]
                if any(told):
                    yield "\t".join([word, *told])

    def _names(self) -> tuple[defaultdict[str, Counter[str]], ...]:
        return self.begins, self.ends, self.endings

    def _shares(self, word: str) -> str:
        uses = self.near[word]
        if uses < FEWEST_USES:
            return ""
        digits = _DIGITS if uses > MANY else _LETTERS
        of_part = (self.before, self.begin, self.inside, self.end, self.after)
        return "".join(digits[min(int((part[word] + 0.3) / (uses + 1) * 10), 9)] for part in of_part)


def _listed(names: Counter[str] | None) -> str:
    if names is None or names.total() < FEWEST_NAMES:
        return ""
    return " ".join(f"{unit}={count}" for unit, count in sorted(names.items()))


def count(data: Path) -> Counts:
    """Count the words of all names in the text that may be learned from."""
    counts = Counts()
    for path, form in (
        (NEWS, "xwlb/{doc}"),
        (ARTICLES, "articles/{doc}.txt"),
        (SNIPPETS, "snippets/{id}.txt"),
    ):
        for line in read_lines(data / path):
            if not is_for_scoring(form.format(**line)):
                day = date.fromisoformat(line["date"][:10]) if line.get("date") else None
                extract(line["text"], Setting.of(line.get("title", ""), day), namer=counts.choose)
    return counts


def main() -> None:
    """Print the table."""
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    print(*count(Path(sys.argv[1])).lines(), sep="\n")


if __name__ == "__main__":
    main()
