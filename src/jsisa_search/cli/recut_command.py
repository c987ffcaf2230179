"""`jsisa-search recut`: cut the indexed texts into words anew."""

from __future__ import annotations

from pathlib import Path

import click

from jsisa_search.cli.options import index_dir_option
from jsisa_search.cli.terminal import counted, say_waiting


@click.command("recut")
@index_dir_option
def recut_command(index_dir: Path) -> None:
    """Cut the indexed texts into words anew, with the words of user-words.txt.

    The pages are not read again: their text is in the index. Nothing more is found afterwards, since
    what stands in a passage is always found; but your words rank like other words, and count like them
    where a word is completed. Pages that are indexed later are cut in the same way.

    \b
    Examples:
      jsisa-search recut --index-dir ~/release-index
    """
    from jsisa_search import Index

    with Index.open(index_dir) as index:
        words = index.cut_anew(on_wait=say_waiting)
        passages = index.info().paragraphs
    click.echo(f"{counted(passages, 'paragraph')} cut anew, with {counted(words, 'word')} of your own")
