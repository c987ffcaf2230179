"""Regular expressions that mean the same in every Python from 3.11 on."""

from __future__ import annotations

import random
import re
from itertools import islice
from pathlib import Path

import jsisa_search
from jsisa_search.page.decode import _GBK_OR_EURO
from jsisa_search.search.results.sentences import _SENTENCE_END

SOURCE = Path(jsisa_search.__file__).parent
_POSSESSIVE_GROUP = re.compile(r"\)[*+?}]\+[^+ =,]|\)\{[\d,]+\}\+|\(\?>\w|\(\?>[\[\\(]")
# Its alternatives are told apart by their first bytes; below it is tried.
_TRIED = {"page/decode.py"}


def test_no_group_is_possessive() -> None:
    """Python 3.11.0 to 3.11.4 get possessive groups wrong, and may never end; single characters are fine."""
    found = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if _POSSESSIVE_GROUP.search(line)
    }
    assert found == _TRIED


def test_sentences_end() -> None:
    """Marks, closing marks and a remark end a sentence, once."""
    text = "会议召开。他说：“好！”，又说：“行。”落实（市司法局负责）。（市司法局负责）完了。"
    ends = [match.end() for match in islice(_SENTENCE_END.finditer(text), 9)]
    assert ends == [text.index("他"), text.index("落"), text.index("完"), len(text)]


def test_runs_of_bytes_are_those_of_a_scan() -> None:
    """Characters of one, two and four bytes are gone over from left to right."""
    draw = random.Random(3)
    for _ in range(3_000):
        data = bytes(draw.choice(b"A05\x81\x90\xfe\x80\x7f@\xff ") for _ in range(draw.randrange(1, 20)))
        at, run, found = 0, 0, []
        while at < len(data):
            size = _size(data, at)
            if not size:
                found += [(run, at)] * (at > run) + [(at, at + 1)] * (data[at] == 0x80)
            at += size or 1
            run = run if size else at
        assert [match.span() for match in _GBK_OR_EURO.finditer(data)] == found + [(run, at)] * (at > run)


def _size(data: bytes, at: int) -> int:
    """Return the bytes of the character at a place; 0 where there is none."""
    part = data[at : at + 4]
    if part[0] < 0x80:
        return 1
    if not 0x81 <= part[0] <= 0xFE or len(part) < 2:
        return 0
    if 0x30 <= part[1] <= 0x39:
        is_whole = len(part) == 4 and 0x81 <= part[2] <= 0xFE and 0x30 <= part[3] <= 0x39
        return 4 if is_whole else 0
    return 2 if 0x40 <= part[1] <= 0xFE and part[1] != 0x7F else 0
