from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jsisa_search.lexicon.definitions import Definition
from jsisa_search.lexicon.harvest import Harvest
from jsisa_search.lexicon.store import HARVEST_FILE, read_harvest, write_harvest

_TEXTS = st.text(st.characters(exclude_categories=()), max_size=8)
_COUNTS = st.dictionaries(_TEXTS, st.integers(1, 1 << 40), max_size=4)
_HARVEST = Harvest({"三降三升": 2}, {"燃气管理办法": 1}, (Definition("桐钢", "桐岭钢铁公司", "一句。"),))


@given(
    st.builds(Harvest, _COUNTS, _COUNTS, st.lists(st.builds(Definition, _TEXTS, _TEXTS, _TEXTS)).map(tuple))
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_kept_comes_back(tmp_path: Path, harvest: Harvest) -> None:
    """Any harvest is read as it was written, and no temporary file stays."""
    write_harvest(tmp_path, harvest, "a-0")
    assert read_harvest(tmp_path, "a-0") == harvest
    assert [path.name for path in tmp_path.iterdir()] == [HARVEST_FILE]


def test_a_harvest_of_another_state_is_not_taken(tmp_path: Path) -> None:
    """What was kept before an update is of no use after it."""
    assert read_harvest(tmp_path, "a-0") is None
    write_harvest(tmp_path, _HARVEST, "a-0")
    assert read_harvest(tmp_path, "a-1") is None


@pytest.mark.parametrize(
    "change",
    [
        {"coinages": {"网格": "many"}},
        {"coinages": {"网格": -1}},
        {"coinages": ["网格"]},
        {"definitions": [["桐钢", "桐岭钢铁公司"]]},
        {"definitions": [["桐钢", 1, "一句。"]]},
        {"definitions": 3},
        {"version": 99},
    ],
)
def test_a_tampered_file_is_not_taken(tmp_path: Path, change: dict[str, Any]) -> None:
    """Values of another kind make the file as good as missing."""
    write_harvest(tmp_path, _HARVEST, "a-0")
    path = tmp_path / HARVEST_FILE
    path.write_text(json.dumps(json.loads(path.read_text(encoding="ascii")) | change), encoding="ascii")
    assert read_harvest(tmp_path, "a-0") is None


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"3", b"\xff", b"[" * 100_000])
def test_a_damaged_file_is_not_taken(tmp_path: Path, data: bytes) -> None:
    """A file that is not what was written is as good as missing, and is written anew."""
    (tmp_path / HARVEST_FILE).write_bytes(data)
    assert read_harvest(tmp_path, "a-0") is None
    write_harvest(tmp_path, _HARVEST, "a-0")
    assert read_harvest(tmp_path, "a-0") == _HARVEST


def test_a_folder_that_can_not_be_written_to_keeps_nothing(tmp_path: Path) -> None:
    """Where nothing can be kept, nothing fails."""
    write_harvest(tmp_path / "none", _HARVEST, "a-0")
    assert read_harvest(tmp_path / "none", "a-0") is None
