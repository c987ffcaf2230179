"""Numbers as they are written: in Western digits, in Chinese numerals, and with 万 or 亿 behind either.

2.4万, 24000, 二万四千 and 二点四万 have one value, and each is a form of it.
"""

from __future__ import annotations

import re
from decimal import Decimal

#: Longer numbers are codes, which nobody writes in another way.
_LARGEST = Decimal(10) ** 15
#: A number with a scale has up to so many decimals, and so large a number before it: 2.4万, 69000万.
_DECIMALS, _BEFORE_SCALE = 10**4, 10**6

_DIGITS = "〇一二三四五六七八九"
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)} | {"零": 0, "两": 2}
_UNITS = {"千": 1000, "百": 100, "十": 10}
_SCALES = {"万亿": 10**12, "亿": 10**8, "万": 10**4}

# A zero is written where a power of ten is left out: 一千〇五, 一万零五百.
_DIGIT = "[一二两三四五六七八九]"
_BELOW_10000 = f"(?:{_DIGIT}千)?(?:[零〇]?{_DIGIT}百)?(?:[零〇]?{_DIGIT}?十)?(?:[零〇]?{_DIGIT})?"
_MYRIADS = re.compile(f"(?:({_BELOW_10000})万)?[零〇]?({_BELOW_10000})")
_DECIMAL = re.compile(r"(.+)点([〇零一二三四五六七八九]+)(万亿|[万亿])?")
_WESTERN = re.compile(r"((?:0|[1-9]\d*)(?:\.\d+)?)([十百千]?(?:万亿|[万亿])|[百千])?", re.ASCII)


def value_of(text: str) -> Decimal | None:
    """Return the value of a folded number; `None` for anything else, a code like 007 among it."""
    match = _WESTERN.fullmatch(text)
    value = _chinese_value(text) if match is None else _scaled(Decimal(match[1]), match[2] or "")
    return None if value is None or value >= _LARGEST else value


def _scaled(value: Decimal, scales: str) -> Decimal:
    for scale in scales:
        value *= _UNITS.get(scale) or _SCALES[scale]
    return value


def _chinese_value(text: str) -> Decimal | None:
    if match := _DECIMAL.fullmatch(text):
        whole = _integer(match[1])
        digits = f"0.{western_digits(match[2])}"
        return None if whole is None else _scaled(whole + Decimal(digits), match[3] or "")
    return _integer(text)


def _integer(text: str) -> Decimal | None:
    """Return the value of a Chinese integer: groups of eight digits, separated by 亿."""
    if text in ("零", "〇"):
        return Decimal(0)
    head, hundred_million, tail = text.rpartition("亿")
    above = _below_hundred_million(head) if hundred_million else Decimal(0)
    below = _below_hundred_million(re.sub("^[零〇]", "", tail)) if tail or not hundred_million else Decimal(0)
    return None if above is None or below is None else above * 10**8 + below


def _below_hundred_million(text: str) -> Decimal | None:
    match = _MYRIADS.fullmatch(text)
    if match is None or match[1] == "" or not (match[1] or match[2]):
        return None
    return Decimal(_below_10000(match[1] or "") * 10**4 + _below_10000(match[2]))


def _below_10000(text: str) -> int:
    """Return the value of 九千〇五十, and of 十五."""
    value, digit = 0, 0
    for char in text:
        if char in _UNITS:
            value += (digit or 1) * _UNITS[char]
            digit = 0
        else:
            digit = _VALUES[char]
    return value + digit


def western_digits(row: str) -> str:
    """Return a row of Chinese digits in Western ones: 二〇二二 as 2022."""
    return "".join(str(_VALUES[digit]) for digit in row)


def chinese_digits(row: str) -> str:
    """Return a row of Western digits in Chinese ones: 2022 as 二〇二二."""
    return "".join(_DIGITS[int(digit)] for digit in row)


def forms_of(value: Decimal) -> tuple[str, ...]:
    """Return the usual forms of a number: with Western digits, with 万 or 亿 behind them, in Chinese."""
    is_whole = value == value.to_integral_value()
    scaled = [(value / scale, name) for name, scale in _SCALES.items() if value >= scale]
    scaled = [(part, name) for part, name in scaled if (part * _DECIMALS) % 1 == 0 and part < _BEFORE_SCALE]
    forms = [western(value), *(western(part) + name for part, name in scaled)]
    forms += _chinese_forms(int(value)) if is_whole else [_chinese_decimal(value)]
    forms += [_chinese_decimal(part) + name for part, name in scaled if part % 1 and part < 10**4]
    return tuple(dict.fromkeys(forms))


def western(value: Decimal) -> str:
    """Return a number in Western digits, without zeros at the end of its decimals."""
    return f"{value.normalize():f}"


def _chinese_decimal(value: Decimal) -> str:
    whole, _, digits = western(value).partition(".")
    return chinese(int(whole)) + (f"点{chinese_digits(digits)}" if digits else "")


def _chinese_forms(number: int) -> list[str]:
    """Return an integer in Chinese, with 二 and with 两 before a scale, and with 零 and with 〇."""
    plain = chinese(number)
    forms = [plain, re.sub("二(?=[千万亿])", "两", plain), re.sub("二(?=[百千万亿])", "两", plain)]
    forms += [form.replace("零", "〇") for form in forms]
    return [*forms, "两"] if number == 2 else forms


def chinese(number: int) -> str:
    """Return an integer below 10 ** 16 in Chinese: 24000 as 二万四千."""
    if not number:
        return "零"
    text = ""
    above, below = divmod(number, 10**8)
    if above:
        text = chinese(above) + "亿"
    for name, part in zip(("万", ""), divmod(below, 10**4), strict=True):
        if part:
            gap = "零" if text and (part < 1000 or (not name and not below // 10**4)) else ""
            text += gap + _chinese_below_10000(part, is_first=not text) + name
    return text


def _chinese_below_10000(number: int, *, is_first: bool) -> str:
    text, has_gap = "", False
    for name, unit in (*_UNITS.items(), ("", 1)):
        digit, number = divmod(number, unit)
        if not digit:
            has_gap = bool(text)
            continue
        is_bare = unit == 10 and digit == 1 and is_first and not text  # 十五, but 一百一十五
        text += ("零" if has_gap else "") + ("" if is_bare else _DIGITS[digit]) + name
        has_gap = False
    return text
