"""Text that begins with a minus."""

from __future__ import annotations

from collections.abc import Sequence

import click
import pytest

from jsisa_search.cli.options import CommandWithMinus


def _parsed(args: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """Return the text and the limit that a command reads from `args`."""
    command = CommandWithMinus(
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
