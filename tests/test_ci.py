"""The script that checks the work."""

from __future__ import annotations

import re
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / ".ci" / "run"


def test_each_step_of_the_check_is_run_once() -> None:
    """None is there twice, as after a merge that went wrong, and none of those that must run is missing."""
    lines = re.findall(r"^ *(?:\w+=\$\()?step (.+)$", SCRIPT.read_text("utf-8"), re.MULTILINE)
    steps = [line for line in lines if "$sudo" not in line]
    assert len(steps) == len(set(steps))
    wanted = [
        "commands[0]",
        "commands[1]",
        "(slow or hypothesis) and not browser",
        "--engine=cluster",
        "-m browser",
    ]
    wanted += [
        "ruff check",
        "ruff format --check",
        "mypy",
        "lint-imports",
        "generate.py --check",
        "check_links.py",
    ]
    assert [sum(part in step for step in steps) for part in wanted] == [1] * len(wanted)
