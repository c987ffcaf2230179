"""How a file was read, line by line: what each of its lines was taken for, and why some were left out."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from jsisa_search.errors import PageError
from jsisa_search.model import Link, Plain, Release
from jsisa_search.page.budget import Budget
from jsisa_search.page.containers.parts import Part
from jsisa_search.page.draft import lines_of
from jsisa_search.page.folder_settings import NOTHING_SET, FolderSettings
from jsisa_search.page.lines import Line, Reading, clean_line, normalize
from jsisa_search.page.reader import failures_named
from jsisa_search.page.releases import explain_file

Role = Literal["title", "byline", "heading", "paragraph", "attachment", "link", "caption", "left out"]

# Findings that are about lines and no facts of the release.
_OF_LINES = ("title", "text", "left out")

# Lines that a title may have, and those between the first heading of a section and its text.
_TITLE_LINES = 4
_HEADING_LINES = 100

_NOT_SHOWN = "in a part of the file that is not shown"


@dataclass(frozen=True, slots=True)
class ExplainedLine(Plain):
    """A line of a file, and what it was taken for.

    `number` is its line in the file, which several share where a page has no line ends. `ordinal` is that of
    the paragraph, `fields` names the facts that the line gave, `rule` says why it was left out.
    """

    number: int
    text: str
    role: Role
    ordinal: int | None = None
    fields: tuple[str, ...] = ()
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What came of a file: its release with the reasons, or the reason why there is none; and its lines."""

    path: str
    reading: Reading | None
    lines: tuple[ExplainedLine, ...]
    reason: str = ""


def explain_page(path: str | os.PathLike[str], *, settings: FolderSettings = NOTHING_SET) -> Explanation:
    """Return how the file at `path` is read, and what each of its lines was taken for.

    A file that is refused has its reason and, where they can be read, its lines. Nothing is raised but
    `ArgumentError`.
    """
    name = os.fspath(path)
    kept = _Kept(name)
    reading, reason = None, ""
    try:
        reading = explain_file(name, settings=settings, on_part=kept.take)
    except PageError as error:
        reason = str(error)
    part = kept.part_of(reading.release.path if reading else name)
    lines = tuple(_label(_read_lines(part, name), reading)) if part else ()
    return Explanation(name, reading, lines, reason)


@dataclass(slots=True)
class _Kept:
    """Of all parts of a file, the one that is asked for, and the first."""

    name: str
    parts: dict[str, Part] = field(default_factory=dict)

    def take(self, path: str, part: Part) -> None:
        """Keep a part that may be wanted."""
        if not self.parts or path == self.name:
            self.parts[path] = part

    def part_of(self, path: str) -> Part | None:
        """Return the part that was read under `path`."""
        return self.parts.get(path)


def _read_lines(part: Part, path: str) -> list[Line]:
    """Return every line of a part, or those before what can't be read."""
    found: list[Line] = []
    try:
        with failures_named(path), Budget(len(part.content)).active():
            found.extend(lines_of(part, path))  # before an error it has those above
    except PageError:
        pass
    return found if part.line is None else [replace(line, number=part.line) for line in found]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a release: what it is, the lines of the file where it can be, and its text."""

    role: Role
    numbers: range
    text: str
    ordinal: int | None = None


def _label(lines: list[Line], reading: Reading | None) -> Iterator[ExplainedLine]:
    """Yield the lines with what they are, and last the text that is on none of them."""
    roles = _Roles(lines)
    missing = roles.place(list(_pieces(reading.release))) if reading else []
    if reading is not None:
        _place_findings(roles, reading)
    rule = ""
    for at, line in enumerate(lines):
        piece = roles.pieces.get(at)
        # Of lines below each other that are left out for one reason, only the first is among the findings.
        rule = roles.rules.get(at, rule if piece is None else "")
        fields = tuple(dict.fromkeys(roles.fields.get(at, ())))
        role = piece.role if piece else "byline" if fields else "left out"
        text = clean_line(line.text)
        yield ExplainedLine(
            line.number, text, role, piece.ordinal if piece else None, fields, "" if piece else rule
        )
    for piece in missing:
        if piece.role in ("heading", "paragraph"):
            yield ExplainedLine(piece.numbers.start, piece.text, piece.role, piece.ordinal, rule=_NOT_SHOWN)


def _pieces(release: Release) -> Iterator[_Piece]:
    """Yield title, headings and paragraphs, and what is beside the text."""
    if release.title is not None and release.title_line is not None:
        yield _Piece("title", _only(release.title_line), release.title)
    for section in release.sections:
        last = section.paragraphs[0].line if section.paragraphs else section.line
        within = range(section.line, min(last, section.line + _HEADING_LINES) + 1)
        for text in filter(None, (section.heading, section.subheading)):
            yield _Piece("heading", within, text)
        for paragraph in section.paragraphs:
            yield _Piece("paragraph", _only(paragraph.line), paragraph.text, paragraph.ordinal)
    for role, links in _beside(release):
        yield from (_Piece(role, _only(link.line), link.name) for link in links)


def _beside(release: Release) -> tuple[tuple[Role, tuple[Link, ...]], ...]:
    return ("attachment", release.attachments), ("link", release.links), ("caption", release.captions)


def _only(number: int) -> range:
    return range(number, number + 1)


class _Roles:
    """What the lines of a file are, by their indices; they are found by number and text."""

    def __init__(self, lines: list[Line]) -> None:
        self.pieces: dict[int, _Piece] = {}
        self.fields: dict[int, list[str]] = {}
        self.rules: dict[int, str] = {}
        self._texts = [_compared(line.text) for line in lines]
        self._by_number: dict[int, list[int]] = defaultdict(list)
        for at, line in enumerate(lines):
            self._by_number[line.number].append(at)

    def place(self, pieces: list[_Piece]) -> list[_Piece]:
        """Find the lines of `pieces`; return those that are on none."""
        for is_same in (True, False):  # a line that has exactly the text comes before one that contains it
            pieces = [piece for piece in pieces if not self._place(piece, is_same=is_same)]
        return pieces

    def _place(self, piece: _Piece, *, is_same: bool) -> bool:
        goal = _compared(piece.text)
        for number in piece.numbers:
            for at in self._by_number.get(number, ()):
                if at not in self.pieces and self._fits(at, goal, is_same=is_same):
                    self.pieces[at] = piece
                    if piece.role == "title":
                        self._place_rest_of_title(at, piece, goal)
                    return True
        return False

    def _place_rest_of_title(self, first: int, title: _Piece, goal: str) -> None:
        """Take the next lines into the title while its text goes on with theirs."""
        rest = goal.removeprefix(self._texts[first])
        for at in range(first + 1, min(first + _TITLE_LINES, len(self._texts))):
            begins = self._texts[at]
            if not begins or not rest.strip().startswith(begins):
                break
            self.pieces[at] = title
            rest = rest.strip().removeprefix(begins)

    def _fits(self, at: int, goal: str, *, is_same: bool) -> bool:
        text = self._texts[at]
        return text == goal if is_same else bool(goal and text) and (goal in text or text in goal)

    def find(self, number: int | None, text: str) -> int | None:
        """Return the line of a finding: with its text, else containing it."""
        goal = _compared(text)
        numbered = self._by_number.get(number or 0, [])
        for is_same in (True, False):
            fitting = (at for at in numbered if self._fits(at, goal, is_same=is_same))
            if (found := next(fitting, None)) is not None:
                return found
        return None

    def first(self, number: int) -> int | None:
        """Return the first line with a number."""
        return next(iter(self._by_number.get(number, ())), None)


def _place_findings(roles: _Roles, reading: Reading) -> None:
    """Find the lines that gave the facts, and those that were left out."""
    for finding in reading.findings:
        if finding.what == "left out":
            at = roles.find(finding.line, finding.text.removesuffix("…"))
            if at is not None:
                roles.rules.setdefault(at, finding.rule)
        elif finding.what == "title" and finding.line:
            roles.place([_Piece("title", _only(finding.line), finding.text)])
        elif finding.line and finding.what not in _OF_LINES:
            at = roles.find(finding.line, finding.text)
            if (at := roles.first(finding.line) if at is None else at) is not None:
                roles.fields.setdefault(at, []).append(finding.what)


def _compared(text: str) -> str:
    return normalize(clean_line(text))
