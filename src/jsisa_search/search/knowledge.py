"""What an opened index knows of words: completions, corrections and the terms that its texts define."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property

import numpy as np
from whoosh import query as wq

from jsisa_search.codec.damage import damage_told
from jsisa_search.lexicon import Harvest, Lexicon, harvest
from jsisa_search.lexicon.spelling import Correction, Vocabulary, corrections
from jsisa_search.lexicon.store import read_harvest, write_harvest
from jsisa_search.lexicon.suggest import Completer, Suggestion, last_piece
from jsisa_search.search.searcher import ArraySearcher
from jsisa_search.search.segment_view import SegmentView


class Knowledge:
    """The words of one generation of an index under one lexicon; each part is made when first asked for."""

    def __init__(self, searcher: ArraySearcher, lexicon: Lexicon) -> None:
        self.searcher = searcher
        self.lexicon = lexicon

    def suggest(self, typed: str, limit: int) -> tuple[Suggestion, ...]:
        """Return completions of the last piece of a query that is being typed, the likeliest first."""
        return self.completer.complete(last_piece(typed), limit)

    def corrections(self, piece: str, limit: int, count_of: Callable[[str], int]) -> tuple[Correction, ...]:
        """Return what may have been meant by `piece`; nothing where `count_of` finds it as it is."""
        if count_of(piece):
            return ()
        return corrections(piece, self.vocabulary, limit, count_of=count_of)

    @cached_property
    def words(self) -> Counter[str]:
        """The words of the texts, each with the number of passages that have it."""
        counts: Counter[str] = Counter()
        with damage_told():
            for view in self.searcher.views:
                counts.update(dict(_words_of(view)))
        return counts

    @cached_property
    def harvest(self) -> Harvest:
        """Coinages, titles and definitions of the texts, as kept in the index folder or read anew."""
        folder, stamp = self.lexicon.folder, self._stamp()
        if folder and (kept := read_harvest(folder, stamp)):
            return kept
        with damage_told():
            found = harvest(self._texts(wq.Every()))
        if folder:
            write_harvest(folder, found, stamp)
        return found

    @cached_property
    def completer(self) -> Completer:
        """What completes a prefix."""
        with damage_told():
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
        """What a misspelt piece may have been meant to be."""
        return Vocabulary([*self.words.items(), *self.harvest.coinages.items(), *self.harvest.titles.items()])

    def _stamp(self) -> str:
        """Return what tells this state of the index: its segments and how much of each is deleted."""
        reader = self.searcher.reader
        segments = [leaf.segment() for leaf, _ in reader.leaf_readers()] if reader.doc_count_all() else []
        return " ".join(sorted(f"{each.file_name()}-{each.deleted_count()}" for each in segments))

    def _texts(self, which: wq.Query) -> Iterator[str]:
        """Yield the texts of the documents that match."""
        docs = self.searcher.documents(which)
        for view in self.searcher.views:
            texts = view.file.texts("text")
            inside = docs[(docs >= view.base) & (docs < view.base + view.doc_count)] - view.base
            for doc in inside.tolist() if texts else ():
                text = texts.of_document(doc) if texts else None
                if text:
                    yield text


def _words_of(view: SegmentView) -> Iterator[tuple[str, int]]:
    """Yield the words of a segment with the number of documents that have each.

    Where documents are deleted, words that may be gone altogether are counted anew; the counts of
    frequent ones include deleted documents until a merge drops them.
    """
    field = view.file.field("text")
    if field is None:
        return
    counts = field.counts()
    for number in np.flatnonzero(counts <= len(view.deleted)).tolist() if len(view.deleted) else ():
        counts[number] -= view.deleted_among(field.term(number).docs())
    for term, count in zip(field.terms.as_list(), counts.tolist(), strict=True):
        if count:
            yield term.decode("utf-8"), count
