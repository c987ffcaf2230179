"""The benchmarks of a checkout; what they measure needs data that is not in it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Yield `benchmarks/kept.py`."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield importlib.import_module("kept")
    sys.modules.pop("kept", None)


@pytest.mark.parametrize("name", ["indexing_key", "reading_key", "ranking_key"])
def test_what_is_kept_has_a_key_of_the_code_that_is_there(
    name: str, kept: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code is found where it is now; what is missing is an error and no other key."""
    key = getattr(kept, name)()
    monkeypatch.setattr(kept, "HERE", BENCHMARKS / "nowhere")
    with pytest.raises(FileNotFoundError):
        getattr(kept, name)()
    assert len(key) == 16
