"""`Studies`: what an `Index` offers beyond search, each a method over a function of `research/`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from jsisa_search.arguments import (
    MAX_HITS,
    check_flag,
    check_function,
    check_number,
    check_path,
    check_query,
    check_reference,
    check_text,
)
from jsisa_search.filenames import readable
from jsisa_search.indexing.contents import Contents
from jsisa_search.model import Family, Hit
from jsisa_search.progress import OnProgress, no_progress
from jsisa_search.query import Filters, filter_tree
from jsisa_search.search.interface import Searcher
from jsisa_search.search.timeline import Timeline
from jsisa_search.searching import Searching

if TYPE_CHECKING:
    from jsisa_search.research.check.report import DraftReport
    from jsisa_search.research.evidence import Evidence
    from jsisa_search.research.figures import FigureTable
    from jsisa_search.research.similar import Similar
    from jsisa_search.research.trend.concordance import LineOrder
    from jsisa_search.research.trend.phrases import NewPhrases
    from jsisa_search.research.trend.timeline import PeriodUnit, TimelineCache
    from jsisa_search.research.trend.trend import Trend


class Studies(Searching):
    """Base of `Index`. A function of `research/` is imported by the method that uses it."""

    _timelines: TimelineCache | None = None

    def reprints(self, reference: str | os.PathLike[str]) -> Family:
        """Return a release with its reprints, in order of time, and what each changed of the first.

        Argument and errors as `find_release`. A release without reprints is a family of its own.
        """
        from jsisa_search.research.reprints import family_of

        reference = check_reference("reference", reference)
        with self._snapshots.use() as snapshot, snapshot.concluding_damage():
            contents = Contents(snapshot, self._paths)
            return family_of(snapshot, contents, self._families_of(snapshot), reference)

    def similar(
        self,
        reference: str | os.PathLike[str],
        *,
        paragraph: int | None = None,
        limit: int = 10,
        filters: Filters | None = None,
    ) -> Similar:
        """Return the releases like one, the likest first, by the words that tell most of it.

        Argument and errors as `find_release`. With `paragraph`, the number of one of its paragraphs, they are
        like that. Reprints of the release are left out, and those of others are one.
        """
        from jsisa_search.research.similar import similar_releases

        reference = check_reference("reference", reference)
        number = None if paragraph is None else check_number("paragraph", paragraph, 1, MAX_HITS)
        limit = check_number("limit", limit, 0, MAX_HITS)
        wanted = self._stored(filters)

        def found(snapshot: Searcher) -> Similar:
            with snapshot.concluding_damage():
                return similar_releases(
                    snapshot,
                    Contents(snapshot, self._paths),
                    self._families_of(snapshot),
                    reference,
                    paragraph=number,
                    limit=limit,
                    filters=wanted,
                )

        return self._snapshots.run(found)

    def figures(
        self,
        indicator: str | None = None,
        *,
        value: str | None = None,
        filters: Filters | None = None,
        limit: int = 500,
        synonyms: bool = True,
    ) -> FigureTable:
        """Return the figures of an indicator through time, or those with a value.

        Each word of `indicator` must occur in the name of the indicator, or in the name of its place:
        群众安全感, 江苏 群众安全感. With `synonyms`, other names of what a word names will do as well:
        国内生产总值 for GDP. `value` restricts figures to a value with a unit, `15.89亿元`, or to what
        is above or below one, `>99%`; it may stand in `indicator` as well, `群众安全感 > 99%`. `limit` bounds
        the figures that are returned, not those that are counted.

        Passages that are word for word the same are one, the earliest; `FigureFact.copy_count` counts the
        others. Raises `ArgumentError` where neither is given, or the value is no number, and `LexiconError`.
        """
        from jsisa_search.research.figures import FigureRequest, figures_of

        indicator = None if indicator is None else check_query("indicator", indicator)
        value = None if value is None else check_query("value", value)
        request = FigureRequest.of(indicator, value)
        limit = check_number("limit", limit, 0, MAX_HITS)
        wanted = self._stored(filters)
        if synonyms:
            request = request.widened(self.lexicon().wordings)
        with self._snapshots.use() as snapshot, snapshot.concluding_damage():
            return figures_of(snapshot, request, wanted, limit, self._paths.shown)

    def trend(
        self,
        wordings: Iterable[str],
        *,
        by: PeriodUnit | None = None,
        by_source: bool = False,
        filters: Filters | None = None,
        fold: bool = True,
        companions: int = 0,
        companions_since: datetime | None = None,
        lines: int = 0,
        line_order: LineOrder = "newest",
    ) -> Trend:
        """Return how often each of some wordings occurs through time, since when, and by which sources.

        A wording is a literal string, as `check` takes it. Counts are exact, by `month`, `quarter` or `year`;
        `None` chooses the unit by the time that the index covers. Passages of reprints that say the same are
        counted once, as the earliest of them; `fold=False` counts every passage, and so does a cluster, where
        `Trend.fold` is false. `by_source` adds the counts of each source by period. `companions` is how many
        words to return that are newly beside a wording since a day (by default the first of the last year
        with text), that no longer are, and that always are. `lines` is how many occurrences to return with
        the text around them, in `line_order`.

        Raises `ArgumentError`, and `LexiconError` where companions are asked for.
        """
        from jsisa_search.analysis import segmenter_with
        from jsisa_search.research.trend.trend import TrendRequest, trend_of

        wanted = self._stored(filters)
        request = TrendRequest(
            wordings,
            by,
            by_source,
            wanted,
            fold,
            companions,
            companions_since,
            lines,
            line_order,
        )
        with self._snapshots.use() as snapshot, snapshot.concluding_damage():
            timeline = self._timeline(snapshot, wanted, fold=fold)
            return trend_of(
                snapshot,
                timeline,
                replace(request, fold=timeline.is_folded),
                lambda: segmenter_with(tuple(sorted(self.lexicon().user_words.words))),
                self._paths.shown,
            )

    def new_phrases(
        self,
        since: datetime | None = None,
        *,
        limit: int = 20,
        filters: Filters | None = None,
        fold: bool = True,
        progress: OnProgress | None = None,
    ) -> NewPhrases:
        """Return the set phrases that appeared, rose most or vanished since a day, up to `limit` of each.

        Phrases are what the texts put in quotation marks, words of four characters and two of two that are
        a unit, and short clauses of Chinese characters. Each is counted wherever it occurs, and told only
        where its share of the passages changed by more than chance. Undated passages do not count. Without
        `since` it is the last year with text, and where there is less than two years the last half-year.
        `filters` and `fold` as in `trend`. `progress` is called with a `Progress` between the steps.

        Raises `ArgumentError`, and `NotOnClusterError` for more passages of a cluster than can be read.
        """
        from jsisa_search.research.trend.phrases import PhraseRequest, new_phrases

        check_function("progress", progress)
        wanted = self._stored(filters)
        request = PhraseRequest(since, limit, wanted, fold)
        with self._snapshots.use() as snapshot, snapshot.concluding_damage():
            timeline = self._timeline(snapshot, wanted, fold=fold)
            request = replace(request, fold=timeline.is_folded)
            return new_phrases(snapshot, timeline, request, progress or no_progress)

    def evidence(
        self,
        passage: Hit | str | os.PathLike[str],
        *,
        paragraph: int | None = None,
        quotation: str | None = None,
    ) -> Evidence:
        """Return an evidence card of a passage: what is quoted, and everything by which it is found again.

        `passage` is a hit of this index, or a release as `find_release` takes it, with the number of its
        `paragraph`. `quotation` is a text of the passage; by default the whole sentences that the hit shows,
        or the paragraph. The file of the release is read and compared with what was indexed.

        Raises `ReleaseNotFoundError`, `EvidenceError` where the file is gone or no longer what was indexed,
        and `ArgumentError` where the passage does not have the quotation.
        """
        from jsisa_search.research.evidence import EvidenceRequest, card_index, make_evidence

        if quotation is not None:
            quotation = check_text("quotation", quotation)
        if isinstance(passage, Hit):
            request = EvidenceRequest(passage.id, passage.paragraph, passage, quotation)
        else:
            number = check_number("paragraph", paragraph, 1, MAX_HITS)
            request = EvidenceRequest(check_reference("passage", passage), number, None, quotation)
        with self._snapshots.use() as snapshot, snapshot.concluding_damage():
            place = readable(str(self._folder)) if self._cluster is None else str(self._cluster.address)
            index = card_index(place, snapshot.generation, self._settings)
            return make_evidence(Contents(snapshot, self._paths), self._paths, request, index, datetime.now())

    def _timeline(self, searcher: Searcher, filters: Filters, *, fold: bool) -> Timeline:
        """Return the passages that pass some filters, along time."""
        from jsisa_search.research.trend.timeline import TimelineCache

        def make() -> Timeline:
            families = self._families_of(searcher) if fold else None
            return searcher.timeline(filter_tree(filters, searcher.values_of), families)

        if self._cluster is not None:  # a searcher is of one use there, and nothing is read ahead
            return make()
        self._timelines = self._timelines or TimelineCache()
        return self._timelines.of(searcher, filters, make, fold=fold)

    def check_draft(
        self,
        draft: str | os.PathLike[str] | bytes,
        *,
        name: str = "draft.txt",
        every_sentence: bool = False,
        progress: OnProgress | None = None,
    ) -> DraftReport:
        """Return what a draft quotes, with a verdict on each and the passages it rests on.

        `draft` is the path of a file, or its content: then `name` tells the format, by its suffix, and names
        the draft. What it quotes is text in quotation marks, block quotations, titles in 《》, numbers of
        documents, and figures with their units; with `every_sentence` each sentence as well. `progress` is
        called with a `Progress` before each.

        Raises `PageError` for a draft that can't be read.
        """
        from jsisa_search.page.draft import read_draft
        from jsisa_search.page.reader import read_bytes
        from jsisa_search.research.check.drafts import check_draft

        every_sentence = check_flag("every_sentence", every_sentence)
        check_function("progress", progress)
        if isinstance(draft, bytes):
            content, shown = draft, check_text("name", name)
        else:
            shown = os.fspath(check_path("draft", draft))
            content = read_bytes(shown)
        lines = read_draft(content, shown)
        with self._snapshots.use() as snapshot, snapshot.concluding_damage():
            return check_draft(
                snapshot,
                lines,
                shown,
                every_sentence=every_sentence,
                path_of=self._paths.shown,
                progress=progress,
            )
