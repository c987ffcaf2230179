"""What errors say goes through the catalogues: a user may meet each of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import jsisa_search
from jsisa_search import errors

SOURCE = Path(jsisa_search.__file__).parent
ERRORS = {name for name, value in vars(errors).items() if isinstance(value, type)}
# Functions and methods that make one of them of a reason.
MAKERS = {"refused", "_refused", "damage", "_damage", "DirectoryError", "IrregularFileError"}
WORDS = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")


def _untranslated(source: str) -> Iterator[tuple[int, str]]:
    """Yield the line and text of each English sentence with which an error is made as it stands."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
        if name not in ERRORS | MAKERS:
            continue
        for value in [*node.args, *(keyword.value for keyword in node.keywords)]:
            if isinstance(value, ast.Constant | ast.JoinedStr) and WORDS.search(text := ast.unparse(value)):
                yield node.lineno, text


def test_no_error_is_made_of_an_english_sentence() -> None:
    """Every reason is looked up in the catalogue where an error is made."""
    found = [
        f"{path.relative_to(SOURCE)}:{line}: {text}"
        for path in sorted(SOURCE.rglob("*.py"))
        for line, text in _untranslated(path.read_text("utf-8"))
    ]
    assert found == []


def test_such_a_sentence_is_told() -> None:
    """The search for them finds one, with names in it or without."""
    source = (
        'raise ArgumentError(f"{name} must be text")\nraise self.damage("it was altered")\nraise x(tr("a b"))'
    )
    assert [line for line, _ in _untranslated(source)] == [1, 2]
