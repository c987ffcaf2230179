from __future__ import annotations

import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.export.plain import json_text, one_line, plain_text
from tests.cli.printers.hostile import FORBIDDEN_CATEGORIES, forbidden_in, hostile_text


def test_every_control_and_format_character_is_escaped() -> None:
    """Nothing in the categories of controls, formats, separators and surrogates passes through."""
    harmful = [chr(code) for code in range(sys.maxunicode + 1)]
    harmful = [char for char in harmful if unicodedata.category(char) in FORBIDDEN_CATEGORIES]
    assert [char for char in harmful if plain_text(char).isascii() is False] == []


@given(hostile_text)
def test_what_a_reader_sees_is_not_altered(text: str) -> None:
    """Characters that print as themselves stay, in their order; all others become ASCII."""
    assert forbidden_in(plain_text(text)) == []
    visible = "".join(char for char in text if not forbidden_in(char) and plain_text(char) == char)
    kept = iter(plain_text(text))
    assert all(char in kept for char in visible)


@pytest.mark.parametrize("text", ["网格化“治理”100%", "café 🏙", "葛\U000e0100城", "a\\b`|<>"])
def test_ordinary_text_is_left_alone(text: str) -> None:
    """Punctuation, accents, emoji and variants of characters are no danger to a terminal."""
    assert plain_text(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", r"a\nb"),
        ("\x1b]0;x\x07", r"\x1b]0;x\x07"),
        ("\x9b2J", r"\x9b2J"),
        ("a\u202eb", r"a\u202eb"),
        ("\ud83d", r"\ud83d"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_escapes_are_those_of_python(text: str, shown: str) -> None:
    """A reader can see which character was there."""
    assert plain_text(text) == shown


@given(hostile_text, st.sampled_from([None, 2]))
def test_json_is_exact_and_plain(text: str, indent: int | None) -> None:
    """Escaping changes the form of JSON and not what it says."""
    made = json_text(json.dumps({text: [text]}, ensure_ascii=False, indent=indent))
    assert forbidden_in(made.replace("\n", "")) == []
    assert json.loads(made) == json.loads(json.dumps({text: [text]}))


def test_text_of_a_page_becomes_one_line_without_invisible_marks() -> None:
    """Line ends of every kind become the given one, zero-width marks go, tabs become blanks."""
    assert one_line("网\u200b格\r\n 化\u2028治\t理\ufeff", " / ") == "网格 / 化 / 治 理"
