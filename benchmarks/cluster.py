"""Measure an index on a cluster of three nodes beside one in a folder, and while nodes are killed.

python benchmarks/cluster.py CORPUS FOLDER [--passages N] [--first N] [--queries N] [--strings N]
                             [--kills N] [--output FILE]

CORPUS is a `.jsonl.xz` file with `doc`, `title`, `date`, `source` and `text` in every line, FOLDER an empty
one that other users can reach. Each figure is printed, and written to FILE, as soon as it is known; how far
it is goes to standard error. Java and Maven are needed: see tests/cluster/local_cluster.py.
"""

from __future__ import annotations

import argparse
import io
import json
import lzma
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from itertools import groupby, islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any, TextIO, TypeVar

sys.path.insert(0, str(Path(__file__).parent.parent))

from jsisa_search import Index, Results
from jsisa_search.cluster.connection import Connection
from tests.cluster.local_cluster import VERSION, LocalCluster

#: Left out of a comparison: hits are compared apart, and the others are counted in a folder only.
_NOT_COMPARED = ("hits", "took_ms", "distinct", "occurrences")
_BATCH = 20

Item = TypeVar("Item")


def main() -> None:
    """Run all measurements."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passages", type=int, default=123_000)
    parser.add_argument("--first", type=int, default=50_000, help="written before, while Java compiles")
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--queries-afterwards", type=int, default=200)
    parser.add_argument("--strings", type=int, default=1_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--output", type=Path, help="default: cluster.txt in FOLDER")
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    folder.mkdir(exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that the nodes are ended, too
    os.environ["JSISA_CLUSTER_FOLDER"] = str(folder / "beside")
    table = (arguments.output or folder / "cluster.txt").open("w", encoding="utf-8")
    with table, redirect_stdout(Both(sys.stdout, table)):
        measure_cluster(folder, arguments)


class Both(io.TextIOBase):
    """What is written here is written to two streams at once."""

    def __init__(self, *streams: TextIO) -> None:
        self._streams = streams

    def write(self, text: str) -> int:
        """Write to both; a file has all of it, even if the process is killed."""
        for stream in self._streams:
            stream.write(text)
            stream.flush()
        return len(text)


def measure_cluster(folder: Path, arguments: argparse.Namespace) -> None:
    """Start the nodes, measure, and end them."""
    report("OpenSearch", VERSION)
    cluster = LocalCluster(folder, nodes=3, write_queue=10_000, index_buffer="25%")
    try:
        cluster.start()
        address = f"opensearch://{','.join(cluster.hosts)}"
        if arguments.first:
            with Index.create(f"{address}/first") as index:
                write("nodes just started", index, arguments.corpus, arguments.first)
                _connection_of(index).request("DELETE", "/first-*")
        with (
            Index.create(folder / "local", overwrite=True) as local,
            Index.create(f"{address}/bench") as index,
        ):
            measure(cluster, local, index, arguments)
    finally:
        cluster.stop()


def write(what: str, index: Index, corpus: Path, passages: int) -> None:
    """Write the first passages of a corpus to a cluster, and report what that takes."""
    cost = Cost(index)
    index.add(followed(what, releases(corpus, passages)))
    seconds, (own, nodes) = cost.seconds(), cost.cpu()
    written = len(list(_texts(index)))
    report(f"{what}: passages, with titles", written)
    report("  written with one replica, passages/s", written / seconds)
    report("  ms of a core for each: this process, the nodes", f"{_ms(own, written)}, {_ms(nodes, written)}")
    report("  disk with one replica, GB per million passages", index.info().size / written / 1e3)


def measure(cluster: LocalCluster, local: Index, index: Index, arguments: argparse.Namespace) -> None:
    """Fill both indices and compare them; then kill nodes."""
    local.add(followed("in the folder", releases(arguments.corpus, arguments.passages)))
    write("the cluster", index, arguments.corpus, arguments.passages)
    audit = index.audit(arguments.strings, seed=1)
    report("random strings: recall, precision", f"{audit.recall:.6f}, {audit.precision:.6f}")
    compare(local, index, arguments.queries)
    if arguments.kills:
        kill_nodes(cluster, local, index, arguments.kills)
        compare(local, index, arguments.queries_afterwards)


class Cost:
    """What has been spent on an index since this was made: time, cores of this process and of the nodes."""

    def __init__(self, index: Index) -> None:
        self._connection = _connection_of(index)
        self._started, self._own, self._nodes = time.perf_counter(), time.process_time(), self._node_cpu()

    def seconds(self) -> float:
        """Return the seconds that have gone by."""
        return time.perf_counter() - self._started

    def cpu(self) -> tuple[float, float]:
        """Return the seconds of a core that this process, and all nodes together, have spent."""
        return time.process_time() - self._own, self._node_cpu() - self._nodes

    def _node_cpu(self) -> float:
        nodes = self._connection.request("GET", "/_nodes/stats/process")["nodes"].values()
        return sum(node["process"]["cpu"]["total_in_millis"] for node in nodes) / 1e3


def _connection_of(index: Index) -> Connection:
    assert index._cluster is not None
    return index._cluster.connection


def _ms(seconds: float, count: int) -> str:
    return f"{seconds / count * 1e3:.2f}"


@contextmanager
def requests_of(index: Index) -> Iterator[list[tuple[float, float]]]:
    """Give the list of the requests within the block: ms in which OpenSearch answered, ms of all."""
    connection = _connection_of(index)
    found: list[tuple[float, float]] = []
    send = connection.request

    def timed(*arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        answer = send(*arguments, **named)
        took = answer.get("took", 0) if isinstance(answer, dict) else 0
        found.append((took, (time.perf_counter() - started) * 1e3))
        return answer

    connection.request = timed  # type: ignore[method-assign]
    try:
        yield found
    finally:
        del connection.request  # type: ignore[method-assign]


_began = time.monotonic()


def report(what: str, value: object) -> None:
    """Print a measurement, with the load under which it was made and the time since this began."""
    shown = f"{value:,.2f}" if isinstance(value, float) else value
    print(f"{what:58} {shown}   (load {os.getloadavg()[0]:.1f}, after {time.monotonic() - _began:.0f} s)")


def followed(where: str, items: Iterable[Item], every: float = 10.0) -> Iterator[Item]:
    """Yield items, and say on standard error every some seconds how many there were."""
    said = started = time.monotonic()
    for number, item in enumerate(items):
        if time.monotonic() - said > every:
            said = time.monotonic()
            print(f"  {where}: {number:,} after {said - started:.0f} s", file=sys.stderr, flush=True)
        yield item


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


#: What is written while nodes are killed.
_WRITTEN = "停电时照常写入"


def compare(local: Index, index: Index, queries: int) -> None:
    """Compare answers of both indices, and report the times of the cluster."""
    texts = list(_texts(local))
    drawn = Drawn(texts[:20_000] + texts[-1_000:], seed=7)
    different, firsts, overlaps = 0, [], []
    times: dict[str, list[tuple[float, ...]]] = {}
    cost = Cost(index)
    for _ in followed("queries", range(queries)):
        name, text = drawn.query()
        one = local.search(text, fold=False, facets=("source", "month"))
        other = index.search(text, fold=False, facets=("source", "month"))
        with requests_of(index) as sent:
            started, own = time.perf_counter(), time.process_time()
            index.search(text, fold=False)
            spent = time.perf_counter() - started, time.process_time() - own
        took, waited = (sum(column) for column in zip(*sent, strict=True))
        times.setdefault(name, []).append((spent[0] * 1e3, len(sent), took, waited, spent[1] * 1e3))
        if _counts(one) != _counts(other):
            different += 1
            report("  different", text)
        ours, theirs = ([(hit.id, hit.line, hit.kind) for hit in found] for found in (one, other))
        if ours:
            firsts.append(ours[0] == theirs[0])
            overlaps.append(len({*ours} & {*theirs}) / len(ours))
    report("queries of all classes", queries)
    report("of these with other totals, counts or facets", different)
    report("the same first, share", f"{sum(firsts) / len(firsts):.4f}")
    report("overlap of the ten best", f"{sum(overlaps) / len(overlaps):.4f}")
    report("ms of a core of the nodes for a query, asked twice", _ms(cost.cpu()[1], queries))
    print("  medians: ms (90 %), requests, ms in OpenSearch, ms waited for it, ms of a core of this process")
    for name, rows in sorted(times.items()):
        columns = list(zip(*rows, strict=True))
        ninety = quantiles(columns[0], n=10)[-1] if len(rows) > 1 else rows[0][0]
        whole, requests, took, waited, own = map(median, columns)
        shown = f"{whole:.0f} ({ninety:.0f}), {requests:.0f}, {took:.0f}, {waited:.0f}, {own:.1f}"
        report(f"  {name}", shown)


def _counts(found: Results) -> dict[str, Any]:
    return {name: value for name, value in found.to_dict().items() if name not in _NOT_COMPARED}


@contextmanager
def meanwhile(ended: threading.Event, *works: Callable[[], None]) -> Iterator[None]:
    """Let threads work during the block, until `ended` is set behind it."""
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
    for thread in threads:
        thread.join()


def kill_and_start(cluster: LocalCluster, number: int) -> None:
    """Kill a node, start it again, and wait until all copies are whole."""
    time.sleep(2)
    cluster.kill(number)
    time.sleep(2)
    cluster.up(number)
    # Asked of the node itself: the others may not have noticed yet that it was gone.
    cluster.wait_for(3, status="green", asked=number)


def kill_nodes(cluster: LocalCluster, local: Index, index: Index, kills: int) -> None:
    """Kill one node after the other while one thread writes and another searches; report what was lost.

    What was acknowledged is written into the folder, too.
    """
    ended = threading.Event()
    acknowledged: dict[str, str] = {}
    errors: list[str] = []
    searches = [0]

    def failed(error: str) -> None:
        errors.append(error)
        report("  error", error)

    def write() -> None:
        number = 0
        while not ended.is_set():
            texts = {f"k{number}-{each}": f"{_WRITTEN}第{number}批第{each}号。" for each in range(_BATCH)}
            try:
                index.add({"id": name, "text": text} for name, text in texts.items())
                acknowledged.update(texts)
            except Exception as error:
                failed(f"writing: {error}")
            number += 1

    def search() -> None:
        while not ended.is_set():
            try:
                index.search("经济")
                searches[0] += 1
            except Exception as error:
                failed(f"searching: {error}")

    with meanwhile(ended, write, search):
        for number in range(kills):
            kill_and_start(cluster, number % 2 + 1)
            seen = f"{len(acknowledged)}, {searches[0]}, {len(errors)}"
            report(f"  after kill {number + 1}: writes, searches, errors", seen)
    found = {info.path.removeprefix("text:") for info in index.releases()}
    report("nodes killed, searches meanwhile", f"{kills}, {searches[0]}")
    report("errors seen", f"{len(errors)} {errors[:2] or ''}")
    report("writes acknowledged", len(acknowledged))
    report("of these lost", len(set(acknowledged) - found))
    local.add({"id": name, "text": text} for name, text in acknowledged.items())
    report("files that are not whole", len(Index.verify(str(index.info().folder)).problems))


if __name__ == "__main__":
    main()
