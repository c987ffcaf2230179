"""What tests of commands share: a folder of pages with an index, built once; each test has a copy."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from jsisa_search.cli import main

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def pages(write_shared_page: Callable[..., Path]) -> None:
    """Write the pages that are indexed; a module whose commands need some has its own."""


@pytest.fixture(scope="module")
def indexed(pages: None, shared_folder: Path) -> Path:
    """Return the folder with the pages and their index."""
    arguments = ["index", str(shared_folder), "--index-dir", str(shared_folder.parent / "index")]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    return shared_folder.parent


@pytest.fixture
def archive(indexed: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a command beside a copy of the pages and the index."""
    shutil.copytree(indexed, folder.parent, dirs_exist_ok=True)
    monkeypatch.chdir(folder.parent)
    monkeypatch.delenv("NO_COLOR", raising=False)
    return lambda *arguments: CliRunner().invoke(main, arguments)
