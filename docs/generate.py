"""Update the generated parts of the documentation; with --check, list the stale ones.

Generated are docs/commands.md and its Chinese form, from the help of every command, and the outputs in
each `console` block of README*.md and docs/*.md, where `$ jsisa-search ...`
is followed by its output on seeds/ and, for drafts, docs/samples/.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

import click
from click.testing import CliRunner

from jsisa_search.cli import main
from jsisa_search.cli.help import translate_help
from jsisa_search.translation import VARIABLE, use_language

ROOT = Path(__file__).resolve().parents[1]
#: The help of all commands, by language.
REFERENCES = {"en": Path("docs/commands.md"), "zh_CN": Path("docs/commands.zh.md")}

#: Columns that the help texts are wrapped to.
_WIDTH = 100

_PREAMBLES = {
    "en": """\
# Commands

[中文](commands.zh.md)

The help text of every command. This file is generated: change the help texts in
`src/jsisa_search/cli/` and run `python docs/generate.py`.
The output formats are described in [output.md](output.md).
""",
    "zh_CN": """\
# 命令

[English](commands.md)

每个命令的帮助。本页自动生成，内容与 `jsisa-search --help` 相同；输出格式见[输出](output.zh.md)。
""",
}

_CAPTURE = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
_TOOK = re.compile(r'"took_ms": [\d.]+')

#: Turns a command line (`jsisa-search query 网格化`) into what it prints.
Run = Callable[..., str]


@contextmanager
def seeds_folder() -> Iterator[Run]:
    """Change to a temporary folder with seeds/ and its index; yield a function that runs commands there."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        shutil.copytree(ROOT / "seeds", "seeds")
        for sample in (ROOT / "docs" / "samples").glob("*"):
            shutil.copy(sample, sample.name)
        run("jsisa-search index seeds/")
        yield run


def run(line: str, language: str = "en") -> str:
    """Return the output of the command `line` in a language, with 1.5 for `took_ms`, which differs each time.

    Raises `ValueError` if the line is not a jsisa-search command or ends with an error.
    """
    program, *arguments = shlex.split(line)
    if program != "jsisa-search":
        raise ValueError(f"not a command of jsisa-search: {line}")
    try:
        result = CliRunner(env={VARIABLE: language}).invoke(
            main, arguments, prog_name=program, terminal_width=_WIDTH
        )
    finally:
        use_language("en")
        translate_help(main)
    has_crashed = not isinstance(result.exception, SystemExit | None)
    if result.exit_code not in (0, 1) or has_crashed:
        raise ValueError(f"{line}: {result.output or result.exception!r}")
    return _TOOK.sub('"took_ms": 1.5', result.output)


def command_reference(language: str = "en") -> str:
    """Return the text of docs/commands.md, or of its Chinese form."""
    parts = [_PREAMBLES[language]]
    for name, help_line in command_paths():
        parts.append(f"## {name}\n\n```text\n{run(help_line, language)}```\n")
    return "\n".join(parts)


def command_paths() -> Iterator[tuple[str, str]]:
    """Yield the full name of every command, and the command line that prints its help."""
    yield "jsisa-search", "jsisa-search --help"
    context = click.Context(main)
    for name in main.list_commands(context):
        yield f"jsisa-search {name}", f"jsisa-search {name} --help"


def language_of(page: Path) -> str:
    """Return the language of a page: `README.zh.md` is Chinese."""
    return "zh_CN" if page.name.endswith(".zh.md") else "en"


def update_captures(text: str, run: Run, language: str = "en") -> str:
    """Return `text` with the current output of the commands in its console blocks."""
    return _CAPTURE.sub(lambda block: _update_block(block[0], run, language), text)


def _update_block(block: str, run: Run, language: str) -> str:
    commands = [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]
    return "\n".join(f"$ {command}\n{run(command, language)}" for command in commands)


def generated_files() -> dict[Path, str]:
    """Return the expected content of every file with generated parts, by path relative to the repository."""
    pages = [page.relative_to(ROOT) for page in (*ROOT.glob("README*.md"), *ROOT.glob("docs/*.md"))]
    with seeds_folder() as run_on_seeds:
        files = {
            page: update_captures((ROOT / page).read_text(encoding="utf-8"), run_on_seeds, language_of(page))
            for page in sorted(pages)
            if page not in REFERENCES.values()
        }
    return files | {page: command_reference(language) for language, page in REFERENCES.items()}


def stale_files() -> dict[Path, str]:
    """Return the generated files that are out of date, with their expected content."""
    return {
        path: text
        for path, text in generated_files().items()
        if not (ROOT / path).is_file() or (ROOT / path).read_text(encoding="utf-8") != text
    }


def _main(arguments: list[str]) -> int:
    os.environ.pop("NO_COLOR", None)
    stale = stale_files()
    if arguments == ["--check"]:
        for path in stale:
            print(f"{path.as_posix()} is stale; run: python docs/generate.py", file=sys.stderr)
        return 1 if stale else 0
    for path, text in stale.items():
        (ROOT / path).write_text(text, encoding="utf-8", newline="\n")
        print(f"wrote {path.as_posix()}")
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
