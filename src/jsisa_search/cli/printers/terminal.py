"""The only module that writes to standard output and standard error, or to the file in place of the former.

All text passes through `plain_text` here, and colours are added afterwards. So no text of a page, no name and
no message can carry a control character to a terminal, or a line end that forges a line.
"""

from __future__ import annotations

import errno
import io
import os
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import click

from jsisa_search.errors import OutputFileError
from jsisa_search.export.plain import columns, plain_text
from jsisa_search.filenames import readable
from jsisa_search.own_files import replace_file
from jsisa_search.translation import gettext as _
from jsisa_search.translation import ngettext, reason_of


@dataclass(frozen=True, slots=True)
class Styled:
    """A part of a line in colour, bold or dim."""

    text: str
    fg: str | None = None
    bold: bool = False
    dim: bool = False


Part = str | Styled

# The text of the status line, a thread of its own writes it.
_status = ""
_status_lock = threading.Lock()

# What is printed while a file takes the place of standard output.
_file_content: list[bytes] | None = None


class OutputError(Exception):
    """Standard output can't be written to; `is_closed_pipe` if only because its reader has gone."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error.strerror or str(error))
        # Windows reports a closed pipe as an invalid argument.
        self.is_closed_pipe = isinstance(error, BrokenPipeError) or (
            sys.platform == "win32" and error.errno == errno.EINVAL
        )


def print_line(*parts: Part, color: bool | None = None) -> None:
    """Print one line made of `parts`; `color` decides whether they are styled, `None` leaves it to click.

    Raises `OutputError`.
    """
    _write_output("".join(map(_rendered, parts)), color=color)


def print_row(*cells: str) -> None:
    """Print one line of `cells` separated by tabs. Raises `OutputError`."""
    _use_utf8()
    _write_output("\t".join(map(plain_text, cells)))


def print_data(text: str, *, byte_order_mark: bool = False) -> None:
    """Print lines for other programs. Raises `OutputError`."""
    _use_utf8()
    mark = "\ufeff" if byte_order_mark else ""
    _write_output(mark + "\n".join(map(plain_text, text.split("\n"))))


def print_error(*parts: Part) -> None:
    """Print one line made of `parts` to standard error; a failure to do so is ignored."""
    line = "".join(map(_rendered, parts)) + "\n"
    with _status_lock:
        _replace_status("")
        _write_error(line)


@contextmanager
def output_to(path: Path | None) -> Iterator[None]:
    """Write what is printed to the file `path` in UTF-8, or to standard output where there is none.

    The file is replaced as a whole when all is printed; after an error it is as before.
    Raises `OutputFileError`.
    """
    global _file_content
    if path is None:
        yield
        return
    _file_content = []
    try:
        yield
        content = b"".join(_file_content)
    finally:
        _file_content = None
    _write_file(path, content)


def print_bytes(content: bytes) -> None:
    """Write data that is no text to the file of `output_to`; without one it is a `ValueError`."""
    if _file_content is None:
        raise ValueError("data that is no text needs a file")
    _file_content.append(content)


def is_writing_file() -> bool:
    """Return whether what is printed goes to a file that was asked for, not to standard output."""
    return _file_content is not None


def _write_file(path: Path, content: bytes) -> None:
    try:
        # A device or a pipe can't be replaced: /dev/stdout.
        if path.exists() and not path.is_file() and not path.is_dir():
            path.write_bytes(content)
        else:
            replace_file(path, content, is_durable=False, is_shared=True)
    except OSError as error:
        raise OutputFileError(
            _("{path} can't be written ({reason}); close it in other programs, or name another file").format(
                path=readable(str(path)), reason=reason_of(error)
            )
        ) from error
    print_error(_("Written to {path}").format(path=readable(str(path))))


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether `stream` goes to a person rather than to a file or another program."""
    return stream is not None and stream.isatty()


def prepare_streams() -> None:
    """Open closed streams, and replace characters that the encoding of a stream can't represent.

    If the caller has closed standard output or error, the next file to be opened would take its descriptor,
    and the output of any library would end up in that file.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            # Open as long as the process is.
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(errors="backslashreplace")


def discard_output(stream: TextIO) -> None:
    """Send what is left in the buffer of `stream` nowhere, so that the interpreter can shut down quietly."""
    with suppress(OSError, ValueError):  # a stream without a file has nothing to flush
        number = stream.fileno()
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, number)
        os.close(null)


#: What is counted, in both forms.
FORMS = {
    "document": ("{number} document", "{number} documents"),
    "figure": ("{number} figure", "{number} figures"),
    "file": ("{number} file", "{number} files"),
    "more change": ("{number} more change", "{number} more changes"),
    "more figure": ("{number} more figure", "{number} more figures"),
    "more passage": ("{number} more passage", "{number} more passages"),
    "occurrence": ("{number} occurrence", "{number} occurrences"),
    "other reason": ("{number} other reason", "{number} other reasons"),
    "page": ("{number} page", "{number} pages"),
    "paragraph": ("{number} paragraph", "{number} paragraphs"),
    "passage": ("{number} passage", "{number} passages"),
    "period with different values": (
        "{number} period with different values",
        "{number} periods with different values",
    ),
    "phrase": ("{number} phrase", "{number} phrases"),
    "release": ("{number} release", "{number} releases"),
    "reprint": ("{number} reprint", "{number} reprints"),
    "section": ("{number} section", "{number} sections"),
    "segment": ("{number} segment", "{number} segments"),
    "shard": ("{number} shard", "{number} shards"),
    "user word": ("{number} user word", "{number} user words"),
}


def labelled(name: str, width: int) -> str:
    """Return `name` with a colon, in `width` columns."""
    return f"{name}:{' ' * max(width - columns(name) - 1, 1)}"


def print_expansions(expansions: Iterable[tuple[str, str]]) -> None:
    """Print the other wordings that were searched for, each given after what was typed."""
    wordings: dict[str, list[str]] = {}
    for piece, added in expansions:
        wordings.setdefault(piece, []).append(added)
    if wordings:
        also = _("{piece} is also taken as {wordings}")
        taken = "; ".join(also.format(piece=piece, wordings=", ".join(w)) for piece, w in wordings.items())
        print_error(_("{taken}. Use --no-synonyms to search only what you typed.").format(taken=taken))


def quantity(number: int, noun: str) -> str:
    """Return a number with its noun: 1 passage, 2 passages."""
    one, many = FORMS[noun]
    return ngettext(one, many, number).format(number=number)


def shown_path(path: str) -> str:
    """Return `path` for display: relative if below the current folder, its names in readable form."""
    with suppress(ValueError, OSError):
        path = str(Path(path).relative_to(Path.cwd()))
    return readable(path)


def located(path: str, reason: str) -> str:
    """Return `reason` after the displayed `path`, with which most reasons begin already."""
    for start in (path, readable(path)):
        reason = reason.removeprefix(f"{start}: ")
    return f"{shown_path(path)}: {reason}"


def confirm(message: str, question: str) -> bool:
    """Print `message` and ask for a yes or no; `False` if nobody is there to answer."""
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        return False
    print_error(message)
    return click.confirm(plain_text(question), err=True)


def show_status(text: str, *, width: int = 0) -> None:
    """Write `text` over the status line of the terminal, cut to `width` columns; an empty one removes it.

    Lines printed on standard error by other threads go above it.
    """
    with _status_lock:
        _replace_status(_cut(plain_text(text), width))


def _replace_status(text: str) -> None:
    global _status
    if text == _status:
        return
    blanks = max(columns(_status) - columns(text), 0)
    # The cursor ends behind the text, or at the beginning of the line where there is none.
    end = " " * blanks + "\b" * blanks if text else " " * blanks + "\r"
    _status = text
    _write_error("\r" + text + end)


def status_width() -> int:
    """Return how many columns a status line may have, so that it does not wrap."""
    try:
        width = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        width = 0
    return (width or 80) - 1  # some terminals say that they have none


def _cut(text: str, width: int) -> str:
    """Return `text` in at most `width` columns, 0 for any number, with … for what is cut off."""
    if not width or columns(text) <= width:
        return text
    while text and columns(text) > width - 1:
        text = text[:-1]
    return text + "…"


def report_waiting(holder: str) -> None:
    """Print which process holds the write lock, so that the program does not seem to hang."""
    print_error(_("Waiting for {holder} to finish writing to the index ...").format(holder=holder))


def _rendered(part: Part) -> str:
    if isinstance(part, str):
        return plain_text(part)
    return click.style(plain_text(part.text), fg=part.fg, bold=part.bold or None, dim=part.dim or None)


def _use_utf8() -> None:
    """Write UTF-8 to files and other programs; a terminal keeps its encoding."""
    if isinstance(sys.stdout, io.TextIOWrapper) and not is_terminal(sys.stdout):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")


def _write_output(text: str, color: bool | None = None) -> None:
    if _file_content is not None:
        _file_content.append(f"{text if color else click.unstyle(text)}\n".encode("utf-8", "replace"))
        return
    try:
        click.echo(text, color=color)
    except OSError as error:
        discard_output(sys.stdout)
        raise OutputError(error) from error


def _write_error(text: str) -> None:
    try:
        click.echo(text, nl=False, err=True)
    except OSError:
        discard_output(sys.stderr)
