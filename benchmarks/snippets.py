"""The excerpts of hits: where they begin, whether the sentence to quote is whole, and their time.

python benchmarks/snippets.py DATA/xwlb/paragraphs-2012-2019.jsonl.xz [--keep FOLDER] [--examples 5]

Sentences are found here by a plain scan for marks, independently of the product. The run is written to
benchmarks/runs/snippets-DATE.json, its table beside it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import mean, median
from typing import Any

from judged import MissingDataError, read_news, sum_of
from kept import indexing_key, keep, key_of, read_kept
from measure import describe_load, describe_machine, now, versions
from passage_queries import SEED, draw
from product import build_index, releases_of
from report import table, write_run

from jsisa_search import Hit, Index
from jsisa_search.search.results.snippet import MAX_CHARS, cut_snippet

HERE = Path(__file__).parent
PACKAGES = ("jsisa-search",)
LIMIT = 10

ENDS_SENTENCE = "。！？；!?;…\n"
ENDS_CLAUSE = "，,、：:—"
CLOSES = "”’」』）)》】"

FIGURES = ("hits", "cut", "sentence start", "clause start", "best sentence whole", "characters", "page ms")


def beginning(text: str, start: int) -> str:
    """Return what begins at `start`: a `sentence`, a `clause`, or `neither`."""
    before = text[:start].rstrip(" \t\u3000").rstrip(CLOSES)
    if not before or before[-1] in ENDS_SENTENCE:
        return "sentence"
    return "clause" if before[-1] in ENDS_CLAUSE else "neither"


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the sentences of a text, by its marks alone, blanks around them left out."""
    start = 0
    for at in range(len(text)):
        is_last = text[at + 1 : at + 2] not in tuple(ENDS_SENTENCE + CLOSES)
        if is_last and text[start : at + 1].rstrip(CLOSES)[-1:] in tuple(ENDS_SENTENCE):
            yield _stripped(text, start, at + 1)
            start = at + 1
    yield _stripped(text, start, len(text))


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    inner = text[start:end]
    return start + len(inner) - len(inner.lstrip()), start + len(inner.rstrip())


def shows_best_sentence(hit: Hit) -> bool | None:
    """Return whether a sentence with most of the matches is shown whole; `None` if all such are too long."""
    worth: dict[tuple[int, int], int] = {}
    for start, end in sentences(hit.text):
        inside = {hit.text[a:b].lower() for a, b in hit.highlights if start <= a and b <= end}
        if inside:
            worth[start, end] = sum(map(len, inside))
    best = [span for span, value in worth.items() if value == max(worth.values())]
    fitting = [(start, end) for start, end in best if end - start <= MAX_CHARS]
    if not fitting:
        return None
    return any(a <= start and end <= b for start, end in fitting for a, b in hit.snippet.parts)


def measure_queries(index: Index, queries: Iterable[str]) -> dict[str, Any]:
    """Return the figures of the hits of some queries, ten each."""
    beginnings: list[str] = []
    whole: list[bool] = []
    lengths: list[int] = []
    pages: list[float] = []
    hits = 0
    for query in queries:
        found = [hit for hit in index.search(query, limit=LIMIT) if hit.highlights]
        hits += len(found)
        pages.append(_seconds(found))
        for hit in found:
            lengths.append(len(hit.snippet.text))
            if len(hit.text.strip()) > MAX_CHARS:
                beginnings.append(beginning(hit.text, hit.snippet.parts[0][0]))
                whole += [shown for shown in [shows_best_sentence(hit)] if shown is not None]
    return {
        "hits": hits,
        "cut": len(beginnings),
        "sentence start": _share(each == "sentence" for each in beginnings),
        "clause start": _share(each != "neither" for each in beginnings),
        "best sentence whole": _share(whole),
        "characters": round(mean(lengths), 1) if lengths else 0,
        "page ms": round(median(pages) * 1000, 3) if pages else 0,
    }


def _share(values: Iterable[bool]) -> float:
    values = list(values)
    return round(sum(values) / len(values), 4) if values else 1.0


def _seconds(hits: Sequence[Hit]) -> float:
    started = time.process_time()
    for hit in hits:
        cut_snippet(hit.text, hit.highlights)
    return time.process_time() - started


def render(run: dict[str, Any]) -> str:
    """Return the run as Markdown."""
    rows = [[name, *(figures[each] for each in FIGURES)] for name, figures in run["classes"].items()]
    head = (
        f"# Snippets, {run['date']}\n\n{run['corpus']['paragraphs']:,} paragraphs of {run['corpus']['name']}"
    )
    return f"{head}\n\n{table(['queries', *FIGURES], rows)}\n"


def measure(settings: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Build the index unless it was kept, and measure all classes of queries."""
    sha256 = sum_of(settings.corpus)
    passages = read_news(settings.corpus)[: settings.limit]
    key, note = key_of(sha256, settings.limit, indexing_key()), folder / "snippets.json"
    if not read_kept(note, key):
        build_index(folder / "snippets", releases_of(passages))
        keep(note, key, value=True)
    run: dict[str, Any] = {
        "date": now(),
        "machine": describe_machine(),
        "load": describe_load(),
        "versions": versions(PACKAGES),
        "corpus": {"name": settings.corpus.name, "sha256": sha256, "paragraphs": len(passages)},
        "seed": SEED,
        "classes": {},
    }
    with Index.open(folder / "snippets") as index:
        for name, queries in draw([passage.text for passage in passages], settings.queries).items():
            run["classes"][name] = measure_queries(index, [query.typed for query in queries])
            for query in queries[: settings.examples]:
                for hit in index.search(query.typed, limit=2):
                    print(f"{query.typed}: {hit.snippet.text}")
    return run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("corpus", type=Path, help="the .jsonl.xz file with id, doc, title, date, source, section, text")
    add("--limit", type=int, default=40_000, help="take only the first N paragraphs; 40,000 by default")
    add("--queries", type=int, default=100, help="how many of each class; 100 by default")
    add("--examples", type=int, default=0, help="print the snippets of that many queries of each class")
    add("--keep", type=Path, metavar="FOLDER", help="keep the index there, and use it")
    add("--out", type=Path, help="the JSON file; by default benchmarks/runs/snippets-DATE.json")
    settings = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        try:
            run = measure(settings, settings.keep or Path(temporary))
        except MissingDataError as error:
            print(f"snippets.py: {error}", file=sys.stderr)
            return 2
    target = settings.out or HERE / "runs" / f"snippets-{run['date'].replace(':', '')}.json"
    print(write_run(run, render(run), target))
    return 0


if __name__ == "__main__":
    sys.exit(main())
