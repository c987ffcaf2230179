"""Measure an index on a cluster of three nodes beside one in a folder, and while nodes are killed.

python benchmarks/cluster.py CORPUS FOLDER [--passages N] [--queries N] [--strings N] [--kills N]

CORPUS is a `.jsonl.xz` file with `doc`, `title`, `date`, `source` and `text` in every line, FOLDER an empty
one that other users can reach. Java and Maven are needed: see tests/cluster/local_cluster.py.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import groupby, islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from jsisa_search import Index, Results
from tests.cluster.local_cluster import VERSION, LocalCluster

#: Left out of a comparison: hits are compared apart, and the others are counted in a folder only.
_NOT_COMPARED = ("hits", "took_ms", "distinct", "occurrences")
_BATCH = 20


def main() -> None:
    """Run all measurements."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passages", type=int, default=123_000)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--strings", type=int, default=1_000)
    parser.add_argument("--kills", type=int, default=20)
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    os.environ["JSISA_CLUSTER_FOLDER"] = str(folder / "beside")
    report("OpenSearch", VERSION)
    cluster = LocalCluster(folder, nodes=3)
    try:
        cluster.start()
        address = f"opensearch://{','.join(cluster.hosts)}/bench"
        with Index.create(folder / "local", overwrite=True) as local, Index.create(address) as index:
            measure(cluster, local, index, arguments)
    finally:
        cluster.stop()


def measure(cluster: LocalCluster, local: Index, index: Index, arguments: argparse.Namespace) -> None:
    """Fill both indices and compare them; then kill nodes."""
    local.add(releases(arguments.corpus, arguments.passages))
    started = time.perf_counter()
    index.add(releases(arguments.corpus, arguments.passages))
    seconds = time.perf_counter() - started
    passages = len(list(_texts(local)))
    report("passages, with titles", passages)
    report("written with one replica, passages/s", passages / seconds)
    report("disk with one replica, GB per million passages", index.info().size / passages / 1e3)
    audit = index.audit(arguments.strings, seed=1)
    report("random strings: recall, precision", f"{audit.recall:.6f}, {audit.precision:.6f}")
    compare(local, index, arguments.queries)
    if arguments.kills:
        kill_nodes(cluster, index, arguments.kills)
        compare(local, index, max(arguments.queries // 5, 1), without=_WRITTEN)


def report(what: str, value: object) -> None:
    """Print a measurement with the load under which it was made."""
    shown = f"{value:,.2f}" if isinstance(value, float) else value
    print(f"{what:58} {shown}   (load {os.getloadavg()[0]:.1f})", flush=True)


def releases(corpus: Path, passages: int) -> Iterator[dict[str, Any]]:
    """Yield the releases of the first passages of a corpus."""
    with lzma.open(corpus, "rt", encoding="utf-8") as file:
        rows = (json.loads(line) for line in islice(file, passages))
        for name, some in groupby(rows, key=lambda row: row["doc"]):
            parts = list(some)
            yield {
                "id": name,
                "title": parts[0]["title"],
                "published": parts[0]["date"],
                "source": parts[0]["source"] or None,
                "text": "\n".join(part["text"].replace("\n", " ") for part in parts),
            }


def _texts(index: Index) -> Iterator[str]:
    with index._snapshots.use() as searcher:
        yield from (text for _, text in searcher.live_texts())


class Drawn:
    """Queries of all classes, drawn from texts; the same seed draws the same."""

    def __init__(self, texts: list[str], seed: int) -> None:
        self._texts = texts
        self._chance = random.Random(seed)

    def piece(self, least: int, most: int) -> str:
        """Return a stretch of a text that has no marks of the query language."""
        while True:
            text = self._chance.choice(self._texts)
            length = self._chance.randint(least, most)
            start = self._chance.randrange(max(len(text) - length, 1))
            found = text[start : start + length].strip()
            if len(found) >= least and not set(found) & set(' "“”()（）:：-,，。、|*'):
                return found

    def query(self) -> tuple[str, str]:
        """Return the class of a query and the query."""
        piece, chance = self.piece, self._chance
        makers: dict[str, Callable[[], str]] = {
            "literal": lambda: f'"{piece(4, 12)}"',
            "plain": lambda: piece(2, 6),
            "two": lambda: f"{piece(2, 4)} {piece(2, 4)}",
            "without": lambda: f"{piece(2, 3)} -{piece(2, 3)}",
            "either": lambda: f"{piece(2, 3)} OR {piece(2, 3)}",
            "near": lambda: f"{piece(2, 2)} NEAR/20 {piece(2, 2)}",
            "title": lambda: f"标题:{piece(2, 3)}",
            "prefix": lambda: f"{piece(2, 2)}*",
            "period": lambda: f"{piece(2, 2)} 日期:2012-{chance.randint(7, 12):02}",
            "character": lambda: piece(1, 1),
            "number": lambda: f"{chance.randint(2, 99)}{chance.choice(['%', '亿元', '月', '年'])}",
            "release": lambda: f"{piece(2, 2)} -全文:{piece(2, 2)}",
        }
        name = chance.choice(list(makers))
        return name, makers[name]()


#: What is written while nodes are killed, so that comparisons can leave it out.
_WRITTEN = "杀节点时写入"


def compare(local: Index, index: Index, queries: int, without: str = "") -> None:
    """Compare answers of both indices, and report the times of the cluster."""
    drawn = Drawn(list(islice(_texts(local), 20_000)), seed=7)
    different, firsts, overlaps = 0, [], []
    times: dict[str, list[float]] = {}
    for _ in range(queries):
        name, text = drawn.query()
        if without:
            text = f"{text} -{without}"
        one = local.search(text, fold=False, facets=("source", "month"))
        other = index.search(text, fold=False, facets=("source", "month"))
        started = time.perf_counter()
        index.search(text, fold=False)
        times.setdefault(name, []).append((time.perf_counter() - started) * 1e3)
        if _counts(one) != _counts(other):
            different += 1
            print("different:", text)
        ours, theirs = ([(hit.id, hit.line, hit.kind) for hit in found] for found in (one, other))
        if ours:
            firsts.append(ours[0] == theirs[0])
            overlaps.append(len({*ours} & {*theirs}) / len(ours))
    report("queries of all classes", queries)
    report("of these with other totals, counts or facets", different)
    report("the same first, share", sum(firsts) / len(firsts))
    report("overlap of the ten best", sum(overlaps) / len(overlaps))
    for name, values in sorted(times.items()):
        ninety = quantiles(values, n=10)[-1] if len(values) > 1 else values[0]
        report(f"  {name}, ms: median, 90 %", f"{median(values):.0f}, {ninety:.0f}")


def _counts(found: Results) -> dict[str, Any]:
    return {name: value for name, value in found.to_dict().items() if name not in _NOT_COMPARED}


def kill_nodes(cluster: LocalCluster, index: Index, kills: int) -> None:
    """Kill one node after the other while one thread writes and another searches; report what was lost."""
    ended = threading.Event()
    acknowledged: list[str] = []
    errors: list[str] = []
    searches = [0]

    def write() -> None:
        number = 0
        while not ended.is_set():
            names = [f"k{number}-{each}" for each in range(_BATCH)]
            try:
                index.add({"id": name, "text": f"{_WRITTEN}第{name}号。"} for name in names)
                acknowledged.extend(names)
            except Exception as error:
                errors.append(f"writing: {error}")
            number += 1

    def search() -> None:
        while not ended.is_set():
            try:
                index.search("经济")
                searches[0] += 1
            except Exception as error:
                errors.append(f"searching: {error}")

    threads = [threading.Thread(target=each) for each in (write, search)]
    for thread in threads:
        thread.start()
    for number in range(kills):
        cluster.wait_for(3, status="green")
        time.sleep(2)
        victim = number % 2 + 1
        cluster.kill(victim)
        time.sleep(2)
        cluster.up(victim)
    cluster.wait_for(3, status="green")
    ended.set()
    for thread in threads:
        thread.join()
    found = {info.path.removeprefix("text:") for info in index.releases()}
    report("nodes killed, searches meanwhile", f"{kills}, {searches[0]}")
    report("errors seen", f"{len(errors)} {errors[:2] or ''}")
    report("writes acknowledged", len(acknowledged))
    report("of these lost", len(set(acknowledged) - found))
    report("files that are not whole", len(Index.verify(str(index.info().folder)).problems))


if __name__ == "__main__":
    main()
