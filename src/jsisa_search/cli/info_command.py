"""`jsisa-search info`: what is in an index and how it was made."""

from __future__ import annotations

from pathlib import Path

import click

from jsisa_search.cli.options import index_dir_option


@click.command("info")
@index_dir_option
def info_command(index_dir: Path) -> None:
    """Tell what is in the index, how it was made, and its size.

    \b
    Example:
      jsisa-search info --index-dir ~/release-index
    """
    from jsisa_search import Index

    with Index.open(index_dir) as index:
        info = index.info()
        sources = len(index.values("source"))
    facts = {
        "folder": info.folder,
        "releases": info.releases,
        "paragraphs": info.paragraphs,
        "sources": sources,
        "size": f"{info.size / 1e6:.1f} MB",
        "created": info.settings.created,
        "segmenter": info.settings.segmenter,
        "schema": f"version {info.settings.schema}",
        "folding": f"version {info.settings.folding}",
    }
    for name, value in facts.items():
        click.echo(f"{name + ':':<12}{value}")
