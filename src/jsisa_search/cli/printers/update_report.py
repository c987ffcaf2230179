"""What an update left out or doubts, for people: grouped by reason, with examples of what is new."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jsisa_search.cli.printers.terminal import quantity, shown_path
from jsisa_search.filenames import readable

if TYPE_CHECKING:
    from jsisa_search.indexing.update import DoubtfulFile, ListPage, UnreadableFile, UpdateReport

# Files that are named per reason. One that can't be read is lost to every search, so more of these are.
_UNREADABLE_EXAMPLES = 20
_EXAMPLES = 3

# Reasons that are given; reasons may quote a file, so there may be as many as files.
_REASONS = 12

# Counts, ranges and places within a reason, which differ from file to file.
_NUMBERS = re.compile(r"\d+(?:(?:, ?|[-.:])\d+)*")

# Where the first clause of a reason ends.
_CLAUSE_END = re.compile("; ")

# What follows the path of a file in that of a member of it.
_MEMBER = re.compile(r"[!#].*", re.DOTALL)


class _Noted(NamedTuple):
    """A file as it is shown, with a reason for which it is reported and the sort of that reason."""

    path: str
    kind: str
    reason: str

    @property
    def pattern(self) -> str:
        """The reason without what differs from file to file."""
        return _NUMBERS.sub("N", self.reason)

    @property
    def head(self) -> str:
        """The first clause of the pattern, which says what is wrong; the others say where or what to do."""
        return _CLAUSE_END.split(self.pattern, maxsplit=1)[0]

    @property
    def details(self) -> str:
        """The other clauses; all of them where there is one."""
        return _CLAUSE_END.split(self.reason, maxsplit=1)[-1]


def unlisted_lines(report: UpdateReport) -> Iterator[str]:
    """Yield the folders, and links to files, that could not be accessed."""
    for entry in report.unlisted:
        path = shown_path(str(entry.path))
        yield f"Not listed: {path}: {entry.reason}; the index keeps what it has from there"


def report_lines(report: UpdateReport, *, list_all: bool = False) -> Iterator[str]:
    """Yield what was not indexed or is doubtful; with `list_all` every file, new or known, by name."""
    every_line = list(_details(report, list_all=True))
    lines = every_line if list_all else list(_details(report, list_all=False))
    yield from lines
    if len(lines) < len(every_line):
        yield "--list-all names every file here, --report FILE writes them as JSON."


def _details(report: UpdateReport, *, list_all: bool) -> Iterator[str]:
    unreadable = [file for file in report.unreadable if list_all or file.is_new]
    pages = [page for page in report.list_pages if list_all or page.is_new]
    doubtful = [file for file in report.doubtful if list_all or file.is_new]
    if report.unreadable:
        yield _headline("Unreadable", report.unreadable, "file")
        noted = [_noted(file.path, file.kind, file.reason) for file in unreadable]
        groups = _grouped(noted, lambda each: each.head)
        yield from _group_lines(groups, None if list_all else _UNREADABLE_EXAMPLES)
    if report.list_pages:
        yield _headline("Passed over as lists of links", report.list_pages, "page")
        paths = [shown_path(str(page.path)) for page in pages]
        yield from _example_lines(paths, None if list_all else _EXAMPLES, indent=2)
    if report.passed_over:
        yield _unknown_formats(report.passed_over)
    if report.doubtful:
        yield _headline("Doubtful", report.doubtful, "release")
        noted = [_noted(file.path, *doubt) for file in doubtful for doubt in file.doubts]
        groups = _grouped(noted, lambda each: each.kind)
        yield from _group_lines(groups, None if list_all else _EXAMPLES)


def _headline(what: str, found: Sequence[UnreadableFile | ListPage | DoubtfulFile], noun: str) -> str:
    """Return `what` was found with its number, and how many are new where not all are."""
    new = sum(file.is_new for file in found)
    counts = quantity(len(found), noun)
    if new == len(found):
        return f"{what} ({counts}):"
    return f"{what} ({counts}, {new} new):" if new else f"{what} ({counts}, none new)"


def _unknown_formats(passed_over: dict[str, int]) -> str:
    kinds = ", ".join(
        f"{count} {suffix or 'without extension'}" for suffix, count in sorted(passed_over.items())
    )
    return f"Passed over, format not supported ({quantity(sum(passed_over.values()), 'file')}): {kinds}"


def _noted(path: Path, kind: str, reason: str) -> _Noted:
    """Return a file with its reason, without the path with which most reasons begin."""
    for start in (str(path), readable(str(path))):
        reason = reason.removeprefix(f"{start}: ")
    return _Noted(shown_path(str(path)), kind, reason)


def _grouped(noted: Iterable[_Noted], key: Callable[[_Noted], str]) -> list[list[_Noted]]:
    """Return the groups of equal `key`, the largest first."""
    groups: dict[str, list[_Noted]] = defaultdict(list)
    for each in noted:
        groups[key(each)].append(each)
    return sorted(groups.values(), key=len, reverse=True)


def _group_lines(groups: Sequence[Sequence[_Noted]], limit: int | None) -> Iterator[str]:
    """Yield each reason with its number of files and about `limit` of them; `None` for everything."""
    shown = groups if limit is None else groups[:_REASONS]
    for group in shown:
        first = group[0]
        if len(group) == 1:
            yield f"  {first.path}: {first.reason}"
            continue
        common, examples = _common_part(group, has_numbers=limit is None)
        yield f"  {len(group)} x {common}"
        yield from _example_lines(examples, limit, indent=6)
    if rest := groups[len(shown) :]:
        files = quantity(sum(map(len, rest)), "file")
        yield f"  and {files} for {quantity(len(rest), 'other reason')}"


def _common_part(group: Sequence[_Noted], *, has_numbers: bool) -> tuple[str, list[str]]:
    """Return what the reasons of a group have in common, and its files with what they have not.

    Numbers that differ are given only with `has_numbers`.
    """
    first = group[0]
    if len({each.reason for each in group}) == 1:
        return first.reason, [each.path for each in group]
    if len({each.pattern for each in group}) == 1:
        named = [f"{each.path}: {each.reason}" if has_numbers else each.path for each in group]
        return first.pattern, named
    if len({each.head for each in group}) == 1 and not has_numbers:
        return first.head, [f"{each.path}: {each.details}" for each in group]
    common = first.head if len({each.head for each in group}) == 1 else first.kind
    return common, [f"{each.path}: {each.reason}" for each in group]


def _example_lines(examples: Sequence[str], limit: int | None, *, indent: int) -> Iterator[str]:
    """Yield about `limit` of `examples`, which begin with a path: of different files where there are."""
    chosen = examples
    # One more instead of a line that says so.
    if limit is not None and len(examples) > limit + 1:
        first_of: dict[str, str] = {}
        for example in examples:
            first_of.setdefault(_MEMBER.sub("", example), example)
        chosen = list(dict.fromkeys([*first_of.values(), *examples]))[:limit]
    for example in chosen:
        yield " " * indent + example
    if rest := len(examples) - len(chosen):
        yield f"{' ' * indent}and {rest} more"
