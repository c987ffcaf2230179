"""What several tests share: folders of small pages, and an index of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from jsisa_search import Index
from tests.cluster.engines import (
    Place,
    hosts,
    is_on_cluster,
    leave_out,
    new_address,
    place,
    remove,
    report_left_out,
)
from tests.properties import load_constants, register_profiles

__all__ = ["hosts", "new_address", "place"]

register_profiles()

# Messages are compared in English, whatever language the system of the tests has.
os.environ["JSISA_LANG"] = "en"

# Python is started some hundred times, and rewriting the assertions takes each process of pytest 7 s: where
# the environment forbids to keep bytecode, as in many containers, the tests would take half as long again.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

SEEDS = Path(__file__).parent.parent / "seeds"


def page_text(title: str, *paragraphs: str, source: str | None = None, published: str | None = None) -> str:
    """Return a saved text page with a title, what is known of it, and its paragraphs."""
    facts = [f"来源：{source}"] * bool(source) + [f"发布时间：{published}"] * bool(published)
    return "\n\n".join([title, *facts, *paragraphs]) + "\n"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the command line choose the engine."""
    parser.addoption("--engine", choices=("folder", "cluster"), default="folder", help="where indices are")


def pytest_configure(config: pytest.Config) -> None:
    """Do not wait for the disk in the default run: its tests kill processes, and no machine loses its power.

    The long tests write as users do.
    """
    if "not slow" in config.getoption("markexpr"):
        os.fsync = lambda _: None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out on a cluster what is not about an index, or about one in a folder only."""
    if is_on_cluster(config):
        leave_out(config, items)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Make what properties are tried on the same in every worker, once all modules of tests are loaded."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        load_constants()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """List the reasons for which tests were left out."""
    report_left_out(config, terminalreporter.write_line)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder for pages."""
    path = tmp_path / "pages"
    path.mkdir()
    return path


@pytest.fixture
def index(tmp_path: Path, place: Place) -> Iterator[Index]:
    """Return an empty index beside the folder of pages."""
    with Index.create(place(tmp_path / "index")) as made:
        yield made
        remove(made)


@pytest.fixture
def write_page(folder: Path) -> Callable[..., Path]:
    """Return a function that writes a page into the folder and returns its path."""
    return partial(_write_page, folder)


def _write_page(
    folder: Path,
    name: str,
    *paragraphs: str,
    title: str | None = None,
    source: str | None = None,
    published: str | None = None,
) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    text = page_text(title or f"关于{path.stem}的通报", *paragraphs, source=source, published=published)
    path.write_text(text, encoding="utf-8")
    return path


# The same for all tests of a module, which fill the index once and then only read it.


@pytest.fixture(scope="module")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty folder for the pages of a module's tests."""
    path = tmp_path_factory.mktemp("shared") / "pages"
    path.mkdir()
    return path


@pytest.fixture(scope="module")
def shared_index(shared_folder: Path, place: Place) -> Iterator[Index]:
    """Return an empty index beside the folder of a module's pages."""
    with Index.create(place(shared_folder.parent / "index")) as made:
        yield made
        remove(made)


@pytest.fixture(scope="module")
def write_shared_page(shared_folder: Path) -> Callable[..., Path]:
    """Return a function that writes a page into the folder of a module's pages and returns its path."""
    return partial(_write_page, shared_folder)
