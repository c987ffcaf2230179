"""A real cluster for these tests: the one that JSISA_TEST_OPENSEARCH names, as `host:port`."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jsisa_search import Index
from jsisa_search.cluster.address import parse_address
from jsisa_search.cluster.connection import Connection
from tests.conftest import SEEDS

NewAddress = Callable[[], str]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave one test that needs a cluster where there is none: it is skipped, and says why in one line."""
    if os.environ.get("JSISA_TEST_OPENSEARCH") or os.environ.get("CI_CLUSTER"):
        return
    left_out = [item for item in items if item.get_closest_marker("cluster")][1:]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


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
    made: list[str] = []
    patch = pytest.MonkeyPatch()
    patch.setenv("JSISA_CLUSTER_FOLDER", str(tmp_path_factory.mktemp("beside")))
    patch.setenv("JSISA_OPENSEARCH_SHARDS", "1")
    patch.setenv("JSISA_OPENSEARCH_REPLICAS", "0")

    def new() -> str:
        made.append(f"opensearch://{hosts}/t{uuid.uuid4().hex}")
        return made[-1]

    yield new
    for address in made:
        parsed = parse_address(address)
        connection = Connection(parsed)
        connection.request("DELETE", f"/{parsed.name}-*", missing={})
        connection.close()
    patch.undo()


@contextmanager
def on_both(folder: Path, address: str) -> Iterator[tuple[Index, Index]]:
    """Give an empty index below a folder, and one on the cluster, with the same ids for the same paths."""
    with Index.create(folder / "index") as local, Index.create(address) as cluster:
        local._paths = cluster._paths  # ids, which are of the paths, decide among equals
        yield local, cluster


@pytest.fixture(scope="session")
def engines(
    new_address: NewAddress, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Index, Index]]:
    """Return the samples in an index in a folder, and in one on the cluster; nobody changes them."""
    with on_both(tmp_path_factory.mktemp("equal"), new_address()) as made:
        for engine in made:
            engine.update([SEEDS])
        yield made


@pytest.fixture
def index(new_address: NewAddress) -> Iterator[Index]:
    """Return an empty index on the cluster, in place of the one in a folder."""
    with Index.create(new_address()) as made:
        yield made


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Index]:
    """Return an empty index in a folder, to compare with."""
    with Index.create(tmp_path / "local") as made:
        yield made
