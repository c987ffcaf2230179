"""Checks of what callers pass: each returns the value in one form, or says what is allowed."""

from __future__ import annotations

import operator
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from jsisa_search.errors import ArgumentError
from jsisa_search.surrogates import without_surrogates
from jsisa_search.translation import gettext as tr

Choice = TypeVar("Choice", bound=str)

#: Hits that can be asked for or skipped: array indices stay within 32 bits.
MAX_HITS = 2**31 - 1

#: Neighbouring paragraphs on either side of a hit: more of a release than anybody quotes.
MAX_CONTEXT = 1000

MAX_JOBS = 256
MIN_MEMORY_MB, MAX_MEMORY_MB = 64, 1 << 20

#: Megabytes of memory that a writer may use before it writes out what it has.
DEFAULT_MEMORY_MB = 512

MAX_SAMPLES = 10_000_000

# Characters of a refused value that a message shows.
_SHOWN = 60


def check_number(name: str, value: object, least: int, most: int) -> int:
    """Return `value` as an integer from `least` to `most`."""
    try:
        number = None if isinstance(value, bool) else operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = None
    if number is None or not least <= number <= most:
        raise refused(
            name, value, tr("a whole number from {least:,} to {most:,}").format(least=least, most=most)
        )
    return number


def check_flag(name: str, value: object) -> bool:
    """Return `value`, which must be true or false itself: the text "no" would count as true."""
    if not isinstance(value, bool):
        raise refused(name, value, tr("True or False"))
    return value


def check_choice(name: str, value: object, allowed: Iterable[Choice]) -> Choice:
    """Return the one of `allowed` that `value` is."""
    choices = tuple(allowed)
    for choice in choices:
        if isinstance(value, str) and value == choice:
            return choice
    raise refused(name, value, one_of(choices))


def check_choices(name: str, values: object, allowed: Iterable[Choice]) -> tuple[Choice, ...]:
    """Return `values`, a list of some of `allowed`."""
    choices = tuple(allowed)
    return tuple(check_choice(name, value, choices) for value in _listed(name, values, ", ".join(choices)))


def check_text(name: str, value: object) -> str:
    """Return `value`, which must be text, without lone surrogates: no page can contain one."""
    if not isinstance(value, str):
        raise refused(name, value, tr("text (str)"))
    return without_surrogates(value)


def check_texts(name: str, values: object) -> tuple[str, ...]:
    """Return `values`, a list of texts; one text is refused, as it would be a list of its characters."""
    return tuple(check_text(name, value) for value in _listed(name, values, tr("texts")))


def check_path(name: str, value: object) -> Path:
    """Return `value`, a path as text or `PathLike`, as a `Path`."""
    try:
        path = os.fspath(value)  # type: ignore[call-overload]
    except TypeError:
        path = None
    if not isinstance(path, str) or not path or "\0" in path:
        raise refused(name, value, tr("a path (str or Path), not empty and without NUL"))
    return Path(path)


def check_paths(name: str, values: object) -> tuple[Path, ...]:
    """Return `values`, a list of paths; a single path is refused."""
    if isinstance(values, os.PathLike):
        raise refused(name, values, tr("a list of paths, like [{example!r}]").format(example=str(values)))
    return tuple(check_path(name, value) for value in _listed(name, values, tr("paths")))


def check_reference(name: str, value: object) -> str:
    """Return `value`, the path or id of a release, as text."""
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if not isinstance(value, str):
        raise refused(name, value, tr("the path or id of a release (str or Path)"))
    return value


def check_moment(name: str, value: object) -> datetime | None:
    """Return `value`, a `datetime` of local time without a time zone, or `None`."""
    if value is None or (isinstance(value, datetime) and value.tzinfo is None):
        return value
    raise refused(
        name, value, tr("a datetime without a time zone, in the time of the pages (China's), or None")
    )


def check_function(name: str, value: object) -> Callable[..., Any] | None:
    """Return `value`, which must be callable or `None`."""
    if value is None or callable(value):
        return value
    raise refused(name, value, tr("a function, or None"))


def check_query(name: str, value: object) -> str:
    """Return `value`, which must be text; a lone surrogate separates words like a blank."""
    if not isinstance(value, str):
        raise refused(name, value, tr("text (str)"))
    return without_surrogates(value, instead=" ")


def one_of(choices: Iterable[str]) -> str:
    """Return what is allowed where one of `choices` is."""
    return tr("one of {choices}").format(choices=", ".join(choices))


def refused(name: str, value: object, allowed: str) -> ArgumentError:
    """Return the error to raise for an argument: its name, its value, and what is allowed."""
    try:
        shown = ascii(value) if isinstance(value, bytes) else repr(value)
    except Exception:  # a value may raise anything, or be a number of too many digits
        shown = f"a {type(value).__name__}"
    shown = without_surrogates(shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…")
    return ArgumentError(
        tr("{name} can't be {value}; give {allowed}").format(name=name, value=shown, allowed=allowed)
    )


def _listed(name: str, values: object, of_what: str) -> tuple[object, ...]:
    is_single = isinstance(values, (str, bytes, bytearray, Mapping))
    if is_single or not isinstance(values, Iterable):
        if isinstance(values, str) and len(values) < _SHOWN:
            allowed = tr("a list of {of_what}, like {example}").format(of_what=of_what, example=[values])
        else:
            allowed = tr("a list of {of_what}").format(of_what=of_what)
        raise refused(name, values, allowed)
    return tuple(values)
