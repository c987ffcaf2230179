from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documentation import ROOT, blocks_in, code_blocks, load_script, read

generate = load_script("generate")
README, README_ZH = "README.md", "README.zh.md"
SETUP_COMMANDS = 2


@pytest.fixture(scope="module")
def seeds() -> Iterator[generate.Run]:
    """Stay in a folder with seeds/ and its index, as a user does after the set-up."""
    with generate.seeds_folder() as run:
        yield run


def _usage_blocks() -> list[str]:
    return blocks_in(README, "sh")[SETUP_COMMANDS:]


def test_setup_is_two_commands() -> None:
    """The section on set-up holds two blocks of one line each, and they do what the text says."""
    section = re.split(r"^## ", read(README), flags=re.MULTILINE)[1]
    assert section.startswith("Set-up\n")
    install, test = [code for _, code in code_blocks(section)]
    assert install.count("\n") == test.count("\n") == 1
    assert "pip install ." in install
    assert "jsisa-search index seeds/" in install
    assert install.rstrip().endswith("jsisa-search query 网格化")
    assert '".[test]"' in test
    assert " -m pytest " in test


def test_ci_takes_the_setup_commands_out_of_the_readme() -> None:
    """`.ci/run` repeats neither command, so that it can only run those of the README."""
    script = read(".ci/run")
    assert "README.md" in script
    for command in blocks_in(README, "sh")[:SETUP_COMMANDS]:
        assert command.strip() not in script


@pytest.mark.skipif(sys.platform == "win32", reason="the script is for bash")
def test_ci_finds_both_setup_commands() -> None:
    """The lines that `.ci/run` cuts out of the README are the two commands."""
    program = re.search(r"awk '(.*?)' README\.md", read(".ci/run"), re.DOTALL)
    assert program is not None
    cut = subprocess.run(
        ["awk", program[1], "README.md"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    assert cut.stdout.splitlines() == [block.strip() for block in blocks_in(README, "sh")[:SETUP_COMMANDS]]


@pytest.mark.parametrize("block", _usage_blocks())
def test_command_examples_run_and_find_something(block: str, seeds: generate.Run) -> None:
    """Every command shown in the README works on the index of seeds/ and prints something."""
    for line in block.splitlines():
        output = seeds(line)
        assert output
        if shlex.split(line)[1] == "query":
            assert "Nothing found" not in output


def test_python_example_runs_in_ten_lines(seeds: generate.Run, capsys: pytest.CaptureFixture[str]) -> None:
    """The Python of the README is short, runs, and prints passages with their place."""
    (code,) = blocks_in(README, "python")
    assert len([line for line in code.splitlines() if line]) <= 10
    exec(compile(code, README, "exec"), {})
    printed = capsys.readouterr().out
    assert "网格化" in printed
    assert re.search(r"seeds.\d\d-[\w-]+\.\w+:\d+", printed)


@pytest.mark.parametrize("page", [README, README_ZH])
def test_terminal_capture_is_real(page: str, seeds: generate.Run) -> None:
    """What the README shows below a command is what that command prints."""
    text = read(page)
    (capture,) = blocks_in(page, "console")
    assert capture.startswith("$ jsisa-search query 网格化 -n 3\n")
    assert capture.count("【网格化】") >= 3
    assert generate.update_captures(text, seeds, generate.language_of(Path(page))) == text


def test_both_languages_have_the_same_code() -> None:
    """The Chinese README differs from the English one in its prose and in what commands print only."""

    def commands(page: str) -> list[tuple[str, str]]:
        return [
            (kind, code.split("\n")[0] if kind == "console" else code)
            for kind, code in code_blocks(read(page))
        ]

    assert commands(README_ZH) == commands(README)


def test_both_languages_have_the_same_structure() -> None:
    """Headings, list items, table rows and links to files come in the same number and order."""

    def skeleton(page: str) -> tuple[list[str], list[str]]:
        text = read(page).replace("README.zh.md", "README").replace("README.md", "README")
        text = text.replace(".zh.md", ".md")
        starts = re.findall(r"^(?:#+|-|\|)(?= )", text, flags=re.MULTILINE)
        return starts, re.findall(r"\]\(([^)]+)\)", text)

    assert skeleton(README_ZH) == skeleton(README)


def test_readme_names_every_system_alike() -> None:
    """Windows, macOS and Linux users are each told how to begin."""
    for page in (README, README_ZH):
        assert all(word in read(page) for word in ("Windows", "macOS", "Linux", "`python3`", "`py`"))


def test_module_runs_as_the_program() -> None:
    """`python -m jsisa_search` is the same program, as the README promises."""
    command = [sys.executable, "-m", "jsisa_search", "--version"]
    printed = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout
    assert printed.startswith("jsisa-search, version ")
