"""The product on a large corpus: build rate, size, and the latency of literal and plain queries.

python benchmarks/passages.py DATA/xwlb/paragraphs-2012-2019.jsonl.xz [--keep FOLDER]

The lines of the corpus are grouped by `doc` into releases with title, source and date. The run is written to
benchmarks/runs/passages-DATE.json, its tables beside it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from judged import MissingDataError, Passage, read_news, sum_of
from kept import indexing_key, keep, key_of, read_kept
from measure import describe_load, describe_machine, now, summarize, versions
from passage_queries import SEED, Drawn, Scan, draw
from passages_report import render
from product import Built, build_index, build_words_only, releases_of
from profile_areas import shares_by_area
from report import write_run

from jsisa_search import Index

HERE = Path(__file__).parent
PACKAGES = ("jsisa-search", "Whoosh", "numpy", "rjieba")
LIMIT = 10

#: The product's whole index, and one with the fields that words alone need.
BUILDERS = {"words only": build_words_only, "all spaces": build_index}
WHOLE = "all spaces"

#: Releases that are indexed once before anything is measured.
WARM_UP = 100


def build_all(passages: Sequence[Passage], folder: Path, repeat: int, key: str) -> dict[str, Any]:
    """Build each form `repeat` times in turn, or take what was kept; return the median of each figure."""
    notes = {name: folder / f"{name}.json" for name in BUILDERS}
    kept = {name: read_kept(note, key) for name, note in notes.items()}
    if all(kept.values()):
        return kept
    releases = list(releases_of(passages))
    # Modules, dictionary and folding table are loaded before the clock starts: they are the same for both.
    for name, build in BUILDERS.items():
        build(folder / name, releases[:WARM_UP])
    runs: dict[str, list[Built]] = {name: [] for name in BUILDERS}
    for _ in range(repeat):
        for name, build in BUILDERS.items():
            print(f"building: {name}", file=sys.stderr, flush=True)
            runs[name].append(build(folder / name, releases))
    for name, built in runs.items():
        kept[name] = _median_of(built)
        keep(notes[name], key, kept[name])
    return kept


def _median_of(runs: Sequence[Built]) -> dict[str, float]:
    rows = [asdict(run) | {"seconds": run.seconds} for run in runs]
    return {name: median(row[name] for row in rows) for name in rows[0]}


def measure_queries(index: Index, queries: Sequence[Drawn], passes: int) -> dict[str, Any]:
    """Put all queries `passes` times; summarize the first time, the medians, and those of processor time.

    `counts` are the medians of the same queries without hits: their exact counts alone.
    """
    rounds = [[_time(index, query, LIMIT) for query in queries] for _ in range(passes)]
    counting = [[_time(index, query, 0) for query in queries] for _ in range(passes)]
    return {
        "queries": len(queries),
        "first": summarize([wall for wall, _ in rounds[0]]),
        "median": summarize(_medians(rounds, 0)),
        "processor": summarize(_medians(rounds, 1)),
        "counts": summarize(_medians(counting, 0)),
        "counts_processor": summarize(_medians(counting, 1)),
    }


def _medians(rounds: Sequence[Sequence[tuple[float, float]]], clock: int) -> list[float]:
    """Return the median of each query's times by one of the two clocks."""
    return [median(times[clock] for times in of_query) for of_query in zip(*rounds, strict=True)]


def _time(index: Index, query: Drawn, limit: int) -> tuple[float, float]:
    """Return the seconds of one search, by the clock and of this process's processor time."""
    processor, started = time.process_time(), time.perf_counter()
    index.search(query.typed, limit=limit)
    return time.perf_counter() - started, time.process_time() - processor


def compare_totals(index: Index, queries: Sequence[Drawn], scan: Scan) -> dict[str, int]:
    """Count for how many literal queries `total` is what a scan counts, less, or more."""
    found = {"equal": 0, "less": 0, "more": 0}
    for query in queries:
        if query.literal is not None:
            results = index.search(query.typed, limit=LIMIT)
            total, scanned = results.total - results.other_punctuation, scan.count(query.literal)
            found["equal" if total == scanned else "less" if total < scanned else "more"] += 1
    return found


def indexed_texts(passages: Sequence[Passage]) -> Iterator[str]:
    """Give the text of everything that can be a hit: titles, headings, paragraphs."""
    for release in releases_of(passages):
        if release.title is not None:
            yield release.title
        for number, section in enumerate(release.sections):
            above = release.sections[number - 1].heading if number else None
            if section.heading is not None and section.heading != above:
                yield section.heading
            yield from (paragraph.text for paragraph in section.paragraphs)


def measure(settings: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Do all of it and return what is to be written down."""
    sha256 = sum_of(settings.corpus)
    passages = read_news(settings.corpus)[: settings.limit]
    texts = [passage.text for passage in passages]
    run: dict[str, Any] = {
        "date": now(),
        "machine": describe_machine(),
        "load": describe_load(),
        "versions": versions(PACKAGES),
        "corpus": _describe(settings.corpus, sha256, passages),
        "seed": SEED,
        "passes": settings.passes,
        "repeat": settings.repeat,
        "builds": build_all(
            passages, folder, settings.repeat, key_of(sha256, settings.limit, indexing_key())
        ),
    }
    run["classes"] = _measure_classes(settings, folder / WHOLE, texts, Scan(indexed_texts(passages)))
    return run


def _describe(corpus: Path, sha256: str, passages: Sequence[Passage]) -> dict[str, Any]:
    return {
        "name": corpus.name,
        "sha256": sha256,
        "paragraphs": len(passages),
        "releases": len({passage.release for passage in passages}),
        "characters": sum(len(passage.text) for passage in passages),
        "bytes": sum(len(passage.text.encode()) for passage in passages),
    }


def _measure_classes(
    settings: argparse.Namespace, folder: Path, texts: Sequence[str], scan: Scan
) -> dict[str, Any]:
    classes = {}
    with Index.open(folder) as index:
        for name, queries in draw(texts, settings.queries).items():
            print(f"searching: {name}", file=sys.stderr, flush=True)
            classes[name] = measure_queries(index, queries, settings.passes)
            checked = queries[: settings.check]
            classes[name]["totals"] = compare_totals(index, checked, scan)
            classes[name]["shares"] = shares_by_area(partial(_put, index, checked))
    return classes


def _put(index: Index, queries: Sequence[Drawn]) -> None:
    for query in queries:
        index.search(query.typed, limit=LIMIT)


def _read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("corpus", type=Path, help="the .jsonl.xz file with id, doc, title, date, source, section, text")
    add("--limit", type=int, help="take only the first N paragraphs")
    add("--queries", type=int, default=500, help="how many of each class; 500 by default")
    add("--passes", type=int, default=3, help="times each query is put; 3 by default")
    add("--repeat", type=int, default=3, help="times each index is built; 3 by default")
    add(
        "--check", type=int, default=200, help="of each class, how many are profiled and compared with a scan"
    )
    add("--keep", type=Path, metavar="FOLDER", help="keep the indexes there, and use them")
    add("--out", type=Path, help="the JSON file; by default benchmarks/runs/passages-DATE.json")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; return the exit status."""
    settings = _read_arguments(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        try:
            run = measure(settings, settings.keep or Path(temporary))
        except MissingDataError as error:
            print(f"passages.py: {error}", file=sys.stderr)
            return 2
    target = settings.out or HERE / "runs" / f"passages-{run['date'].replace(':', '')}.json"
    print(write_run(run, render(run), target))
    return 0


if __name__ == "__main__":
    sys.exit(main())
