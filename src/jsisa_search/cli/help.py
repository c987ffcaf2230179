"""Help texts in the language of the user, and their lines where characters are two columns wide.

The help texts in the source are English. They are translated paragraph by paragraph when the program starts,
so that a changed sentence leaves the rest of a page translated; examples stay as they are.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from typing import Any

import click

from jsisa_search.export.plain import columns
from jsisa_search.translation import LANGUAGES, language_of
from jsisa_search.translation import gettext as _

#: What begins a paragraph that click does not wrap.
_UNWRAPPED = "\b\n"

# Pieces between which a line may be broken: a run of letters, digits and marks, with the marks that may not
# begin a line; or one character with such marks.
_PIECE = re.compile(r"\s+|(?:[!-~]+|.)[，。；：、！？）》」』”’…]*", re.DOTALL)

_LINE_END = re.compile(r"\s*\n\s*")

_Described = click.Command | click.Option
_originals: dict[int, tuple[_Described, str]] = {}
_defaults: dict[int, str] = {}


def translate_help(command: click.Command) -> None:
    """Set the help of `command`, of its options and of its commands to the current language."""
    for described in _described(command):
        described.help = translated_help(_original(described))
        if isinstance(described, click.Option) and isinstance(described.show_default, str):
            described.show_default = _(_default(described))
    # click makes it once, in the language of that moment.
    vars(command)["_help_option"] = None
    command.context_class = Context
    command.short_help = _first_sentence(command.help or "")
    if isinstance(command, click.Group):
        for each in command.commands.values():
            translate_help(each)


def help_messages(command: click.Command) -> Iterator[str]:
    """Yield every paragraph of help that is translated, of `command` and of what is below it."""
    for described in _described(command):
        yield from filter(None, map(_message, _original(described).split("\n\n")))
        if isinstance(described, click.Option) and isinstance(described.show_default, str):
            yield _default(described)
    if isinstance(command, click.Group):
        for _, each in sorted(command.commands.items()):
            yield from help_messages(each)


def _described(command: click.Command) -> Iterator[_Described]:
    yield command
    yield from (each for each in command.params if isinstance(each, click.Option))


def _original(described: _Described) -> str:
    """Return the help in the source, also after it was translated."""
    if id(described) not in _originals:
        _originals[id(described)] = described, inspect.cleandoc(described.help or "")
    return _originals[id(described)][1]


def _default(option: click.Option) -> str:
    """Return what the source says that the default of an option is, also after it was translated."""
    return _defaults.setdefault(id(option), str(option.show_default))


def translated_help(text: str) -> str:
    """Return a help text with each paragraph in the current language."""
    paragraphs = text.split("\n\n")
    return "\n\n".join(
        paragraph.replace(message, _(message), 1) if (message := _message(paragraph)) else paragraph
        for paragraph in map(_joined, paragraphs)
    )


def _first_sentence(text: str) -> str | None:
    """Return the first sentence of Chinese help, for the list of commands; click finds those of English."""
    sentence, end, _rest = text.partition("。")
    return sentence if end else None


def _joined(paragraph: str) -> str:
    """Return a paragraph in one line, as the catalogues have it; one that is not wrapped as it is."""
    return paragraph if paragraph.startswith(_UNWRAPPED) else " ".join(paragraph.split())


def _message(paragraph: str) -> str:
    """Return what of a paragraph is translated: all, or the line above examples."""
    if paragraph.startswith(_UNWRAPPED):
        return paragraph.split("\n")[1]
    return _joined(paragraph)


class Formatter(click.HelpFormatter):
    """Wraps by columns, and within Chinese text, which has no blanks."""

    def write_text(self, text: str) -> None:
        """Write paragraphs with the current indentation."""
        indent = " " * self.current_indent
        blocks = []
        for paragraph in inspect.cleandoc(text).split("\n\n"):
            is_raw = paragraph.startswith(_UNWRAPPED)
            lines = paragraph.split("\n")[1:] if is_raw else wrap(paragraph, self.width - len(indent))
            blocks.append("\n".join(indent + line for line in lines))
        self.write("\n\n".join(blocks) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write terms and what they mean in two columns."""
        rows = list(rows)
        first = min(max((columns(term) for term, _ in rows), default=0), col_max) + col_spacing
        margin = " " * (first + self.current_indent)
        for term, meaning in rows:
            self.write(" " * self.current_indent + term)
            fits = columns(term) <= first - col_spacing
            self.write(" " * (first - columns(term)) if fits else f"\n{margin}")
            lines = wrap(meaning, max(self.width - first - 2, 10))
            self.write(f"\n{margin}".join(lines) + "\n")


class Context(click.Context):
    """The context of a command whose help is formatted by `Formatter`."""

    formatter_class = Formatter


def wrap(text: str, width: int) -> list[str]:
    """Return the lines of `text`, each of at most `width` columns where its words allow that."""
    lines, line = [], ""
    for piece in _PIECE.findall(_LINE_END.sub(" ", text.strip())):
        if line and columns(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line or piece.strip() else ""
    return [*lines, line.rstrip()]


class LanguageName(click.Choice[str]):
    """One of `LANGUAGES`, by its own name or by another that means it: zh, zh-TW, zh_CN.UTF-8."""

    def __init__(self) -> None:
        super().__init__(tuple(LANGUAGES))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name of the language."""
        return language_of(str(value)) or super().convert(value, param, ctx)


def chosen_language(ctx: click.Context, _parameter: click.Parameter, value: Any) -> None:
    """Translate into the language that `--lang` names; its callback."""
    from jsisa_search.translation import use_language

    if value:
        use_language(value)
        translate_help(ctx.find_root().command)
