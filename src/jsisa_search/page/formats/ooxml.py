"""The parts of an OOXML file: styles, and the numbers that Word generates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from jsisa_search.page.rules import compile_patterns

if TYPE_CHECKING:
    from lxml.etree import _Element

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
        """Count one paragraph in a list and return the label before it; nothing for bullets."""
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


_NAMESPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGIT = re.compile(r"\d")
_MOST_PARENTS = 20  # styles that are based on styles; more than this is a circle
_LOWEST_HEADING = 6

PARTS = {
    "document": "word/document.xml",
    "styles": "word/styles.xml",
    "numbering": "word/numbering.xml",
    "properties": "docProps/core.xml",
    "footnotes": "word/footnotes.xml",
    "endnotes": "word/endnotes.xml",
}
"""Where the parts that are read lie in a document."""


def tag(name: str) -> str:
    """Return the full name of an element or attribute of Word."""
    return _NAMESPACE + name


def _value(element: _Element | None, path: str) -> str | None:
    """Return the `val` of the element at `path` below `element`, parts of which are separated by `/`."""
    found = None if element is None else element.find("/".join(map(tag, path.split("/"))))
    value = None if found is None else found.get(tag("val"))
    return None if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Style:
    """What counts of a style: heading level, whether of a title or a quotation, number list and its level."""

    level: int | None = None
    is_title: bool = False
    numbering: tuple[str, int] | None = None
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class Styles:
    """The styles of a document by their ids, and the ids of those of characters that hide them."""

    by_id: Mapping[str, Style] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()

    def of(self, paragraph: _Element) -> Style:
        """Return the style of a paragraph with what the paragraph itself says."""
        properties = paragraph.find(tag("pPr"))
        base = self.by_id.get(_value(properties, "pStyle") or "", Style())
        return _refine(base, properties)

    def hides(self, run: _Element) -> bool:
        """Whether a run of text is hidden, by itself or by its style."""
        properties = run.find(tag("rPr"))
        if properties is None:
            return False
        own = _is_hidden(properties)
        return (_value(properties, "rStyle") in self.hidden) if own is None else own


def _is_hidden(properties: _Element | None) -> bool | None:
    """Return what properties of characters say of hiding them, `None` for nothing."""
    found = None if properties is None else properties.find(tag("vanish"))
    return None if found is None else found.get(tag("val"), "1") not in ("0", "false", "off")


def _refine(base: Style, properties: _Element | None) -> Style:
    level = outline_level(_value(properties, "outlineLvl"))
    list_id = _value(properties, "numPr/numId")
    depth = _value(properties, "numPr/ilvl") or ""
    numbering = base.numbering
    if list_id is not None or depth:
        known = numbering or ("0", 0)
        at = min(int(depth), 8) if depth.isdecimal() and len(depth) < 3 else known[1]
        numbering = (known[0] if list_id is None else list_id, at)
    if numbering and numbering[0] == "0":  # how a paragraph takes itself out of a list
        numbering = None
    return replace(base, level=base.level if level is None else level, numbering=numbering)


def outline_level(value: str | None) -> int | None:
    """Return the heading level for Word's outline levels, 0 to 8 and 9 for text."""
    if not value or not value.isdecimal() or len(value) > 2:
        return None
    return int(value) + 1 if int(value) < _LOWEST_HEADING else None


def read_styles(part: _Element | None) -> Styles:
    """Return the styles of a document, each with what it takes over from the one it is based on."""
    if part is None:
        return Styles()
    elements = {str(style.get(tag("styleId"))): style for style in part.iter(tag("style"))}
    hidden = (name for name, style in elements.items() if _is_hidden(style.find(tag("rPr"))))
    return Styles({name: _resolve(name, elements) for name in elements}, frozenset(hidden))


def _resolve(name: str, elements: Mapping[str, _Element]) -> Style:
    chain: list[_Element] = []
    at: str | None = name
    while at in elements and at is not None and len(chain) < _MOST_PARENTS:
        chain.append(elements[at])
        at = _value(chain[-1], "basedOn")
    style = Style()
    for element in reversed(chain):
        style = _refine(name_style(style, _value(element, "name") or ""), element.find(tag("pPr")))
    return style


def name_style(style: Style, name: str) -> Style:
    """Return `style` with what the name of a style says: `heading 2`, 标题 2, Title."""
    heading = compile_patterns("docx", "headings").fullmatch(name.strip())
    if heading:
        digit = _DIGIT.search(name)
        level = int(digit[0]) if digit else 1
        return Style(level if level <= _LOWEST_HEADING else None, False, style.numbering)
    is_title = style.is_title or compile_patterns("docx", "titles").fullmatch(name.strip()) is not None
    is_quoted = style.is_quoted or compile_patterns("docx", "quotations").fullmatch(name.strip()) is not None
    return Style(style.level, is_title, style.numbering, is_quoted)


def read_numbering(part: _Element | None) -> Numbering:
    """Return the number lists of a document."""
    if part is None:
        return Numbering({})
    kinds = {
        str(element.get(tag("abstractNumId"))): _read_levels(element)
        for element in part.iterchildren(tag("abstractNum"))
    }
    lists: dict[str, tuple[str, dict[int, Level]]] = {}
    for element in part.iterchildren(tag("num")):
        kind = _value(element, "abstractNumId") or ""
        own = {**kinds.get(kind, {}), **_read_overrides(element, kinds.get(kind, {}))}
        lists[str(element.get(tag("numId")))] = (kind, own)
    return Numbering(lists)


def _read_levels(element: _Element) -> dict[int, Level]:
    levels = {}
    for level in element.iterchildren(tag("lvl")):
        at = level.get(tag("ilvl")) or ""
        if at in tuple("012345678"):
            levels[int(at)] = Level(
                form=_value(level, "numFmt") or "decimal",
                text=(_value(level, "lvlText") or "")[:40],
                start=_number(_value(level, "start"), 1),
            )
    return levels


def _read_overrides(element: _Element, levels: Mapping[int, Level]) -> dict[int, Level]:
    """Return the levels that a list changes of its kind: another start, or all of a level."""
    changed = {}
    for override in element.iterchildren(tag("lvlOverride")):
        at = override.get(tag("ilvl")) or ""
        start = _value(override, "startOverride")
        if start and at in tuple("012345678") and int(at) in levels:
            base = levels[int(at)]
            changed[int(at)] = Level(base.form, base.text, _number(start, 1))
        changed |= _read_levels(override)
    return changed


def _number(value: str | None, default: int) -> int:
    return int(value) if value and value.isdecimal() and len(value) < 6 else default
