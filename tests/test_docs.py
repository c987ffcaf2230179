from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import click
import pytest

from jsisa_search import errors, model
from jsisa_search.cli import main
from jsisa_search.cli.printers import data as data_printers
from jsisa_search.page import SUFFIXES
from tests.documentation import ROOT, blocks_in, code_blocks, load_script, read

generate = load_script("generate")
check_links = load_script("check_links")
COMMANDS = [main.commands[name] for name in sorted(main.commands)]
#: Pages of docs/ in both languages: `output` is output.md and output.zh.md.
PAIRS = [
    *("assistants", "check", "commands", "lexicon", "library"),
    *("output", "pages", "query-language", "scale", "web"),
]

_PARTS = re.compile(
    r"^```(?P<language>\w+)\n(?P<code>.*?)^```$|^(?P<level>#+) |^(?P<row>\|[^\n]*)$", re.MULTILINE | re.DOTALL
)


def _sections(page: str) -> dict[str, str]:
    parts = re.split(r"^## ", read(page), flags=re.MULTILINE)[1:]
    return {heading: text for heading, _, text in (part.partition("\n") for part in parts)}


def _skeleton(page: str) -> list[tuple[str, ...]]:
    """Return the headings, table rows and code blocks of a page in order, without what is translated.

    Of a table row that is the code in its first cell; of a console block its first line, of `text` nothing.
    """
    return [_outline(part) for part in _PARTS.finditer(read(page))]


def _outline(part: re.Match[str]) -> tuple[str, ...]:
    if part["level"]:
        return (part["level"],)
    if part["row"]:
        first = re.split(r"(?<!\\)\|", part["row"])[1]
        return ("|", *sorted(re.findall(r"`([^`]+)`", first)))
    kept = {"text": "", "console": part["code"].partition("\n")[0]}
    return part["language"], kept.get(part["language"], part["code"])


def _options() -> Iterator[tuple[click.Command, click.Option]]:
    for command in (main, *COMMANDS):
        for parameter in command.get_params(click.Context(command)):
            if isinstance(parameter, click.Option):
                yield command, parameter


@pytest.mark.slow
def test_generated_parts_are_current() -> None:
    """The command reference and every capture are what the program prints today."""
    assert generate.stale_files() == {}


def test_a_stale_page_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A capture that the program no longer prints makes its page stale."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "a.txt").write_text("标题\n2022-09-06\n正文在此。\n", encoding="utf-8")
    (tmp_path / "README.md").write_text("```console\n$ jsisa-search query 正文\nold\n```\n", encoding="utf-8")
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    stale = generate.stale_files()
    assert set(stale) == {Path("README.md"), *generate.REFERENCES.values()}
    assert "【正文】在此。" in stale[Path("README.md")]


@pytest.mark.parametrize("line", ["rm -r seeds", "jsisa-search query", "jsisa-search show none.txt"])
def test_captures_are_of_commands_that_work(line: str) -> None:
    """A capture of another program, or of a command that ends with an error, is refused."""
    with pytest.raises(ValueError, match=re.escape(line)):
        generate.run(line)


@pytest.mark.parametrize("page", check_links.markdown_files(), ids=lambda page: page.name)
def test_links_within_the_project_resolve(page: Path) -> None:
    """No page links to a file or heading that is not there."""
    assert list(check_links.broken_links(page)) == []


def test_broken_links_are_found(tmp_path: Path) -> None:
    """Missing files and headings are told; web addresses, code and good links are not."""
    page = tmp_path / "page.md"
    page.write_text(
        "# A page, 一页\n[a](none.md) [b](#none) [c](#a-page-一页) [d](page.md) [e](https://x.example/y)\n"
        "`[f](none.md)`\n```text\n[g](none.md)\n```\n",
        encoding="utf-8",
    )
    told = list(check_links.broken_links(page))
    assert [sentence.removeprefix(f"{page}: ") for sentence in told] == [
        "none.md does not exist",
        "#none has no such heading",
    ]


@pytest.mark.parametrize("name", PAIRS)
def test_both_languages_have_the_same_structure(name: str) -> None:
    """Headings, table rows and code blocks come in the same number and order, under links to each other."""
    english, chinese = f"docs/{name}.md", f"docs/{name}.zh.md"
    assert _skeleton(chinese) == _skeleton(english)
    assert read(english).split("\n")[2] == f"[中文]({name}.zh.md)"
    assert read(chinese).split("\n")[2] == f"[English]({name}.md)"


def test_every_translated_page_is_compared() -> None:
    """No page in Chinese escapes the comparison with its English one."""
    assert sorted(page.name.removesuffix(".zh.md") for page in ROOT.glob("docs/*.zh.md")) == PAIRS


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_is_documented(command: click.Command) -> None:
    """Each command stands in the reference, in both READMEs and has an example in its help."""
    name = f"jsisa-search {command.name}"
    assert name in _sections("docs/commands.md")
    assert name in _sections("docs/commands.zh.md")
    for page, reference in (("README.md", "commands.md"), ("README.zh.md", "commands.zh.md")):
        assert f"[`{name}`](docs/{reference}#jsisa-search-{command.name})" in read(page)
    assert re.search(rf"Examples?:\n +{name} ", _sections("docs/commands.md")[name])


def test_every_option_is_documented() -> None:
    """Each option stands in the reference of its command and is explained in one sentence."""
    sections = _sections("docs/commands.md")
    for command, option in _options():
        path = "jsisa-search" if command is main else f"jsisa-search {command.name}"
        for name in option.opts:
            assert re.search(rf"^ +.*{name}\b", sections[path], re.MULTILINE), f"{path} {name}"
        assert option.help, f"{path} {option.name} has no help"
        assert option.help.endswith("."), f"{path} {option.name}: {option.help}"
        assert option.help[0].isupper()


def test_examples_in_the_help_are_commands() -> None:
    """Every example in a help text parses: its command and its options exist."""
    examples = re.findall(r"^ +jsisa-search (\w+) (.+)$", read("docs/commands.md"), re.MULTILINE)
    assert len(examples) >= 8
    for name, rest in examples:
        options = {option for parameter in main.commands[name].params for option in parameter.opts}
        assert set(re.findall(r"(?<=\s)-{1,2}[a-z-]+", f" {rest}")) <= options


def test_library_examples_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The code of docs/library.md runs from top to bottom in a folder that holds seeds/."""
    blocks = blocks_in("docs/library.md", "python")
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    namespace: dict[str, object] = {}
    with chdir(tmp_path):
        for number, code in enumerate(blocks, start=1):
            exec(compile(code, f"docs/library.md, block {number}", "exec"), namespace)
    assert "there is no index in" in capsys.readouterr().out


def test_library_page_in_chinese_has_the_same_code() -> None:
    """Each code block of docs/library.zh.md is that of the English page, which is run."""
    assert code_blocks(read("docs/library.zh.md")) == code_blocks(read("docs/library.md"))


def test_library_page_draws_the_error_tree() -> None:
    """The tree of errors is the one in the source, and no class is left out of it."""
    (tree,) = blocks_in("docs/library.md", "text")
    lines = [line for line in (errors.__doc__ or "").splitlines() if line.startswith("    ")]
    assert tree == "".join(f"{line.removeprefix('    ')}\n" for line in lines)
    classes = [name for name, value in vars(errors).items() if isinstance(value, type)]
    assert all(name in tree for name in classes)


def test_every_field_of_the_output_is_explained() -> None:
    """docs/output.md has a row for each field of JSON, CSV and the parsed release."""
    page = read("docs/output.md")
    rows = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\|([^|]+)\|", page, re.MULTILINE))))
    results = {"query", "total", "total_all_terms", "took_ms", "hits", "context", "section"}
    release = set(model.Release.__slots__) | set(model.Paragraph.__slots__)
    assert results | set(data_printers._COLUMNS) | release <= rows


@pytest.mark.parametrize("page", ["docs/pages.md", "docs/pages.zh.md"])
def test_every_format_of_pages_is_documented(page: str) -> None:
    """The page on pages, in either language, names each suffix that can be read, and no other."""
    table = re.findall(r"^\| (`\..+?) \|", read(page), re.MULTILINE)
    assert set(re.findall(r"`(\.\w+)`", " ".join(table))) == set(SUFFIXES)


def test_glossary_names_what_exists() -> None:
    """Every field of a release is in the glossary."""
    glossary = read("docs/glossary.md")
    fields = set(model.Release.__slots__) - {
        "path",
        "title_line",
        "published_precision",
        "date_precision",
        "sections",
    }
    assert all(f"`{field}`" in glossary for field in fields)


def test_architecture_names_every_place() -> None:
    """ARCHITECTURE.md names each module of the package by its path, and no module that does not exist."""
    page = read("ARCHITECTURE.md")
    package = ROOT / "src" / "jsisa_search"
    modules = {module.relative_to(package).as_posix() for module in package.rglob("*.py")}
    expected = {name for name in modules if not name.rpartition("/")[2].startswith("__")}
    assert (
        set(re.findall(r"`([a-z0-9_]+(?:/[a-z0-9_]+)*\.py)`", page)) - {"__init__.py", "benchmarks/engine.py"}
        == expected
    )
