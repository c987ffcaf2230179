"""`jsisa-search` itself: its commands, and what becomes of errors and closed pipes."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from jsisa_search.cli.commands.index import index_command
from jsisa_search.cli.commands.maintenance import audit_command, info_command, verify_command
from jsisa_search.cli.commands.query import query_command
from jsisa_search.cli.commands.show import show_command
from jsisa_search.cli.commands.words import recut_command, suggest_command, terms_command
from jsisa_search.cli.printers.terminal import never_fail_to_print
from jsisa_search.errors import JsisaSearchError

# What shells report for a process that ends on Ctrl+C.
_EXIT_INTERRUPTED = 130


class _Failure(click.ClickException):
    """An error that the user is told in one sentence."""

    exit_code = 2


class _Program(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; exit status 2 on errors, silence when nobody reads any more."""
        never_fail_to_print()
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except JsisaSearchError as error:
            raise _Failure(str(error)) from error
        except BrokenPipeError:
            # What is still buffered must have somewhere to go when the interpreter shuts down.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except OSError as error:
            raise _Failure(f"{error.filename or 'the system'}: {error.strerror or error}") from error
        except KeyboardInterrupt:
            click.echo("\nStopped; nothing of what was under way has been written to the index.", err=True)
            ctx.exit(_EXIT_INTERRUPTED)


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="jsisa-search")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Find the exact passage in folders of saved Chinese press releases.

    \b
    Examples:
      jsisa-search index seeds/
      jsisa-search query 网格化
      jsisa-search query "群众 安全感" --source 微讯江苏 --since 2022-09

    Exit status: 0 when something was found or done, 1 when nothing was found, 2 on an error.
    """
    if os.environ.get("NO_COLOR"):
        ctx.color = False


for _command in (
    index_command,
    query_command,
    suggest_command,
    terms_command,
    show_command,
    info_command,
    verify_command,
    audit_command,
    recut_command,
):
    main.add_command(_command)
