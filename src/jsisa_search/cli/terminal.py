"""What is known of the terminal, and how a path is shown on it."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TextIO


def is_terminal(stream: TextIO) -> bool:
    """Return whether `stream` goes to a person rather than to a file or another program."""
    return stream.isatty()


def never_fail_to_print() -> None:
    """Replace the characters that a terminal of another encoding can't show, instead of failing."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def print_utf8() -> None:
    """Write UTF-8 whatever the terminal is set to: data goes to files and other programs."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")


def shown_path(path: str) -> str:
    """Return `path` relative to the current folder where it lies below it, else as it is."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return path
