"""`jsisa-search show`: one page as it was read."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jsisa_search.cli.options import index_dir_option
from jsisa_search.cli.printers.terminal import counted, print_utf8, shown_path
from jsisa_search.filenames import find_readable
from jsisa_search.model import Release, Section, format_timestamp

if TYPE_CHECKING:
    from jsisa_search.page import Reading


@click.command("show")
@click.argument("page", metavar="PATH|ID")
@index_dir_option
@click.option(
    "--format",
    "output_format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="Form of the output.",
)
@click.option(
    "--explain",
    is_flag=True,
    help="Show also what was taken as what, by which rule, and what was left out.",
)
def show_command(page: str, index_dir: Path, output_format: str, explain: bool) -> None:
    """Show how a page is read: title, time, source and sections.

    The page is a file, a member of one (archive.zip!/page.html, archive.jsonl#12), or a release of the
    index by the id that a query prints after its path.

    \b
    Examples:
      jsisa-search show seeds/01-wanggehua-zhili.txt
      jsisa-search show 3f2a9c --format json
      jsisa-search show seeds/03-yingji-guanli.html --explain
    """
    from jsisa_search import Index
    from jsisa_search.page import explain_file

    path = Path(find_readable(page))
    if not path.exists() and not path.suffix:
        with Index.open(index_dir) as index:
            path = index.find_release(page)
    reading = explain_file(path)
    if output_format == "json":
        print_utf8()
        fields = release_fields(reading.release) | (_explained(reading) if explain else {})
        click.echo(json.dumps(fields, ensure_ascii=False, indent=2))
    else:
        _print_release(reading.release)
        if explain:
            _print_explanation(reading)


def release_fields(release: Release) -> dict[str, object]:
    """Return `release` as a JSON object: its time as ISO 8601 text, all else as in the model."""
    return asdict(release) | {"path": shown_path(release.path), "published": _published(release)}


def _explained(reading: Reading) -> dict[str, object]:
    return {
        "findings": [asdict(finding) for finding in reading.findings],
        "doubts": [asdict(doubt) for doubt in reading.doubts],
    }


def _print_explanation(reading: Reading) -> None:
    """Print what was taken and why, what was left out, and what is doubtful."""
    click.echo()
    if not reading.findings:
        click.echo("No reasons are kept for this format: the lines were read from top to bottom.")
    for finding in reading.findings:
        where = " ".join(
            part for part in (finding.place, f"line {finding.line}" if finding.line else "") if part
        )
        click.echo(f"{finding.what + ':':<17}{finding.text}")
        click.echo(click.style(f"{'':<17}{finding.rule}{f' ({where})' if where else ''}", dim=True))
    for doubt in reading.doubts:
        click.echo(f"{'doubtful:':<17}{doubt.reason}")


def _published(release: Release) -> str | None:
    return format_timestamp(release.published, release.published_precision)


def _print_release(release: Release) -> None:
    click.secho(release.title or "(no title)", bold=True)
    published = _published(release)
    facts = {
        "published": published and published.replace("T", " "),
        "source": release.source,
        "publisher": release.publisher,
        "author": release.author,
        "editor": release.editor,
        "issuer": release.issuer,
        "views": release.views,
        "number": release.document_number,
        "url": release.url,
        "file": shown_path(release.path),
    }
    for name, value in facts.items():
        if value is not None:
            click.echo(f"{name + ':':<11}{value}")
    headed = sum(section.heading is not None for section in release.sections)
    sections, paragraphs = counted(headed, "section"), counted(len(release.paragraphs), "paragraph")
    click.echo(f"{sections} with a heading, {paragraphs}")
    for section in release.sections:
        _print_section(section)


def _print_section(section: Section) -> None:
    click.echo()
    for heading in (section.heading, section.subheading):
        if heading is not None:
            click.secho(f"    {heading}", bold=True)
    for paragraph in section.paragraphs:
        place = f"p. {paragraph.page}" if paragraph.page else f"line {paragraph.line}"
        click.echo(f"{paragraph.ordinal:>3} {paragraph.text}  {click.style(f'({place})', dim=True)}")
