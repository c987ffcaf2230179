"""Measure this engine beside its peers on one corpus: one command, one run, one table.

python benchmarks/engine.py CORPUS [--limit N] [--copies K] [--engines ...]

See README.md beside this file for what is measured and how the queries are drawn.
"""

from __future__ import annotations

import argparse
import json
import lzma
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from agreement import answers_of, compare
from measure import (
    describe_load,
    describe_machine,
    now,
    python_command,
    run_measured,
    summarize,
    versions,
)
from peers import DESCRIPTIONS, NAMES, make_peer
from queries import SEED, QuerySpec, draw_queries
from report import render

HERE = Path(__file__).parent
DEFAULT_ENGINES = (
    "jsisa",
    "whoosh",
    "whoosh-rjieba",
    "tantivy",
    "tantivy-1",
    "tantivy-pre",
    "sqlite",
    "bm25s",
)
DEFAULT_COPIED = ("jsisa", "tantivy")
REFERENCES = ("whoosh-rjieba", "tantivy-pre", "jsisa")
"""Whose answers the others are compared with: the first of these that takes part."""
SLOW_SECONDS = 90.0
"""An engine whose build takes longer is built once, not once a round; the table says so."""
RELEASE_PARAGRAPHS = 20
RELEASES = 11


class BenchmarkError(Exception):
    """An engine's process failed; the message has its last lines."""


class Bench:
    """One run: its work folder, its settings and the tasks it gives to processes of their own."""

    def __init__(self, work: Path, settings: argparse.Namespace) -> None:
        self.work = work
        self.settings = settings
        self.loads: list[dict[str, Any]] = []
        self.packages: set[str] = set()

    def run_task(self, engine: str, what: str, **task: Any) -> dict[str, Any]:
        """Run one task of one engine in a fresh process and return its result."""
        self.loads.append({"step": f"{engine} {what}", "date": now(), **describe_load()})
        task_path, result_path = self.work / "task.json", self.work / "result.json"
        result_path.unlink(missing_ok=True)
        task_path.write_text(json.dumps({"engine": engine, "what": what, **task}), encoding="utf-8")
        command = python_command(str(HERE / "worker.py"), str(task_path), str(result_path))
        child, _, tree_peak = run_measured(command)
        if child.returncode or not result_path.exists():
            raise BenchmarkError(f"{engine} {what} failed:\n{child.stderr[-2000:]}")
        result: dict[str, Any] = json.loads(result_path.read_text(encoding="utf-8"))
        self.packages.update(result.pop("packages"))
        seconds = result.get("seconds")
        print(
            f"  {engine} {what}" + (f" {seconds:.2f} s" if isinstance(seconds, float) else ""),
            file=sys.stderr,
        )
        return {**result, "tree_peak_mb": tree_peak}

    def build_all(
        self, engines: Sequence[str], texts: Path, stage: str, rounds: int
    ) -> dict[str, dict[str, Any]]:
        """Build every index, the engines taking turns; the last round's index stays."""
        results: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for _ in range(rounds):
            for engine in engines:
                if results[engine] and results[engine][-1]["seconds"] > SLOW_SECONDS:
                    continue
                folder = self.folder(stage, engine)
                shutil.rmtree(folder, ignore_errors=True)
                results[engine].append(self.run_task(engine, "build", texts=str(texts), folder=str(folder)))
        return {engine: _combine_builds(found) for engine, found in results.items()}

    def folder(self, stage: str, engine: str) -> Path:
        """Return where an engine's index of a stage lies."""
        return self.work / f"{stage}-{engine}"

    def search_all(
        self, engines: Sequence[str], specs: Sequence[QuerySpec], stage: str
    ) -> dict[str, dict[str, Any]]:
        """Put all queries to every engine, the engines taking turns, a new process each round."""
        queries = [spec.to_json() for spec in specs]
        results: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for turn in range(self.settings.repeat):
            for engine in engines:
                first = "and" if "and" in make_peer(engine).kinds else "or"
                task = {
                    "queries": queries,
                    "passes": self.settings.passes,
                    "answers": not turn,
                    "first_class": first,
                }
                results[engine].append(
                    self.run_task(engine, "search", folder=str(self.folder(stage, engine)), **task)
                )
        return {engine: _combine_searches(found) for engine, found in results.items()}

    def add_all(self, engines: Sequence[str], texts: Path, stage: str) -> dict[str, dict[str, Any]]:
        """Add releases to a copy of each index that can take them."""
        releases = _cut_releases(texts)
        results = {}
        for engine in engines:
            if not make_peer(engine).can_add:
                continue
            copied = self.work / "added"
            shutil.copytree(self.folder(stage, engine), copied)
            result = self.run_task(engine, "add", folder=str(copied), releases=releases)
            shutil.rmtree(copied)
            if not result["complete"]:
                raise BenchmarkError(f"{engine} lost paragraphs while releases were added")
            results[engine] = {**summarize(result["all_seconds"]), **result}
        return results

    def run_stage(
        self, engines: Sequence[str], texts: Path, specs: Sequence[QuerySpec], copies: int
    ) -> dict[str, Any]:
        """Build, search and add on the corpus taken `copies` times."""
        print(f"{copies} x {', '.join(engines)}", file=sys.stderr)
        stage, source = str(copies), texts
        if copies > 1:
            source = self.work / f"texts-{copies}"
            with source.open("wb") as target:
                for _ in range(copies):
                    target.write(texts.read_bytes())
        builds = self.build_all(engines, source, stage, self.settings.repeat if copies == 1 else 1)
        searches = self.search_all(engines, specs, stage)
        adds = self.add_all(engines, texts, stage)
        paragraphs, characters, size = _measure_texts(source)
        for engine in engines:
            if builds[engine]["paragraphs"] != paragraphs:
                raise BenchmarkError(
                    f"{engine} indexed {builds[engine]['paragraphs']} of {paragraphs} paragraphs"
                )
            shutil.rmtree(self.folder(stage, engine))
        return {
            "paragraphs": paragraphs,
            "characters": characters,
            "text_bytes": size,
            "engines": {
                engine: {"build": builds[engine], "search": searches[engine], "add": adds.get(engine)}
                for engine in engines
            },
        }


def _combine_builds(found: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        **found[-1],
        "seconds": median(one["seconds"] for one in found),
        "all_seconds": [one["seconds"] for one in found],
        "peak_mb": max(one["peak_mb"] for one in found),
        "tree_peak_mb": max(one["tree_peak_mb"] for one in found),
        "rounds": len(found),
    }


def _combine_searches(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Take medians over the rounds, per query first, then per class."""
    scalars = (
        "open_ms",
        "open_and_first_ms",
        "resident_mb",
        "resident_above_import_mb",
        "anonymous_above_import_mb",
    )
    combined: dict[str, Any] = {key: median(one[key] for one in found) for key in scalars}
    combined |= {"rounds": len(found), "numbers": found[0]["numbers"], "answers": found[0]["answers"]}
    for key, target in (("seconds", "classes"), ("counted_seconds", "counted_classes")):
        seconds = [median(times) for times in zip(*(one[key] for one in found), strict=True)]
        grouped: dict[str, list[float]] = defaultdict(list)
        for class_name, taken in zip(found[0]["classes"], seconds, strict=True):
            grouped[class_name].append(taken)
        combined[target] = {class_name: summarize(taken) for class_name, taken in grouped.items()}
        combined["query_" + key] = seconds
    return combined


def read_texts(corpus: Path) -> Iterator[str]:
    """Give the `text` of each line of a .jsonl or .jsonl.xz file, line feeds as blanks."""
    opener: Any = lzma.open if corpus.suffix == ".xz" else open
    with opener(corpus, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"].replace("\n", " ")


def write_texts(corpus: Path, target: Path, limit: int | None) -> None:
    """Write the corpus as one paragraph a line, which is what every engine reads."""
    with target.open("w", encoding="utf-8", newline="\n") as lines:
        for number, text in enumerate(read_texts(corpus)):
            if limit is not None and number >= limit:
                break
            lines.write(text + "\n")


def _measure_texts(texts: Path) -> tuple[int, int, int]:
    """Return paragraphs, characters and bytes, the line feeds left out."""
    paragraphs = characters = 0
    with texts.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            paragraphs += 1
            characters += len(line) - 1
    return paragraphs, characters, texts.stat().st_size - paragraphs


def _cut_releases(texts: Path) -> list[list[str]]:
    """Return releases of 20 neighbouring paragraphs, evenly spread over the corpus."""
    lines = texts.read_text(encoding="utf-8").split("\n")[:-1]
    step = max(1, (len(lines) - RELEASE_PARAGRAPHS) // RELEASES)
    return [lines[start * step : start * step + RELEASE_PARAGRAPHS] for start in range(RELEASES)]


def run_benchmark(settings: argparse.Namespace, work: Path) -> dict[str, Any]:
    """Do the whole run and return what is to be written down."""
    bench = Bench(work, settings)
    texts = work / "texts"
    write_texts(settings.corpus, texts, settings.limit)
    specs = draw_queries(texts, settings.queries)
    date = now()
    bench.loads.append({"step": "start", "date": date, **describe_load()})
    stages = {"1": bench.run_stage(settings.engines, texts, specs, 1)}
    if settings.copies > 1:
        copied = [engine for engine in settings.copies_engines if engine in settings.engines]
        stages[str(settings.copies)] = bench.run_stage(copied, texts, specs, settings.copies)
    first = stages["1"]
    run: dict[str, Any] = {
        "date": date,
        "finished": now(),
        "machine": describe_machine(),
        "corpus": {
            "name": settings.corpus.name,
            "paragraphs": first["paragraphs"],
            "characters": first["characters"],
            "bytes": first["text_bytes"],
        },
        "engines": {engine: DESCRIPTIONS[engine] for engine in settings.engines},
        "versions": versions({*bench.packages, "jsisa-search"}),
        "repeat": settings.repeat,
        "passes": settings.passes,
        "seed": SEED,
        "queries": [spec.to_json() for spec in specs],
        "agreement": _compare_all(first["engines"], [spec.class_name for spec in specs]),
        "stages": stages,
    }
    if settings.profile:
        queries = [spec.to_json() for spec in specs]
        folder = str(work / "profiled")
        parts = bench.run_task(settings.profile, "profile", texts=str(texts), folder=folder, queries=queries)
        parts.pop("tree_peak_mb")
        run["profile"] = {"engine": settings.profile, "parts": parts}
    run["loads"] = bench.loads
    return run


def _compare_all(engines: dict[str, Any], classes: list[str]) -> dict[str, Any]:
    """Compare every engine's answers with the reference's, then drop all hits but keep the totals."""
    reference = next((name for name in REFERENCES if name in engines), next(iter(engines)))
    known = answers_of(engines[reference]["search"])
    compared = {
        name: compare(answers_of(engine["search"]), known, classes)
        for name, engine in engines.items()
        if name != reference
    }
    return {"reference": reference, "engines": compared}


def save(run: dict[str, Any], target: Path) -> Path:
    """Write the run as JSON and, beside it, its tables as Markdown; return the latter's path."""
    for stage in run["stages"].values():
        for engine in stage["engines"].values():
            answers = engine["search"].pop("answers")
            engine["search"]["totals"] = [answer["total"] for answer in answers]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(run, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    tables = target.with_suffix(".md")
    tables.write_text(render(run), encoding="utf-8")
    return tables


def _read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path, help="a .jsonl or .jsonl.xz file with a `text` in every line")
    parser.add_argument("--limit", type=int, help="take only the first N paragraphs")
    parser.add_argument("--copies", type=int, default=1, help="measure once more on K copies of the corpus")
    parser.add_argument(
        "--copies-engines", nargs="+", choices=NAMES, default=DEFAULT_COPIED, help="which of them"
    )
    parser.add_argument("--engines", nargs="+", choices=NAMES, default=DEFAULT_ENGINES, help="who takes part")
    parser.add_argument("--queries", type=int, default=200, help="how many, a fifth of them in each class")
    parser.add_argument("--repeat", type=int, default=3, help="rounds of building and of searching")
    parser.add_argument("--passes", type=int, default=5, help="times each query is put in a round")
    parser.add_argument("--profile", choices=NAMES, help="profile this engine's build and queries at the end")
    parser.add_argument("--work", type=Path, help="folder for texts and indexes; by default a temporary one")
    parser.add_argument("--out", type=Path, help="the JSON file; by default benchmarks/runs/engine-DATE.json")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    settings = _read_arguments(arguments)
    if not settings.corpus.exists():
        sys.exit(f"There is no corpus {settings.corpus}; give a .jsonl or .jsonl.xz file.")
    with tempfile.TemporaryDirectory(dir=settings.work) as work:
        try:
            run = run_benchmark(settings, Path(work))
        except BenchmarkError as error:
            sys.exit(str(error))
    target = settings.out or HERE / "runs" / f"engine-{run['date'].replace(':', '')}.json"
    print(save(run, target).read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
