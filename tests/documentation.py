"""What the tests of the documentation share: its files, its code blocks and its scripts."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]

_BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


def read(page: str) -> str:
    """Return the text of a page of the documentation."""
    return (ROOT / page).read_text(encoding="utf-8")


def code_blocks(text: str) -> list[tuple[str, str]]:
    """Return (language, code) of each fenced block of a Markdown text."""
    return [(block["language"], block["code"]) for block in _BLOCK.finditer(text)]


def blocks_in(page: str, language: str) -> list[str]:
    """Return the code of the blocks of one language on a page."""
    return [code for found, code in code_blocks(read(page)) if found == language]


def load_script(name: str) -> ModuleType:
    """Return docs/<name>.py as a module."""
    spec = importlib.util.spec_from_file_location(f"docs_{name}", ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
