"""Hits for reading on a terminal: title, source, time, section, and the passage with marked matches."""

from __future__ import annotations

from collections.abc import Iterator

from jsisa_search.cli.printers.terminal import Part, Styled, print_line, quantity, shown_path
from jsisa_search.export.citation import date_text, excerpt, section_name
from jsisa_search.export.plain import one_line
from jsisa_search.model import Copy, Facet, Hit, Release, ReleaseInfo, Results

# What a release states of itself, besides its text.
_STATED = " (source, publisher, issuer, author or number)"
# Values of a facet that are printed; there are as many sections as headings.
_FACET_VALUES = 20


def print_results(results: Results, offset: int, *, use_color: bool, with_copies: bool = False) -> None:
    """Print the counts, the facets, and the hits numbered from `offset` + 1, if wanted with all copies."""
    if results.total:
        print_line(_summary(results), color=use_color)
    if line := undated_line(results):
        print_line(line, color=use_color)
    for line in still_named_lines(results):
        print_line(line, color=use_color)
    for facet in results.facets:
        _print_facet(facet, use_color=use_color)
    for number, hit in enumerate(results, start=offset + 1):
        print_line(color=use_color)
        _print_hit(number, hit, use_color=use_color, with_copies=with_copies)


def dated_text(release: Hit | Copy | Release | ReleaseInfo) -> str:
    """Return the date of a release and, where the page does not state it, what it is from."""
    is_stated = release.date_from in (None, "page")
    return date_text(release) + ("" if is_stated else f" (from the {release.date_from})")


def undated_line(results: Results) -> str:
    """Return what is to be said of undated releases; empty where there is nothing to say."""
    if not results.undated:
        return ""
    verb, undated = ("is", "an undated release") if results.undated == 1 else ("are", "undated releases")
    if results.undated_left_out:
        passages = quantity(results.undated, "more passage")
        return f"{passages} of {undated} {verb} left out by date; include with --undated"
    return f"{results.undated} of these {verb} of {undated}: last by date, in no year or month"


def still_named_lines(results: Results) -> Iterator[str]:
    """Yield how many passages are in releases that name elsewhere what the query excludes."""
    for typed, count in results.still_named:
        where = "is in a release that names" if count == 1 else "are in releases that name"
        yield f"{count} of these passages {where} {typed} elsewhere; leave out with -全文:{typed}"


def _summary(results: Results) -> str:
    exact, rest = results.total_all_terms, results.total - results.total_all_terms
    asking = "、".join(results.question_words)
    if not exact and asking:
        return (
            f"{quantity(rest, 'passage')} with words of the question, none with all of them ({asking} aside)"
        )
    some = f"{rest}{' more' if exact else ''} {'contains' if rest == 1 else 'contain'} some"
    if not exact:
        return f"No passage contains all terms; {some}"
    verb = "contains" if exact == 1 else "contain"
    all_terms = f"all words of the question but {asking}" if asking else "all terms"
    found = f"{quantity(exact, 'passage')} in {quantity(results.releases, 'release')}"
    parts = [f"{found} {verb} {all_terms}"]
    if results.stated == exact:
        parts = [f"{found} {'matches' if exact == 1 else 'match'} by what the release states{_STATED}"]
    elif results.stated:
        parts[0] += f", {results.stated} of them together with what the release states{_STATED}"
    elif results.occurrences == 0 and not asking:
        parts[0] += ", none the phrase itself"
    if results.distinct is not None and results.distinct < exact:
        parts.append(f"{results.distinct} without reprints")
    if results.occurrences:
        parts.append(quantity(results.occurrences, "occurrence"))
    return "; ".join([*parts, some] if rest else parts)


def _print_facet(facet: Facet, *, use_color: bool) -> None:
    shown, rest = facet.counts[:_FACET_VALUES], facet.counts[_FACET_VALUES:]
    print_line(color=use_color)
    print_line(Styled(f"by {facet.field}:", bold=True), "" if shown else " none", color=use_color)
    for value, count in shown:
        print_line(f"{count:6}  {one_line(value, ' / ')}", color=use_color)
    if rest:
        others = sum(count for _, count in rest)
        print_line(f"{others:6}  in {len(rest)} more", color=use_color)


def _print_hit(number: int, hit: Hit, *, use_color: bool, with_copies: bool) -> None:
    for line in _hit_lines(number, hit, use_color=use_color):
        print_line(*line, color=use_color)
    for line in _copy_lines(hit, with_copies=with_copies):
        print_line(*line, color=use_color)


def _copy_lines(hit: Hit, *, with_copies: bool) -> Iterator[list[Part]]:
    """Yield who else says the same as `hit`, and where else its release is saved."""
    if hit.copy_count:
        first = "" if with_copies else f", first: {_copy_text(hit.first)}" if hit.first else ""
        yield [f"   同文 {hit.copy_count}{first}"]
    for copy in hit.copies if with_copies else ():
        yield [f"     {_copy_text(copy)}  ", Styled(copy.id, dim=True)]
        for path in copy.places:
            yield ["       also saved as ", Styled(shown_path(path), fg="green")]
    for path in hit.places:
        yield ["   also saved as ", Styled(shown_path(path), fg="green")]


def _copy_text(copy: Copy) -> str:
    """Return who has a copy, since when, and where."""
    name = copy.source or copy.publisher or copy.title or ""
    facts = (one_line(name), dated_text(copy), f"{shown_path(copy.path)}:{copy.line}")
    return " · ".join(fact for fact in facts if fact)


def _hit_lines(number: int, hit: Hit, *, use_color: bool) -> Iterator[list[Part]]:
    title = Styled(one_line(hit.title or "(no title)"), bold=True)
    yield [f"{number}. ", title, "" if hit.matches_all else "  (some terms)"]
    stated = (f"{field.replace('_', ' ')} {one_line(value)}" for field, value in hit.stated)
    yield ["   " + " · ".join(fact for fact in (*stated, *_facts(hit)) if fact)]
    for text in hit.before:
        yield [Styled(f"     {one_line(text)}", dim=True)]
    heading = Styled(f"{section_name(hit)}: ", dim=True) if hit.snippet.heading else ""
    marked = (_marked(text, use_color=use_color) if match else text for text, match in excerpt(hit))
    yield ["   ", heading, *marked]
    for text in hit.after:
        yield [Styled(f"     {one_line(text)}", dim=True)]
    if hit.others:
        yield [f"   and {quantity(hit.others, 'more passage')} of this release"]
    file = Styled(f"{shown_path(hit.path)}:{hit.line}", fg="green")
    yield ["   ", file, "  ", Styled(hit.id, dim=True)]
    if hit.explanation:
        yield [f"   {_explanation(hit)}"]


def _facts(hit: Hit) -> tuple[str, ...]:
    origin = hit.source or hit.publisher or ""
    return (
        "" if origin in (value for _, value in hit.stated) else one_line(origin),
        dated_text(hit),
        "" if hit.snippet.heading else section_name(hit),
        f"p. {hit.page}" if hit.page else "",
        f"paragraph {hit.paragraph}" if hit.paragraph else hit.kind,
    )


def _explanation(hit: Hit) -> str:
    """Return the score and its parts in one line, the greatest first."""
    parts = sorted(hit.explanation, key=lambda part: -part[1])
    return f"score {hit.score:.2f} = {' + '.join(f'{score:.2f} {name}' for name, score in parts)}"


def _marked(text: str, *, use_color: bool) -> Part:
    return Styled(text, fg="red", bold=True) if use_color else f"【{text}】"
