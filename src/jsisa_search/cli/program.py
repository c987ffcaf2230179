"""The `jsisa-search` program: its commands, and how errors, interrupts and closed streams end it."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from typing import Any

import click

from jsisa_search.cli.commands.check import check_command
from jsisa_search.cli.commands.evidence import evidence_command
from jsisa_search.cli.commands.figures import figures_command
from jsisa_search.cli.commands.index import index_command
from jsisa_search.cli.commands.maintenance import (
    audit_command,
    info_command,
    remove_command,
    resegment_command,
    verify_command,
)
from jsisa_search.cli.commands.mcp import mcp_command
from jsisa_search.cli.commands.query import query_command
from jsisa_search.cli.commands.reprints import reprints_command
from jsisa_search.cli.commands.serve import serve_command
from jsisa_search.cli.commands.show import show_command
from jsisa_search.cli.commands.similar import similar_command
from jsisa_search.cli.commands.trend import trend_command
from jsisa_search.cli.commands.words import suggest_command, terms_command
from jsisa_search.cli.help import LanguageName, chosen_language, translate_help
from jsisa_search.cli.printers.terminal import OutputError, prepare_streams, print_error
from jsisa_search.errors import CommitWarning, JsisaSearchError
from jsisa_search.translation import gettext as _
from jsisa_search.translation import preferred_language, reason_of, use_language

_EXIT_ERROR = 2
# What shells report for a process that ends on Ctrl+C.
_EXIT_INTERRUPTED = 130

# Only later versions of click have it.
_HelpWanted: Any = getattr(click.exceptions, "NoArgsIsHelpError", ())


class Program(click.Group):
    """A group of commands whose errors are one line each on standard error, with any content escaped."""

    def main(self, *args: Any, **settings: Any) -> Any:
        """Run a command and exit with its status, or return its result if `standalone_mode` is false."""
        run: Callable[..., Any] = super().main
        if not settings.pop("standalone_mode", True):
            return run(*args, standalone_mode=False, **settings)
        prepare_streams()
        use_language(preferred_language())
        translate_help(self)
        sys.exit(_exit_status(lambda: run(*args, standalone_mode=False, **settings)))


def _exit_status(run: Callable[[], Any]) -> int:
    """Return the exit status of `run`, which returns it or nothing; its errors are printed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", CommitWarning)
            warnings.showwarning = lambda message, *__, **___: print_error(
                _("Warning: {message}").format(message=message)
            )
            status = run()
    except OutputError as error:
        if error.is_closed_pipe:  # the reader has what it wanted
            return 0
        reason = _("standard output can't be written ({error}); free some space or choose another file")
        return _fail(reason.format(error=error))
    except click.ClickException as error:
        _print_usage_error(error)
        return error.exit_code if isinstance(error, click.UsageError) else _EXIT_ERROR
    except JsisaSearchError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error.filename}: {reason_of(error)}" if error.filename else reason_of(error))
    except MemoryError:
        return _fail(_("not enough memory; close other programs, or index less at a time"))
    except (KeyboardInterrupt, click.Abort):
        print_error(_("Interrupted; the index remains as it was last committed."))
        return _EXIT_INTERRUPTED
    except Exception as error:
        return _report_defect(error)
    return status if isinstance(status, int) else 0


def _print_warning(message: Warning | str, *_args: object, **_more: object) -> None:
    print_error(_("Warning: {message}").format(message=message))


def _report_defect(error: Exception) -> int:
    import traceback

    for line in "".join(traceback.format_exception(error, limit=-5)).splitlines():
        print_error(line)
    defect = _("{error} is a defect of jsisa-search; please report the lines above")
    return _fail(defect.format(error=type(error).__name__))


def _fail(message: str) -> int:
    print_error(_("Error: {message}").format(message=message))
    return _EXIT_ERROR


def _print_usage_error(error: click.ClickException) -> None:
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    if ctx is not None and isinstance(error, _HelpWanted):
        for line in ctx.get_help().splitlines():
            print_error(line)
        return
    print_error(_("Error: {message}").format(message=error.format_message()))
    if ctx is not None:
        print_error(_("See {command} --help").format(command=ctx.command_path))


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="jsisa-search")
@click.option(
    "--lang",
    type=LanguageName(),
    is_eager=True,
    expose_value=False,
    callback=chosen_language,
    help="Language of messages and help; otherwise JSISA_LANG or the language of the system.",
)
@click.pass_context
def main(ctx: click.Context) -> None:
    """Find exact passages in folders of saved Chinese press releases.

    \b
    Examples:
      jsisa-search index seeds/
      jsisa-search query 网格化
      jsisa-search query "群众 安全感" --source 微讯江苏 --since 2022-09

    Exit status: 0 on success, 1 if nothing was found, 2 on an error.
    """
    if os.environ.get("NO_COLOR"):
        ctx.color = False


for _command in (
    serve_command,
    index_command,
    query_command,
    suggest_command,
    terms_command,
    show_command,
    reprints_command,
    similar_command,
    evidence_command,
    check_command,
    trend_command,
    figures_command,
    info_command,
    remove_command,
    verify_command,
    audit_command,
    resegment_command,
    mcp_command,
):
    main.add_command(_command)
