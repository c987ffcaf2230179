"""Read saved pages with this product and its peers, and compare with what people say is on them.

python benchmarks/pages.py --data ../shared/data/pages [--split tune|check|report|all] [--gate FLOORS]

What counts as right:

- body: precision, recall and F1 over the multisets of character trigrams of the texts, NFKC, lower case,
  without white space. What the gold calls optional (captions, a box with a summary) and the title count
  neither way.
- title: equal without blanks, punctuation and symbols.
- date: equal to the minute where the page gives the minute, else to the day. "Its day" looks at the day.
- source: the gold's source, or its author where the page names only that; equal, or one holds the other,
  with 2 characters or more. A peer may have it in either of its fields; this product's `source` must be the
  source and its `author` the author.
- headings: equal like titles; two neighbouring lines may be given as one; lines of numbers alone are not
  asked for.
- 文号 and issuing office: equal like titles.

Only what a page has is asked for. A page that a reader refuses has an empty body and no fields. The time is
processor time, which others on the machine disturb least: the best of several readings in one process, this
product from the file, its peers from the decoded text.

Exit status: 0; 1 when a floor is missed; 2 when data, gold or a reader are missing or are not those of the
floors.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from measure import describe_load, describe_machine, now, versions
from page_floors import FloorsError, check_floors, pin_floors
from page_gold import Gold, GoldError, fingerprint, read_gold, read_policy, split_of
from page_readers import PACKAGES, READERS, Reader, Reading, input_of
from page_report import render_pages
from page_scores import badness, score, summarize_scores

HERE = Path(__file__).parent
POLICY = "gov_policy"
TOGETHER = "together"
MISSED, MISSING = 1, 2


def load_parts(settings: argparse.Namespace) -> dict[str, list[Gold]]:
    """Return the gold of each part that is asked for, of the share of the split that is asked for."""
    files = settings.gold or sorted((HERE / "gold").glob("*.jsonl"))
    if not files:
        raise GoldError(f"There is no gold in {HERE / 'gold'}.")
    with_policy = POLICY in settings.parts if settings.parts else (settings.data / POLICY).is_dir()
    golds = read_gold(files, settings.data) + (read_policy(settings.data) if with_policy else [])
    parts: dict[str, list[Gold]] = defaultdict(list)
    for gold in golds:
        part = gold.file.partition("/")[0]
        if settings.split in ("all", split_of(gold.file)) and part in (settings.parts or [part]):
            parts[part].append(gold)
    return dict(parts)


def measure_part(readers: dict[str, Reader], golds: Sequence[Gold], repeat: int) -> dict[str, Any]:
    """Return each reader's scores of every page and their summary; the readers take turns on a page."""
    pages: dict[str, list[dict[str, Any]]] = {name: [] for name in readers}
    for gold in golds:
        for name, reader in readers.items():
            reading, best = read_timed(reader, input_of(name, gold), repeat)
            error = reading.error and reading.error.replace(str(gold.path), gold.file)
            pages[name].append({**score(gold, reading), "error": error, "ms": best * 1e3})
    return {
        name: {"summary": summarize_scores(found), "pages": sorted(found, key=badness)}
        for name, found in pages.items()
    }


def read_timed(reader: Reader, given: str, repeat: int) -> tuple[Reading, float]:
    """Return a reading and its shortest processor time in seconds; a peer that fails has read nothing."""
    taken = []
    reading = Reading()
    for _ in range(repeat):
        started = time.process_time()
        try:
            reading = reader(given)
        except Exception as error:  # whatever a peer raises is its result
            reading = Reading(error=f"{type(error).__name__}: {error}")
        taken.append(time.process_time() - started)
    return reading, min(taken)


def run_benchmark(settings: argparse.Namespace) -> dict[str, Any]:
    """Read every page with every reader and return what is to be written down."""
    parts = load_parts(settings)
    golds = [gold for part in parts.values() for gold in part]
    if not golds:
        raise GoldError("No page of these parts is in this share of the split.")
    run: dict[str, Any] = {
        "date": now(),
        "split": settings.split,
        "repeat": settings.repeat,
        "machine": describe_machine(),
        "load": describe_load(),
        "versions": versions(PACKAGES),
        "fingerprint": fingerprint(golds),
        "parts": {},
    }
    readers = {name: READERS[name]() for name in settings.readers}
    for part, found in parts.items():
        print(f"  {part}: {len(found)} pages", file=sys.stderr)
        measured = measure_part(readers, found, settings.repeat)
        run["parts"][part] = {"pages": len(found), "readers": measured}
    if len(set(parts) - {POLICY}) > 1:
        run["parts"] = {TOGETHER: put_together(run["parts"]), **run["parts"]}
    return run


def put_together(parts: dict[str, Any]) -> dict[str, Any]:
    """Return the figures over all pages with gold made by hand, whatever their part."""
    found = [part for name, part in parts.items() if name != POLICY]
    readers = {}
    for name in found[0]["readers"]:
        pages = [page for part in found for page in part["readers"][name]["pages"]]
        readers[name] = {"summary": summarize_scores(pages)}
    return {"pages": sum(part["pages"] for part in found), "readers": readers}


def save(run: dict[str, Any], target: Path, worst: int) -> None:
    """Write the run as JSON, with its pages where the worst are asked for, and its tables beside it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.with_suffix(".md").write_text(render_pages(run, worst), encoding="utf-8")
    if not worst:
        for part in run["parts"].values():
            part["readers"] = {name: {"summary": one["summary"]} for name, one in part["readers"].items()}
    target.write_text(json.dumps(run, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds news_sites/pages")
    parser.add_argument(
        "--gold", type=Path, nargs="+", help="files of gold; by default benchmarks/gold/*.jsonl"
    )
    parser.add_argument("--split", choices=("tune", "check", "report", "all"), default="tune")
    parser.add_argument("--parts", nargs="+", help="folders under the data folder; by default all with gold")
    parser.add_argument("--readers", nargs="+", choices=tuple(READERS), default=list(READERS))
    parser.add_argument("--repeat", type=int, default=3, help="readings a page, of which the best counts")
    parser.add_argument(
        "--worst", type=int, default=0, help="show so many pages of the first reader, worst first"
    )
    parser.add_argument("--out", type=Path, help="the JSON file; the tables go beside it; by default neither")
    parser.add_argument("--gate", type=Path, help="fail where this product is under the floors in this file")
    parser.add_argument("--pin", type=Path, help="write this run's figures as floors")
    parser.add_argument("--lower", action="store_true", help="let --pin lower a floor")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; return the exit status."""
    settings = _read_arguments(arguments)
    try:
        run = run_benchmark(settings)
        missed = check_floors(run, settings.gate) if settings.gate else []
        if settings.pin:
            pin_floors(run, settings.pin, settings.lower)
    except ImportError as error:
        print(f"{error}: pip install -e . -r benchmarks/requirements.txt", file=sys.stderr)
        return MISSING
    except (GoldError, FloorsError) as error:
        print(error, file=sys.stderr)
        return MISSING
    tables = render_pages(run, settings.worst)
    if settings.out:
        save(run, settings.out, settings.worst)
    print(tables)
    for line in missed:
        print(line, file=sys.stderr)
    return MISSED if missed else 0


if __name__ == "__main__":
    sys.exit(main())
