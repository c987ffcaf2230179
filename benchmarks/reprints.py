"""Families of reprints: which pairs of releases are told to be reprints, against those labelled by hand.

python benchmarks/reprints.py DATA [--keep FOLDER] [--failures]

Builds an index of the news in DATA and of the edited releases that the gold asks for, finds the families in
it, and writes the run to benchmarks/runs/reprints-DATE.json, its table beside it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from judged import MissingDataError, read_news
from kept import indexing_key, keep, key_of, read_kept
from measure import describe_load, describe_machine, now, versions
from product import build_index, releases_of
from report import table, write_run
from reprint_edits import edited

from jsisa_search import Index, Release
from jsisa_search.indexing.sketch import sketch_passages
from jsisa_search.search.results.families import find_families

HERE = Path(__file__).parent
GOLD = HERE / "gold" / "reprints.jsonl"
NEWS = Path("xwlb") / "paragraphs-2012-2019.jsonl.xz"
PACKAGES = ("jsisa-search", "Whoosh", "numpy")
#: What must be reached.
PRECISION, RECALL, SHARE_OF_BUILD = 0.97, 0.92, 0.10
# An edit borrows sentences from the releases before and after.
_NEIGHBOURS = 20


@dataclass(frozen=True, slots=True)
class Pair:
    """Two releases by their ids in the news, the second perhaps an edit of the first, and their label."""

    a: str
    b: str
    edit: str | None
    seed: int
    same: bool
    kind: str

    @property
    def half(self) -> str:
        """The half that the pair is in, for good."""
        name = f"{self.a} {self.b} {self.edit}"
        return ("tune", "report")[int(hashlib.sha1(name.encode()).hexdigest(), 16) % 2]


def read_gold(path: Path = GOLD) -> list[Pair]:
    """Return the labelled pairs."""
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [
        Pair(
            line["a"],
            line.get("b", ""),
            line.get("edit"),
            line.get("seed", 0),
            line["same"],
            line["kind"],
        )
        for line in lines
    ]


def with_edits(releases: Sequence[Release], pairs: Iterable[Pair]) -> tuple[list[Release], dict[Pair, str]]:
    """Return all releases with the edited ones, and the path of the second of each pair."""
    places = {release.path.removesuffix(".txt"): at for at, release in enumerate(releases)}
    made: list[Release] = []
    second: dict[Pair, str] = {}
    for pair in pairs:
        if pair.edit is None:
            second[pair] = f"{pair.b}.txt"
            continue
        at = places[pair.a]
        others = [*releases[max(at - _NEIGHBOURS, 0) : at], *releases[at + 1 : at + 1 + _NEIGHBOURS]]
        made.append(edited(pair.edit, releases[at], others, pair.seed))
        second[pair] = made[-1].path
    return [*releases, *made], second


def families_by_path(index: Index) -> tuple[dict[str, int], float]:
    """Return the number of the family of each release that has one, and the seconds of finding them."""
    with index._snapshots.use() as searcher:
        started = time.process_time()
        found = find_families(searcher)
        took = time.process_time() - started
        is_release = found.group < 0
        docs, numbers = found.docs[is_release].tolist(), found.family[is_release].tolist()
        return {searcher.document(doc)["path"]: n for doc, n in zip(docs, numbers, strict=True)}, took


def seconds_of_sketches(releases: Iterable[Release]) -> float:
    """Return the processor time of sketching all releases."""
    texts = [[release.title or "", *(each.text for each in release.paragraphs)] for release in releases]
    started = time.process_time()
    for each in texts:
        sketch_passages(["title"] + ["lead"] * (len(each) - 1), each)
    return time.process_time() - started


def scores(pairs: Iterable[Pair], said: dict[Pair, bool]) -> dict[str, Any]:
    """Return precision and recall of what was said of some pairs, with the counts."""
    pairs = list(pairs)
    right = sum(said[pair] and pair.same for pair in pairs)
    wrong = sum(said[pair] and not pair.same for pair in pairs)
    missed = sum(pair.same and not said[pair] for pair in pairs)
    return {
        "pairs": len(pairs),
        "precision": round(right / (right + wrong), 3) if right + wrong else None,
        "recall": round(right / (right + missed), 3) if right + missed else None,
        "right": right,
        "wrong": wrong,
        "missed": missed,
    }


def measure(data: Path, folder: Path) -> dict[str, Any]:
    """Return the run: scores by half and by kind, times, and every pair that was judged wrongly."""
    news = data / NEWS
    if not news.is_file():
        raise MissingDataError(f"there is no file {news}")
    pairs = read_gold()
    releases, second = with_edits(list(releases_of(read_news(news))), pairs)
    built = build(folder, releases)
    with Index.open(folder / "index") as index:
        families, finding = families_by_path(index)
    said = {pair: families.get(f"{pair.a}.txt", -1) == families.get(second[pair], -2) for pair in pairs}
    sketching = seconds_of_sketches(releases)
    kinds = sorted({pair.kind for pair in pairs})
    return {
        "date": now(),
        "machine": describe_machine(),
        "load": describe_load(),
        "versions": versions(PACKAGES),
        "releases": len(releases),
        "families": len(set(families.values())),
        "in_families": len(families),
        "build_s": built,
        "sketching_s": round(sketching, 2),
        "finding_s": round(finding, 2),
        "halves": {
            half: scores((pair for pair in pairs if half in ("all", pair.half)), said)
            for half in ("tune", "report", "all")
        },
        "kinds": {kind: scores((pair for pair in pairs if pair.kind == kind), said) for kind in kinds},
        "failures": [
            {
                "a": pair.a,
                "b": pair.b or second[pair],
                "kind": pair.kind,
                "same": pair.same,
                "half": pair.half,
            }
            for pair in pairs
            if said[pair] != pair.same
        ],
    }


def build(folder: Path, releases: list[Release]) -> float:
    """Build the index in `folder`, unless it is kept there; return the processor seconds that it took."""
    key = key_of(indexing_key(), [release.path for release in releases])
    kept = read_kept(folder / "build.json", key)
    if kept is None:
        print("building", file=sys.stderr, flush=True)
        kept = round(build_index(folder / "index", releases).processor_s, 1)
        keep(folder / "build.json", key, kept)
    seconds: float = kept
    return seconds


def render(run: dict[str, Any]) -> str:
    """Return the run as Markdown."""
    head = ("pairs", "n", "precision", "recall", "right", "wrong", "missed")
    rows = [(name, *found.values()) for group in ("halves", "kinds") for name, found in run[group].items()]
    share = (run["sketching_s"] + run["finding_s"]) / run["build_s"]
    counts = f"{run['releases']:,} releases, {run['in_families']:,} of them in {run['families']:,} families."
    times = (
        f"Sketching takes {run['sketching_s']} s, finding {run['finding_s']} s, and the build "
        f"{run['build_s']} s of processor time: {share:.1%}, {SHARE_OF_BUILD:.0%} allowed."
    )
    wanted = f"Wanted: precision {PRECISION}, recall {RECALL}."
    return f"# Families of reprints, {run['date']}\n\n{counts} {times}\n\n{table(head, rows)}\n\n{wanted}\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument(
        "--keep", type=Path, help="folder of the index, used again while the code is the same"
    )
    parser.add_argument("--failures", action="store_true", help="print every pair that was judged wrongly")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            run = measure(options.data, folder)
        except MissingDataError as error:
            print(error, file=sys.stderr)
            return 2
    name = f"reprints-{run['date'].replace(':', '')}.json"
    print(write_run(run, render(run), HERE / "runs" / name))
    for failure in run["failures"] if options.failures else ():
        print(*failure.values())
    whole = run["halves"]["all"]
    return 0 if whole["precision"] >= PRECISION and whole["recall"] >= RECALL else 1


if __name__ == "__main__":
    sys.exit(main())
