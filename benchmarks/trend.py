"""Wordings through time: how long a trend takes, and whether its counts are those of a scan.

python benchmarks/trend.py INDEX [--samples 500] [--seed 13]

INDEX is the folder of an index, such as `jsisa-search index` makes of the news. Writes the run to
benchmarks/runs/trend-DATE.json, its table beside it; exits with 1 where a count or the time is not as wanted.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from measure import describe_load, describe_machine, now, summarize, versions
from report import at_most, table, target_table, write_run

from jsisa_search import Index, JsisaSearchError, Trend
from jsisa_search.search.audit import Corpus

HERE = Path(__file__).parent
PACKAGES = ("jsisa-search", "Whoosh", "numpy")
#: What one word may take at the median of its class, in milliseconds.
MOST_MS = 100
# Words in so many of a thousand passages are frequent, in so many passages rare.
_FREQUENT, _RARE = 10, (2, 20)


class Scan:
    """All passages as a person sees them, with year and release; every copy counts."""

    def __init__(self, index: Index) -> None:
        with index._snapshots.use() as searcher:
            corpus = Corpus(searcher.live_texts())
            self.draw = corpus.draw
            ends = zip(corpus.starts, corpus.starts[1:], strict=False)
            seen = [corpus.seen[start:end] for start, end in ends]
            stored = map(searcher.document, corpus.documents.tolist())
            facts = [(each.get("published"), each["release"]) for each in stored]
        #: In order of time, those without a date last.
        self.passages = sorted(
            ((text, date, release) for text, (date, release) in zip(seen, facts, strict=True)),
            key=lambda passage: passage[1] or datetime.max,
        )

    def usage(self, text: str) -> dict[str, tuple[int, int, int]]:
        """Return passages, releases and occurrences of a seen string in each year; "" is without a date."""
        passages: Counter[str] = Counter()
        occurrences: Counter[str] = Counter()
        releases: dict[str, str] = {}
        for seen, date, release in self.passages:
            if count := seen.count(text):
                year = f"{date.year:04d}" if date else ""
                passages[year] += 1
                occurrences[year] += count
                releases.setdefault(release, year)
        of_years = Counter(releases.values())
        return {year: (passages[year], of_years[year], occurrences[year]) for year in passages}


def counts_of(trend: Trend) -> dict[str, tuple[int, int, int]]:
    """Return what a trend of one wording counts in each period that has it."""
    (wording,) = trend.wordings
    names = [*(period.name for period in trend.periods), ""]
    usages = zip(names, [*wording.by_period, wording.undated], strict=True)
    return {name: (use.passages, use.releases, use.occurrences) for name, use in usages if use.passages}


def compare(index: Index, samples: int, seed: int) -> tuple[list[str], list[float]]:
    """Return the random strings with another count than the scan, and the seconds of each trend."""
    scan, chance = Scan(index), random.Random(seed)
    wrong, seconds = [], []
    index.trend(["的"], fold=False)  # makes the timeline
    for _ in range(samples):
        text = scan.draw(chance)
        started = time.perf_counter()
        trend = index.trend([f"“{text}”"], by="year", fold=False)
        seconds.append(time.perf_counter() - started)
        from_scan = scan.usage(_seen(text))
        if counts_of(trend) != from_scan:
            wrong.append(text)
    return wrong, seconds


def _seen(text: str) -> str:
    from jsisa_search.search.seen_text import seen_characters

    return "".join(char for char, _ in seen_characters(text))


def words_by_class(index: Index, samples: int, seed: int) -> dict[str, list[str]]:
    """Return random words of two or more characters that are frequent, rare, and in between."""
    with index._snapshots.use() as searcher:
        counts: Counter[str] = Counter()
        for view in searcher.views:
            field = view.file.field("text")
            if field is not None:
                terms = (term.decode("utf-8") for term in field.terms.as_list())
                counts.update(dict(zip(terms, field.counts().tolist(), strict=True)))
        frequent = searcher.doc_count * _FREQUENT // 1000
    words = sorted((word, count) for word, count in counts.items() if len(word) > 1)
    classes: dict[str, Callable[[int], bool]] = {
        "frequent": lambda count: count >= frequent,
        "between": lambda count: _RARE[1] < count < frequent,
        "rare": lambda count: _RARE[0] <= count <= _RARE[1],
    }
    chance = random.Random(seed)
    chosen = {name: [word for word, count in words if fits(count)] for name, fits in classes.items()}
    return {name: chance.sample(found, min(samples, len(found))) for name, found in chosen.items()}


def timed(index: Index, words: Sequence[str], **arguments: Any) -> Iterator[float]:
    """Yield the seconds of the trend of each word, asked for once."""
    for word in words:
        started = time.perf_counter()
        index.trend([word], **arguments)
        yield time.perf_counter() - started


def measure(folder: Path, samples: int, seed: int) -> dict[str, Any]:
    """Return the run: wrong counts, and times by class of word."""
    with Index.open(folder) as index:
        paragraphs = index.info().paragraphs
        wrong, of_strings = compare(index, samples, seed)
        index.trend(["的"])  # the timeline with reprints counted once
        classes = words_by_class(index, samples, seed)
        latency = {"random strings": summarize(of_strings)}
        latency |= {name: summarize(list(timed(index, words))) for name, words in classes.items()}
        some = classes["between"][:50]
        latency["between, with companions"] = summarize(list(timed(index, some, companions=10)))
        latency["between, with 20 lines"] = summarize(list(timed(index, some, lines=20)))
        started = time.perf_counter()
        index.new_phrases(datetime(2019, 1, 1))
        new_phrases = time.perf_counter() - started
    return {
        "date": now(),
        "machine": describe_machine(),
        "load": describe_load(),
        "versions": versions(PACKAGES),
        "paragraphs": paragraphs,
        "samples": samples,
        "seed": seed,
        "wrong": wrong,
        "latency": latency,
        "new_phrases_seconds": round(new_phrases, 2),
    }


def render(run: dict[str, Any]) -> str:
    """Return the tables of a run."""
    words = [name for name in run["latency"] if "with" not in name]
    rows = [
        [name, *(round(times[key], 2) for key in ("median_ms", "p95_ms", "worst_ms"))]
        for name, times in run["latency"].items()
    ]
    targets = [at_most(f"{name}, median ms", MOST_MS, run["latency"][name]["median_ms"]) for name in words]
    targets.append(
        at_most(f"strings of {run['samples']} counted otherwise than by a scan", 0, len(run["wrong"]))
    )
    return "\n\n".join(
        [
            f"# Wordings through time, {run['date']}",
            f"{run['paragraphs']:,} paragraphs, load {run['load']['load_average']}.",
            table(["a trend of one word", "median ms", "95 % ms", "worst ms"], rows),
            target_table(targets),
            f"New phrases since 2019 take {run['new_phrases_seconds']} s.",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("--samples", type=int, default=500)
    parser.add_argument("--seed", type=int, default=13)
    options = parser.parse_args(arguments)
    try:
        run = measure(options.index, options.samples, options.seed)
    except JsisaSearchError as error:
        print(error, file=sys.stderr)
        return 2
    print(write_run(run, render(run), HERE / "runs" / f"trend-{run['date'].replace(':', '')}.json"))
    medians = [times["median_ms"] for name, times in run["latency"].items() if "with" not in name]
    return 0 if not run["wrong"] and max(medians) <= MOST_MS else 1


if __name__ == "__main__":
    sys.exit(main())
