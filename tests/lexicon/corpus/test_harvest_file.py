from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.lexicon.corpus import harvest as store
from jsisa_search.lexicon.corpus.definitions import Definition
from jsisa_search.lexicon.corpus.harvest import HARVEST_FILE, Harvest, read_harvests, write_harvests

_TEXTS = st.text(st.characters(exclude_categories=()), max_size=8)
_NUMBERS = st.integers(1, 1 << 30)
_COUNTS = st.dictionaries(_TEXTS, _NUMBERS, max_size=4).map(Counter)
_SENTENCES = st.dictionaries(st.builds(Definition, _TEXTS, _TEXTS, _TEXTS), _NUMBERS, max_size=3).map(Counter)
_HARVESTS = st.dictionaries(_TEXTS, st.builds(Harvest, _COUNTS, _COUNTS, _SENTENCES), max_size=3)

_KEPT = {
    "a": Harvest(Counter({"三降三升": 2}), Counter(), Counter({Definition("桐钢", "桐岭钢铁", "一句。"): 1}))
}


@given(_HARVESTS)
def test_what_is_kept_comes_back(tmp_path: Path, harvests: dict[str, Harvest]) -> None:
    """Any harvests are read as they were written, and no temporary file stays."""
    write_harvests(tmp_path, harvests)
    assert read_harvests(tmp_path) == harvests
    assert [path.name for path in tmp_path.iterdir()] == [HARVEST_FILE]


@pytest.mark.parametrize(
    "change",
    [
        {"coinages": {"网格": "many"}},
        {"coinages": {"网格": -1}},
        {"coinages": {"网格": 10**300}},
        {"coinages": ["网格"]},
        {"sentences": [["桐钢", "桐岭钢铁"]]},
        {"sentences": [["桐钢", 1, "一句。", 1]]},
        {"sentences": 3},
        {"more": {}},
    ],
)
def test_a_tampered_file_is_not_taken(tmp_path: Path, change: dict[str, Any]) -> None:
    """Values of another kind make the file as good as missing."""
    write_harvests(tmp_path, _KEPT)
    path = tmp_path / HARVEST_FILE
    kept = json.loads(path.read_text(encoding="ascii"))
    kept["segments"]["a"] |= change
    path.write_text(json.dumps(kept), encoding="ascii")
    assert read_harvests(tmp_path) == {}


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"3", b"\xff", b"[" * 100_000, b'{"version": 99, "segments": {}}']
)
def test_a_damaged_file_is_not_taken(tmp_path: Path, data: bytes) -> None:
    """A file that is not what was written is as good as missing, and is written anew."""
    (tmp_path / HARVEST_FILE).write_bytes(data)
    assert read_harvests(tmp_path) == {}
    write_harvests(tmp_path, _KEPT)
    assert read_harvests(tmp_path) == _KEPT


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more is read than any index makes."""
    write_harvests(tmp_path, _KEPT)
    monkeypatch.setattr(store, "MAX_BYTES", 10)
    assert read_harvests(tmp_path) == {}


def test_a_folder_that_can_not_be_written_to_keeps_nothing(tmp_path: Path) -> None:
    """Where nothing can be kept, nothing fails."""
    write_harvests(tmp_path / "none", _KEPT)
    assert read_harvests(tmp_path / "none") == {}
