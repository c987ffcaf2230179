"""`jsisa-search mcp`: let an assistant search the index and quote from it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from jsisa_search.cli.options import index_dir_option
from jsisa_search.cli.printers.terminal import print_data


@click.command("mcp")
@index_dir_option
def mcp_command(index_dir: Path) -> None:
    """Let an AI assistant search the index, by the Model Context Protocol over standard input and output.

    Assistants start this program themselves: give them the command below, with the whole path of the index
    folder, as a server. docs/assistants.md has an entry for their settings.

    \b
    Example:
      jsisa-search mcp --index-dir index
    """
    from jsisa_search import Index
    from jsisa_search.mcp.messages import serve

    with Index.open(index_dir) as index:
        serve(index, sys.stdin.buffer, print_data)
