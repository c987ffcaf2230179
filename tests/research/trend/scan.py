"""The oracle of the trends: every passage is read and looked through, one after the other."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from jsisa_search import Index, make_filters
from jsisa_search.search.audit import Corpus

# Passages whose families are asked for at once: on a cluster those of so many are found.
_TOGETHER = 500


def period_of(date: datetime | None, by: str) -> str:
    """Return the name of the period of a date; empty for none."""
    if date is None:
        return ""
    names = {"year": f"{date.year:04d}", "month": f"{date:%Y-%m}"}
    return names.get(by, f"{date.year:04d}-Q{(date.month + 2) // 3}")


@dataclass(frozen=True)
class Passage:
    """A passage as the oracle sees it."""

    seen: str
    date: datetime | None
    release: str
    source: str


class Scan:
    """All passages of an index; with `fold`, of those that reprints share the earliest only."""

    def __init__(self, index: Index, *, fold: bool) -> None:
        with index._snapshots.use() as searcher:
            families = index._families_of(searcher)
            corpus = Corpus(searcher.live_texts())
            self.draw = corpus.draw
            found = []
            columns = [
                np.stack(
                    [families.family_of(some), families.group_of(some), searcher.numbers("sequence", some)]
                )
                for some in np.split(corpus.documents, range(_TOGETHER, len(corpus.documents), _TOGETHER))
            ]
            rows = np.concatenate(columns, axis=1).T.tolist()
            for number, (doc, row) in enumerate(zip(corpus.documents.tolist(), rows, strict=True)):
                family, group, sequence = row
                stored = searcher.document(doc)
                seen = corpus.seen[corpus.starts[number] : corpus.starts[number + 1]]
                release = f"family {family}" if fold and family else stored["release"]
                source = stored.get("source") or stored.get("publisher") or ""
                date = stored.get("published")
                order = (date is None, date or datetime.min, sequence)
                key = ("group", group) if fold and group > 0 else ("own", doc)
                found.append((order, key, Passage(seen, date, release, source)))
        kept: dict[object, Passage] = {}
        for _, key, passage in sorted(found, key=lambda each: each[0]):
            kept.setdefault(key, passage)
        #: In order of time, those without a date last.
        self.passages = tuple(kept.values())

    def usage(self, text: str, by: str) -> dict[str, tuple[int, int, int]]:
        """Return passages, releases and occurrences of a seen string in each period that has it."""
        passages: Counter[str] = Counter()
        occurrences: Counter[str] = Counter()
        releases: dict[str, str] = {}
        for passage in self.passages:
            if count := passage.seen.count(text):
                name = period_of(passage.date, by)
                passages[name] += 1
                occurrences[name] += count
                releases.setdefault(passage.release, name)
        of_periods = Counter(releases.values())
        return {name: (passages[name], of_periods[name], occurrences[name]) for name in passages}

    def sources(self, text: str) -> dict[str, int]:
        """Return the occurrences of a seen string by source."""
        counts: defaultdict[str, int] = defaultdict(int)
        for passage in self.passages:
            if count := passage.seen.count(text):
                counts[passage.source] += count
        return dict(counts)

    def characters(self, by: str) -> dict[str, int]:
        """Return the seen characters of each period."""
        counts: Counter[str] = Counter()
        for passage in self.passages:
            counts[period_of(passage.date, by)] += len(passage.seen)
        return dict(counts)


def trend_options(source: str, since: str, until: str, section: str) -> tuple[dict[str, Any], ...]:
    """Return arguments of `Index.trend` of all kinds, with filters that some passages pass."""
    return (
        {"by": "year", "by_source": True},
        {"by": "month", "companions": 10, "lines": 30, "line_order": "newest"},
        {"by": "quarter", "lines": 25, "line_order": "left", "filters": make_filters(source=[source])},
        {"lines": 25, "line_order": "right", "filters": make_filters(since=since, until=until)},
        {"lines": 400, "line_order": "oldest", "filters": make_filters(section=[section])},
    )
