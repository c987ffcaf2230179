"""How a path is shown: short where it is near."""

from __future__ import annotations

from pathlib import Path


def shown_path(path: str) -> str:
    """Return `path` relative to the current folder where it lies below it, else as it is."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return path
