"""Hits for the eye: who said it, when, in which section, and the passage with its matches marked."""

from __future__ import annotations

from collections.abc import Callable

import click

from jsisa_search.cli.printers.terminal import counted, shown_path
from jsisa_search.model import Facet, Hit, Range, Results, format_timestamp

# Values of a facet that are printed; sections are as many as there are headings.
_FACET_VALUES = 20


def print_results(results: Results, offset: int, *, use_color: bool) -> None:
    """Print `results` numbered from `offset` + 1, with a line that counts them on top."""
    mark = _mark_with_color if use_color else _mark_with_brackets
    if results.total:
        click.echo(_count_line(results), color=use_color)
    for facet in results.facets:
        _print_facet(facet, use_color=use_color)
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


def explanation_text(hit: Hit) -> str:
    """Return the score of `hit` and its parts in one line, the greatest first."""
    parts = sorted(hit.explanation, key=lambda part: -part[1])
    return f"score {hit.score:.2f} = {' + '.join(f'{score:.2f} {name}' for name, score in parts)}"


def section_name(hit: Hit) -> str:
    """Return heading and subheading of `hit` in one line; empty where it has neither."""
    return " / ".join(text for text in (hit.heading, hit.subheading) if text)


def published_text(hit: Hit) -> str:
    """Return the time of `hit`'s release as the page gives it; empty where it has none."""
    return (format_timestamp(hit.published, hit.published_precision) or "").replace("T", " ")


def _count_line(results: Results) -> str:
    exact, rest = results.total_all_terms, results.total - results.total_all_terms
    if not exact:
        return f"No passage contains all terms; {rest} {'contains' if rest == 1 else 'contain'} some"
    verb = "contains" if exact == 1 else "contain"
    parts = [f"{counted(exact, 'passage')} in {counted(results.releases, 'release')} {verb} all terms"]
    if results.occurrences is not None:
        parts.append(counted(results.occurrences, "occurrence"))
    if rest:
        parts.append(f"{rest} more {'contains' if rest == 1 else 'contain'} some")
    return "; ".join(parts)


def _print_facet(facet: Facet, *, use_color: bool) -> None:
    shown, rest = facet.counts[:_FACET_VALUES], facet.counts[_FACET_VALUES:]
    click.echo("", color=use_color)
    click.echo(click.style(f"by {facet.field}:", bold=True) + ("" if shown else " none"), color=use_color)
    for value, count in shown:
        click.echo(f"{count:6}  " + value.replace("\n", " / "), color=use_color)
    if rest:
        others = sum(count for _, count in rest)
        click.echo(f"{others:6}  in {len(rest)} more", color=use_color)


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
        *([f"   and {counted(hit.others, 'more passage')} of this release"] if hit.others else []),
        f"   {file}  {click.style(hit.release_id, dim=True)}",
        *([f"   {explanation_text(hit)}"] if hit.explanation else []),
    ]
    click.echo("\n".join(lines), color=use_color)


def _mark_with_color(text: str) -> str:
    return click.style(text, fg="red", bold=True)


def _mark_with_brackets(text: str) -> str:
    return f"【{text}】"
