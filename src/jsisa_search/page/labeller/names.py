"""Which words beside a time are names: of persons, of papers, of accounts."""

from __future__ import annotations

import re

from jsisa_search.page.facts import boilerplate
from jsisa_search.page.facts.byline import field_of_key, is_button
from jsisa_search.page.facts.values import read_document_number
from jsisa_search.page.rules import compile_patterns, load_rules
from jsisa_search.page.structure.sections import is_caption

LABELLED = re.compile(r"[:：]")
HAN = re.compile(r"[一-鿿]")
_LATIN_NAME = re.compile(r"[A-Z][A-Za-z0-9._&-]{2,23}")
_REPORTING = re.compile(r"(?:本报|本报讯|本网|见习|实习|特约)?(?:记者|記者|作者|通讯员|文)[:：]?")


def split_names(word: str) -> list[str]:
    """Return the person and the paper that one word names: 李四/云浦新闻."""
    person, _, paper = word.replace("／", "/").replace("∕", "/").partition("/")
    return [person, paper] if is_person(person) and is_name(paper) else [word]


def person_in(word: str) -> str:
    """Return the person that a word names, with or without 记者 before; empty where it names none."""
    role = _REPORTING.match(word)
    name = word[role.end() :] if role else word
    return name if is_person(name) else ""


def is_named_as_source(name: str) -> bool:
    """Whether an element is named as that of a source or an author."""
    return bool(name) and compile_patterns("labeller", "source_names").search(name.lower()) is not None


def is_latin_name(word: str) -> bool:
    """Whether a word beside a time, where no Chinese one is, is the name of an account: GameYard."""
    return _LATIN_NAME.fullmatch(word) is not None and not compile_patterns(
        "labeller", "no_latin_names"
    ).fullmatch(word.lower())


def is_person(word: str) -> bool:
    """Whether a word is a Chinese person's name: a surname and one or two characters."""
    is_short = 2 <= len(word) <= 3 and word[0] in load_rules("labeller")["surnames"]
    return is_short and not boilerplate.is_site_name(word)


def is_writer(name: str) -> bool:
    """Whether a declared author is one or several persons, and no paper, site or account."""
    words = [word for word in re.split("[ 、，,;；/|]+", name) if word]
    return bool(words) and all(is_person(word) for word in words)


def is_name(word: str) -> bool:
    """Whether a word beside a time can be a name: no button, no badge, no number, no column."""
    if (
        not HAN.search(word)
        or len(word) < 2
        or len(word) > 24
        or field_of_key(word) is not None
        or LABELLED.search(word)
    ):
        return False
    return not (is_button(word) or is_caption(word)) and read_document_number(word) is None
