"""Completions and corrections from what is on a cluster, asked for when they are wanted.

Nothing is kept on this machine: what an array index collects from all texts is here looked up for what was
typed, so that a cluster of any size answers in the same time. The rules of order and acceptance are the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from heapq import nsmallest
from typing import TYPE_CHECKING, Any

from jsisa_search.analysis import fold
from jsisa_search.cluster.words import (
    defining_body,
    enclosed_body,
    enclosed_of,
    escaped,
    is_whole,
    quoting_texts,
    sound_patterns,
    texts_body,
    texts_of,
    titles_body,
    words_body,
    words_near,
    words_of,
)
from jsisa_search.lexicon import load_rules
from jsisa_search.lexicon.assist.pinyin import load_pinyin
from jsisa_search.lexicon.assist.spelling import Correction, corrections, may_have_two
from jsisa_search.lexicon.assist.suggest import Completer, Suggestion, last_piece, typed_prefix
from jsisa_search.lexicon.corpus.definitions import count_definitions, distinct_definitions
from jsisa_search.lexicon.corpus.harvest import Harvest, count_coinages, count_titles, harvest
from jsisa_search.lexicon.user_lexicon import Lexicon
from jsisa_search.query.custom_queries import Literal
from jsisa_search.search.assist.near_phrases import NearPhrases, correctable_phrase

if TYPE_CHECKING:
    from jsisa_search.cluster.searcher import ClusterSearcher

_PAGE = 1_000

# User words that are counted, of those that begin as was typed: a file may have a hundred thousand.
_MOST_OWN = 100

# Passages from which on an index counts as large. Distinct words grow with the root of the passages: 8,768
# passages of 317 web pages have 31,000, and an index counts as large from 50,000 on.
_LARGE = 22_000


class ClusterVocabulary:
    """The words of a cluster under a lexicon; the methods are those of `IndexVocabulary`."""

    def __init__(self, searcher: ClusterSearcher, lexicon: Lexicon) -> None:
        """Take a searcher, for as long as it is used; nothing is asked for yet."""
        self.searcher = searcher
        self.lexicon = lexicon

    def suggest(self, typed: str, limit: int) -> tuple[Suggestion, ...]:
        """Return completions of the last piece of a query that is being typed, the likeliest first."""
        piece = last_piece(typed)
        prefix = typed_prefix(piece)
        if not prefix or limit <= 0:
            return ()
        sounds = sound_patterns(prefix)
        patterns = [escaped(prefix), *sounds]
        asked = [words_body(patterns), enclosed_body(patterns)]
        asked += [titles_body(prefix, sounds), defining_body(prefix, sounds)]
        words, enclosed, titles, defining = self.searcher.connection.searches(asked)
        begins = re.compile("|".join(patterns))
        coinages, quoted = _quoted(enclosed, begins)
        own = nsmallest(_MOST_OWN, filter(begins.match, self.lexicon.user_words.words))
        found = words_of(words, patterns)
        stock: dict[Any, Iterable[tuple[str, int]]] = {
            "user_word": self._counted(own).items(),
            "coinage": coinages.items(),
            "title": quoted.items(),
            "release": [(title, 1) for title in texts_of(titles)],
            "word": (found if is_whole(words) else self._counted(found)).items(),
        }
        defined = distinct_definitions(count_definitions(texts_of(defining)))
        return Completer(stock, defined).complete(piece, limit)

    def _counted(self, words: Iterable[str]) -> dict[str, int]:
        """Return the number of passages that have each of some words, asked for together."""
        asked = list(words)
        self.searcher.prepare(("text", word) for word in asked)
        return {word: self.searcher.statistics.frequency("text", word) for word in asked}

    def corrections(
        self,
        piece: str,
        limit: int,
        count_of: Callable[[str], int],
    ) -> tuple[Correction, ...]:
        """Return corrections of `piece`; none if it occurs literally, or if `count_of` finds its words."""
        phrase = correctable_phrase(piece)
        if phrase and (near := _ClusterPhrases(self.searcher, phrase).best(limit)):
            return near
        if count_of(piece):
            return ()
        return corrections(piece, _ClusterWords(self.searcher), limit, count_of=count_of)

    @cached_property
    def harvest(self) -> Harvest:
        """Coinages, titles and definitions of all texts, which are read: a second for some ten thousand."""
        return harvest(quoting_texts(self.searcher, ("称", "稱"), _PAGE))


def _quoted(answer: Mapping[str, Any], begins: re.Pattern[str]) -> tuple[Counter[str], Counter[str]]:
    """Return coinages and titles that begin as an expression says, as they are written."""
    found: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    for text, passages in enclosed_of(answer):
        for counted, in_text in zip(found, (count_coinages, count_titles), strict=True):
            for wording in in_text([text]):
                if begins.match(fold(wording)):
                    counted[wording] = max(counted[wording], passages)
    return found


class _ClusterWords:
    """The candidates for corrections of a misspelt piece; the methods are those of `spelling.Vocabulary`."""

    def __init__(self, searcher: ClusterSearcher) -> None:
        self._searcher = searcher
        self._near: dict[str, dict[str, int]] = {}
        self._known: dict[str, int] = {}
        self._share = min((searcher.statistics.passages / _LARGE) ** 0.5, 1.0)

    def least_count(self, kind: str) -> int:
        """Return the minimum number of texts of a word, by a name of `least_count` in the rules."""
        least: int = load_rules("spelling")["least_count"][kind]
        return max(int(least * self._share + 0.5), 1)

    def count(self, word: str) -> int:
        """Return the number of texts that contain a word, 0 if that is too small for a word to be known."""
        if word not in self._known:
            self._known[word] = self._searcher.statistics.frequency("text", word)
        count = self._known[word]
        return count if count >= self.least_count("same_sound") else 0

    def alike(self, word: str) -> Iterator[str]:
        """Yield the known words, `word` not among them, that sound like it."""
        pinyin = load_pinyin()
        if pinyin is None or word.isascii() or len(word) > load_rules("spelling")["size"]["most"]:
            return
        syllables = pinyin.syllables(word)
        pattern = "".join(f"[{pinyin.characters(each)}]" if each.isalpha() else "." for each in syllables)
        (answer,) = self._searcher.connection.searches([words_body([pattern])])
        found = words_of(answer, [pattern])
        self._searcher.prepare(("text", other) for other in found)
        for other in found:
            if other != word and self.count(other) and pinyin.syllables(other) == syllables:
                yield other

    def near(self, word: str) -> set[str]:
        """Return the known words that may differ from `word` in one edit, two if Latin and long."""
        rules = load_rules("spelling")
        longest = rules["latin"]["longest"] if word.isascii() else rules["size"]["most"]
        if not rules["size"]["least"] <= len(word) <= longest:
            return set()
        found = words_near(self._searcher, word, 2 if may_have_two(word) else 1)
        self._known |= found
        return {other for other in found if len(other) >= rules["size"]["least"] and self.count(other)} - {
            word
        }


class _ClusterPhrases(NearPhrases):
    """The search for a phrase in the texts on a cluster."""

    def __init__(self, searcher: ClusterSearcher, phrase: str) -> None:
        self._searcher = searcher
        super().__init__(phrase)

    def count(self, text: str) -> int:
        return self._searcher.count(Literal("text", text))

    def texts_with(self, parts: Sequence[str], most: int) -> Iterable[str]:
        return texts_of(self._searcher.connection.search(texts_body(parts, most)))

    def is_word(self, text: str) -> bool:
        return self._searcher.occurs("text", text)

    @property
    def size(self) -> int:
        return self._searcher.statistics.passages
