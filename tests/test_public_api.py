from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import jsisa_search

HEAVY = {"numpy", "whoosh", "jieba", "rjieba", "lxml", "markdown_it", "pypinyin"}
PACKAGE = Path(jsisa_search.__file__).parent
MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


def _loaded_by(code: str) -> set[str]:
    """Return the packages that a fresh interpreter has loaded after `code`."""
    script = (
        f"{code}\nimport sys\nprint('\\n' + ' '.join({{name.partition('.')[0] for name in sys.modules}}))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True)
    return set(run.stdout.splitlines()[-1].split())


def test_public_names() -> None:
    """The public interface is these names; adding or removing one is a decision, not an accident."""
    assert jsisa_search.__all__ == [
        "Audit",
        "Correction",
        "Definition",
        "Facet",
        "Filters",
        "Hit",
        "Index",
        "IndexInfo",
        "JsisaSearchError",
        "Paragraph",
        "Release",
        "Results",
        "Section",
        "Snippet",
        "Suggestion",
        "UpdateReport",
        "make_filters",
        "read_release",
    ]
    assert dir(jsisa_search) == jsisa_search.__all__


def test_every_public_name_can_be_imported() -> None:
    """Each name of `__all__` is there, and is documented."""
    for name in jsisa_search.__all__:
        documentation = getattr(jsisa_search, name).__doc__
        assert documentation
        # A dataclass without a docstring gets its signature for one.
        assert not documentation.startswith(f"{name}(")


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A name that is not public is missing in the ordinary way."""
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = jsisa_search.nothing


@pytest.mark.parametrize(
    "code",
    [
        "import jsisa_search",
        "from jsisa_search import Hit, JsisaSearchError, Release, Results",
        "from jsisa_search.cli import main",
        "from jsisa_search.cli import main\nmain(['--help'], standalone_mode=False)",
        "from jsisa_search.cli import main\nmain(['query', '--help'], standalone_mode=False)",
    ],
)
def test_importing_and_help_load_nothing_heavy(code: str) -> None:
    """Whoosh, NumPy, lxml and the dictionary are loaded when first needed, not before."""
    assert _loaded_by(code) & HEAVY == set()


def test_reading_a_text_page_loads_neither_index_nor_dictionary(tmp_path: Path) -> None:
    """Whoever only reads pages does not pay for searching."""
    page = tmp_path / "page.txt"
    page.write_text("标题\n2022-09-06\n正文在此。\n", encoding="utf-8")
    assert _loaded_by(f"import jsisa_search\njsisa_search.read_release({str(page)!r})") & HEAVY == set()


# What is no library: the command line, and the program in whose process PDFs are read; it answers on a pipe.
PROGRAMS = ("cli/", "page/formats/pdf_text.py")


@pytest.mark.parametrize("module", [name for name in MODULES if not name.startswith(PROGRAMS)])
def test_the_library_neither_prints_nor_configures_logging(module: str) -> None:
    """Only the command line prints; nobody's loggers are set up, and nothing writes to the console."""
    tree = ast.parse((PACKAGE / module).read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    attributes = {node.attr for node in found}
    of_sys = {node.attr for node in found if isinstance(node.value, ast.Name) and node.value.id == "sys"}
    assert not names & {"print", "input", "click"}
    assert not of_sys & {"stdout", "stderr"}
    assert not attributes & {"basicConfig", "setLevel", "addHandler", "dictConfig"}


def test_using_the_library_is_silent(tmp_path: Path) -> None:
    """Making, filling and searching an index writes to neither stream and leaves the root logger alone."""
    (tmp_path / "page.txt").write_text("标题\n2022-09-06\n正文在此。\n", encoding="utf-8")
    script = (
        "import logging\nfrom jsisa_search import Index\n"
        "with Index.create('index') as index:\n"
        "    assert index.update(['page.txt']).new == 1\n"
        "    assert index.search('正文').total == 1\n"
        "assert not logging.getLogger().handlers\n"
    )
    command = [sys.executable, "-W", "ignore", "-X", "utf8", "-c", script]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
