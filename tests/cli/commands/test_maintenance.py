from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Audit = Callable[..., Result]


@pytest.fixture(scope="module")
def pages(write_shared_page: Callable[..., Path]) -> None:
    """Write one release."""
    write_shared_page("a.txt", "全市推进网格化管理，群众满意率达97.42%。")


@pytest.fixture
def audit(archive: Callable[..., Result]) -> Audit:
    """Return a function that audits the index."""
    return lambda *arguments: archive("audit", *arguments)


def test_an_audit_prints_recall_and_precision(audit: Audit) -> None:
    """Both are 1 on a sound index, and the status is 0."""
    result = audit("--samples", "50", "--seed", "4")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0].startswith("50 random strings, each compared with a scan of ")
    assert lines[1].startswith("recall:      1.000000 (")
    assert lines[2].startswith("precision:   1.000000 (")
    assert lines[4] == "wrong:       0 of 50 strings"


def test_a_string_that_fails_is_told_and_the_status_is_one(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On stderr, one line each."""
    monkeypatch.setattr("jsisa_search.search.engine.matches.ArrayMatches.occurrences", lambda *_: 0)
    result = audit("--samples", "3")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 3
    assert (
        "0 passages missed, 0 found that do not contain it; 0 occurrences counted instead of "
        in result.stderr
    )


def test_progress_counts_samples_on_a_terminal(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line is wiped at the end."""
    monkeypatch.setattr("jsisa_search.cli.printers.progress.is_terminal", lambda _: True)
    monkeypatch.setattr("jsisa_search.cli.printers.progress._LOOK_SECONDS", 0.001)
    output = audit("--samples", "300").stderr
    assert " of 300 samples (" in output
    assert output.rpartition("\r")[2] == ""
