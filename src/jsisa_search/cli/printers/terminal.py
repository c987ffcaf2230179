"""What is known of the terminal, and how a path is shown on it."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TextIO

import click

from jsisa_search.filenames import readable


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


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: 1 passage, 2 passages."""
    return f"{number} {noun if number == 1 else noun + 's'}"


def shown_path(path: str) -> str:
    """Return `path` relative to the current folder where it lies below it; its names in readable form."""
    try:
        return readable(str(Path(path).relative_to(Path.cwd())))
    except ValueError:
        return readable(path)


class ProgressLine:
    """A line on the terminal that counts what is done; nothing where stderr is no terminal."""

    def __init__(self, unit: str) -> None:
        """Count `unit`, a noun in the plural."""
        self._unit = unit
        self._is_shown = is_terminal(sys.stderr)
        self._last = ""

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(self, *_: object) -> None:
        if self._last:
            click.echo("\r" + " " * len(self._last) + "\r", nl=False, err=True)

    def update(self, done: int, total: int) -> None:
        """Show that `done` of `total` are done."""
        text = f"{done} of {total} {self._unit} ({done * 100 // max(total, 1)} %)"
        if self._is_shown and text != self._last:
            click.echo("\r" + text, nl=False, err=True)
            self._last = text


def say_waiting(holder: str) -> None:
    """Tell the user that another process writes, so that nobody thinks the program hangs."""
    click.echo(f"Waiting for {holder} to finish writing to the index ...", err=True)
