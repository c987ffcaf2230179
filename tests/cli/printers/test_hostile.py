from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from jsisa_search.cli.commands.show import _print_release
from jsisa_search.cli.printers.data import print_hits
from jsisa_search.cli.printers.terminal import Styled, print_error, print_line, print_row, shown_path
from jsisa_search.cli.printers.text import print_results
from jsisa_search.export.plain import plain_text
from jsisa_search.model import Hit, Paragraph, Release, ReleaseInfo, Results, Section, Snippet
from tests.cli.printers.hostile import forbidden_in, hostile_results, hostile_text

_COLOR = re.compile(r"\x1b\[(?:0|1|2|31|32)m")
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠\t\r]")
MARKDOWN = MarkdownIt("commonmark", {"linkify": False}).enable(["table", "strikethrough"])


def _printed(run: Callable[[], object]) -> str:
    """Return what `run` prints on both streams; lone surrogates must not occur."""
    output = io.StringIO(newline="")
    with redirect_stdout(output), redirect_stderr(output):
        run()
    return output.getvalue()


@given(hostile_text)
def test_every_line_that_is_printed_is_one_plain_line(text: str) -> None:
    """Whatever a message is made of, it is one line without control characters, on either stream."""
    calls: tuple[Callable[[], None], ...] = (
        lambda: print_line(text, Styled(text, bold=True)),
        lambda: print_error(f"unreadable: {text}"),
        lambda: print_row(text),
    )
    for call in calls:
        printed = _printed(call)
        assert printed.endswith("\n")
        assert forbidden_in(printed[:-1]) == []


@given(hostile_results())
def test_text_output_has_no_forbidden_character(results: Results) -> None:
    """Neither with colours, whose own sequences are the only ones, nor without."""
    for use_color in (True, False):
        printed = _printed(lambda: print_results(results, 0, use_color=use_color))  # noqa: B023
        plain = _COLOR.sub("", printed) if use_color else printed
        assert forbidden_in(plain.replace("\n", "")) == []
        assert len(plain.splitlines()) == 12


@pytest.mark.slow
@pytest.mark.parametrize("output_format", ["json", "jsonl", "csv", "markdown"])
@given(results=hostile_results())
def test_data_has_no_forbidden_character(output_format: str, results: Results) -> None:
    """JSON, CSV and Markdown can be shown on a terminal as well."""
    printed = _printed(lambda: print_hits(output_format, results, {}))
    assert forbidden_in(printed.replace("\n", "")) == []


@given(hostile_results())
def test_json_says_exactly_what_was_found(results: Results) -> None:
    """Texts come out of JSON as they went in, and JSON lines are one line each."""
    whole = json.loads(_printed(lambda: print_hits("json", results, {})))
    hit = results[0]
    assert (whole["query"], whole["hits"][0]["text"]) == (results.query, hit.text)
    assert (whole["hits"][0]["title"], whole["hits"][0]["section"]["heading"]) == (hit.title, hit.heading)
    (line,) = _printed(lambda: print_hits("jsonl", results, {})).splitlines()
    assert json.loads(line) == whole["hits"][0]


@given(hostile_results())
def test_no_cell_of_a_table_is_a_formula(results: Results) -> None:
    """The table has one row, and no text in it begins as a formula, whatever blanks come first."""
    printed = _printed(lambda: print_hits("csv", results, {}))
    (row,) = csv.DictReader(io.StringIO(printed, newline=""))
    assert None not in row
    assert [cell for cell in row.values() if _FORMULA.match(cell)] == []
    assert "\r" not in printed


def _tokens(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _tokens(token.children or [])


def _is_ours(token: Token) -> bool:
    blocks = {"bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "inline"}
    inlines = {"text", "text_special", "code_inline", "strong_open", "strong_close"}
    return token.type in blocks | inlines | {"paragraph_open", "paragraph_close"}


@given(hostile_results())
def test_markdown_is_one_item_of_text(results: Results) -> None:
    """No link, image, HTML, heading, table or further item comes out of data; the path is code."""
    printed = _printed(lambda: print_hits("markdown", results, {}))
    tokens = list(_tokens(MARKDOWN.parse(printed)))
    assert [token.type for token in tokens if not _is_ours(token)] == []
    assert sum(token.type == "list_item_open" for token in tokens) == 1
    codes = [token.content for token in tokens if token.type == "code_inline"]
    assert codes == [plain_text(f"{shown_path(results[0].path)}:3")]


@given(hostile_results())
def test_markdown_shows_the_text_as_it_is(results: Results) -> None:
    """Escapes vanish when rendered: entities, backslashes and punctuation come out as they went in."""
    hit = replace(results[0], highlights=())
    hit = replace(hit, snippet=replace(hit.snippet, highlights=()))
    printed = _printed(lambda: print_hits("markdown", replace(results, hits=(hit,)), {}))
    rendered = "".join(token.content for token in _tokens(MARKDOWN.parse(printed)) if _is_text(token))
    title = plain_text((hit.title or "").replace("\t", " "))
    if hit.title and title == hit.title:
        assert f"《{title}》" in rendered


def _is_text(token: Token) -> bool:
    return token.type in {"text", "text_special"}


def test_addresses_become_no_links_where_bare_ones_do(sample: Hit) -> None:
    """Sites that link bare addresses and e-mail addresses leave those of a page alone."""
    text = "见 https://e.com 和 www.e.com 或 a@e.com"
    hit = replace(sample, text=text, snippet=replace(sample.snippet, text=text, parts=((0, len(text)),)))
    printed = _printed(lambda: print_hits("markdown", Results("", 1, 1, 1.0, (hit,)), {}))
    assert r"https\://e.com" in printed
    assert r"www\.e.com" in printed
    assert r"a\@e.com" in printed


@pytest.fixture
def sample() -> Hit:
    """Return a hit without anything special."""
    return Hit(
        1.0, "paragraph", "d4a66fe0e662", None, None, None, None, None, None, None, 1, "a.txt", 1, "", (),
        Snippet("", ()), True,
    )  # fmt: skip


@given(hostile_text, hostile_text)
def test_a_parsed_release_is_printed_plainly(text: str, name: str) -> None:
    """`show` prints every field and paragraph in one line each."""
    section = Section(text, text, (Paragraph(text, 1, 1, 2),), 1)
    facts = dict.fromkeys(("source", "publisher", "author", "document_number", "url"), text)
    release = Release(
        path=name, title=text, title_line=1, published=None, published_precision=None, views=3,
        sections=(section,), **facts,
    )  # fmt: skip
    printed = _printed(lambda: _print_release(release))
    assert forbidden_in(printed.replace("\n", "")) == []
    assert len(printed.splitlines()) == 13


@given(hostile_results())
def test_references_of_hostile_pages_are_plain_lines(results: Results) -> None:
    """In every form of a list of references no character of a page steers a terminal or adds a line."""
    hits = list(results)
    names = [name for name in ReleaseInfo.__slots__ if name not in ("id", "path", "paragraphs")]
    releases = {
        hit.id: ReleaseInfo(
            id=hit.id,
            path=hit.path,
            paragraphs=1,
            **{
                name: getattr(hit, name, hit.title)
                for name in names
                if not name.startswith(("dated", "saved"))
            },
        )
        for hit in hits
    }
    for form in ("gbt7714", "bibtex", "ris", "csl"):
        printed = _printed(lambda: print_hits(form, results, releases))  # noqa: B023
        assert forbidden_in(printed.replace("\n", "")) == []
