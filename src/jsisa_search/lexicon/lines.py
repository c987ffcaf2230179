"""The files that users write: bytes to numbered lines, with errors that name the line."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jsisa_search.analysis import fold, is_indexed
from jsisa_search.errors import LexiconError

#: Bytes of a file: jieba's own dictionary, the largest that anybody would take over, has 5 million.
MAX_BYTES = 16 << 20

#: Characters of a word: the longest names of offices and laws have about 60.
MAX_CHARS = 100

# A number sign inside a word is part of it: C#.
_COMMENT = re.compile(r"(?:^|(?<=\s))[#＃].*")

# What editors count as the end of a line; `splitlines` knows eight more.
_LINE_END = re.compile(r"\r\n?|\n")

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file, without its comment and the blanks around it; `number` counts from 1."""

    path: Path
    number: int
    text: str

    def error(self, what: str) -> LexiconError:
        """Return the error to raise for this line; `what` says what is wrong and what to do."""
        return LexiconError(f"{self.path}, line {self.number}: {what}")

    def term(self, text: str) -> str:
        """Return a word of this line folded, its inner blanks single.

        Raises `LexiconError` where it has nothing to search for, or is too long.
        """
        term = " ".join(fold(text).split())
        if len(term) > MAX_CHARS:
            raise self.error(f"“{term[:20]}…” has more than {MAX_CHARS} characters; shorten it")
        if not is_indexed(term):
            shown = f"“{term}” has" if term else "a word is missing that has"
            raise self.error(
                f"{shown} no letter, digit or Chinese character; correct the line or take it out"
            )
        return term


def read_lines(path: Path) -> Iterator[Line]:
    """Yield the lines of a text file that are neither empty nor comments.

    The text is UTF-8, UTF-16 with a byte order mark, or GB18030. Raises `LexiconError` for anything
    else, for a file over `MAX_BYTES`, and for one that can't be read.
    """
    for number, line in enumerate(_LINE_END.split(_decode(path, _read(path))), start=1):
        if text := _COMMENT.sub("", line).strip():
            yield Line(path, number, text)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise LexiconError(f"{path} can't be read ({error.strerror}); mend it or take it away") from error
    if len(data) > MAX_BYTES:
        raise LexiconError(f"{path} is larger than {MAX_BYTES >> 20} MB; shorten it or take it away")
    return data


def _decode(path: Path, data: bytes) -> str:
    encodings = ("utf-16",) if data.startswith(_UTF16_MARKS) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise LexiconError(f"{path} is neither UTF-8 nor GB18030 text; save it as UTF-8")
