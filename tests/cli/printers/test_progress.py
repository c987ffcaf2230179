from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from jsisa_search.cli.printers import progress as progress_module
from jsisa_search.cli.printers import terminal
from jsisa_search.cli.printers.progress import Meter, ProgressLine
from jsisa_search.progress import Progress


def _reading(done: int, share: float, file: str = "a.html") -> Progress:
    return Progress("reading", done, 400, share, Path("pages", file))


def test_nothing_is_said_before_anything_was_reported() -> None:
    """The line is empty."""
    assert Meter().text(5.0) == ""


def test_reading_is_shown_with_rate_and_time_left() -> None:
    """The rate counts files, the time left follows the share of the work; both take two seconds."""
    meter = Meter()
    meter.note(_reading(0, 0.0), 10.0)
    meter.note(_reading(50, 0.2, "b.html"), 11.0)
    assert meter.text(11.0) == "Reading: 50 of 400 files (20 %)"
    meter.note(_reading(100, 0.25, "c.html"), 20.0)
    assert meter.text(20.0) == "Reading: 100 of 400 files (25 %), 10 files/s, 30 s left"


def test_a_file_that_takes_long_is_named() -> None:
    """After two seconds, whatever the writer reports in between, and without a guess at the time left."""
    meter = Meter()
    meter.note(_reading(100, 0.25, "大.zip"), 0.0)
    assert "大.zip" not in meter.text(1.0)
    meter.note(Progress("writing"), 1.0)
    meter.note(_reading(100, 0.25, "大.zip"), 2.0)
    assert meter.text(17.0) == "Reading: 100 of 400 files (25 %), 大.zip for 17 s"


def test_each_time_that_segments_are_written_is_a_beginning() -> None:
    """The time left of one write is not that since the first."""
    meter = Meter()
    for begin in (0.0, 100.0):
        meter.note(Progress("writing"), begin)
        meter.note(Progress.of("writing", 1, 4), begin + 4.0)
        assert meter.text(begin + 4.0) == "Writing: 25 %, 12 s left"
    meter.note(Progress("saving"), 110.0)
    meter.note(Progress("saving"), 120.0)
    assert meter.text(121.0) == "Saving"
    assert meter.text(125.0) == "Saving: for 5 s"


@pytest.mark.parametrize(
    ("seconds", "expected"), [(2, "2 s"), (59.9, "59 s"), (108, "1:48 min"), (7500, "2:05 h")]
)
def test_durations(seconds: float, expected: str) -> None:
    """Seconds, minutes or hours."""
    meter = Meter()
    meter.note(Progress("checking", 1, 2, 0.5), 0.0)
    assert meter.text(seconds).endswith(f" for {expected}")


def _wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what is written to standard error, without waiting long for it."""
    pieces: list[str] = []
    monkeypatch.setattr(terminal, "_write_error", pieces.append)
    monkeypatch.setattr(progress_module, "_LOOK_SECONDS", 0.005)
    monkeypatch.setattr(progress_module, "_LOG_SECONDS", 0.005)
    return pieces


def test_the_line_goes_on_while_nothing_is_reported(
    written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is redrawn from a thread of its own, gives way to other lines, and is gone at the end."""
    monkeypatch.setattr(progress_module, "is_terminal", lambda _: True)
    monkeypatch.setattr(progress_module, "_PATIENCE", 0.02)
    with ProgressLine() as line:
        line.update(_reading(3, 0.1, "\x1b[2J大.zip"))
        _wait_for(lambda: any(re.search(r"\\x1b\[2J大.zip for \d+ s", piece) for piece in written))
        terminal.print_error("Warning: full")
        at = written.index("Warning: full\n")
        assert written[at - 1].strip(" \r") == ""
        _wait_for(lambda: len(written) > at + 1)
    assert written[-1].strip(" \r") == ""
    assert not any("\x1b" in piece for piece in written)


def test_a_log_gets_a_line_now_and_then(written: list[str]) -> None:
    """Where standard error is no terminal progress is whole lines, and none at all if quiet."""
    with ProgressLine(is_quiet=True) as line:
        line.update(_reading(3, 0.1))
        time.sleep(0.03)
    assert written == []
    with ProgressLine() as line:
        line.update(_reading(3, 0.1))
        _wait_for(lambda: bool(written))
    assert written[0] == "Reading: 3 of 400 files (10 %)\n"


def test_a_status_line_fits_the_terminal(written: list[str]) -> None:
    """It is cut to the columns there are, two for a Chinese character, and a shorter one erases it."""
    terminal.show_status("读取文件网格化", width=9)
    terminal.show_status("读", width=9)
    terminal.show_status("")
    assert written == ["\r读取文件…", "\r读       \b\b\b\b\b\b\b", "\r  \r"]
