"""Searches of office workers and journalists: where is the passage that they want.

python benchmarks/trial.py --data DATA [--keep FOLDER] [--kinds NAME ...] [--show-held-out]

The collection (trial_collection.py) is written as files, indexed by `Index.update` and searched by
`Index.search` with default arguments, as by `jsisa-search query`. gold/trial.jsonl has the searches, each
with the passages that answer it. The run is written to benchmarks/runs/trial-DATE.json, its table beside it.
Exits with 2 when data are missing.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from judged import MissingDataError, sum_of
from kept import keep, key_of, read_kept, reading_key
from measure import describe_load, describe_machine, now, summarize, versions
from report import write_run
from trial_collection import PARTS, write_collection

from jsisa_search import Hit, Index, Results, make_filters

HERE = Path(__file__).parent
GOLD = HERE / "gold" / "trial.jsonl"
PACKAGES = ("jsisa-search", "Whoosh", "numpy", "rjieba")
ANY = "*"


@dataclass(frozen=True, slots=True)
class Search:
    """A search as typed, with its options, and what answers it.

    `wanted` are releases (paths below the collection, or `*` for any), each with characters that the
    passage must contain, or None for any passage of the release. `offer` is a correction that is told of as
    well; `without` are words that no passage up to the wanted one may have; with `once` equal passages must
    be shown once.
    """

    id: str
    kind: str
    query: str
    wanted: tuple[tuple[str, str | None], ...]
    options: dict[str, Any] = field(default_factory=dict)
    offer: str | None = None
    without: tuple[str, ...] = ()
    once: bool = False
    is_held_out: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The 1-based place of the first wanted passage, None beyond ten; whether the correction was offered."""

    search: Search
    place: int | None
    is_offered: bool
    seconds: float
    instead: str
    where: str


def read_searches(path: Path = GOLD) -> list[Search]:
    """Read the searches, one a line."""
    return [_search(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _search(line: dict[str, Any]) -> Search:
    named = {name: line[name] for name in ("since", "until") if name in line}
    named |= {"source": [line["source"]]} if "source" in line else {}
    options = {"filters": make_filters(**named)} if named else {}
    options |= {"sort": line["sort"]} if "sort" in line else {}
    return Search(
        *(line[name] for name in ("id", "kind", "query")),
        tuple((wanted["release"], wanted.get("anchor")) for wanted in line["wanted"]),
        options,
        line.get("offer"),
        tuple(line.get("without", ())),
        line.get("once", False),
        line.get("held", False),
    )


def run_search(index: Index, files: Path, search: Search) -> Outcome:
    """Put one search; return where the first wanted passage is."""
    started = time.perf_counter()
    results = index.search(search.query, **search.options)
    seconds = time.perf_counter() - started
    place = _place(results, files, search)
    offered = bool(search.offer and place != 1 and search.offer in _offers(index, search.query, results))
    first = results.hits[0] if results.hits else None
    return Outcome(search, place, offered, seconds, _describe(first), _locate(first, files))


def _place(results: Results, files: Path, search: Search) -> int | None:
    texts: set[str] = set()
    for hit in results.hits:
        if search.once and hit.text in texts:
            return None
        texts.add(hit.text)
    for place, hit in enumerate(results.hits, 1):
        if any(word in f"{hit.title}\n{hit.text}" for word in search.without):
            return None
        if _is_wanted(hit, files, search):
            return place
    return None


def _is_wanted(hit: Hit, files: Path, search: Search) -> bool:
    path = Path(hit.path).relative_to(files).as_posix()
    return any(
        (release in (ANY, path) or path.startswith(f"{release}#")) and (anchor is None or anchor in hit.text)
        for release, anchor in search.wanted
    )


def _offers(index: Index, query: str, results: Results) -> str:
    """Return all that a user is told beside the hits."""
    told = {name: value for name, value in results.to_dict().items() if name not in ("hits", "query")}
    return json.dumps([told, index.explain_nothing(query).to_dict()], ensure_ascii=False)


def _describe(hit: Hit | None) -> str:
    return "nothing" if hit is None else f"{hit.title or '-'}: {hit.snippet.text}".replace("\n", " ")[:100]


def _locate(hit: Hit | None, files: Path) -> str:
    return "nothing" if hit is None else f"{Path(hit.path).relative_to(files)}:{hit.line} ({hit.kind})"


def figures(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """Return the number of searches, those answered first, within three, and those with only the offer."""
    found = list(outcomes)
    return {
        "n": len(found),
        "first": sum(each.place == 1 for each in found),
        "within three": sum(each.place is not None and each.place <= 3 for each in found),
        "offered": sum(each.is_offered and not (each.place and each.place <= 3) for each in found),
    }


def _groups(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, list[Outcome]]]:
    for kind in dict.fromkeys(each.search.kind for each in outcomes):
        yield kind, [each for each in outcomes if each.search.kind == kind]
    yield "all", list(outcomes)
    yield "for tuning", [each for each in outcomes if not each.search.is_held_out]
    yield "held out", [each for each in outcomes if each.search.is_held_out]


def make_run(outcomes: Sequence[Outcome], releases: int) -> dict[str, Any]:
    """Return what is written down: figures by kind, and the failures without texts of the data."""
    return {
        "date": now(),
        "machine": describe_machine(),
        "load": describe_load(),
        "versions": versions(PACKAGES),
        "releases": releases,
        "latency": summarize([each.seconds for each in outcomes]),
        "kinds": {name: figures(group) for name, group in _groups(outcomes) if group},
        "failures": [
            {
                "id": each.search.id,
                "kind": each.search.kind,
                "query": each.search.query,
                "place": each.place,
                "offered": each.is_offered,
                "instead": each.where,
            }
            for each in outcomes
            if each.place != 1 and not each.search.is_held_out
        ],
    }


def render(run: dict[str, Any]) -> str:
    """Return a run as Markdown."""
    rows = [
        f"| {name} | {row['n']} | {row['first']} | {row['within three']} | {row['offered'] or ''} |"
        for name, row in run["kinds"].items()
    ]
    failed = [
        f"| {each['id']} | {each['query']} | {each['place'] or '-'}{' offered' if each['offered'] else ''} | "
        f"{each['instead']} |".replace("\n", " ")
        for each in run["failures"]
    ]
    latency = run["latency"]
    head = (
        f"# Searches of users, {run['date']}\n\n{run['releases']:,} releases. A search takes "
        f"{latency['median_ms']:.1f} ms (median), {latency['p95_ms']:.1f} (95 %). “offered”: the correction "
        "is offered, and the passage not within three. Failures of held-out searches are not listed.\n"
    )
    table = ["| kind | n | first | within three | offered |", "|---|---|---|---|---|", *rows]
    failures = ["| search | typed | place | first instead |", "|---|---|---|---|", *failed]
    return "\n".join([head, *table, "", "## Not first", "", *failures]) + "\n"


def open_index(data: Path, folder: Path) -> Index:
    """Return the index of the collection in `folder`; it is built unless data and code are the same."""
    key = key_of([sum_of(data / part) for part in PARTS], reading_key())
    note, files, index_folder = folder / "trial.json", folder / "files", folder / "index"
    if read_kept(note, key) is None:
        note.unlink(missing_ok=True)
        if not files.is_dir():
            write_collection(data, files)
        with Index.create(index_folder, overwrite=True) as index:
            report = index.update([files])
        keep(note, key, report.releases)
    return Index.open(index_folder)


def _read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--data", type=Path, required=True, help="the folder of the data")
    add("--keep", type=Path, metavar="FOLDER", help="keep files and index there, and use them")
    add("--kinds", nargs="+", metavar="NAME", help="put only searches of these kinds; writes no run")
    add(
        "--show-held-out",
        action="store_true",
        help="print failures of held-out searches too: only at the end",
    )
    add("--out", type=Path, help="the JSON file; by default benchmarks/runs/trial-DATE.json")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; return the exit status."""
    settings = _read_arguments(arguments)
    searches = [each for each in read_searches() if not settings.kinds or each.kind in settings.kinds]
    with tempfile.TemporaryDirectory() as temporary:
        folder = (settings.keep or Path(temporary)).resolve()
        try:
            index = open_index(settings.data, folder)
        except MissingDataError as error:
            print(f"trial.py: {error}", file=sys.stderr)
            return 2
        with index:
            index.search("预热")  # the dictionary is loaded once
            outcomes = [run_search(index, folder / "files", each) for each in searches]
            run = make_run(outcomes, index.info().releases)
    for each in outcomes:
        if each.place != 1 and (settings.show_held_out or not each.search.is_held_out):
            offered = " offered" if each.is_offered else ""
            print(f"{each.search.id} {each.search.kind} | {each.search.query} | {each.place}{offered}")
            print(f"    {each.where} {each.instead}")
    if settings.kinds:
        print(render(run).partition("## Not first")[0])
        return 0
    target = settings.out or HERE / "runs" / f"trial-{run['date'].replace(':', '')}.json"
    print(write_run(run, render(run), target).partition("## Not first")[0])
    return 0


if __name__ == "__main__":
    sys.exit(main())
