from __future__ import annotations

import pytest
from click.testing import CliRunner

from jsisa_search.cli import main


def _complete(instruction: str, words: str = "", position: int = 0) -> str:
    environment = {
        "_JSISA_SEARCH_COMPLETE": instruction,
        "COMP_WORDS": words,
        "COMP_CWORD": str(position),
    }
    return CliRunner().invoke(main, [], prog_name="jsisa-search", env=environment).output


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_is_printed(shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each shell that click knows gets a script that completes jsisa-search."""
    # click asks the installed bash for its version, which it does not need to print the script.
    monkeypatch.setattr("click.shell_completion.BashComplete._check_version", lambda *_: None)
    script = _complete(f"{shell}_source")
    assert "jsisa-search" in script
    assert f"{shell}_complete" in script


def test_commands_are_completed() -> None:
    """The first word completes to the commands."""
    completed = _complete("bash_complete", "jsisa-search ", 1).split()
    assert completed == [f"plain,{name}" for name in sorted(main.commands)]


def test_options_and_their_values_are_completed() -> None:
    """Options complete by name, and choices by value."""
    assert "plain,--format" in _complete("bash_complete", "jsisa-search query --fo", 2).split()
    values = _complete("bash_complete", "jsisa-search query --format js", 3).split()
    assert values == ["plain,json", "plain,jsonl"]
