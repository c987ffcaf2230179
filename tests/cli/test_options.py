"""Text that begins with a minus."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.cli.options import QueryCommand, typed_text


def _parsed(args: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """Return the text and the limit that a command reads from `args`."""
    command = QueryCommand(
        "find",
        params=[
            click.Argument(["text"], nargs=-1),
            click.Option(["-n", "--limit"], type=int, default=10),
            click.Option(["--since"]),
        ],
    )
    context = command.make_context("find", list(args))
    return context.params["text"], context.params["limit"]


@pytest.mark.parametrize("excluded", ["-苏州", "-“苏州”", "-(苏州 OR 南京)", "-5G", "-"])
def test_what_is_excluded_is_text(excluded: str) -> None:
    """A minus before anything but a Latin letter begins text, wherever it stands among the options."""
    assert _parsed(["平安", excluded, "-n", "3"]) == (("平安", excluded), 3)
    assert _parsed([excluded, "平安"]) == ((excluded, "平安"), 10)


@pytest.mark.parametrize("misspelt", ["--sinc", "--sinc=2022", "-x"])
def test_a_misspelt_option_is_an_error(misspelt: str) -> None:
    """What looks like an option is not searched, but refused."""
    with pytest.raises(click.NoSuchOption, match=misspelt.partition("=")[0]):
        _parsed(["平安", misspelt])


def test_behind_two_dashes_everything_is_text() -> None:
    """`--` ends the options, as everywhere."""
    assert _parsed(["-n", "3", "--", "--sinc", "-x"]) == (("--sinc", "-x"), 3)


@pytest.mark.skipif(sys.platform == "win32", reason="arguments are UTF-16 on Windows")
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
@pytest.mark.parametrize("word", ["平安", "平安 建置", "群眾安全", "網格"])
def test_bytes_of_another_terminal_are_decoded(word: str, encoding: str) -> None:
    """What a terminal in GBK or Big5 sends arrives as surrogates, and is read as what was typed."""
    assert typed_text(os.fsdecode(word.encode(encoding))) == word


@pytest.mark.skipif(sys.platform == "win32", reason="arguments are UTF-16 on Windows")
@pytest.mark.parametrize("word", ["通知", "统一"])
def test_bytes_in_gbk_that_are_utf8_by_chance_are_decoded(word: str) -> None:
    """They arrive as letters of several scripts, not as surrogates."""
    assert typed_text(os.fsdecode(word.encode("gbk"))) == word


@pytest.mark.parametrize("text", ["café", "Москва", "Ελλάδα", "±5°", "25 °C", "µm", "naïve ñ", "网格 é"])
def test_other_languages_are_left_alone(text: str) -> None:
    """Words and signs that are not Chinese are no misread Chinese."""
    assert typed_text(text) == text


@given(st.text(st.characters(codec=None)))
def test_typed_text_can_always_be_encoded(text: str) -> None:
    """No surrogate is left, whatever was typed."""
    typed_text(text).encode("utf-8")
