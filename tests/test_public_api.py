from __future__ import annotations

import ast
import inspect
import json
import re
import subprocess
import sys
from dataclasses import fields, is_dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import pytest

import jsisa_search
from tests.cluster.engines import Place

HEAVY = {"numpy", "whoosh", "jieba", "rjieba", "lxml", "markdown_it", "pypinyin", "rapidfuzz"}
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
        "Batch",
        "CardCheck",
        "CardFile",
        "CardIndex",
        "CardPassage",
        "Change",
        "CheckedItem",
        "CheckedPassage",
        "Claim",
        "CommitWarning",
        "Companion",
        "Companions",
        "ConcordanceLine",
        "Copy",
        "Correction",
        "Definition",
        "Diagnosis",
        "Difference",
        "Discrepancy",
        "DoubtfulFile",
        "DraftParagraph",
        "DraftReport",
        "Evidence",
        "Facet",
        "Failure",
        "Family",
        "FigureCheck",
        "FigureConflict",
        "FigureFact",
        "FigureTable",
        "Filters",
        "Harvest",
        "Hit",
        "Index",
        "IndexInfo",
        "JsisaSearchError",
        "Lexicon",
        "Link",
        "ListPage",
        "Member",
        "MissingPiece",
        "NewPhrases",
        "Paragraph",
        "Part",
        "Period",
        "Phrase",
        "Problem",
        "Progress",
        "Quote",
        "Reference",
        "Release",
        "ReleaseFacts",
        "ReleaseInfo",
        "Report",
        "Results",
        "ScatteredPiece",
        "Section",
        "Settings",
        "Similar",
        "SimilarRelease",
        "Snippet",
        "SourceUsage",
        "StringCount",
        "Suggestion",
        "Trend",
        "UnlistedPath",
        "UnreadableFile",
        "UpdateReport",
        "Usage",
        "Verification",
        "Wording",
        "__version__",
        "check_card",
        "format_references",
        "make_filters",
        "make_reference",
        "make_report",
        "read_card",
        "read_release",
        "write_docx",
        "write_xlsx",
    ]
    assert dir(jsisa_search) == jsisa_search.__all__


def test_every_public_name_can_be_imported() -> None:
    """Each name of `__all__` is there, and each class and function has a documentation of its own."""
    for name in jsisa_search.__all__:
        value = getattr(jsisa_search, name)
        if name != "__version__":
            assert value.__doc__, name
            assert not value.__doc__.startswith(f"{name}("), f"{name} has only what dataclasses write"


def test_the_version_is_that_of_the_package() -> None:
    """`__version__` is what the installed package says."""
    assert jsisa_search.__version__ == version("jsisa-search")


def _classes() -> dict[str, type]:
    """Return every class of the package by its name, without those of programs and of the command line."""
    found: dict[str, type] = {}
    for name in MODULES:
        if name.startswith(PROGRAMS) or name.endswith("__main__.py"):
            continue
        module = name.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        path = f"jsisa_search.{module}" if module != "__init__" else "jsisa_search"
        for value in vars(import_module(path)).values():
            if isinstance(value, type) and value.__module__.startswith("jsisa_search"):
                found[value.__name__] = value
    return found


def _names_in(annotation: object) -> set[str]:
    return set(re.findall(r"\b[A-Za-z_]\w*", str(annotation)))


def _handed_out(owner: type) -> set[str]:
    """Return the names in the annotations of what public methods and fields of a class and its bases give."""
    found: set[str] = set()
    members = {name: value for each in reversed(owner.__mro__[:-1]) for name, value in vars(each).items()}
    for name, value in members.items():
        function = value.__func__ if isinstance(value, classmethod | staticmethod) else value
        function = function.fget if isinstance(function, property) else function
        if not name.startswith("_") and inspect.isfunction(inspect.unwrap(function)):
            found |= _names_in(inspect.unwrap(function).__annotations__.get("return", ""))
    if is_dataclass(owner):
        found |= {name for field in fields(owner) for name in _names_in(field.type)}
    return found


def test_what_public_methods_return_is_public() -> None:
    """Whatever can be reached from an `Index` can be named in an annotation, and checked by `isinstance`."""
    classes = _classes()
    inner = {"Plain", "Synonyms", "WordSet"}  # parts of Lexicon, which users edit as files
    waiting, seen = {"Index", "Batch", "Release"}, set[str]()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        module = sys.modules[classes[name].__module__]
        for found in _handed_out(classes[name]) - seen - inner:
            # Where only type checkers import a name, the module has none of it.
            if isinstance(getattr(module, found, classes.get(found)), type) and found in classes:
                waiting.add(found)
    assert len(seen) > 20
    assert seen <= set(jsisa_search.__all__)


def test_an_index_is_opened_or_created(tmp_path: Path) -> None:
    """It can't be constructed from objects of Whoosh; the message says what to call."""
    with pytest.raises(TypeError, match=r"Index\.open\(folder\)"):
        jsisa_search.Index()
    with pytest.raises(TypeError, match=r"Index\.create\(folder\)"):
        jsisa_search.Index(tmp_path, None, None)


def test_results_are_json(tmp_path: Path, place: Place) -> None:
    """`to_dict` gives what JSON can hold, and nothing is lost on the way through it."""
    with jsisa_search.Index.create(place(tmp_path / "index")) as index:
        index.add_text(
            "第一段。\n全市推进网格化管理。\n第三段。", id="a", title="会议", published="2022-09", views=3
        )
        results = index.search("网格化", facets=["year"], context=1, explain=True)
        given = [
            results,
            results[0],
            index.release("text:a"),
            index.find_release("text:a"),
            *(results[0].snippet, *results.facets, *index.suggest("网"), *index.check(["网格"])),
            *(index.info(), index.update([]), index.explain_nothing("无此词"), index.audit(2)),
            jsisa_search.Index.verify(index.info().folder),
        ]
        values = [value.to_dict() for value in given]
        assert [json.loads(json.dumps(value)) for value in values] == values
        assert values[0]["hits"] == [values[1]]
        assert values[1]["published"] == values[2]["published"] == "2022-09"
        assert values[1]["context"] == {"before": ["第一段。"], "after": ["第三段。"]}
        before = index.release("text:a")
        index.add([json.loads(json.dumps(before.to_dict()))])
        assert index.release("text:a") == before


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


@pytest.mark.folder_only("the modules that a search in a folder loads")
@pytest.mark.slow
def test_a_query_loads_no_page_reader_and_no_dictionary(tmp_path: Path) -> None:
    """A search reads the index: readers of pages, the writer and jieba's dictionary need not load for it."""
    with jsisa_search.Index.create(tmp_path / "index") as index:
        index.add_text("全市推进网格化社会治理。", id="a")
        index.add_text("网格员走访，基层治理见实效。", id="b")
    code = (
        "from jsisa_search import Index\n"
        f"with Index.open({str(tmp_path / 'index')!r}) as index:\n"
        "    assert len(index.search('网格化 治理'))\n"
        "import sys\nprint(*sorted(sys.modules))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    names = set(loaded.split())
    assert not names & {"rjieba", "jieba", "lxml", "numpy.ma", "jsisa_search.page"}
    assert "jsisa_search.codec.writing.writer" not in names


@pytest.mark.slow
def test_reading_a_text_page_loads_neither_index_nor_dictionary(tmp_path: Path) -> None:
    """Whoever only reads pages does not pay for searching."""
    page = tmp_path / "page.txt"
    page.write_text("标题\n2022-09-06\n正文在此。\n", encoding="utf-8")
    assert _loaded_by(f"import jsisa_search\njsisa_search.read_release({str(page)!r})") & HEAVY == set()


# What is no library: the command line, and the program in whose process PDFs are read; it answers on a pipe.
PROGRAMS = (
    *("cli/", "web/processes/updating.py", "web/processes/worker.py"),
    *("page/formats/pdf_text.py", "page/formats/workbook_cells.py"),
)


def _talks(source: str) -> bool:
    """Return whether a module prints, asks, or sets up loggers."""
    nodes = list(ast.walk(ast.parse(source)))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    found = [node for node in nodes if isinstance(node, ast.Attribute)]
    of_sys = {node.attr for node in found if isinstance(node.value, ast.Name) and node.value.id == "sys"}
    set_up = {node.attr for node in found} & {"basicConfig", "setLevel", "addHandler", "dictConfig"}
    return bool(names & {"print", "input", "click"} or of_sys & {"stdout", "stderr"} or set_up)


def test_the_library_neither_prints_nor_configures_logging() -> None:
    """Only the command line prints; nobody's loggers are set up, and nothing writes to the console."""
    library = [name for name in MODULES if not name.startswith(PROGRAMS)]
    assert [name for name in library if _talks((PACKAGE / name).read_text(encoding="utf-8"))] == []
    assert _talks("print(1)") and _talks("sys.stderr.write('a')") and _talks("log.addHandler(b)")


@pytest.mark.slow
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
