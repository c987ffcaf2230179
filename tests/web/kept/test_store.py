from __future__ import annotations

from pathlib import Path

import pytest

from jsisa_search.errors import ArchiveError
from jsisa_search.web.kept.store import changing


def test_a_lock_that_cannot_be_taken_is_reported(tmp_path: Path) -> None:
    """What is in its place is named, and nothing is changed."""
    (tmp_path / "file.json.lock").mkdir()
    with pytest.raises(ArchiveError, match=r"file\.json can't be locked"), changing(tmp_path / "file.json"):
        pytest.fail("it was changed without a lock")
