"""Quotations of a draft: whether the verdict on each is right, and the passage it rests on; and the time.

python benchmarks/check.py DATA [--keep FOLDER] [--failures]

Sentences of the news are checked against an index of it: as they are, altered by stated rules, and sentences
of other collections. The run is written to benchmarks/runs/check-DATE.json, its table beside it. Exit status
1 if what must be reached is not, in the half of the releases that nothing was tuned on.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from check_cases import RULES, SEED, Case, Corpus, letters_of
from judged import NEWS, MissingDataError, read_news
from kept import indexing_key, keep, key_of, read_kept
from measure import describe_load, describe_machine, now, summarize, versions
from product import build_index, releases_of
from report import table, write_run

from jsisa_search import Index

HERE = Path(__file__).parent
PACKAGES = ("jsisa-search", "rapidfuzz", "Whoosh", "numpy", "rjieba")
ALTERED, AS_IT_IS, FOREIGN = 1_000, 500, 200
#: What must be reached: verdicts right, nearest passages right, altered figures called exact, seconds.
VERDICT, NEAREST, FALSE_EXACT, SECONDS = 0.985, 0.97, 0, 3.0
#: Quotations of the draft that is timed.
QUOTATIONS = 100
HALVES = ("tune", "report", "all")


def draw(corpus: Corpus, data: Path) -> list[Case]:
    """Draw all cases; the altered ones are shared out to the rules evenly."""
    altering = [rule for rule in RULES if rule not in ("as it is", "foreign")]
    cases = list(corpus.cases("as it is", AS_IT_IS))
    for number, rule in enumerate(altering):
        share = ALTERED // len(altering) + (number < ALTERED % len(altering))
        cases += corpus.cases(rule, share)
    return [*cases, *corpus.foreign(data, FOREIGN)]


def check(index: Index, case: Case) -> dict[str, Any]:
    """Return what the product says of a case, and whether that is right."""
    started = time.perf_counter()
    # A block quotation, as there may be quotation marks in it.
    report = index.check_draft(f"> {case.text}\n".encode(), name="case.md")
    took = time.perf_counter() - started
    (item,) = report.items
    texts = [letters_of(passage.hit.text) for passage in item.passages]
    sources = [letters_of(source) for source in case.sources]
    return {
        "verdict": item.verdict,
        "is_right": item.verdict == case.verdict,
        # Every sentence that it was made of must be in a passage that is given.
        "is_near": all(any(source in text for text in texts) for source in sources) if sources else None,
        "took": took,
    }


def scores(found: Iterable[tuple[Case, dict[str, Any]]]) -> dict[str, Any]:
    """Return the shares that are right."""
    found = list(found)
    near = [said["is_near"] for _, said in found if said["is_near"] is not None]
    right = sum(said["is_right"] for _, said in found)
    exact = [
        case for case, said in found if said["verdict"].startswith("exact") and case.verdict == "altered"
    ]
    return {
        "n": len(found),
        "verdict": round(right / len(found), 4) if found else None,
        "nearest": round(sum(near) / len(near), 4) if near else None,
        "called_exact": len(exact),
        "figures_called_exact": sum(case.rule == "figure" for case in exact),
        "said": dict(Counter(said["verdict"] for _, said in found).most_common()),
    }


def draft_of(cases: Sequence[Case]) -> bytes:
    """Return a draft with `QUOTATIONS` quotations of all kinds, each a block."""
    chosen = random.Random(SEED).sample(list(cases), QUOTATIONS)
    return "\n\n".join(
        f"第{number}段写道：\n\n> {case.text}" for number, case in enumerate(chosen, 1)
    ).encode()


def seconds_of_draft(folder: Path, cases: Sequence[Case]) -> dict[str, Any]:
    """Return the seconds of checking a draft of many quotations, opening the index included, and again."""
    draft = draft_of(cases)
    started, processor = time.perf_counter(), time.process_time()
    with Index.open(folder) as index:
        count = len(index.check_draft(draft, name="draft.md").items)
        first = time.perf_counter() - started
        first_processor = time.process_time() - processor
        again = time.perf_counter()
        index.check_draft(draft, name="draft.md")
    return {
        "quotations": count,
        "first_s": round(first, 3),
        "first_processor_s": round(first_processor, 3),
        "again_s": round(time.perf_counter() - again, 3),
    }


def measure(data: Path, folder: Path) -> dict[str, Any]:
    """Return the run: scores by half and by rule, times, and every case that was judged wrongly."""
    if not (data / NEWS).is_file():
        raise MissingDataError(f"there is no file {data / NEWS}")
    passages = read_news(data / NEWS)
    key = key_of(indexing_key(), len(passages))
    if read_kept(folder / "build.json", key) is None:
        print("building", file=sys.stderr, flush=True)
        build_index(folder / "index", releases_of(passages))
        keep(folder / "build.json", key, True)
    cases = draw(Corpus(passages), data)
    timed = seconds_of_draft(folder / "index", cases)
    with Index.open(folder / "index") as index:
        found = [(case, check(index, case)) for case in cases]
    return {
        "date": now(),
        "machine": describe_machine(),
        "load": describe_load(),
        "versions": versions(PACKAGES),
        "passages": len(passages),
        "rules": RULES,
        "draft": timed,
        "latency": summarize([said["took"] for _, said in found]),
        "halves": {half: scores(each for each in found if half in ("all", each[0].half)) for half in HALVES},
        "by_rule": {
            rule: {
                half: scores(
                    (case, said) for case, said in found if case.rule == rule and half in ("all", case.half)
                )
                for half in HALVES
            }
            for rule in RULES
        },
        "failures": [
            {
                "rule": case.rule,
                "half": case.half,
                "said": said["verdict"],
                "is_near": said["is_near"],
                "letters": len(letters_of(case.text)),
            }
            for case, said in found
            if not said["is_right"] or said["is_near"] is False
        ],
        "_shown": [
            (case.rule, case.half, said["verdict"], said["is_near"], case.text)
            for case, said in found
            if not said["is_right"] or said["is_near"] is False
        ],
    }


def render(run: dict[str, Any]) -> str:
    """Return the run as Markdown."""
    head = ("cases", "half", "n", "verdict right", "nearest right", "called exact", "said")
    rows = [
        (name, half, found["n"], found["verdict"], found["nearest"], found["called_exact"], _said(found))
        for name, halves in (("all", run["halves"]), *run["by_rule"].items())
        for half, found in halves.items()
        if half != "all" and found["n"]
    ]
    draft, latency = run["draft"], run["latency"]
    times = (
        f"A draft with {draft['quotations']} quotations on {run['passages']:,} passages: "
        f"{draft['first_s']} s with opening the index ({draft['first_processor_s']} s of the processor), "
        f"{draft['again_s']} s again; "
        f"{SECONDS:g} s allowed. One quotation: "
        f"{latency['median_ms']:.1f} ms, {latency['p95_ms']:.1f} ms at the 95th percentile. "
        f"Load {run['load']}."
    )
    wanted = f"Wanted: verdict {VERDICT}, nearest {NEAREST}, no altered figure called exact."
    rules = "\n".join(f"- {name}: {rule}" for name, rule in run["rules"].items())
    return (
        f"# Quotations of a draft, {run['date']}\n\n{times}\n\n{wanted}\n\n{table(head, rows)}\n\n{rules}\n"
    )


def _said(found: dict[str, Any]) -> str:
    return ", ".join(f"{verdict} {count}" for verdict, count in found["said"].items())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument(
        "--keep", type=Path, help="folder of the index, used again while the code is the same"
    )
    parser.add_argument("--failures", action="store_true", help="print every case that was judged wrongly")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            run = measure(options.data, folder)
        except MissingDataError as error:
            print(error, file=sys.stderr)
            return 2
    # The sentences are others' and stay out of the runs.
    shown = run.pop("_shown")
    name = f"check-{run['date'].replace(':', '')}.json"
    print(write_run(run, render(run), HERE / "runs" / name))
    for failure in shown if options.failures else ():
        print(*failure)
    report = run["halves"]["report"]
    is_reached = (
        report["verdict"] >= VERDICT
        and report["nearest"] >= NEAREST
        and run["halves"]["all"]["figures_called_exact"] <= FALSE_EXACT
        and run["draft"]["first_s"] <= SECONDS
    )
    return 0 if is_reached else 1


if __name__ == "__main__":
    sys.exit(main())
