"""Passages that may have what a draft quotes: all that have it literally, and those most like it."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as wq

from jsisa_search.analysis.marks import mark_table, quotation_of
from jsisa_search.query.custom_queries import Literal, Quoted
from jsisa_search.query.equivalents import equivalents
from jsisa_search.research.check.lettered import Lettered
from jsisa_search.schema import PAIRS
from jsisa_search.search.interface import Matches, Searcher

Array = NDArray[Any]

TEXT = "text"

# Of each stretch of so many letters, the pairs that the fewest passages have are looked for.
_STRETCH, _PAIRS_OF_STRETCH = 12, 5
_MOST_PAIRS = 120
# Texts that are kept with their letters.
_KEPT_TEXTS = 2_000
# Weights are multiples of a power of two, so that their sums are exact in any order: two engines then agree.
_PAIR_STEPS, _WORD_STEPS = 1 << 8, 1 << 16


class Having:
    """The passages that have a quotation: their number, and themselves in order of their dates.

    They are read as far as they are looked at; whether one is among them depends on its text.
    """

    def __init__(self, matches: Matches, is_one: Callable[[int], bool]) -> None:
        self._matches, self._is_one = matches, is_one
        self._rest = matches.by_date()
        self._known: list[int] = []

    def __len__(self) -> int:
        return len(self._matches)

    def __contains__(self, doc: int) -> bool:
        return self._is_one(doc)

    def __iter__(self) -> Iterator[int]:
        number = 0
        while number < len(self._known) or self._read():
            yield self._known[number]
            number += 1

    def _read(self) -> bool:
        """Add the next passage; return whether there was one."""
        found = next(self._rest, None)
        if found is not None:
            self._known.append(found)
        return found is not None


class Candidates:
    """Finds passages in one snapshot of an index, for one draft."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher
        self._search = searcher.execution()
        self._texts: OrderedDict[int, Lettered] = OrderedDict()
        self._having: dict[str, Having] = {}
        self._latest: tuple[str, int, list[int]] = ("", 0, [])
        #: How many documents there are.
        self.number = max(searcher.doc_count, 1)

    def literal(self, quoted: Lettered) -> Having:
        """Return the passages that contain a text but for the forms of its characters."""
        core = quoted.folded.text[slice(*quoted.folded_range(0, len(quoted)))]
        if core not in self._having:
            tree = Literal(TEXT, core)
            self._having[core] = self._having_of(tree, tree.matches_text)
        return self._having[core]

    def punctuated(self, quoted: Lettered) -> Having:
        """Return the passages that contain a text with other punctuation."""
        core = quoted.original[slice(*quoted.original_range(0, len(quoted)))]
        quotation = quotation_of(core)
        if quotation is None:
            return self._having_of(wq.NullQuery, lambda _: False)
        return self._having_of(Quoted(TEXT, core), lambda folded: any(True for _ in quotation.spans(folded)))

    def in_other_forms(self, quoted: Lettered) -> Having:
        """Return the passages that contain a text with its numbers written otherwise."""
        core = quoted.folded.text[slice(*quoted.folded_range(0, len(quoted)))]
        trees = [Literal(TEXT, form) for form in equivalents(core)]
        if not trees:
            return self._having_of(wq.NullQuery, lambda _: False)
        return self._having_of(wq.Or(trees), lambda text: any(tree.matches_text(text) for tree in trees))

    def in_any_form(self, quoted: Lettered) -> wq.Query:
        """Return the tree of the passages that may contain a text, but for marks and notation."""
        core = quoted.folded.text[slice(*quoted.folded_range(0, len(quoted)))]
        written = quoted.original[slice(*quoted.original_range(0, len(quoted)))]
        forms: list[wq.Query] = [Literal(TEXT, form) for form in (core, *equivalents(core))]
        return wq.Or([*forms, Quoted(TEXT, written)] if quotation_of(written) else forms)

    def matches(self, tree: wq.Query) -> Matches:
        """Return the passages of a tree."""
        return self._search.matches(tree)

    def release_of(self, doc: int) -> str:
        """Return the id of the release of a passage."""
        release: str = self.searcher.document(doc)["release"]
        return release

    def day_of(self, doc: int) -> date | None:
        """Return the day of the release of a passage."""
        published: datetime | None = self.searcher.document(doc).get("published")
        return None if published is None else published.date()

    def _having_of(self, tree: wq.Query, is_match: Callable[[str], bool]) -> Having:
        return Having(self._search.matches(tree), lambda doc: is_match(self.text(doc).folded.text))

    def nearest(self, letters: str, count: int) -> list[int]:
        """Return up to `count` passages with the most pairs of letters in common, rare ones counting more.

        Those of the latest letters are cached: each step of a verdict asks for them.
        """
        if self._latest[:2] != (letters, count):
            self._latest = letters, count, self._find_nearest(letters, count)
        return self._latest[2]

    def _find_nearest(self, letters: str, count: int) -> list[int]:
        terms = [
            (TEXT + PAIRS, pair, _stepped(weight, _PAIR_STEPS)) for pair, weight in self._rare_pairs(letters)
        ]
        return self._search.likest(terms, count)

    def measured(self, forms: Iterable[str], weights: Mapping[str, float], count: int) -> list[int]:
        """Return up to `count` passages with one of some strings as a whole, those with most words first."""
        having = wq.Or([Literal(TEXT, form, is_whole=True) for form in forms])
        terms = [(TEXT, word, _stepped(weight, _WORD_STEPS)) for word, weight in weights.items()]
        return self._search.likest(terms, count, among=having)

    def _rare_pairs(self, letters: str) -> list[tuple[str, float]]:
        """Return pairs of letters with their weights, the rarest of each stretch, so that all count."""
        found: dict[str, float] = {}
        stretches = [letters[first : first + _STRETCH + 1] for first in range(0, len(letters), _STRETCH)]
        pairs = [{before + behind for before, behind in pairwise(stretch)} for stretch in stretches]
        counts = self.frequencies(TEXT + PAIRS, sorted(set().union(*pairs)))
        for own in pairs:
            counted = sorted((counts[pair], pair) for pair in own if counts[pair])
            for count, pair in counted[:_PAIRS_OF_STRETCH]:
                found[pair] = math.log(1 + self.number / count)
        return sorted(found.items(), key=lambda item: -item[1])[:_MOST_PAIRS]

    def frequencies(self, field: str, terms: Iterable[str]) -> dict[str, int]:
        """Return how many documents have each of some terms."""
        wanted = list(terms)
        self.searcher.prepare((field, term) for term in wanted)
        return {term: self.searcher.frequency(field, term) for term in wanted}

    def text(self, doc: int) -> Lettered:
        """Return the text of a passage with its letters; the latest are cached."""
        if doc in self._texts:
            self._texts.move_to_end(doc)
            return self._texts[doc]
        if len(self._texts) >= _KEPT_TEXTS:
            self._texts.popitem(last=False)
        text = self._texts[doc] = Lettered(self.searcher.text(doc))
        return text

    def letters(self, docs: Iterable[int]) -> dict[int, str]:
        """Return the letters of passages from their folded units, without the originals: ten times as fast.

        Characters beyond the basic plane are not distinguished: for likeness of texts, not for what is equal.
        """
        ordered = np.sort(np.array(list(docs), np.int64))
        units, lengths = self.searcher.units(TEXT, ordered)
        is_letter = mark_table().take(units) == 0
        ends = lengths.cumsum()
        kept = np.concatenate([[0], is_letter.cumsum()])[np.concatenate([[0], ends])].tolist()
        joined: str = units[is_letter].astype("<u2").tobytes().decode("utf-16-le", "replace")
        spans = pairwise(kept)
        return {doc: joined[start:end] for doc, (start, end) in zip(ordered.tolist(), spans, strict=True)}


def _stepped(weight: float, steps: int) -> float:
    return round(weight * steps) / steps
