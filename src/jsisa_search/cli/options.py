"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

index_dir_option = click.option(
    "--index-dir",
    type=click.Path(path_type=Path),
    default=Path("index"),
    show_default=True,
    metavar="FOLDER",
    help="Folder of the index.",
)
