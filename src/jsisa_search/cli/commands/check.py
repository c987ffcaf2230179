"""`jsisa-search check`: whether the quotations of a draft are right."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jsisa_search.cli.options import PathType, index_dir_option, output_option
from jsisa_search.cli.printers.data import format_of, to_json, with_shown_paths
from jsisa_search.cli.printers.progress import ProgressLine
from jsisa_search.cli.printers.terminal import output_to, print_bytes, print_data, print_line, shown_path
from jsisa_search.translation import gettext as _

if TYPE_CHECKING:
    from jsisa_search import DraftReport

# The name of a draft that is read from standard input; its first bytes show other formats than text.
_STDIN = "-"
_FORMATS = ("text", "json", "markdown", "html", "docx")


@click.command("check")
@click.argument("draft", metavar="DRAFT", type=PathType(dir_okay=False))
@index_dir_option
@click.option("--all", "every_sentence", is_flag=True, help="Check every sentence, not only what is quoted.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(_FORMATS),
    help="Form of the output; otherwise by the name of the file of --output, or text.",
)
@output_option
@click.pass_context
def check_command(
    ctx: click.Context,
    draft: Path,
    index_dir: Path,
    every_sentence: bool,
    output_format: str | None,
    output: Path | None,
) -> None:
    """Check the quotations of a draft against the index.

    DRAFT is a file (.docx, .doc, .md, .txt, .html and other formats that can be indexed), or - for standard
    input. What is checked: text in quotation marks, block quotations, titles in 《》, document numbers, and
    figures with their units. Each is exact, exact but for punctuation, for the notation of numbers or for
    omissions that it marks, altered, pieced together from several passages, or not found. Dates and sources
    stated beside a quotation, and the period of a figure, are compared with the release's. `html` is a page
    that prints, `docx` the draft with a comment at each place.

    Exit status: 0 if all is exact, 1 if something is not, 2 on an error.

    \b
    Examples:
      jsisa-search check draft.docx
      jsisa-search check draft.docx -o checked.docx
      jsisa-search check draft.md --all -o checked.html
    """
    from jsisa_search import Index

    wanted = output_format or format_of(output, _FORMATS)
    if wanted == "docx" and output is None:
        raise click.UsageError(_("a Word document needs a file: name it with -o checked.docx"), ctx)
    content, name = _read(draft)
    with Index.open(index_dir) as index, ProgressLine() as line:
        report = index.check_draft(content, name=name, every_sentence=every_sentence, progress=line.update)
    if str(draft) == _STDIN:
        report = replace(report, name=_("standard input"))
    with output_to(output):
        _print_report(report, content, wanted)
    if not report.is_right:
        ctx.exit(1)


def _read(draft: Path) -> tuple[bytes, str]:
    """Return the content of a draft and its name."""
    if str(draft) == _STDIN:
        return sys.stdin.buffer.read(), "-.txt"
    from jsisa_search.page.reader import read_bytes

    return read_bytes(draft), str(draft)


def _print_report(report: DraftReport, content: bytes, output_format: str) -> None:
    """Print a report; what a format needs is imported with it."""
    match output_format:
        case "json":
            print_data(to_json(with_shown_paths(report.to_dict())))
        case "markdown":
            from jsisa_search.export.checked_markdown import check_markdown

            print_data(check_markdown(report, shown_path))
        case "html":
            from jsisa_search.export.checked_page import check_page

            print_data(check_page(report, shown_path))
        case "docx":
            from jsisa_search.export.checked_docx import comment_draft

            print_bytes(comment_draft(report, content))
        case _:
            from jsisa_search.cli.printers.check import report_lines

            for line in report_lines(report):
                print_line(*line)
