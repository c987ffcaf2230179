"""A real cluster for these tests: the one that JSISA_TEST_OPENSEARCH names, as `host:port`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jsisa_search import Index
from tests.cluster.engines import NewAddress as NewAddress  # for the tests beside this file
from tests.conftest import SEEDS


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave one test that needs a cluster where there is none: it is skipped, and says why in one line."""
    if os.environ.get("JSISA_TEST_OPENSEARCH") or os.environ.get("CI_CLUSTER"):
        return
    left_out = [item for item in items if item.get_closest_marker("cluster")][1:]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


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
