"""Which engine the tests of the library run on: an index in a folder, or one on a real cluster.

pytest --engine=cluster tests/test_index.py ...     runs the tests that use `place` or `index` on a cluster

The cluster is the one that JSISA_TEST_OPENSEARCH names, as `host:port`. Tests that are marked
`folder_only(reason)` are left out there; the reasons are listed in the end.
"""

from __future__ import annotations

import os
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from jsisa_search import Index
from jsisa_search.cluster.address import parse_address
from jsisa_search.cluster.connection import Connection

NewAddress = Callable[[], str]
Place = Callable[[Path], Path | str]

_LEFT_OUT = pytest.StashKey[Counter[str]]()


def is_on_cluster(config: pytest.Config) -> bool:
    """Return whether the tests run on a cluster."""
    return bool(config.getoption("--engine") == "cluster")


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is the same on both engines, or of folders only."""
    left_out: Counter[str] = Counter()
    kept, others = [], []
    for item in items:
        marker = item.get_closest_marker("folder_only")
        is_of_clusters = item.get_closest_marker("cluster") is not None
        uses_engine = is_of_clusters or "place" in getattr(item, "fixturenames", ())
        if uses_engine and marker:
            left_out[marker.args[0]] += 1
        (kept if uses_engine and not marker else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = kept
    config.stash[_LEFT_OUT] = left_out


def report_left_out(config: pytest.Config, write_line: Callable[[str], None]) -> None:
    """Write how many tests are left out on a cluster, by reason."""
    for reason, number in sorted(config.stash.get(_LEFT_OUT, Counter[str]()).items()):
        write_line(f"left out on a cluster: {number} of {reason}")


@pytest.fixture(scope="session")
def hosts() -> str:
    """Return where the cluster is; skip without one, or fail where CI_CLUSTER says that there must be one."""
    found = os.environ.get("JSISA_TEST_OPENSEARCH")
    if not found and os.environ.get("CI_CLUSTER"):
        pytest.fail("JSISA_TEST_OPENSEARCH names no cluster")
    if not found:
        pytest.skip(
            "the tests of clusters need one: python -m tests.cluster.local_cluster start FOLDER, "
            "then set JSISA_TEST_OPENSEARCH=HOST:PORT"
        )
    return found


@pytest.fixture(scope="session")
def new_address(hosts: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewAddress]:
    """Return a function that gives addresses of new indices, which are removed in the end."""
    # Of this run alone, so that one request removes what is left of all of them.
    session, numbers = f"t{uuid.uuid4().hex[:16]}", count()
    patch = pytest.MonkeyPatch()
    patch.setenv("JSISA_CLUSTER_FOLDER", str(tmp_path_factory.mktemp("beside")))
    patch.setenv("JSISA_OPENSEARCH_SHARDS", "1")
    patch.setenv("JSISA_OPENSEARCH_REPLICAS", "0")

    def new() -> str:
        return f"opensearch://{hosts}/{session}n{next(numbers)}"

    yield new
    connection = Connection(parse_address(new()))
    connection.request("DELETE", f"/{session}n*", missing={})
    connection.close()
    patch.undo()


@pytest.fixture(scope="session")
def place(request: pytest.FixtureRequest) -> Place:
    """Return a function that gives the place of a new index: a folder, or an address in its stead."""
    if is_on_cluster(request.config):
        new: NewAddress = request.getfixturevalue("new_address")
        return lambda _: new()
    return lambda folder: folder


def remove(index: Index) -> None:
    """Remove an index on a cluster, where each costs memory; folders of tests go by themselves."""
    cluster = index._cluster
    if cluster is not None:
        cluster.connection.request("DELETE", f"/{cluster.address.name}-*", missing={})


def beside(index: Index) -> Path:
    """Return the folder with the files of an index's user: that of the index, or one of this machine."""
    return index._folder
