"""Options that several commands share, and texts that begin with a minus: `query 平安 -苏州`."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

index_dir_option = click.option(
    "--index-dir",
    type=click.Path(path_type=Path),
    default=Path("index"),
    show_default=True,
    metavar="FOLDER",
    help="Folder of the index.",
)


# What is surely meant as an option; Chinese, digits and quotation marks after a minus are text.
_OPTION = re.compile(r"--.|-[A-Za-z]")


class CommandWithMinus(click.Command):
    """Takes what begins with a minus and is no option as text, but for what looks like a misspelt option."""

    def __init__(self, *args: Any, **attributes: Any) -> None:
        """Make the command like click's own."""
        super().__init__(*args, **attributes)
        self.ignore_unknown_options = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; raises `click.NoSuchOption`, but not for what stands behind `--`."""
        protected = args[args.index("--") + 1 :] if "--" in args else []
        rest = super().parse_args(ctx, args)
        for text in ctx.params.get("text") or ():
            if _OPTION.match(text) and text not in protected:
                name = text.partition("=")[0]
                known = [name for param in self.get_params(ctx) for name in param.opts]
                raise click.NoSuchOption(name, possibilities=get_close_matches(name, known), ctx=ctx)
        return rest
