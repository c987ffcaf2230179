"""Upgrade a real cluster node by node while it is written to and searched; what docs/scale.md describes.

python -m tests.cluster.upgrade_trial FOLDER --to 3.6.0 --java /usr/lib/jvm/JAVA-21-OR-LATER

FOLDER is an empty one that other users can reach. Prints what writers and readers saw; takes some minutes,
and is therefore run by hand.
"""

from __future__ import annotations

import argparse
import operator
import os
import threading
import time
from pathlib import Path

from jsisa_search import Index
from jsisa_search.cluster.address import parse_address
from jsisa_search.cluster.connection import Connection
from tests.cluster.local_cluster import VERSION, LocalCluster, install
from tests.cluster.test_equal_answers import QUERIES
from tests.conftest import SEEDS

#: Totals, and the hits in order with their scores.
Answer = tuple[int, int, list[tuple[str, int, float]]]

_TEXT = "升级时照常写入。"


def main() -> None:
    """Run the trial."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--to", required=True)
    parser.add_argument("--java", required=True)
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    os.environ["JSISA_CLUSTER_FOLDER"] = str(folder / "beside")
    install(folder, arguments.to)
    cluster = LocalCluster(folder, nodes=3)
    try:
        cluster.start()
        upgrade(cluster, arguments.to, arguments.java)
    finally:
        cluster.stop()


def upgrade(cluster: LocalCluster, version: str, java: str) -> None:
    """Upgrade all nodes, and compare the answers with those of before and of a folder.

    One index is written to meanwhile; of another the answers must be the same after each node.
    """
    address = f"opensearch://{','.join(cluster.hosts)}/press"
    unchanged = f"opensearch://{','.join(cluster.hosts)}/unchanged"
    connection = Connection(parse_address(address))
    ended, errors, written, searches = threading.Event(), list[str](), list[str](), [0]

    def write() -> None:
        with Index.open(address) as index:
            while not ended.is_set():
                name = f"u{len(written)}"
                try:
                    index.add_text(_TEXT, id=name)
                    written.append(name)
                except Exception as error:
                    errors.append(f"writing: {error}")

    def search() -> None:
        with Index.open(address) as index:
            while not ended.is_set():
                try:
                    index.search("网格化 满意率")
                    searches[0] += 1
                except Exception as error:
                    errors.append(f"searching: {error}")

    with Index.create(address) as index, Index.create(unchanged) as still:
        index.update([SEEDS])
        still.update([SEEDS])
        before = _whole_answers(still)
        print("queries, hits before:", len(before), sum(len(each[-1]) for each in before), flush=True)
        threads = [threading.Thread(target=each) for each in (write, search)]
        for thread in threads:
            thread.start()
        # The one that only votes last: a manager of the new version does not take in nodes of the old one.
        for number in (1, 2, 3):
            upgrade_node(cluster, connection, number, version, java)
            _compare(before, still, "open all the time")
            with Index.open(unchanged) as again:
                _compare(before, again, "opened now")
        ended.set()
        for thread in threads:
            thread.join()
        print(
            "answers equal to those of a folder:",
            _answers(index) == _of_folder(cluster.folder, index, written),
        )
        print("written, searched meanwhile:", len(written), searches[0])
        print("lost:", len({*written} - {info.path.removeprefix("text:") for info in index.releases()}))
        print("errors seen:", len(errors), errors[:2])
        print("files that are not whole:", len(Index.verify(address).problems))
    connection.close()


def upgrade_node(cluster: LocalCluster, connection: Connection, number: int, version: str, java: str) -> None:
    """Upgrade one node by the steps of docs/scale.md."""
    started = time.monotonic()
    routing = "cluster.routing.allocation.enable"
    connection.request("PUT", "/_cluster/settings", {"persistent": {routing: "primaries"}})
    connection.request("POST", "/_flush")
    cluster.end(number)
    cluster.configure(number, version)
    cluster.up(number, version, java)
    cluster.wait_for(3)
    connection.request("PUT", "/_cluster/settings", {"persistent": {routing: None}})
    cluster.wait_for(3, status="green")
    nodes = connection.request("GET", "/_cat/nodes", format="json", h="name,version")
    shown = ", ".join(sorted(f"{node['name']} {node['version']}" for node in nodes))
    print(
        f"node {number} from {VERSION} to {version} in {time.monotonic() - started:.0f} s: {shown}",
        flush=True,
    )


def _of_folder(folder: Path, index: Index, written: list[str]) -> list[list[tuple[str, int]]]:
    with Index.create(folder / "local") as local:
        local._paths = index._paths  # ids, which are of the paths, decide among equals
        local.update([SEEDS])
        local.add({"id": name, "text": _TEXT} for name in written)
        return _answers(local)


def _compare(before: list[Answer], index: Index, name: str) -> None:
    """Print how many answers are those of before, and what differs."""
    after = _whole_answers(index)
    same = sum(map(operator.eq, before, after))
    print(f"  answers as before, index {name}: {same} of {len(before)}", flush=True)
    for text, one, other in zip(QUERIES, before, after, strict=True):
        if one != other:
            print("   ", text, one[:2], other[:2], one[2][:3], other[2][:3], flush=True)


def _whole_answers(index: Index) -> list[Answer]:
    """Return the totals of all classes of queries, and their hits in order with scores."""
    answers = []
    for text in QUERIES:
        found = index.search(text, fold=False)
        hits = [(hit.id, hit.line, round(hit.score, 3)) for hit in found]
        answers.append((found.total, found.total_all_terms, hits))
    return answers


def _answers(index: Index) -> list[list[tuple[str, int]]]:
    return [
        [(hit.id, hit.line) for hit in index.search(text, fold=False)]
        for text in ("网格化", "网格化 满意率", "“网格化管理”", "社会治理工作会议", "2022年", "升级")
    ]


if __name__ == "__main__":
    main()
