"""The tests of the library run on both engines: each that makes an index takes its place from `place`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent
#: What is one engine's own, or the edges, which have tests of their own on a cluster.
_APART = ("cli", "cluster", "codec", "search/engine", "web", "mcp/test_client.py")
MODULES = sorted(
    name
    for path in TESTS.rglob("test_*.py")
    if not (name := path.relative_to(TESTS).as_posix()).startswith(_APART)
)


def _is_in_a_folder(call: ast.AST) -> bool:
    """Return whether a call makes or opens an index in a folder, whatever engine was asked for."""
    if not isinstance(call, ast.Call) or not call.args:
        return False
    if not ast.unparse(call.func).endswith(("Index.create", "Index.open")) or "ArrayIndex" in ast.unparse(
        call.func
    ):
        return False
    return not ast.unparse(call.args[0]).startswith("place(") and "info().folder" not in ast.unparse(
        call.args[0]
    )


def _of_folders(module: ast.Module) -> Iterator[str]:
    """Yield the tests and fixtures of a module that use a folder and do not say why."""
    marks = {
        ast.unparse(each.targets[0])
        for each in module.body
        if isinstance(each, ast.Assign) and "folder_only" in ast.unparse(each.value)
    }
    if "pytestmark" in marks:
        return
    for function in module.body:
        if not isinstance(function, ast.FunctionDef):
            continue
        decorators = [ast.unparse(each) for each in function.decorator_list]
        is_run = function.name.startswith("test_") or any("fixture" in each for each in decorators)
        is_marked = any("folder_only" in each or each in marks for each in decorators)
        if is_run and not is_marked and any(map(_is_in_a_folder, ast.walk(function))):
            yield function.name


def test_no_test_is_of_folders_without_a_reason() -> None:
    """A test or fixture with an index in a folder, on whichever engine, is marked `folder_only(reason)`."""
    modules = {name: ast.parse((TESTS / name).read_text(encoding="utf-8")) for name in MODULES}
    assert [f"{name}: {test}" for name, module in modules.items() for test in _of_folders(module)] == []


def test_a_folder_is_noticed() -> None:
    """What is made in a folder is told; what takes its place, opens what is there, or is marked is not."""
    code = (
        "def test_a(tmp_path):\n    Index.create(tmp_path)\n"
        "def test_b(tmp_path, place):\n    Index.create(place(tmp_path))\n"
        "def test_c(index):\n    Index.open(index.info().folder)\n"
        "@pytest.mark.folder_only('files')\ndef test_d(tmp_path):\n    Index.open(tmp_path)\n"
    )
    assert list(_of_folders(ast.parse(code))) == ["test_a"]
