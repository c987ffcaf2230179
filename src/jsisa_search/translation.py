"""Messages in the language of the user: gettext catalogues in `locale/`, English without one.

The library speaks English unless JSISA_LANG says otherwise; the command line chooses with
`use_language(preferred_language())`, by the system too.
"""

from __future__ import annotations

import errno
import gettext as catalogues
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

#: The languages there are, and how they call themselves.
LANGUAGES = {"en": "English", "zh_CN": "简体中文", "zh_TW": "繁體中文"}

#: The variable that chooses the language.
VARIABLE = "JSISA_LANG"

DOMAIN = "jsisa_search"
LOCALE = Path(__file__).with_name("locale")

_TRADITIONAL = ("hant", "tw", "hk", "mo")


def use_language(name: str) -> None:
    """Translate from now on into one of `LANGUAGES`, in this process and in those that it starts.

    Click takes its own messages from the same catalogue.
    """
    global _current
    _current = _catalogue(name)
    os.environ[VARIABLE] = os.environ["LANGUAGE"] = name
    catalogues.bindtextdomain(DOMAIN, str(LOCALE))
    catalogues.textdomain(DOMAIN)


def preferred_language() -> str:
    """Return the one of `LANGUAGES` that the environment or the system asks for; English for any other."""
    names = [os.environ.get(VARIABLE, "")]
    if not names[0]:
        posix = (os.environ.get(variable, "") for variable in ("LC_ALL", "LC_MESSAGES", "LANG"))
        names = [next(filter(None, posix), "") or _windows_language()]
    return language_of(names[0]) or "en"


def language_of(name: str) -> str | None:
    """Return the one of `LANGUAGES` that a name such as zh-Hant-HK or zh_CN.UTF-8 means."""
    parts = name.partition(".")[0].partition("@")[0].replace("-", "_").lower().split("_")
    if parts[0] == "zh":
        is_traditional = any(part in _TRADITIONAL for part in parts[1:]) and "hans" not in parts
        return "zh_TW" if is_traditional else "zh_CN"
    return "en" if parts[0] == "en" else None


def _windows_language() -> str:
    """Return the language of the user interface of Windows; empty on other systems."""
    if sys.platform != "win32":
        return ""
    import ctypes
    import locale

    return locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")


@cache
def _catalogue(name: str) -> catalogues.NullTranslations:
    return catalogues.translation(DOMAIN, LOCALE, [name], fallback=True)


# Processes that read files have the environment of the one that started them, and so its language.
_current = _catalogue(language_of(os.environ.get(VARIABLE, "")) or "en")


# The language of one request to a server, whose users have several.
_of_context: ContextVar[catalogues.NullTranslations | None] = ContextVar("language", default=None)


@contextmanager
def in_language(name: str) -> Iterator[None]:
    """Translate into one of `LANGUAGES` within the block, in this thread or task and those it starts."""
    token = _of_context.set(_catalogue(name))
    try:
        yield
    finally:
        _of_context.reset(token)


def current_language() -> str:
    """Return the one of `LANGUAGES` that messages are in."""
    return (_of_context.get() or _current).info().get("language", "en")


def templates_of(language: str) -> Iterator[tuple[str, str]]:
    """Yield the messages that there are, each with what one of `LANGUAGES` says for it."""
    messages: dict[object, str] = getattr(_catalogue("zh_CN"), "_catalog", {})
    translated = _catalogue(language)
    for message in messages:
        if isinstance(message, str) and message:
            yield message, message if language == "en" else translated.gettext(message)


def gettext(message: str) -> str:
    """Return `message` in the current language."""
    return (_of_context.get() or _current).gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """Return the form of a message that fits `number`, in the current language."""
    return (_of_context.get() or _current).ngettext(one, many, number)


def reason_of(error: OSError) -> str:
    """Return why the system refused something; what is frequent in the language of the user."""
    if error.errno in _REASONS:
        return gettext(_REASONS[error.errno])
    return error.strerror or str(error)


def mark(message: str) -> str:
    """Return `message` as it is: it is extracted here and translated where it is printed."""
    return message


# Systems say it in English, in these words, whatever the language of the user.
_REASONS = {
    errno.EACCES: mark("Permission denied"),
    errno.EPERM: mark("Operation not permitted"),
    errno.ENOENT: mark("No such file or directory"),
    errno.ENOTDIR: mark("Not a directory"),
    errno.EISDIR: mark("Is a directory"),
    errno.ENOSPC: mark("No space left on device"),
    errno.EROFS: mark("Read-only file system"),
    errno.EIO: mark("Input/output error"),
    errno.ENAMETOOLONG: mark("File name too long"),
    errno.EADDRINUSE: mark("Address already in use"),
    errno.EADDRNOTAVAIL: mark("Cannot assign requested address"),
}
