"""Hits for the eye: who said it, when, in which section, and the passage with its matches marked."""

from __future__ import annotations

from collections.abc import Callable

import click

from jsisa_search.cli.terminal import shown_path
from jsisa_search.model import Hit, Range, Results, format_timestamp


def print_results(results: Results, offset: int, *, use_color: bool) -> None:
    """Print `results` numbered from `offset` + 1, with a line that counts them on top."""
    mark = _mark_with_color if use_color else _mark_with_brackets
    if results.total:
        click.echo(_count_line(results), color=use_color)
    for number, hit in enumerate(results, start=offset + 1):
        click.echo("", color=use_color)
        _print_hit(number, hit, mark, use_color=use_color)


def mark_ranges(text: str, ranges: tuple[Range, ...], mark: Callable[[str], str]) -> str:
    """Return `text` with `mark` applied to each of `ranges`, which are in order and apart."""
    parts = []
    last = 0
    for start, end in ranges:
        parts += [text[last:start], mark(text[start:end])]
        last = end
    return "".join(parts) + text[last:]


def excerpt(hit: Hit, mark: Callable[[str], str]) -> str:
    """Return the snippet of `hit` in one line, matches marked, with … where the passage goes on."""
    snippet = hit.snippet
    begins = hit.text.strip().startswith(snippet.text)
    ends = hit.text.strip().endswith(snippet.text)
    text = mark_ranges(snippet.text, snippet.highlights, mark).replace("\n", " / ")
    return f"{'' if begins else '…'}{text}{'' if ends else '…'}"


def section_name(hit: Hit) -> str:
    """Return heading and subheading of `hit` in one line; empty where it has neither."""
    return " / ".join(text for text in (hit.heading, hit.subheading) if text)


def published_text(hit: Hit) -> str:
    """Return the time of `hit`'s release as the page gives it; empty where it has none."""
    return (format_timestamp(hit.published, hit.published_precision) or "").replace("T", " ")


def _count_line(results: Results) -> str:
    exact, rest = results.total_all_terms, results.total - results.total_all_terms
    line = f"{exact} {'passage contains' if exact == 1 else 'passages contain'} all terms"
    return f"{line}; {rest} more {'contains' if rest == 1 else 'contain'} some" if rest else line


def _print_hit(number: int, hit: Hit, mark: Callable[[str], str], *, use_color: bool) -> None:
    title = click.style(hit.title or "(no title)", bold=True)
    some = "" if hit.matches_all else "  (some terms)"
    place = f"paragraph {hit.paragraph}" if hit.paragraph else hit.kind
    page = f"p. {hit.page}" if hit.page else ""
    facts = (hit.source or hit.publisher or "", published_text(hit), section_name(hit), page, place)
    file = click.style(f"{shown_path(hit.path)}:{hit.line}", fg="green")
    lines = [
        f"{number}. {title}{some}",
        "   " + " · ".join(fact for fact in facts if fact),
        *(click.style(f"     {text}", dim=True) for text in hit.before),
        f"   {excerpt(hit, mark)}",
        *(click.style(f"     {text}", dim=True) for text in hit.after),
        f"   {file}  {click.style(hit.release_id, dim=True)}",
    ]
    click.echo("\n".join(lines), color=use_color)


def _mark_with_color(text: str) -> str:
    return click.style(text, fg="red", bold=True)


def _mark_with_brackets(text: str) -> str:
    return f"【{text}】"
