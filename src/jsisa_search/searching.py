"""`Searching`: what an `Index` answers: searches, counts, and what helps to search.

What a plain search does not need (diagnosis, completions) is imported by the methods that use it: the first
query of a process waits for every import.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from jsisa_search.analysis import fold
from jsisa_search.arguments import (
    MAX_HITS,
    MAX_SAMPLES,
    check_choice,
    check_function,
    check_number,
    check_query,
    check_texts,
    refused,
)
from jsisa_search.cluster.address import not_on_cluster
from jsisa_search.indexing.paths import StoredPaths
from jsisa_search.indexing.settings import Settings
from jsisa_search.indexing.unreadable import read_unread
from jsisa_search.lexicon.user_lexicon import Lexicon
from jsisa_search.model import (
    CountUnit,
    DateOrder,
    FacetField,
    Grouping,
    Hit,
    Mark,
    Results,
    SortOrder,
    StringCount,
)
from jsisa_search.progress import OnProgress
from jsisa_search.query import Filters, check_filters
from jsisa_search.query.filters import FILTER_FIELDS
from jsisa_search.search.engine.searcher import ArraySearcher
from jsisa_search.search.interface import Families, Searcher, Snapshots, Vocabulary
from jsisa_search.search.request import SearchRequest, count_passages, iter_hits, read_query, run_search
from jsisa_search.search.results.counts import count_by, count_strings, matching
from jsisa_search.search.results.families import FamilyCache
from jsisa_search.translation import gettext as tr

if TYPE_CHECKING:
    from jsisa_search.cluster.snapshots import Cluster
    from jsisa_search.lexicon.assist.spelling import Correction
    from jsisa_search.lexicon.assist.suggest import Suggestion
    from jsisa_search.lexicon.corpus.definitions import Definition
    from jsisa_search.lexicon.corpus.harvest import Harvest
    from jsisa_search.search.assist.diagnosis import Diagnosis
    from jsisa_search.search.audit import Audit


class Searching:
    """Base of `Studies` and so of `Index`: its methods read one snapshot of the index each."""

    _folder: Path
    _settings: Settings
    _paths: StoredPaths
    _snapshots: Snapshots
    _families: FamilyCache
    _cluster: Cluster | None
    _lexicon: Lexicon | None
    #: Whether completions or corrections were asked for.
    _has_vocabulary: bool

    def search(
        self,
        text: str,
        *,
        limit: int = 10,
        offset: int = 0,
        sort: SortOrder = "relevance",
        filters: Filters | None = None,
        context: int = 0,
        synonyms: bool = True,
        explain: bool = False,
        facets: Iterable[FacetField] = (),
        group_by: Grouping | None = None,
        fold: bool = True,
        copies: int = 1,
        leaving_out: Iterable[str] = (),
    ) -> Results:
        """Find the passages that `text` asks for, best first.

        All space-separated pieces of `text` must occur. If fewer than ten passages match, passages that
        match in part follow; for a sentence they are ranked among the others, and for a question they are
        always included. Sorted by date, passages in which the words of a piece are apart come after those
        that have it as typed. `offset` and `limit` select a page of hits, each with `context` paragraphs
        before and after it. `facets` are counted over all matches. `group_by="release"` returns the best
        passage of each release; `offset` and `limit` then count releases. Any text is a valid query. The
        current user words apply, and with `synonyms` the current synonyms, but for the wordings in
        `leaving_out`. `explain` adds the parts of each score. Passages of reprints that say the same are one
        hit, the first of them in the order of hits; grouped, reprints are one release. `Hit.copy_count`
        counts the others, and `Hit.copies` has the earliest of them, up to `copies`. `fold=False` returns
        every passage.

        Raises `ArgumentError`, and `LexiconError` for user words or synonyms that can't be parsed.
        """
        filters = self._stored(filters)
        arguments = (
            text, limit, offset, sort, filters, context, synonyms, explain, facets, group_by, fold, copies,
            leaving_out,
        )  # fmt: skip
        request = SearchRequest(*arguments)

        def answer_of(searcher: Searcher) -> Results:
            families_of = partial(self._families_of, searcher)
            return run_search(searcher, request, self.lexicon(), self._paths.shown, families_of)

        return self._snapshots.run(answer_of)

    def mark(
        self, text: str, passages: Iterable[str], *, synonyms: bool = True, leaving_out: Iterable[str] = ()
    ) -> tuple[tuple[Mark, ...], ...]:
        """Return where each of `passages` matches a query, as `(start, end, word)` in order and apart.

        `word` counts the words of the query from 0 on; a synonym has the number of its word. Any text may
        be a passage: a paragraph of a release, a snippet. `leaving_out` as in `search`.

        Raises `ArgumentError` and `LexiconError`.
        """
        from jsisa_search.search.results.marks import find_marks

        request = SearchRequest(text, synonyms=synonyms, leaving_out=leaving_out)
        texts = check_texts("passages", passages)
        with self._snapshots.use() as searcher:
            return tuple(find_marks(texts, request.read(searcher, self.lexicon())))

    def explain_nothing(self, text: str, filters: Filters | None = None) -> Diagnosis:
        """Return why `text` finds nothing, or not what was typed.

        Pieces that do not occur, or only word by word, with what may have been meant; filters; files that
        were not read.

        Raises `LexiconError`.
        """
        from jsisa_search.search.assist.diagnosis import diagnose

        text = check_query("text", text)
        wanted = self._stored(filters)
        is_filtered = wanted != Filters(include_undated=wanted.include_undated)
        unread = read_unread(self._folder)
        with self._snapshots.use() as searcher:
            return diagnose(
                searcher,
                read_query(searcher, text, self.lexicon(), wanted),
                self.corrections,
                partial(count_passages, searcher, lexicon=self.lexicon(), filters=wanted),
                without_filters=self.search(text, limit=0).total if is_filtered else 0,
                unreadable=tuple((self._paths.shown(stored), reason) for stored, reason in unread.files),
                unreadable_total=unread.total,
                list_pages=unread.list_pages_total,
            )

    def suggest(self, typed: str, limit: int = 10) -> tuple[Suggestion, ...]:
        """Return completions of the last piece of a query that is being typed, the likeliest first.

        The first call after an update reads all texts of the index, and caches what it finds in a file in
        the index folder. Raises `LexiconError`.
        """
        typed = check_query("typed", typed)
        limit = check_number("limit", limit, 0, MAX_HITS)
        with self._snapshots.use() as searcher:
            return self._vocabulary_of(searcher).suggest(typed, limit)

    def corrections(self, piece: str, limit: int = 3) -> tuple[Correction, ...]:
        """Return corrections of a piece that occurs nowhere, the likeliest first.

        Each of them occurs in the index. A piece that occurs has none, and one whose words occur apart only
        phrases that differ from it in one character. Raises `LexiconError`.
        """
        piece = check_query("piece", piece)
        limit = check_number("limit", limit, 0, MAX_HITS)
        with self._snapshots.use() as searcher:
            count_of = partial(count_passages, searcher, lexicon=self.lexicon(), filters=Filters())
            return self._vocabulary_of(searcher).corrections(piece, limit, count_of)

    def definitions(self) -> tuple[Definition, ...]:
        """Return the abbreviations that releases define, each with the defining sentence."""
        return self.harvest().definitions

    def harvest(self) -> Harvest:
        """Return quoted coinages, titles and definitions found in the texts."""
        with self._snapshots.use() as searcher:
            return self._vocabulary_of(searcher).harvest

    def lexicon(self) -> Lexicon:
        """Return the current user words and synonyms, from their files in the index folder.

        Raises `LexiconError`, which names file and line, if one can't be parsed.
        """
        self._snapshots.check_open()
        lexicon = self._lexicon.refreshed() if self._lexicon else Lexicon.load(self._folder)
        self._lexicon = lexicon
        return lexicon

    def values(self, field: str) -> tuple[str, ...]:
        """Return the distinct values of `source`, `publisher` or `section`, sorted."""
        field = check_choice("field", field, FILTER_FIELDS)
        with self._snapshots.use() as searcher, searcher.concluding_damage():
            return tuple(sorted(searcher.values_of(field)))

    def iter_hits(
        self,
        text: str,
        *,
        sort: DateOrder = "newest",
        filters: Filters | None = None,
        context: int = 0,
        synonyms: bool = True,
    ) -> Iterator[Hit]:
        """Iterate over all passages that satisfy the whole of `text`, by date, one in memory at a time.

        They are those that `Results.total_all_terms` counts, all of one generation of the index, and are not
        scored. Releases without a date come last; passages of a release follow each other as on its page.
        Arguments as `search` takes them.
        """
        order = check_choice("sort", sort, get_args(DateOrder))
        request = SearchRequest(text, filters=self._stored(filters), context=context, synonyms=synonyms)
        return self._snapshots.iterate(
            lambda searcher: iter_hits(searcher, request, order, self.lexicon(), self._paths.shown)
        )

    def count_by(
        self,
        field: FacetField,
        text: str | None = None,
        *,
        unit: CountUnit = "passages",
        filters: Filters | None = None,
        synonyms: bool = True,
    ) -> dict[str, int]:
        """Return the number of passages, or releases, for each value of `field`.

        Those that satisfy the whole of `text` are counted, or all if it is `None`. Names are ordered by their
        counts, years (2022) and months (2022-09) from the latest on; what has no value is not counted, except
        for `date_from`, which has "undated" for releases without a date.
        """
        field = check_choice("field", field, get_args(FacetField))
        unit = check_choice("unit", unit, get_args(CountUnit))
        wanted = self._stored(filters)
        request = None if text is None else SearchRequest(text, filters=wanted, synonyms=synonyms)
        with self._snapshots.use() as searcher, searcher.concluding_damage():
            query = None if request is None else request.read(searcher, self.lexicon())
            return count_by(searcher, field, matching(searcher, query, wanted), unit, self._paths.shown)

    def check(self, strings: Iterable[str]) -> tuple[StringCount, ...]:
        """Return how often each of many strings occurs literally in the texts, all in one generation.

        What people do not see makes no difference: full width, traditional characters, case, blanks beside
        Chinese characters, commas between thousands.
        """
        wanted = check_texts("strings", strings)
        if blank := [text for text in wanted if not fold(text)]:
            raise refused(tr("a string to check"), blank[0], tr("text that is not blank"))

        def counted(searcher: Searcher) -> tuple[StringCount, ...]:
            with searcher.concluding_damage():
                return tuple(count_strings(searcher, wanted))

        return self._snapshots.run(counted)

    def audit(self, samples: int, seed: int = 0, progress: OnProgress | None = None) -> Audit:
        """Search for `samples` random strings of the indexed texts, and compare with a scan of all texts.

        The same `seed` draws the same strings. `progress` is called with a `Progress` after each.
        """
        from jsisa_search.search.audit import audit

        samples = check_number("samples", samples, 1, MAX_SAMPLES)
        seed = check_number("seed", seed, -(2**63), 2**63)
        check_function("progress", progress)
        with self._snapshots.use() as searcher:
            return audit(searcher, samples, seed, progress)

    def _stored(self, filters: object) -> Filters:
        """Return checked filters, their folders as the index stores them."""
        wanted = check_filters(filters)
        folders = (each for folder in wanted.folder for each in self._paths.inside(folder))
        return replace(wanted, folder=tuple(folders)) if wanted.folder else wanted

    def _arrays(self, searcher: Searcher, what: str) -> ArraySearcher:
        """Return a searcher of arrays; raise `NotOnClusterError` for another, which does not have `what`."""
        if isinstance(searcher, ArraySearcher):
            return searcher
        raise not_on_cluster(what)

    def _families_of(self, searcher: Searcher, patience: int = 0, before: Searcher | None = None) -> Families:
        """Return the families of reprints: in a folder all of them, on a cluster those that are asked for.

        `before`: the snapshot of which the families were found last.
        """
        if isinstance(searcher, ArraySearcher):
            last = before if isinstance(before, ArraySearcher) else None
            return self._families.of(searcher, patience, last)
        assert self._cluster is not None
        return self._cluster.families_of(searcher)

    def _vocabulary_of(self, searcher: Searcher) -> Vocabulary:
        """Return the vocabulary of a snapshot."""
        if self._cluster is not None:
            return self._cluster.vocabulary(searcher, self.lexicon())
        from jsisa_search.search.assist.vocabulary import vocabulary_of

        self._has_vocabulary = True
        return vocabulary_of(self._arrays(searcher, "suggest"), self.lexicon())
