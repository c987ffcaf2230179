from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from jsisa_search.cli.printers.update_report import report_lines
from jsisa_search.indexing.update import DoubtfulFile, ListPage, UnreadableFile, UpdateReport

EMPTY = UpdateReport(
    releases=0,
    paragraphs=0,
    new=0,
    changed=0,
    moved=0,
    removed=0,
    unchanged=0,
    unreadable=(),
    passed_over={},
)


def _unreadable(name: str, reason: str, *, is_new: bool = True) -> UnreadableFile:
    return UnreadableFile(Path(name), f"{name}: {reason}", is_new=is_new)


def test_a_report_without_findings_is_empty() -> None:
    """Nothing is printed where everything was read and nothing is doubtful."""
    assert list(report_lines(EMPTY)) == []


def test_reasons_that_differ_in_numbers_are_one_group() -> None:
    """The sentence is printed once, with N for what differs, the largest group first."""
    files = (
        _unreadable("c.doc", "is old; save it as .docx"),
        _unreadable("a.txt", "is no text (invalid at byte 2,213); save it"),
        _unreadable("b.txt", "is no text (invalid at byte 0); save it"),
    )
    assert list(report_lines(replace(EMPTY, unreadable=files))) == [
        "Unreadable (3 files):",
        "  2 x is no text (invalid at byte N); save it",
        "      a.txt",
        "      b.txt",
        "  c.doc: is old; save it as .docx",
    ]


def test_reasons_that_differ_in_their_details_keep_them() -> None:
    """Files of one first clause are grouped below it, each with the others."""
    files = (
        _unreadable("a.jsonl", "holds no release; its keys are x"),
        _unreadable("b.jsonl", "holds no release; its keys are y"),
    )
    assert list(report_lines(replace(EMPTY, unreadable=files)))[1:] == [
        "  2 x holds no release",
        "      a.jsonl: its keys are x",
        "      b.jsonl: its keys are y",
    ]


def test_a_list_of_everything_has_the_whole_reasons() -> None:
    """What examples leave out, the numbers of each file, is there."""
    files = (_unreadable("a.txt", "is no text (byte 7)"), _unreadable("b.txt", "is no text (byte 9)"))
    assert list(report_lines(replace(EMPTY, unreadable=files), list_all=True))[1:] == [
        "  2 x is no text (byte N)",
        "      a.txt: is no text (byte 7)",
        "      b.txt: is no text (byte 9)",
    ]


def test_doubts_of_one_kind_are_one_group() -> None:
    """Sentences that differ in more than numbers are given with each file."""
    doubts = tuple(
        DoubtfulFile(Path(name), (("no text", reason),))
        for name, reason in (("a.html", "it shows no whole sentence"), ("b.html", "nothing but a title"))
    )
    assert list(report_lines(replace(EMPTY, doubtful=doubts)))[1:] == [
        "  2 x no text",
        "      a.html: it shows no whole sentence",
        "      b.html: nothing but a title",
    ]


def test_examples_are_of_different_files() -> None:
    """Of many members of one archive one is named before a second."""
    paths = [*(f"a.zip!/{number}.txt" for number in range(9)), "b.txt", "c.jsonl#7", "c.jsonl#8"]
    doubts = tuple(DoubtfulFile(Path(path), (("no date", "it has no date"),)) for path in paths)
    lines = list(report_lines(replace(EMPTY, doubtful=doubts)))
    assert lines[1:6] == [
        "  12 x it has no date",
        f"      {Path('a.zip!/0.txt')}",
        "      b.txt",
        "      c.jsonl#7",
        "      and 9 more",
    ]


def test_a_report_of_many_reasons_stays_short() -> None:
    """Reasons may quote files, so there may be as many: the first dozen are given, the others counted."""
    files = tuple(_unreadable(f"{name}.txt", f"has the key {name}") for name in map(chr, range(97, 117)))
    lines = list(report_lines(replace(EMPTY, unreadable=files)))
    assert len(lines) == 15
    assert lines[-2:] == [
        "  and 8 files for 8 other reasons",
        "--list-all names every file here, --report FILE writes them as JSON.",
    ]
    assert len(list(report_lines(replace(EMPTY, unreadable=files), list_all=True))) == 21


def test_known_files_are_counted_and_named_on_demand() -> None:
    """What the last update reported is in the total; `list_all` names it with the rest."""
    report = replace(
        EMPTY,
        unreadable=(_unreadable("a.doc", "is old", is_new=False), _unreadable("b.doc", "is old")),
        list_pages=(ListPage(Path("list.html"), "has 9 links", is_new=False),),
        passed_over={".mp4": 2, "": 1},
    )
    assert list(report_lines(report)) == [
        "Unreadable (2 files, 1 new):",
        "  b.doc: is old",
        "Passed over as lists of links (1 page, none new)",
        "Passed over, format not supported (3 files): 1 without extension, 2 .mp4",
        "--list-all names every file here, --report FILE writes them as JSON.",
    ]
    everything = list(report_lines(report, list_all=True))
    assert everything[1:4] == ["  2 x is old", "      a.doc", "      b.doc"]
    assert "  list.html" in everything
