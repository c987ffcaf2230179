"""Options and types of arguments that several commands share."""

from __future__ import annotations

import logging
import re
import sys
import unicodedata
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from jsisa_search.cluster.address import is_address
from jsisa_search.errors import ArgumentError, QueryError
from jsisa_search.filenames import readable
from jsisa_search.translation import gettext as _

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Command = TypeVar("Command", bound=Callable[..., Any])


def typed_text(value: str) -> str:
    """Return typed text; bytes that are not in the encoding of the terminal are decoded by plausibility."""
    return _misread_gbk(value) or readable(value)


def _misread_gbk(text: str) -> str | None:
    """Return Chinese whose GBK bytes happen to be valid UTF-8, such as 通知; `None` for any other text.

    Such bytes make letters of two bytes each, and of several scripts, which nobody types side by side.
    """
    foreign = [char for char in text if not char.isascii()]
    are_letters = all(char < "\u0800" and unicodedata.category(char)[0] in "LM" for char in foreign)
    scripts = {unicodedata.name(char, "").partition(" ")[0] for char in foreign}
    if sys.platform == "win32" or not are_letters or len(scripts) < 2:
        return None
    try:
        chinese = text.encode("utf-8").decode("gb18030")
    except UnicodeDecodeError:
        return None
    return chinese if all(char.isascii() or "\u4e00" <= char <= "\u9fff" for char in chinese) else None


def typed_date(value: str) -> str:
    """Return a typed date or other period. Raises `click.BadParameter` if it is none."""
    from jsisa_search.query import parse_period

    text = typed_text(value)
    try:
        parse_period(text)
    except QueryError as error:
        raise click.BadParameter(str(error)) from error
    return text


def typed_pattern(value: str) -> str:
    """Return a typed date pattern, which may be empty. Raises `click.BadParameter` if it is none."""
    from jsisa_search.page.facts.date_pattern import parse_pattern

    text = typed_text(value)
    try:
        if text:
            parse_pattern(text)
    except ArgumentError as error:
        raise click.BadParameter(str(error)) from error
    return text


class HitLimit(click.IntRange):
    """A number of hits to print; above the maximum, the message says how to get more."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            more = _("Use --offset for further hits, or Index.iter_hits in Python.")
            hint = f"{error.message} {more}"
            raise click.BadParameter(hint, ctx, param) from error


class PathType(click.Path):
    """A file or folder. The shell completes it by itself and needs nothing of what was typed."""

    def __init__(self, *, dir_okay: bool = True) -> None:
        """Accept files, and folders unless `dir_okay` is false."""
        super().__init__(path_type=Path, dir_okay=dir_okay)

    def shell_complete(self, *_: Any) -> list[CompletionItem]:
        """Return the item that makes the shell complete files."""
        from click.shell_completion import CompletionItem

        return [CompletionItem("", type="file")]


class IndexDirType(PathType):
    """A folder, or the address of an index on a cluster, which stays a text."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path or address."""
        if not is_address(value):
            return super().convert(value, param, ctx)
        # The client warns of requests that are repeated; what matters is raised, and printed as an error.
        logging.getLogger("opensearch").addHandler(logging.NullHandler())
        return value


index_dir_option = click.option(
    "--index-dir",
    type=IndexDirType(),
    default=Path("index"),
    show_default=True,
    metavar="FOLDER",
    help="Folder of the index, or its address on a cluster (opensearch://host:9200/name).",
)

TEXT_OR_JSON = ("text", "json")

text_or_json_option = click.option(
    "--format",
    "output_format",
    type=click.Choice(TEXT_OR_JSON),
    help="Form of the output; otherwise by the name of the file of --output, or text.",
)

output_option = click.option(
    "-o",
    "--output",
    type=PathType(dir_okay=False),
    metavar="FILE",
    help="Write to FILE in UTF-8, not to the terminal.",
)

_FILTERS = (
    click.option(
        "--source",
        multiple=True,
        type=typed_text,
        metavar="NAME",
        help="Only releases whose source (来源) contains NAME; repeatable.",
    ),
    click.option(
        "--publisher",
        multiple=True,
        type=typed_text,
        metavar="NAME",
        help="Only releases whose publisher (发布单位) contains NAME; repeatable.",
    ),
    click.option(
        "--section",
        multiple=True,
        type=typed_text,
        metavar="NAME",
        help="Only passages under a heading that contains NAME; repeatable.",
    ),
    click.option(
        "--folder",
        multiple=True,
        type=typed_text,
        metavar="FOLDER",
        help="Only releases whose files are in FOLDER or below it; repeatable.",
    ),
    click.option(
        "--file-format",
        "format",
        multiple=True,
        type=typed_text,
        metavar="SUFFIX",
        help="Only releases in files with this suffix, like pdf or docx; repeatable.",
    ),
    click.option(
        "--since",
        type=typed_date,
        metavar="DATE",
        help="Only releases from DATE (2022, 2022-09, 2022-09-06, 2022年9月) or later.",
    ),
    click.option("--until", type=typed_date, metavar="DATE", help="Only releases from DATE or earlier."),
)

#: The arguments of a command under which these come, which are those of `make_filters`.
FILTER_NAMES = ("source", "publisher", "section", "folder", "format", "since", "until")


def filter_options(command: Command) -> Command:
    """Add the options that restrict a command to some releases, but for undated ones."""
    for option in reversed(_FILTERS):
        command = option(command)
    return command


# What is surely meant as an option; Chinese, digits and quotation marks after a minus are text.
_OPTION = re.compile(r"--.|-[A-Za-z]")


class QueryCommand(click.Command):
    """A command whose TEXT may begin with a minus: `query 平安 -苏州`. Misspelt options are still refused."""

    def __init__(self, *args: Any, **attributes: Any) -> None:
        """Make the command like click's own."""
        super().__init__(*args, **attributes)
        self.ignore_unknown_options = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; raises `click.NoSuchOption`, but not for what follows `--`."""
        protected = args[args.index("--") + 1 :] if "--" in args else []
        rest = super().parse_args(ctx, args)
        for text in ctx.params.get("text") or ():
            if _OPTION.match(text) and text not in protected:
                name = text.partition("=")[0]
                known = [name for param in self.get_params(ctx) for name in param.opts]
                raise click.NoSuchOption(name, possibilities=get_close_matches(name, known), ctx=ctx)
        return rest
