"""A file -> its releases: one, or one for each member of an archive, a mail, a JSON file or a workbook.

A member has a path of its own: `archive.zip!/inner/page.html`, `archive.jsonl#12`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from jsisa_search.errors import PageBudgetError, PageError, UnsupportedFormatError
from jsisa_search.model import Release
from jsisa_search.page import reader
from jsisa_search.page.budget import Budget
from jsisa_search.page.containers.csv_rows import read_csv
from jsisa_search.page.containers.epub import read_epub
from jsisa_search.page.containers.json_records import read_json, read_json_lines
from jsisa_search.page.containers.mail import read_mail
from jsisa_search.page.containers.outlook import read_msg
from jsisa_search.page.containers.parts import Part
from jsisa_search.page.containers.workbook import read_workbook
from jsisa_search.page.containers.zip_archive import read_zip
from jsisa_search.page.facts.date_evidence import Place
from jsisa_search.page.folder_settings import NOTHING_SET, FolderSettings, settings_for
from jsisa_search.page.kinds import may_be_page, recognise, suffix_of
from jsisa_search.page.lines import Doubt, Finding, Reading
from jsisa_search.page.reader import (
    CONTAINERS,
    SUFFIXES,
    WORKBOOKS,
    check_size,
    format_of,
    parse_part,
    read_bytes,
    with_actual_suffix,
)
from jsisa_search.page.rules import load_rules
from jsisa_search.translation import gettext as tr

OnPart = Callable[[str, Part], None]
"""Called with the path of a part and the part."""

# Files that need nothing but their bytes to be taken apart.
_SIMPLE_CONTAINERS: dict[str, Callable[[bytes, Budget], Iterator[Part]]] = {
    ".json": read_json,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".epub": read_epub,
    ".csv": read_csv,
    ".tsv": read_csv,
}


@dataclass(frozen=True, slots=True)
class MemberReading:
    """What came of reading a file or one of its members.

    Either a release, with the findings and doubts of its `Reading`, or the `reason` why not, whose sort is
    `kind`, or neither: then its format has no reader. `member` is what `path` has after the path of the
    file; empty for the file's own text.
    """

    path: str
    member: str = ""
    release: Release | None = None
    reason: str = ""
    kind: str = PageError.kind
    findings: tuple[Finding, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def read_release(path: str | os.PathLike[str]) -> Release:
    """Return the press release in the file at `path`, which the release keeps as it is given.

    The path may go on into a file that holds several: `archive.zip!/inner/page.html`, `archive.jsonl#12`.

    Raise `PageTooLargeError` above `MAX_BYTES`, `UnsupportedFormatError` for an unknown format,
    `DecodeError` for bytes that are no text, `NotAReleaseError` for a page of links, `ExtraMissingError`
    for a format that needs an extra, and `PageError` for a file that can not be read, holds no text, or
    holds several releases.
    """
    return explain_file(path).release


def explain_file(
    path: str | os.PathLike[str], *, settings: FolderSettings = NOTHING_SET, on_part: OnPart | None = None
) -> Reading:
    """Return what `read_release` does, with the reasons for it and what is doubtful about it.

    `settings` hold where no `release.toml` in the folders of the file sets another value. `on_part` is called
    with each part that may be a release, and its path, before it is read.
    """
    name = os.fspath(path)
    file, member = split_member(name)
    around = _around(file, settings)
    if on_part is not None:
        around["on_part"] = on_part
    if not member:
        return _explain(read_bytes(name), name, around)
    missing = tr("{name}: there is no such member in {file}; see its members with: jsisa-search index")
    reason = missing.format(name=name, file=file)
    for reading in parse_releases(read_bytes(file), file, wanted=member, **around):
        if reading.member == member:
            return _reading_of(reading)
        if not reading.member and reading.reason:
            reason = reading.reason
    raise PageError(reason)


def read_releases(path: str | os.PathLike[str]) -> Iterator[MemberReading]:
    """Yield what each member of the file at `path` is read as, or the one reading of a single page.

    Raise what `read_release` raises where the file as a whole can not be read.
    """
    return parse_releases(read_bytes(path), os.fspath(path), **_around(os.fspath(path), NOTHING_SET))


def parse_release(data: bytes, path: str) -> Release:
    """Return the press release in `data`, the content of a file at `path`.

    Its suffix and first bytes determine its format. No file is opened. The errors are those of
    `read_release`.
    """
    return explain_release(data, path).release


def explain_release(data: bytes, path: str) -> Reading:
    """Return what `parse_release` does, with the reasons for it and what is doubtful about it."""
    return _explain(data, path, {})


class _Around(TypedDict, total=False):
    """What is known of a file beyond its content; see `parse_releases`."""

    location: str
    settings: FolderSettings
    on_part: OnPart


def _around(file: str, settings: FolderSettings) -> _Around:
    """Return where a file lies, and what is set for its folder."""
    location = os.path.abspath(file)  # noqa: PTH100  # links are not followed: their names count
    return {"location": location, "settings": settings_for(Path(location), settings)}


def _explain(data: bytes, path: str, around: _Around) -> Reading:
    readings = [
        reading for reading in parse_releases(data, path, **around) if reading.release or reading.reason
    ]
    releases = [reading for reading in readings if reading.release]
    if len(releases) > 1 and releases[0].member:
        example = releases[0].path
        raise PageError(
            tr("{path}: holds {releases} releases; name one of them, like {example}").format(
                path=path, releases=len(releases), example=example
            )
        )
    if not readings:
        raise PageError(tr("{path}: holds no text").format(path=path))
    return _reading_of((releases or readings)[0])


def parse_releases(
    data: bytes,
    path: str,
    *,
    wanted: str = "",
    location: str = "",
    settings: FolderSettings = NOTHING_SET,
    on_part: OnPart | None = None,
) -> Iterator[MemberReading]:
    """Yield what each member of `data`, the content of a file at `path`, is read as.

    The names in `location`, the absolute path of the file where it is known, or else in `path`, may give the
    date of a release that states none. `settings` are those of the folder of the file. `on_part` is called
    with each part that may be a release, and its path, before it is read.
    With `wanted` only members are read whose name can lead to it. A member that can't be read is a reading
    with a reason; the file as a whole raises what `read_release` raises.
    """
    suffix = format_of(data, path)
    check_size(len(data), path, suffix)
    budget = Budget(len(data), is_container=suffix in CONTAINERS)
    return budget.metered(
        _Walk(path, wanted, budget, location or path, settings, on_part).read(Part("", suffix, data), "", 0)
    )


def split_member(path: str) -> tuple[str, str]:
    """Return the path of a file and what `path` has after it; a file that exists is never split."""
    if Path(path).exists():
        return path, ""
    for at, char in enumerate(path):
        if (char == "#" or path[at : at + 2] in ("!/", "!\\")) and Path(path[:at]).is_file():
            return path[:at], path[at:].replace("\\", "/")
    return path, ""


def _reading_of(reading: MemberReading) -> Reading:
    if reading.release is None:
        raise PageError(
            reading.reason or tr("{path}: is of a format that can not be read").format(path=reading.path)
        )
    return Reading(reading.release, reading.findings, reading.doubts)


@dataclass(frozen=True, slots=True)
class _Walk:
    """One way through a file and the files in it."""

    path: str
    wanted: str
    budget: Budget
    location: str
    settings: FolderSettings
    on_part: OnPart | None = None

    def read(self, part: Part, member: str, depth: int) -> Iterator[MemberReading]:
        """Yield the readings of `part`, which lies `depth` containers deep under the name `member`."""
        path = self.path + member
        self.budget.begin_part()
        part = with_actual_suffix(part, path)
        is_workbook = part.suffix in WORKBOOKS and part.page is None
        if part.suffix not in CONTAINERS and not is_workbook:
            if self.on_part is not None:
                self.on_part(path, part)
            place = Place.of(self.location + member)
            read = parse_part(part, path, place=place, settings=self.settings)
            yield MemberReading(path, member, read.release, findings=read.findings, doubts=read.doubts)
            return
        if depth > load_rules("budget")["limits"]["depth"] - 1 and not is_workbook:
            raise PageError(
                tr("{path}: lies too deep in archives within archives; unpack the outer one").format(
                    path=path
                )
            )
        has_read = False
        try:
            for inner in _take_apart(part, self.budget):
                has_read = True
                if self.budget.is_used_up:
                    yield self._stop(path, member)
                    return
                yield from self._read_inner(inner, member + inner.name, depth + 1)
                self.budget.begin_part()  # what comes next is no longer charged to that member
        except MemoryError as error:
            raise PageBudgetError(
                tr("{path}: takes more memory to unpack than there is; unpack it").format(path=path)
            ) from error
        except PageError as error:
            text = str(error)
            reason = text if text.startswith(self.path) else f"{path}: {text}"
            if not has_read:
                raise type(error)(reason) from error
            # What was read before stays.
            yield MemberReading(path, member, reason=reason, kind=error.kind)

    def _stop(self, path: str, member: str) -> MemberReading:
        """Return the reading that says that no more members of a file are read."""
        seconds = f"{self.budget.seconds:.0f} s"
        reason = tr(
            "{path}: takes more than {seconds} to read; the rest of it is left out: unpack it"
        ).format(path=path, seconds=seconds)
        return MemberReading(path, member, reason=reason, kind=PageBudgetError.kind)

    def _read_inner(self, part: Part, member: str, depth: int) -> Iterator[MemberReading]:
        path = self.path + member
        if self.wanted and not self.wanted.startswith(member):
            return
        if part.reason:
            yield MemberReading(path, member, reason=f"{path}: {part.reason}")
        elif part.suffix not in SUFFIXES:
            yield MemberReading(path, member)
        else:
            try:
                yield from self.read(part, member, depth)
            except PageError as error:
                yield MemberReading(path, member, reason=str(error), kind=error.kind)


def _take_apart(part: Part, budget: Budget) -> Iterator[Part]:
    if part.suffix in WORKBOOKS:
        return read_workbook(part.content, budget)
    if part.suffix == ".zip":
        return read_zip(part.content, budget, recognise=_recognise, largest=reader.MAX_BYTES)
    if part.suffix == ".eml":
        return read_mail(part.content, budget, recognise=_recognise)
    if part.suffix == ".msg":
        return read_msg(part.content, budget, recognise=_recognise)
    return _SIMPLE_CONTAINERS[part.suffix](part.content, budget)


def _recognise(name: str, head: Callable[[], bytes]) -> tuple[str, str]:
    """Return the suffix of the reader of a member, empty for none, and why there is none where that is known.

    `head` is called for the first bytes of a member whose name does not determine its format.
    """
    suffix = suffix_of(name)
    if suffix in SUFFIXES:
        return suffix, ""
    try:
        return recognise(head(), suffix, SUFFIXES) if may_be_page(suffix) else "", ""
    except UnsupportedFormatError as error:
        return "", str(error)
