"""The data files of the packages: word lists, patterns, thresholds."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any


def read_data(package: str, name: str) -> str:
    """Return the text of `data/<name>` in a package."""
    return (resources.files(package) / "data" / name).read_text(encoding="utf-8")


@cache
def load_toml(package: str, name: str) -> dict[str, Any]:
    """Return the content of `data/<name>.toml` in a package; cached; callers must not modify it."""
    return tomllib.loads(read_data(package, f"{name}.toml"))
