"""Bytes of a saved page -> text, by strict decoding and by how plausible the result is as Chinese."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from operator import mul

from jsisa_search.errors import DecodeError
from jsisa_search.page.damage import GAP, count_gaps, decode_with_gaps
from jsisa_search.page.lines import clean_text
from jsisa_search.page.rules import load_rules, read_data
from jsisa_search.translation import gettext as tr

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Encodings that a name can be in without saying so, and those in which programs misread such a name.
_NAME_CODECS = ("utf-8", "gb18030", "cp950")
_MISREAD_AS = ("cp437", "latin-1")
_EURO = b"\x80"
_GB18030_EURO = "€".encode("gb18030")
# What GB18030 has of one, two and four bytes, in runs, or the euro sign of Windows.
_GBK_OR_EURO = re.compile(
    rb"((?:[\x00-\x7f]|[\x81-\xfe][\x30-\x39][\x81-\xfe][\x30-\x39]|[\x81-\xfe][\x40-\x7e\x80-\xfe])++)|\x80"
)
_ASCII = re.compile(r"[\t-~]+")
# How far into a text characters for the sample are looked for: scripts at the top of a page hold none.
_SEARCHED = 1_000_000
_SEARCHED_FIRST, _ENOUGH = 50_000, 1_000
# More than any text that is not UTF-8 can score: common characters only, in the encoding that is declared.
_HIGHEST = 1.15


def decode(data: bytes, path: str, *, declared: str | None = None, is_tolerant: bool = False) -> str:
    """Return the text of `data` without byte order mark and control characters.

    `declared` is the character set that the page itself names; it decides between near ties only. With
    `is_tolerant` a few damaged bytes, and characters that programs cut in two, are replaced by U+FFFD.
    Raise `DecodeError`, naming `path` and the reason, where no encoding gives plausible text.
    """
    rules = load_rules("decoding")
    for mark, codec in rules["marks"].items():
        if data.startswith(bytes.fromhex(mark)):
            return _accept(_decode_marked(data, codec, path, is_tolerant=is_tolerant), path)
    for signature, kind in rules["signatures"].items():
        if data.startswith(bytes.fromhex(signature)):
            raise DecodeError(
                tr("{path}: is {kind}, not a text page; save the page as text or HTML").format(
                    path=path, kind=kind
                )
            )
    if data.isascii() and b"\0" not in data:
        return _accept(data.decode("ascii"), path)
    return _accept(_decode_unmarked(data, path, declared, is_tolerant=is_tolerant), path)


def decode_name(raw: bytes) -> str:
    """Return the name of a file or member in an unknown encoding: UTF-8, else what is most plausible.

    A name is short, so that Chinese characters alone decide; what is neither is read as cp437, as the
    programs of the time did.
    """
    if raw.isascii():
        return raw.decode("ascii")
    candidates = list(_decoded(raw, _NAME_CODECS))
    if candidates and candidates[0][0] == "utf-8":
        return candidates[0][1]
    best = max((text for _, text in candidates), key=_plausibility, default="")
    is_plausible = best and _plausibility(best) >= load_rules("decoding")["thresholds"]["lowest_name"]
    return best if is_plausible else raw.decode("cp437")


def mend_name(name: str) -> str:
    """Return a name that was decoded in a wrong encoding (`═ř╕ń.txt`) as it was meant, any other as it is."""
    if name.isascii():
        return name
    best, best_score = name, max(_plausibility(name), load_rules("decoding")["thresholds"]["lowest_name"])
    for codec in _MISREAD_AS:
        try:
            raw = name.encode(codec)
        except UnicodeEncodeError:
            continue
        for _, text in _decoded(raw, _NAME_CODECS):
            if _plausibility(text) > best_score:
                best, best_score = text, _plausibility(text)
    return best


def decode_label(raw: bytes, charset: str | None) -> str:
    """Return bytes with a declared character set, as mail headers have them; a false one is no error.

    A declared GB2312 is read as GB18030, which has the characters of names that GB2312 lacks.
    """
    declared = load_rules("decoding")["encodings"]["declared"].get((charset or "").lower(), charset)
    try:
        return raw.decode(declared or "ascii")
    except (
        LookupError,
        ValueError,
    ):  # an unknown name, one with a NUL, or bytes that are in no such encoding
        return decode_name(raw)


def _decoded(raw: bytes, codecs: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield codec and text for each of `codecs` in which `raw` is valid."""
    for codec in codecs:
        try:
            yield codec, raw.decode(codec)
        except UnicodeDecodeError:
            continue


def _decode_marked(data: bytes, codec: str, path: str, *, is_tolerant: bool) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        text = decode_with_gaps(data, codec, _plausibility) if is_tolerant else ""
        if text and not _has_too_many_gaps(text) and _plausibility(_without_gaps(text)) >= _lowest():
            return text
        raise DecodeError(
            tr(
                "{path}: begins with the mark of {encoding} but is not valid at byte {start}; "
                "save the page again"
            ).format(path=path, encoding=codec.removesuffix("-sig").upper(), start=error.start)
        ) from error


def _decode_unmarked(data: bytes, path: str, declared: str | None, *, is_tolerant: bool) -> str:
    rules = load_rules("decoding")
    declared_codec = rules["encodings"]["declared"].get((declared or "").strip().lower())
    best: tuple[float, str] | None = None
    for codec in rules["encodings"]["order"]:
        try:
            text = _decode_strictly(data, codec)
        except UnicodeDecodeError:
            continue
        score = _plausibility(text) + _bonus(codec, declared_codec)
        if codec == "utf-8" and score > _HIGHEST:
            return text
        if best is None or score > best[0]:
            best = score, text
    if is_tolerant and (best is None or best[0] < rules["thresholds"]["surely"]):
        with_gaps = _decode_with_gaps(data, declared_codec)
        if with_gaps is not None and (best is None or with_gaps[0] > best[0]):
            best = with_gaps
    if best is None or best[0] < _lowest():
        raise DecodeError(
            tr("{path}: {reason}; save the page again as UTF-8").format(path=path, reason=_reason(data))
        )
    return best[1]


def _decode_strictly(data: bytes, codec: str) -> str:
    """Return the text of `data`, in which Windows may have written the euro sign as one byte beside GBK."""
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        if codec != "gb18030" or _EURO not in data:
            raise
    return _spell_euro(data).decode(codec)


def _spell_euro(data: bytes) -> bytes:
    """Return `data` with each 0x80 that is no half of a character replaced by the euro sign of GB18030."""
    return _GBK_OR_EURO.sub(lambda match: match[1] or _GB18030_EURO, data)


def _decode_with_gaps(data: bytes, declared_codec: str | None) -> tuple[float, str] | None:
    """Return the most plausible text that has no more than a few gaps, with its score."""
    best: tuple[float, str] | None = None
    for codec in load_rules("decoding")["encodings"]["tolerant"]:
        spelled = _spell_euro(data) if codec == "gb18030" and _EURO in data else data
        text = decode_with_gaps(spelled, codec, _plausibility)
        if _has_too_many_gaps(text):
            continue
        score = _plausibility(_without_gaps(text)) + _bonus(codec, declared_codec)
        if best is None or score > best[0]:
            best = score, text
    return best


def _has_too_many_gaps(text: str) -> bool:
    """Whether a text has more gaps than a few; in a short one a single gap is few."""
    thresholds = load_rules("decoding")["thresholds"]
    letters = len(text) - sum(map(len, _ASCII.findall(text)))
    allowed = max(thresholds["gaps"] * letters, min(1, thresholds["gaps_of_short"] * letters))
    return bool(count_gaps(text) > allowed)


def _without_gaps(text: str) -> str:
    return text.replace(GAP, "")


def _lowest() -> float:
    lowest: float = load_rules("decoding")["thresholds"]["lowest"]
    return lowest


def _bonus(codec: str, declared_codec: str | None) -> float:
    thresholds = load_rules("decoding")["thresholds"]
    bonus = 0.0
    if codec == "utf-8":
        bonus += thresholds["utf8_bonus"]
    if codec == declared_codec:
        bonus += thresholds["declared_bonus"]
    return bonus


def _reason(data: bytes) -> str:
    """Say why `data` is no text, with the byte at which UTF-8, the most likely encoding, ends."""
    if b"\0" in data:
        return tr("holds zero bytes and is no UTF-16 text, so it is not a text page")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return tr(
            "is no plausible text in UTF-8 (invalid at byte {number}), GB18030, Big5 or UTF-16, "
            "so it is damaged or not a text page"
        ).format(number=error.start)
    return tr("decodes as UTF-8 but holds no plausible text")


def _accept(text: str, path: str) -> str:
    """Return `text` without control characters; raise `DecodeError` where there are too many for a text."""
    cleaned = clean_text(text)
    dropped = 0 if cleaned is text else len(_CONTROLS.findall(text))
    if dropped > 1 and dropped > len(text) * load_rules("decoding")["thresholds"]["controls"]:
        raise DecodeError(
            tr("{path}: holds {dropped} control characters, so it is not a text page").format(
                path=path, dropped=dropped
            )
        )
    return cleaned


def _plausibility(text: str) -> float:
    """Return the mean weight (`decoding.toml`) of the characters of `text` outside ASCII, 1 without any."""
    rules = load_rules("decoding")
    counts = Counter(_sample(text, rules["thresholds"]["sample"]))
    total = counts.total()
    return sum(map(mul, map(_weight, counts), counts.values())) / total if total else 1.0


def _sample(text: str, length: int) -> str:
    """Return the first characters outside ASCII, from the beginning of the text where that has enough."""
    sample = _ASCII.sub("", text[:_SEARCHED_FIRST])
    if len(sample) < min(length, _ENOUGH) and len(text) > _SEARCHED_FIRST:
        sample = _ASCII.sub("", text[:_SEARCHED])
    return sample[:length]


@cache
def _common() -> frozenset[str]:
    lines = read_data("common_han.txt").splitlines()
    return frozenset("".join(line for line in lines if not line.startswith("#")))


# Upper ends of code point ranges and the kind of what lies in them.
_RANGES = (
    (0x9F, "control"),
    (0xB6, "foreign"),
    (0xB7, "punctuation"),
    (0x200F, "foreign"),
    (0x2027, "punctuation"),
    (0x20FF, "foreign"),
    (0x26FF, "punctuation"),
    (0x2FFF, "foreign"),
    (0x303F, "punctuation"),
    (0x312F, "kana"),
    (0x33FF, "foreign"),
    (0x4DBF, "rare"),
    (0x9FFF, "han"),
    (0xD7FF, "foreign"),
    (0xF8FF, "private"),
    (0xFAFF, "rare"),
    (0xFEFF, "punctuation"),
    (0xFF60, "punctuation"),
    (0xFFFF, "foreign"),
    (0x1FFFF, "foreign"),
    (0x323AF, "rare"),
    (0x10FFFF, "private"),
)


@cache
def _weight(char: str) -> float:
    """Return the weight of one character."""
    weight: float = load_rules("decoding")["weights"][_kind(char)]
    return weight


def _kind(char: str) -> str:
    """Return the name of the weight of one character."""
    if char in _common():
        return "common"
    code = ord(char)
    if code < 0x20 or unicodedata.category(char) in ("Cn", "Cs"):
        return "control"
    return next(kind for end, kind in _RANGES if code <= end)
