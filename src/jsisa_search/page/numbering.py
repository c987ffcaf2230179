"""The numbers that Word makes before a paragraph: 一、 （二） 第三章 4. 5.1 (a)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

_DIGITS = "〇一二三四五六七八九"
_LEGAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
_PLACE = re.compile(r"%([1-9])")
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LATIN_END = re.compile(r"[0-9A-Za-z]$")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: the form of its number, the text around it (`%1、`), and where it starts."""

    form: str
    text: str
    start: int


@dataclass(slots=True)
class Numbering:
    """The lists of a document, and how far each has been counted.

    `lists` gives for the id of a list its kind and its levels: lists of one kind go on counting together.
    """

    lists: Mapping[str, tuple[str, Mapping[int, Level]]]
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)

    def next_label(self, list_id: str, depth: int) -> str:
        """Count one paragraph in a list and return what stands before it; nothing for bullets."""
        kind, levels = self.lists.get(list_id, ("", {}))
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(kind, {})
        if list_id not in self._begun and self._begun and level.start != 1:
            counts.pop(depth, None)
        self._begun.add(list_id)
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [at for at in counts if at > depth]:
            del counts[deeper]
        if level.form in ("bullet", "none"):
            return ""
        label = _PLACE.sub(lambda match: _shown(levels, counts, int(match[1]) - 1), level.text)
        return f"{label} " if _LATIN_END.search(label) or label.endswith(".") else label


def _shown(levels: Mapping[int, Level], counts: Mapping[int, int], depth: int) -> str:
    level = levels.get(depth)
    if level is None:
        return ""
    number = counts.get(depth, level.start)
    return _FORMS.get(level.form, str)(number)


def chinese(number: int) -> str:
    """Return a number below 10,000 in Chinese: 十一, 二十, 一百零三."""
    if not 0 < number < 10_000:
        return str(number)
    parts: list[str] = []
    gap = False
    for unit, power in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = number // power % 10
        if digit:
            parts += ["零" if gap and parts else "", _DIGITS[digit], unit]
        gap = not digit
    text = "".join(parts)
    return text[1:] if text.startswith("一十") else text


def _legal(number: int) -> str:
    return chinese(number).translate(_LEGAL)


def _counted(number: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def _letter(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 5) if number > 0 else ""


def _roman(number: int) -> str:
    text = ""
    for value, sign in _ROMAN:
        while number >= value and len(text) < 20:
            text, number = text + sign, number - value
    return text


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 1 <= number <= 20 else str(number)


_FORMS: dict[str, Callable[[int], str]] = {
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "chineseLegalSimplified": _legal,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "ideographDigital": _counted,
    "japaneseDigitalTenThousand": _counted,
    "taiwaneseDigital": _counted,
    "lowerLetter": _letter,
    "upperLetter": lambda number: _letter(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalZero": lambda number: f"{number:02}",
    "decimalFullWidth": lambda number: str(number).translate({48 + n: 0xFF10 + n for n in range(10)}),
}
