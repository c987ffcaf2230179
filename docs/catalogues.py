"""Bring the message catalogues up to date with the source, or check that they are.

    python docs/catalogues.py            # add new messages to each .po file, drop those that are gone
    python docs/catalogues.py --check    # fail on a message that is missing, untranslated, fuzzy or gone
    python docs/catalogues.py --compile  # write the .mo files of a checkout, as an installation does

Messages are the strings in `_()`, `tr()`, `ngettext()` and `mark()`, every paragraph of help, click's own.
"""

from __future__ import annotations

import string
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from jsisa_search.cli import main as program
from jsisa_search.cli.help import help_messages
from jsisa_search.cli.printers.terminal import FORMS
from jsisa_search.lexicon.assist.spelling import Reason
from jsisa_search.model import ChangeKind, DateOrigin, FacetField, Kind
from jsisa_search.page.rules import load_rules
from jsisa_search.translation import DOMAIN, LANGUAGES, LOCALE

SOURCE = Path(__file__).resolve().parent.parent / "src" / "jsisa_search"
KEYWORDS = {"_": None, "tr": None, "gettext": None, "ngettext": (1, 2), "mark": None}

#: What click prints in the use of this program.
CLICK = (
    "Usage:", "Options", "Commands", "Show this message and exit.", "Show the version and exit.",
    "default: {default}", "required", "Missing argument", "Missing option", "Missing command.",
    "No such command {name!r}.", "No such option {name!r}.", "Did you mean {possibility}?",
    "Option {name!r} requires an argument.", "Option {name!r} does not take a value.",
    "Invalid value for {param_hint}: {message}", "{value!r} is not {choice}.",
    "{value} is not in the range {range}.", "{value!r} is not a valid {number_type}.",
    "Got unexpected extra argument ({args})", "%(prog)s, version %(version)s",
    "Choose from:\n\t{choices}", "{name} {filename!r} is a directory.", "file", "directory", "path",
)  # fmt: skip

#: Values that are printed as words: what a date is from, kinds of passages, fields, findings, reasons.
VALUES = (
    *get_args(DateOrigin), *get_args(Kind), *get_args(FacetField), *get_args(ChangeKind),
    "definitions", "coinages", "titles", "left out", "text", "account", "document_number",
    *get_args(Reason),
)  # fmt: skip


@cache
def source_catalogue() -> Catalog:
    """Return a catalogue of all messages, without translations."""
    catalogue = Catalog(domain=DOMAIN, project="jsisa-search")
    for path, line, message, comments, _context in extract_from_dir(str(SOURCE), keywords=KEYWORDS):
        catalogue.add(message, locations=[(path.replace("\\", "/"), line)], auto_comments=comments)
    for text in (*help_messages(program), *CLICK, *VALUES, *FORMS.values(), *_refusals()):
        catalogue.add(text)
    return catalogue


def _refusals() -> Iterator[str]:
    """Yield why documents that no reader is known for are not read."""
    rules = load_rules("kinds")
    yield from {*rules["refused"].values(), *rules["refused_suffixes"].values()}


def catalogue_file(language: str) -> Path:
    """Return the .po file of a language."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read_catalogue(language: str) -> Catalog:
    """Return the catalogue of a language; an empty one if there is none."""
    path = catalogue_file(language)
    if not path.exists():
        return Catalog(locale=language, domain=DOMAIN)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def faults(language: str) -> Iterator[str]:
    """Yield what is wrong with the catalogue of a language."""
    catalogue, source = read_catalogue(language), source_catalogue()
    for message in source:
        found = catalogue.get(message.id)
        if not message.id:
            continue
        if found is None or found.fuzzy or not all(_texts(found.string)):
            yield f"{language}: not translated: {message.id!r}"
        elif any(_fields(text) - _fields(_texts(message.id)[-1]) for text in _texts(found.string)):
            yield f"{language}: other fields than the source: {message.id!r}"
    yield from (
        f"{language}: not in the source: {each.id!r}"
        for each in catalogue
        if each.id and each.id not in source
    )


def _texts(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _fields(text: str) -> set[str]:
    """Return the names of the fields of a format string."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def update(language: str) -> None:
    """Write the catalogue of a language with the messages of the source."""
    old, new = read_catalogue(language), Catalog(locale=language, domain=DOMAIN, project="jsisa-search")
    for message in source_catalogue():
        if message.id:
            known: Message | None = old.get(message.id)
            new.add(message.id, known.string if known else "", locations=message.locations)
    catalogue_file(language).parent.mkdir(parents=True, exist_ok=True)
    with catalogue_file(language).open("wb") as file:
        write_po(file, new, width=100, sort_output=True, omit_header=False, no_location=True)


def compile_catalogue(language: str) -> None:
    """Write the .mo file beside the .po file of a language."""
    with catalogue_file(language).with_suffix(".mo").open("wb") as file:
        write_mo(file, read_catalogue(language))


def main(arguments: list[str]) -> int:
    """Run the script; return its exit status."""
    languages = [language for language in LANGUAGES if language != "en"]
    if arguments == ["--check"]:
        found = [fault for language in languages for fault in faults(language)]
        print("\n".join(found) or "all messages are translated")
        return 1 if found else 0
    for language in languages:
        if arguments != ["--compile"]:
            update(language)
        compile_catalogue(language)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
