"""What an update left out or doubts, for people: grouped by reason, with examples of what is new."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from jsisa_search.cli.printers.terminal import quantity, shown_path
from jsisa_search.filenames import readable
from jsisa_search.translation import gettext as _
from jsisa_search.translation import mark

if TYPE_CHECKING:
    from jsisa_search.indexing.update import DoubtfulFile, ListPage, UnreadableFile, UpdateReport

_Found = TypeVar("_Found", "UnreadableFile", "ListPage", "DoubtfulFile")

# Files that are named per reason. One that can't be read is lost to every search, so more of these are.
_UNREADABLE_EXAMPLES = 20
_EXAMPLES = 3

# Reasons that are given; reasons may quote a file, so there may be as many as files.
_REASONS = 12

# Counts, ranges and places within a reason, which differ from file to file.
_NUMBERS = re.compile(r"\d+(?:(?:, ?|[-.:])\d+)*")

# Where the first clause of a reason ends.
_CLAUSE_END = re.compile("; |；")

# Heads of groups of doubts that have no words in common.
_DOUBTS: dict[str, str] = {
    "no title": mark("no title"),
    "no date": mark("no date"),
    "no text": mark("no text"),
    "replacement characters": mark("damaged characters"),
    "several releases": mark("several releases on one page"),
    "long field": mark("very long title, source or heading"),
}

# What follows the path of a file in that of a member of it.
_MEMBER = re.compile(r"[!#].*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Noted:
    """A file with a reason for which it is reported, and the sort of that reason.

    `pattern` is the reason without what differs from file to file, `head` its first clause, which says what
    is wrong; the others say where, or what to do.
    """

    path: str
    kind: str
    reason: str
    pattern: str
    head: str

    @classmethod
    def of(cls, path: Path, kind: str, reason: str) -> _Noted:
        """Take a reason without the path with which most begin."""
        name = str(path)
        if not reason.startswith(f"{name}: "):
            name = readable(name)
        reason = reason.removeprefix(f"{name}: ")
        pattern = _NUMBERS.sub("N", reason)
        return cls(str(path), kind, reason, pattern, _CLAUSE_END.split(pattern, maxsplit=1)[0])

    @property
    def details(self) -> str:
        """The other clauses; all of them where there is one."""
        return _CLAUSE_END.split(self.reason, maxsplit=1)[-1]


def unlisted_lines(report: UpdateReport) -> Iterator[str]:
    """Yield the folders, and links to files, that could not be accessed."""
    for entry in report.unlisted:
        path = shown_path(str(entry.path))
        unlisted = _("Not listed: {path}: {reason}; the index keeps what it has from there")
        yield unlisted.format(path=path, reason=entry.reason)


def report_lines(report: UpdateReport, *, list_all: bool = False) -> Iterator[str]:
    """Yield what was not indexed or is doubtful; with `list_all` every file, new or known, by name."""
    details = _Details(list_all)
    yield from details.lines(report)
    if details.is_short:
        yield _("--list-all names every file here, --report FILE writes them as JSON.")


class _Details:
    """Describes what was not indexed or is doubtful; `is_short` after a file was left unnamed."""

    def __init__(self, list_all: bool) -> None:
        self._list_all = list_all
        self.is_short = False

    def lines(self, report: UpdateReport) -> Iterator[str]:
        """Yield each sort of report: its number, and what is new or, if wanted, everything."""
        if report.unreadable:
            yield _headline(_("Unreadable"), report.unreadable, "file")
            files = self._chosen(report.unreadable)
            noted = (_Noted.of(file.path, file.kind, file.reason) for file in files)
            yield from self._groups(_grouped(noted, attrgetter("head")), _UNREADABLE_EXAMPLES)
        if report.list_pages:
            yield _headline(_("Passed over as lists of links"), report.list_pages, "page")
            pages = [(str(page.path), "") for page in self._chosen(report.list_pages)]
            yield from self._examples(pages, _EXAMPLES, indent=2)
        if report.passed_over:
            yield _unknown_formats(report.passed_over)
        if report.doubtful:
            yield _headline(_("Doubtful"), report.doubtful, "release")
            doubtful = self._chosen(report.doubtful)
            noted = (_Noted.of(file.path, *doubt) for file in doubtful for doubt in file.doubts)
            yield from self._groups(_grouped(noted, attrgetter("kind")), _EXAMPLES)

    def _chosen(self, found: Sequence[_Found]) -> Sequence[_Found]:
        chosen = found if self._list_all else [file for file in found if file.is_new]
        self.is_short |= len(chosen) < len(found)
        return chosen

    def _groups(self, groups: Sequence[Sequence[_Noted]], limit: int) -> Iterator[str]:
        """Yield each reason with its number of files and about `limit` of them."""
        shown = groups if self._list_all else groups[:_REASONS]
        for group in shown:
            if len(group) == 1:
                yield f"  {shown_path(group[0].path)}: {group[0].reason}"
                continue
            common, examples = _common_part(group, has_numbers=self._list_all)
            yield f"  {len(group)} x {common}"
            yield from self._examples(examples, limit, indent=6)
        if rest := groups[len(shown) :]:
            self.is_short = True
            files = quantity(sum(map(len, rest)), "file")
            reasons = quantity(len(rest), "other reason")
            yield _("  and {files} for {reasons}").format(files=files, reasons=reasons)

    def _examples(self, examples: Sequence[tuple[str, str]], limit: int, *, indent: int) -> Iterator[str]:
        """Yield about `limit` of `examples`, paths with what is said of each, of different files first."""
        chosen = examples
        # One more instead of a line that says so.
        if not self._list_all and len(examples) > limit + 1:
            self.is_short = True
            first_of: dict[str, tuple[str, str]] = {}
            for example in examples:
                first_of.setdefault(_MEMBER.sub("", example[0]), example)
            chosen = list(dict.fromkeys([*first_of.values(), *examples]))[:limit]
        for path, what in chosen:
            yield f"{' ' * indent}{shown_path(path)}{what and ': '}{what}"
        if rest := len(examples) - len(chosen):
            yield " " * indent + _("and {number} more").format(number=rest)


def _headline(what: str, found: Sequence[UnreadableFile | ListPage | DoubtfulFile], noun: str) -> str:
    """Return `what` was found with its number, and how many are new where not all are."""
    new = sum(file.is_new for file in found)
    counts = quantity(len(found), noun)
    if new == len(found):
        return _("{what} ({counts}):").format(what=what, counts=counts)
    if new:
        return _("{what} ({counts}, {number} new):").format(what=what, counts=counts, number=new)
    return _("{what} ({counts}, none new)").format(what=what, counts=counts)


def _unknown_formats(passed_over: dict[str, int]) -> str:
    none = _("without extension")
    kinds = ", ".join(f"{count} {suffix or none}" for suffix, count in sorted(passed_over.items()))
    files = quantity(sum(passed_over.values()), "file")
    return _("Passed over, format not supported ({files}): {kinds}").format(files=files, kinds=kinds)


def _grouped(noted: Iterable[_Noted], key: Callable[[_Noted], str]) -> list[list[_Noted]]:
    """Return the groups of equal `key`, the largest first."""
    groups: dict[str, list[_Noted]] = defaultdict(list)
    for each in noted:
        groups[key(each)].append(each)
    return sorted(groups.values(), key=len, reverse=True)


def _common_part(group: Sequence[_Noted], *, has_numbers: bool) -> tuple[str, list[tuple[str, str]]]:
    """Return what the reasons of a group have in common, and its files with what they have not.

    Numbers that differ are given only with `has_numbers`.
    """
    first = group[0]
    if len({each.reason for each in group}) == 1:
        return first.reason, [(each.path, "") for each in group]
    if len({each.pattern for each in group}) == 1:
        return first.pattern, [(each.path, each.reason if has_numbers else "") for each in group]
    is_one = len({each.head for each in group}) == 1
    if is_one and not has_numbers:
        return first.head, [(each.path, each.details) for each in group]
    return first.head if is_one else _(_DOUBTS.get(first.kind, first.kind)), [
        (each.path, each.reason) for each in group
    ]
