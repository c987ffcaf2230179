"""The words of an index: completions, corrections and the terms that its texts define."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as wq

from jsisa_search.analysis import fold
from jsisa_search.lexicon.assist.spelling import Correction, Vocabulary, corrections
from jsisa_search.lexicon.assist.suggest import Completer, Suggestion, last_piece
from jsisa_search.lexicon.corpus.harvest import Harvest, harvest, read_harvests, write_harvests
from jsisa_search.lexicon.user_lexicon import Lexicon
from jsisa_search.search.assist.near_phrases import near_phrases
from jsisa_search.search.engine.searcher import ArraySearcher
from jsisa_search.search.engine.segment_view import SegmentView


class IndexVocabulary:
    """The words of one generation of an index under one lexicon; each part is computed on first use."""

    def __init__(self, searcher: ArraySearcher, lexicon: Lexicon) -> None:
        self.searcher = searcher
        self.lexicon = lexicon
        self._made = time.monotonic()

    @property
    def age(self) -> float:
        """Seconds since it was made."""
        return time.monotonic() - self._made

    @property
    def can_complete(self) -> bool:
        """Whether completions and corrections need nothing more of its snapshot, which may be closed."""
        return "completer" in vars(self)

    def suggest(self, typed: str, limit: int) -> tuple[Suggestion, ...]:
        """Return completions of the last piece of a query that is being typed, the likeliest first."""
        return self.completer.complete(last_piece(typed), limit)

    def corrections(
        self, piece: str, limit: int, count_of: Callable[[str], int], searcher: ArraySearcher
    ) -> tuple[Correction, ...]:
        """Return corrections of `piece`; none if it occurs literally, or if `count_of` finds its words.

        `searcher` is the snapshot that is searched: phrases are those of its texts.
        """
        if near := near_phrases(searcher, piece, limit, _texts_of):
            return near
        if count_of(piece):
            return ()
        return corrections(piece, self.vocabulary, limit, count_of=count_of)

    @cached_property
    def words(self) -> Counter[str]:
        """The words of the texts, each with the number of passages that have it."""
        counts: Counter[str] = Counter()
        with self.searcher.concluding_damage():
            for view in self.searcher.views:
                counts.update(dict(_words_of(view)))
        return counts

    @cached_property
    def harvest(self) -> Harvest:
        """Coinages, titles and definitions of the texts.

        Cached in the index folder by segment, so that an update reads only the texts that it wrote; what
        deleted documents contributed is computed each time and subtracted.
        """
        folder = self.lexicon.folder
        cached = read_harvests(folder) if folder else {}
        with self.searcher.concluding_damage():
            views = dict(zip(self._segment_names(), self.searcher.views, strict=True))
            found = {name: cached.get(name) or _harvest_of(view) for name, view in views.items()}
            if folder and found.keys() != cached.keys():
                write_harvests(folder, found)
            gone = [harvest(_texts_of(view, view.deleted)) for view in views.values() if len(view.deleted)]
        return sum(found.values(), Harvest()) - sum(gone, Harvest())

    @cached_property
    def completer(self) -> Completer:
        """The completer of prefixes."""
        with self.searcher.concluding_damage():
            releases = [(title, 1) for title in self._texts(wq.Term("kind", "title"))]
        user_words = [(word, self.words[word]) for word in self.lexicon.user_words.words]
        return Completer(
            {
                "user_word": user_words,
                "coinage": self.harvest.coinages.items(),
                "title": self.harvest.titles.items(),
                "release": releases,
                "word": self.words.items(),
            },
            self.harvest.definitions,
        )

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The candidates for corrections of a misspelt piece."""
        quoted = [*self.harvest.coinages.items(), *self.harvest.titles.items()]
        return Vocabulary([*self.words.items(), *((fold(text), count) for text, count in quoted)])

    def _segment_names(self) -> list[str]:
        reader = self.searcher.reader
        leaves = reader.leaf_readers() if self.searcher.views else []
        return [leaf.segment().file_name() for leaf, _ in leaves]

    def _texts(self, which: wq.Query) -> Iterator[str]:
        """Yield the texts of the documents that match."""
        docs = self.searcher.documents(which)
        for view in self.searcher.views:
            inside = docs[(docs >= view.base) & (docs < view.base + view.doc_count)]
            yield from _texts_of(view, inside - view.base)


def _harvest_of(view: SegmentView) -> Harvest:
    return harvest(_texts_of(view, np.arange(view.doc_count)))


def _texts_of(view: SegmentView, docs: NDArray[Any]) -> Iterator[str]:
    """Yield the texts of documents of a segment, by their numbers in it; in no order."""
    texts = view.file.texts("text")
    if texts is None or not len(docs):
        return
    part = texts.part(docs)
    holders = np.bincount(part.rows, minlength=len(part.lengths) + 1)[1:].tolist()
    for text, times in zip(part.originals(), holders, strict=True):
        yield from repeat(text, times if text else 0)


def _words_of(view: SegmentView) -> Iterator[tuple[str, int]]:
    """Yield the words of a segment with the number of documents that have each.

    Where documents are deleted, words that may be gone are counted again; the counts of
    frequent ones include deleted documents until a merge drops them.
    """
    field = view.file.field("text")
    if field is None:
        return
    counts = field.counts()
    for number in np.flatnonzero(counts <= len(view.deleted)).tolist() if len(view.deleted) else ():
        counts[number] -= view.deleted_among(field.term(number))
    for term, count in zip(field.terms.as_list(), counts.tolist(), strict=True):
        if count:
            yield term.decode("utf-8"), count
