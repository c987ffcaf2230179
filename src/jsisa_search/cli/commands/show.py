"""`jsisa-search show`: print one page as it was parsed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jsisa_search.cli.options import index_dir_option, output_option
from jsisa_search.cli.printers.data import (
    REFERENCE_FORMATS,
    format_of,
    print_references,
    to_json,
    with_shown_paths,
)
from jsisa_search.cli.printers.reading_rules import shown_rule
from jsisa_search.cli.printers.terminal import (
    Styled,
    labelled,
    output_to,
    print_data,
    print_line,
    quantity,
    shown_path,
)
from jsisa_search.cli.printers.text import dated_text
from jsisa_search.export.plain import one_line, plain_text
from jsisa_search.filenames import find_readable, readable
from jsisa_search.model import Link, Release, Section, format_timestamp
from jsisa_search.translation import gettext as _

if TYPE_CHECKING:
    from jsisa_search.page import Reading
    from jsisa_search.page.folder_settings import FolderSettings

_FORMATS = ("text", "json", *REFERENCE_FORMATS)


@click.command("show")
@click.argument("page", metavar="PATH|ID")
@index_dir_option
@click.option(
    "--format",
    "output_format",
    type=click.Choice(_FORMATS),
    help="The page, or only how it is cited; otherwise by the name of the file of --output, or text.",
)
@output_option
@click.option(
    "--explain",
    is_flag=True,
    help="Also show which rule recognised each part, and what was left out; as JSON, line by line.",
)
def show_command(
    page: str, index_dir: Path, output_format: str | None, output: Path | None, explain: bool
) -> None:
    """Show how a page is parsed: title, time, source and sections.

    The page is a file, a member of an archive (archive.zip!/page.html, archive.jsonl#12), or a release in
    the index, given by the id that `query` prints after the path.

    \b
    Examples:
      jsisa-search show seeds/01-wanggehua-zhili.txt
      jsisa-search show 3f2a9c --format json
      jsisa-search show seeds/03-yingji-guanli.html --explain
      jsisa-search show seeds/03-yingji-guanli.html --format gbt7714
    """
    output_format = output_format or format_of(output, _FORMATS)
    if explain and output_format == "json":
        _print_lines(_find_page(page, index_dir), output)
        return
    reading = _find_page(page, index_dir).read()
    with output_to(output):
        _print_reading(reading, output_format, explain=explain)


def _print_reading(reading: Reading, output_format: str, *, explain: bool) -> None:
    if output_format == "json":
        print_data(to_json(with_shown_paths(reading.release.to_dict())))
    elif output_format in REFERENCE_FORMATS:
        from jsisa_search.export.references import make_reference

        print_references(output_format, [make_reference(reading.release, cited=date.today())])
    else:
        _print_release(reading.release)
        if explain:
            _print_explanation(reading)


@dataclass(frozen=True)
class _Found:
    """The page to show: a file with the settings of its index, or a release that has no file."""

    path: str
    settings: FolderSettings
    reading: Reading | None = None

    def read(self) -> Reading:
        """Return the reading. Raises `PageError`."""
        from jsisa_search.page import explain_file

        return self.reading or explain_file(self.path, settings=self.settings)


def _find_page(page: str, index_dir: Path) -> _Found:
    from jsisa_search import Index
    from jsisa_search.cluster.address import is_address, parse_address
    from jsisa_search.indexing.paths import is_text_path
    from jsisa_search.indexing.settings import read_settings
    from jsisa_search.page import Reading
    from jsisa_search.page.folder_settings import NOTHING_SET, FolderSettings

    path = Path(find_readable(page, shown=lambda name: plain_text(readable(name))))
    if is_text_path(page) or (not path.exists() and not path.suffix):
        with Index.open(index_dir) as index:
            info = index.find_release(page)
            if is_text_path(info.path):
                return _Found(info.path, NOTHING_SET, Reading(index.release(info.id)))
            folder = parse_address(index_dir).folder if is_address(index_dir) else index_dir
            settings = FolderSettings(date_pattern=read_settings(folder).date_pattern)
        return _Found(info.path, settings)
    return _Found(str(path), NOTHING_SET)


def _print_lines(found: _Found, output: Path | None) -> None:
    """Print a release, each line of its file and what it was taken for; of a refused file, its lines."""
    from jsisa_search.errors import PageError
    from jsisa_search.page import Explanation, explain_page

    explained = (
        Explanation(found.path, found.reading, ())
        if found.reading
        else explain_page(found.path, settings=found.settings)
    )
    reading = explained.reading
    fields = with_shown_paths(reading.release.to_dict() if reading else {"path": found.path})
    fields |= {"reason": explained.reason} if reading is None else _explained(reading)
    lines = [line.to_dict() | {"rule": shown_rule(line.rule)} for line in explained.lines]
    with output_to(output):
        print_data(to_json(fields | {"lines": lines}))
    if reading is None:
        raise PageError(explained.reason)


def _explained(reading: Reading) -> dict[str, object]:
    return {
        "findings": [asdict(each) | {"rule": shown_rule(each.rule)} for each in reading.findings],
        "doubts": [asdict(doubt) for doubt in reading.doubts],
    }


def _print_explanation(reading: Reading) -> None:
    print_line()
    if not reading.findings:
        print_line(_("No findings are recorded for this format: its lines were read from top to bottom."))
    for finding in reading.findings:
        line = _line(finding.line) if finding.line else ""
        where = " ".join(part for part in (finding.place, line) if part)
        print_line(f"{labelled(_(finding.what), 17)}{one_line(finding.text)}")
        print_line(Styled(f"{'':<17}{shown_rule(finding.rule)}{f' ({where})' if where else ''}", dim=True))
    for doubt in reading.doubts:
        print_line(labelled(_("doubtful"), 17) + doubt.reason)


def _print_release(release: Release) -> None:
    print_line(Styled(one_line(release.title or _("(no title)")), bold=True))
    published = format_timestamp(release.published, release.published_precision)
    facts = {
        _("published"): published and published.replace("T", " "),
        _("dated"): release.dated,
        _("date"): dated_text(release) if release.date_from not in (None, "page") else None,
        _("saved"): release.saved,
        _("source"): release.source,
        _("publisher"): release.publisher,
        _("author"): release.author,
        _("editor"): release.editor,
        _("issuer"): release.issuer,
        _("views"): release.views,
        _("number"): release.document_number,
        _("url"): release.url,
    }
    for name, value in facts.items():
        if value is not None:
            print_line(f"{labelled(name, 11)}{one_line(str(value))}")
    print_line(labelled(_("file"), 11) + shown_path(release.path))
    headed = sum(section.heading is not None for section in release.sections)
    paragraphs = quantity(len(release.paragraphs), "paragraph")
    extent = _("{sections} with a heading, {paragraphs}")
    print_line(extent.format(sections=quantity(headed, "section"), paragraphs=paragraphs))
    for section in release.sections:
        _print_section(section)
    _print_links(_("attachments"), release.attachments)
    _print_links(_("links"), release.links)
    _print_links(_("captions"), release.captions)


def _print_links(name: str, links: tuple[Link, ...]) -> None:
    """Print what the page leads to beside its text, each with its address where it has one."""
    if links:
        print_line()
        print_line(f"{name}:")
    for link in links:
        shown = one_line(link.name)
        address = f" {one_line(link.url)}" if link.url and link.url != link.name else ""
        print_line(f"  - {shown}{address}  ", Styled(f"({_line(link.line)})", dim=True))


def _print_section(section: Section) -> None:
    print_line()
    for heading in (section.heading, section.subheading):
        if heading is not None:
            print_line(Styled(f"    {one_line(heading)}", bold=True))
    for paragraph in section.paragraphs:
        place = _("p. {page}").format(page=paragraph.page) if paragraph.page else _line(paragraph.line)
        print_line(f"{paragraph.ordinal:>3} {one_line(paragraph.text)}  ", Styled(f"({place})", dim=True))


def _line(number: int) -> str:
    return _("line {number}").format(number=number)
