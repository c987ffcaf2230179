"""JSON lines, and JSON holding a list -> one release each, by the field names of `containers.toml`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from io import BytesIO
from typing import Any

from jsisa_search.errors import DecodeError, PageBudgetError, PageError
from jsisa_search.page.budget import Budget, watched
from jsisa_search.page.containers.parts import Part
from jsisa_search.page.decode import decode
from jsisa_search.page.lines import clean_line, clean_text, split_lines, strip
from jsisa_search.page.rules import load_rules
from jsisa_search.translation import gettext as tr

_CHINA = timezone(timedelta(hours=8))
_MARKUP = re.compile(r"<(?:p|div|br|span|table|h[1-6]|!doctype|html)\b", re.IGNORECASE)
_KEYS_SHOWN = 12
# Where the particulars of a reason begin.
_CAUSE = re.compile(r"[,，]| \(|（")
# A string, whole, or what opens or closes an object or a list. An unclosed string goes on to the end.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*"?|[{}\[\],]', re.DOTALL)
_SPACE = re.compile(r"[ \t\r\n]*+")
_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_json_lines(data: bytes, budget: Budget) -> Iterator[Part]:
    """Yield the release of each line, named by the number of the line (`#12`).

    A line that is no JSON object, or holds no text, has a reason instead; several of them have one together.
    """
    yield from gather_reasons(_read_rows(data, budget), tr("lines"))


def _read_rows(data: bytes, budget: Budget) -> Iterator[Part]:
    if data.startswith(_MARKS):
        data = "\n".join(split_lines(decode(data, "it"))).encode()
    # Lines are taken out one by one: a list of them may need 40 times the bytes of the file.
    for number, row in enumerate(watched(BytesIO(data)), 1):
        if not row.strip(b" \t\r\n\xef\xbb\xbf"):
            continue
        if not budget.take(len(row)):
            yield Part(f"#{number}", "", reason=tr("lies beyond what is read of one file; split the file"))
            return
        yield _read_row(row.rstrip(b"\r\n").removeprefix(b"\xef\xbb\xbf"), number)


def _read_row(row: bytes, number: int) -> Part:
    try:
        text = _decode_row(row)
        _find_end(text, 0)
        return make_part(json.loads(text), f"#{number}", number)
    except PageBudgetError as error:
        return Part(f"#{number}", "", reason=str(error))
    except (ValueError, RecursionError, DecodeError) as error:
        return Part(f"#{number}", "", reason=tr("is no JSON ({error})").format(error=_first_line(error)))


def _decode_row(row: bytes) -> str:
    try:
        return row.decode("utf-8")
    except UnicodeDecodeError:
        return decode(row, "it")


def read_json(data: bytes, budget: Budget) -> Iterator[Part]:
    """Yield the releases of a list, named by their number in it (`#3`), or the one of a single object."""
    text = strip(decode(data, "it"))
    if not text.startswith("["):
        record = _load(text)
        part = make_part(record, "", 1)
        if part.reason:
            raise PageError(part.reason)
        yield part
        return
    if not text.startswith("{", _skip(text, 1)):
        raise PageError(tr("holds no list of releases, objects with a text"))
    yield from gather_reasons(_read_items(text, budget), tr("items"))


def _read_items(text: str, budget: Budget) -> Iterator[Part]:
    for number, (record, line) in enumerate(_items(text), 1):
        if not budget.take(0):
            yield Part(f"#{number}", "", reason=tr("lies beyond what is read of one file; split the file"))
            return
        yield make_part(record, f"#{number}", line)


def gather_reasons(parts: Iterable[Part], unit: str) -> Iterator[Part]:
    """Yield `parts`, those with the same sort of reason as one that names them all by number.

    A file of other data under the suffix of releases is one thing to look at, not one for each line.
    """
    unread: dict[str, list[Part]] = {}
    for part in parts:
        if part.reason:
            unread.setdefault(_CAUSE.split(part.reason)[0], []).append(part)
        else:
            yield part
    for alike in unread.values():
        if len(alike) == 1:
            yield alike[0]
        else:
            names = [part.name.rpartition("#") for part in alike]
            numbers = _ranges([int(number) for _, _, number in names])
            all_of_them = tr("{count} {unit} ({numbers}), the first: {reason}")
            reason = all_of_them.format(count=len(alike), unit=unit, numbers=numbers, reason=alike[0].reason)
            yield Part(names[0][0], "", reason=reason)


def _ranges(numbers: list[int]) -> str:
    """Return ascending numbers with neighbours put together: 1-3, 7."""
    shown: list[list[int]] = []
    for number in numbers:
        if shown and number == shown[-1][1] + 1:
            shown[-1][1] = number
        else:
            shown.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in shown)


def _items(text: str) -> Iterator[tuple[Any, int]]:
    """Yield each item of a list with the line on which it begins."""
    decoder = json.JSONDecoder()
    at, line, counted = _skip(text, 1), 1, 0
    while at < len(text) and text[at] != "]":
        line += text.count("\n", counted, at)
        counted = at
        _find_end(text, at)
        try:
            item, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise PageError(
                tr("is no JSON from line {line} on ({error})").format(line=line, error=_first_line(error))
            ) from error
        yield item, line
        end = _skip(text, end)
        at = _skip(text, end + 1) if text.startswith(",", end) else end
        if at == end and not text.startswith("]", at):
            raise PageError(
                tr("is no JSON from line {line} on (a comma or the end of the list is missing)").format(
                    line=line
                )
            )


def _skip(text: str, at: int) -> int:
    """Return the offset of the next character that is no blank."""
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _find_end(text: str, at: int) -> int:
    """Return where the record that begins at `at` ends; raise `PageBudgetError` for too many values in it.

    The parser can't be interrupted, and a list of empty lists takes 30 bytes of memory for each of its own.
    """
    depth, values = 0, 0
    limit = load_rules("budget")["limits"]["json_values"]
    for token in watched(_TOKEN.finditer(text, at)):
        char = text[token.start()]
        depth += (char in "{[") - (char in "}]")
        values += char in "{[,"
        if values > limit:
            raise PageBudgetError(
                tr("has a record of more than {limit:,} values, which is no release").format(limit=limit)
            )
        if depth <= 0:
            return token.end()
    return len(text)


def _load(text: str) -> object:
    _find_end(text, 0)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PageError(tr("is no JSON ({error})").format(error=_first_line(error))) from error


def make_part(record: object, name: str, line: int) -> Part:
    """Return the release in a record with fields by the names of `containers.toml`, or why there is none."""
    if not isinstance(record, Mapping):
        return Part(name, "", reason=_no_record(tr("it is a {kind}").format(kind=type(record).__name__)))
    known = {str(key).strip().lower(): value for key, value in record.items()}
    fields = {
        field: value
        for field in load_rules("containers")["json"]
        if field not in ("text", "html") and (value := _read_field(known, field))
    }
    text, suffix = _text_of(known)
    if not text:
        return Part(name, "", reason=_no_record(_keys_of(record)))
    return Part(name, suffix, clean_text(text).encode(), "utf-8", fields=fields, line=line)


def _keys_of(record: Mapping[str, Any]) -> str:
    """Say which keys a record has, so that a name that is missing in the mapping shows."""
    keys = [clean_line(f"{key}"[:40]) for key in record]
    if not keys:
        return tr("it has no keys")
    shown = ", ".join(keys[:_KEYS_SHOWN])
    if len(keys) <= _KEYS_SHOWN:
        return tr("its keys are {keys}").format(keys=shown)
    return tr("its keys are {keys} and {count} more").format(keys=shown, count=len(keys) - _KEYS_SHOWN)


def _no_record(why: str) -> str:
    return tr(
        "holds no release, an object with a text; {why}; see docs/pages.md for the names of the fields"
    ).format(why=why)


def _text_of(record: Mapping[str, Any]) -> tuple[str, str]:
    """Return text and format of a record; a text that holds elements of HTML is HTML."""
    markup = _first(record, "html")
    text = "" if markup else _first(record, "text")
    if markup or _MARKUP.search(text[:5000]):
        return f"<meta charset=utf-8>{markup or text}", ".html"
    return text, ".txt"


def _first(record: Mapping[str, Any], field: str) -> str:
    """Return the text of the first alias of `field` that holds one; a list of texts is one line each."""
    for name in load_rules("containers")["json"][field]:
        value = record.get(name)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            value = "\n".join(value)
        if isinstance(value, str) and strip(value):
            return value
    return ""


def _read_field(record: Mapping[str, Any], field: str) -> str:
    for name in load_rules("containers")["json"][field]:
        value = record.get(name)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            value = "、".join(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            value = _read_moment(value) if field == "published" else str(value)
        if isinstance(value, str) and strip(value):
            return " ".join(clean_line(value).split())
    return ""


def _read_moment(seconds: float) -> str:
    """Return seconds, or milliseconds, since 1970 as China's time; a year stays what it is."""
    if not 10**8 <= seconds < 10**13:
        return str(seconds)
    moment = datetime.fromtimestamp(seconds / 1000 if seconds >= 10**11 else seconds, _CHINA)
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _first_line(error: Exception) -> str:
    return clean_line(str(error).partition("\n")[0][:200])
