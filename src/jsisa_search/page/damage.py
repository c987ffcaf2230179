"""Damaged bytes in a text: their replacement, and where they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress

from jsisa_search.translation import gettext as tr
from jsisa_search.translation import ngettext

GAP = "\ufffd"
"""The replacement for bytes that are no character."""

# What one damaged byte may leave; the rest of a character in UTF-8 can enclose a letter.
_GAPS = re.compile(f"{GAP}(?:.?{GAP})*")
_LINE_ENDS = re.compile(r"\r\n|\n|\r")
_NAMED = 3  # damaged characters whose place is named
# Encodings in which all characters behind a lost byte are wrong ones, up to the end of the line.
_PAIRED = ("gb18030", "cp950")
_MENDED_LINES, _LONGEST = 20, 16_384  # lines that are mended, and bytes of one: a second for all of them
_LEFT_OUT = (1, 3)  # bytes: half a pair, or a pair with a byte between its halves
_COST = 0.02  # of plausibility for each: as little as possible is left out
_SEARCHED = 256  # characters before an error among which the damage is looked for


def decode_with_gaps(data: bytes, codec: str, plausibility: Callable[[str], float]) -> str:
    """Return the text of `data` with U+FFFD for what is no character in the encoding `codec`.

    A byte too many or too few in GBK or Big5 shifts the pairs behind it. It is where leaving out one byte,
    or three, makes the line most plausible.
    """
    if codec not in _PAIRED:
        return data.decode(codec, "replace")
    decoded: list[str] = []
    mended = 0
    for line in data.split(b"\n"):
        try:
            decoded.append(line.decode(codec))
        except UnicodeDecodeError as error:
            mended += 1
            is_tried = mended <= _MENDED_LINES and len(line) <= _LONGEST
            text = _mend_line(line, error.start, codec, plausibility) if is_tried else ""
            decoded.append(text or line.decode(codec, "replace"))
    return "\n".join(decoded)


def _mend_line(line: bytes, damaged: int, codec: str, plausibility: Callable[[str], float]) -> str:
    """Return a line without the bytes that shift it, empty where leaving out some does not mend it."""
    best, text = -10.0, ""
    for before, behind, left_out in _without_bytes(line, damaged, codec):
        score = plausibility(before[-_SEARCHED:] + behind[:_SEARCHED]) - _COST * left_out
        if score > best:
            best, text = score, before + GAP + behind
    return text


def _without_bytes(line: bytes, damaged: int, codec: str) -> Iterator[tuple[str, str, int]]:
    """Yield the text before and behind bytes to leave out, and how many, those next to the error first."""
    before = line[:damaged].decode(codec)
    at = damaged
    for _ in range(min(_SEARCHED, len(before)) + 1):
        for left_out in _LEFT_OUT:
            with suppress(UnicodeDecodeError):
                yield before, line[at + left_out :].decode(codec), left_out
        at -= len(before[-1:].encode(codec))
        before = before[:-1]


def count_gaps(text: str) -> int:
    """Return the number of places of `text` that are damaged; one byte may leave several U+FFFD."""
    return len(_GAPS.findall(text))


def describe_damage(text: str) -> str:
    """Return how many characters of `text` are U+FFFD and where the first are, empty where none is.

    Lines and characters are counted from 1, as in an editor.
    """
    gaps = list(_GAPS.finditer(text))
    if not gaps:
        return ""
    places = []
    for gap in gaps[:_NAMED]:
        line = len(_LINE_ENDS.findall(text, 0, gap.start())) + 1
        begin = max(text.rfind("\n", 0, gap.start()), text.rfind("\r", 0, gap.start())) + 1
        places.append(tr("line {line}, character {number}").format(line=line, number=gap.start() - begin + 1))
    where = "; ".join(places) + ("; …" if len(gaps) > _NAMED else "")
    if len(gaps) == 1 and not text[gaps[0].end() :].strip():
        where += tr(" (the end of the file, which is cut off)")
    counted = ngettext(
        "1 character could not be read and is shown as {gap}: {where}",
        "{number} characters could not be read and are shown as {gap}: {where}",
        len(gaps),
    )
    return counted.format(number=len(gaps), gap=GAP, where=where)
