"""The words of an index: completions, corrections and the terms that its texts define."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cached_property

from jsisa_search.analysis import fold
from jsisa_search.lexicon.assist.pinyin import load_pinyin
from jsisa_search.lexicon.assist.shelf import Shelf
from jsisa_search.lexicon.assist.spelling import Correction, Vocabulary, corrections
from jsisa_search.lexicon.assist.suggest import Completer, Suggestion, last_piece
from jsisa_search.lexicon.corpus.harvest import Harvest, read_harvests, write_harvests
from jsisa_search.lexicon.user_lexicon import Lexicon
from jsisa_search.search.assist.near_phrases import near_phrases
from jsisa_search.search.assist.segment_words import (
    SegmentWords,
    harvest_of,
    texts_of,
    titles_part,
    words_part,
)
from jsisa_search.search.engine.searcher import ArraySearcher

# A segment of so few documents is read rather than looked up in the file of harvests.
_SMALL = 1000


# While an index is held, what its texts quote is read again after so many seconds at the earliest: putting
# 34,000 wordings in order takes half a second, and a new word of the texts is known without it.
_QUOTED_SECONDS = 60.0


class Quoted:
    """What the texts quote and define, for completions and corrections; it outlives its snapshot."""

    def __init__(self, harvest: Harvest) -> None:
        self.coinages = Shelf.of("coinage", harvest.coinages.items(), pinyin=load_pinyin())
        self.titles = Shelf.of("title", harvest.titles.items(), pinyin=load_pinyin())
        self.definitions = harvest.definitions
        self._made = time.monotonic()

    @property
    def is_recent(self) -> bool:
        """Whether it may serve a later snapshot too."""
        return time.monotonic() - self._made < _QUOTED_SECONDS


class IndexVocabulary:
    """The words of one generation of an index under one lexicon; each part is computed on first use.

    What segments have is computed once for each of them, and counted together when it is asked for.
    """

    def __init__(self, searcher: ArraySearcher, lexicon: Lexicon) -> None:
        self.searcher = searcher
        self.lexicon = lexicon

    def suggest(self, typed: str, limit: int) -> tuple[Suggestion, ...]:
        """Return completions of the last piece of a query that is being typed, the likeliest first."""
        return self.completer.complete(last_piece(typed), limit)

    def corrections(self, piece: str, limit: int, count_of: Callable[[str], int]) -> tuple[Correction, ...]:
        """Return corrections of `piece`; none if it occurs literally, or if `count_of` finds its words."""
        if near := near_phrases(self.searcher, piece, limit, texts_of):
            return near
        if count_of(piece):
            return ()
        return corrections(piece, self.vocabulary, limit, count_of=count_of)

    @cached_property
    def harvest(self) -> Harvest:
        """Coinages, titles and definitions of the texts.

        Cached in the index folder by segment, so that an update reads only the texts that it wrote; what
        deleted documents contributed is subtracted.
        """
        with self.searcher.concluding_damage():
            parts = [view.file.derived(SegmentWords) for view in self.searcher.views]
            self._collect(parts)
            found = sum((part.harvest for part in parts if part.harvest), Harvest())
            gone = (part.gone(view) for part, view in zip(parts, self.searcher.views, strict=True))
            return found - sum(gone, Harvest())

    def _collect(self, parts: Sequence[SegmentWords]) -> None:
        """Load the words of each segment: from the file, or from its texts."""
        names, views, folder = self._segment_names(), self.searcher.views, self.lexicon.folder
        new = [at for at, part in enumerate(parts) if part.harvest is None]
        is_little = len(new) < len(parts) and all(views[at].doc_count < _SMALL for at in new)
        cached = read_harvests(folder) if folder and new and not is_little else {}
        for at in new:
            parts[at].harvest = cached.get(names[at]) or harvest_of(views[at])
        if folder and new and not is_little and cached.keys() != set(names):
            harvests = {name: part.harvest for name, part in zip(names, parts, strict=True) if part.harvest}
            write_harvests(folder, harvests)

    @cached_property
    def completer(self) -> Completer:
        """The completer of prefixes."""
        words = self._words
        with self.searcher.concluding_damage():
            titles = [
                (view, view.file.derived(SegmentWords).titles_of(view.file)) for view in self.searcher.views
            ]
            parts = [titles_part(view, found) for view, found in titles if found]
            own = [(word, words.total(fold(word))) for word in self.lexicon.user_words.words]
        return Completer(
            {
                "user_word": own,
                "coinage": self.quoted.coinages,
                "title": self.quoted.titles,
                "release": Shelf("release", parts, most=1),
                "word": words,
            },
            self.quoted.definitions,
        )

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The candidates for corrections of a misspelt piece."""
        return Vocabulary([self._words, self.quoted.coinages, self.quoted.titles])

    @cached_property
    def quoted(self) -> Quoted:
        """What the texts quote and define."""
        return Quoted(self.harvest)

    @cached_property
    def _words(self) -> Shelf:
        """The words of the texts, each with the number of passages that have it."""
        with self.searcher.concluding_damage():
            parts = [words_part(view, view.file.derived(SegmentWords)) for view in self.searcher.views]
        return Shelf("word", [part for part in parts if part])

    def _segment_names(self) -> list[str]:
        reader = self.searcher.reader
        leaves = reader.leaf_readers() if self.searcher.views else []
        return [leaf.segment().file_name() for leaf, _ in leaves]


class _Kept:
    """The vocabulary of a snapshot."""

    def __init__(self) -> None:
        self.vocabulary: IndexVocabulary | None = None


def vocabulary_of(searcher: ArraySearcher, lexicon: Lexicon) -> IndexVocabulary:
    """Return the vocabulary of a snapshot, which keeps it as long as the lexicon is the same."""
    kept = searcher.derived(_Kept)
    found = kept.vocabulary
    if found is None or found.lexicon is not lexicon:
        found = kept.vocabulary = IndexVocabulary(searcher, lexicon)
    return found


def prepare(searcher: ArraySearcher, before: ArraySearcher, lexicon: Lexicon) -> None:
    """Read what the first completion and the first correction in a snapshot would have to.

    It takes over what the texts of the snapshot before quote, while that is recent.
    """
    vocabulary, last = vocabulary_of(searcher, lexicon), before.derived(_Kept).vocabulary
    if last is not None and "quoted" in vars(last) and last.quoted.is_recent:
        vars(vocabulary).setdefault("quoted", last.quoted)
    vocabulary.suggest("一", 1)
    vocabulary.corrections("一一", 1, lambda _: 0)
