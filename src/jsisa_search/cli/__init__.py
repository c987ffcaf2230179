"""The command line: reads arguments, calls `Index`, prints. Nothing below it prints."""

from __future__ import annotations

from jsisa_search.cli.program import main

__all__ = ["main"]
