"""`jsisa-search show`: one page as it was read."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from jsisa_search.cli.options import index_dir_option
from jsisa_search.cli.terminal import print_utf8, shown_path
from jsisa_search.model import Release, Section, format_timestamp


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
def show_command(page: str, index_dir: Path, output_format: str) -> None:
    """Show how a page is read: title, time, source and sections.

    The page is a file, a member of one (archive.zip!/page.html, archive.jsonl#12), or a release of the
    index by the id that a query prints after its path.

    \b
    Examples:
      jsisa-search show seeds/01-wanggehua-zhili.txt
      jsisa-search show 3f2a9c --format json
    """
    from jsisa_search import Index, read_release

    path = Path(page)
    if not path.exists() and not path.suffix:
        with Index.open(index_dir) as index:
            path = index.find_release(page)
    release = read_release(path)
    if output_format == "json":
        print_utf8()
        click.echo(json.dumps(release_fields(release), ensure_ascii=False, indent=2))
    else:
        _print_release(release)


def release_fields(release: Release) -> dict[str, object]:
    """Return `release` as a JSON object: its time as ISO 8601 text, all else as in the model."""
    return asdict(release) | {"path": shown_path(release.path), "published": _published(release)}


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
        "views": release.views,
        "number": release.document_number,
        "url": release.url,
        "file": shown_path(release.path),
    }
    for name, value in facts.items():
        if value is not None:
            click.echo(f"{name + ':':<11}{value}")
    headed = sum(section.heading is not None for section in release.sections)
    click.echo(f"{headed} sections with a heading, {len(release.paragraphs)} paragraphs")
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
