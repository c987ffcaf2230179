"""Hits for reading on a terminal: title, source, time, section, and the passage with marked matches."""

from __future__ import annotations

from collections.abc import Iterator

from jsisa_search.cli.printers.terminal import Part, Styled, print_line, quantity, shown_path
from jsisa_search.export.citation import Dated, date_text, excerpt, section_name
from jsisa_search.export.plain import one_line
from jsisa_search.model import Copy, Facet, Hit, Results
from jsisa_search.translation import gettext as _
from jsisa_search.translation import ngettext

# Values of a facet that are printed; there are as many sections as headings.
_FACET_VALUES = 20


def print_results(results: Results, offset: int, *, use_color: bool, with_copies: bool = False) -> None:
    """Print the counts, the facets, and the hits numbered from `offset` + 1, if wanted with all copies."""
    if results.total:
        print_line(_summary(results), color=use_color)
    if line := undated_line(results):
        print_line(line, color=use_color)
    for line in (*still_named_lines(results), *scattered_lines(results)):
        print_line(line, color=use_color)
    for facet in results.facets:
        _print_facet(facet, use_color=use_color)
    for number, hit in enumerate(results, start=offset + 1):
        print_line(color=use_color)
        _print_hit(number, hit, use_color=use_color, with_copies=with_copies)


def dated_text(release: Dated) -> str:
    """Return the date of a release and, where the page does not state it, what it is from."""
    is_stated = release.date_from in (None, "page")
    if is_stated or release.date_from is None:
        return date_text(release)
    return _("{date} (from the {evidence})").format(date=date_text(release), evidence=_(release.date_from))


def undated_line(results: Results) -> str:
    """Return what is to be said of undated releases; empty where there is nothing to say."""
    if not results.undated:
        return ""
    if results.undated_left_out:
        line = ngettext(
            "{number} more passage of an undated release is left out by date; include with --undated",
            "{number} more passages of undated releases are left out by date; include with --undated",
            results.undated,
        )
    else:
        line = ngettext(
            "{number} of these is of an undated release: last by date, in no year or month",
            "{number} of these are of undated releases: last by date, in no year or month",
            results.undated,
        )
    return line.format(number=results.undated)


def scattered_lines(results: Results) -> Iterator[str]:
    """Yield that passages with the words apart come after the others, where hits are sorted by date."""
    if 0 < results.scattered < results.total_all_terms:
        line = ngettext(
            "{number} of these passages has the words apart: it comes after the others",
            "{number} of these passages have the words apart: they come after the others",
            results.scattered,
        )
        yield line.format(number=results.scattered)


def still_named_lines(results: Results) -> Iterator[str]:
    """Yield how many passages are in releases that name elsewhere what the query excludes."""
    for typed, count in results.still_named:
        line = ngettext(
            "{number} of these passages is in a release that names {word} elsewhere; "
            "leave out with -全文:{word}",
            "{number} of these passages are in releases that name {word} elsewhere; "
            "leave out with -全文:{word}",
            count,
        )
        yield line.format(number=count, word=typed)


def _summary(results: Results) -> str:
    exact, rest = results.total_all_terms, results.total - results.total_all_terms
    asking = "、".join(results.question_words)
    if not exact and asking:
        none = _("{passages} with words of the question, none with all of them ({words} aside)")
        return none.format(passages=quantity(rest, "passage"), words=asking)
    if not exact:
        some = ngettext("{number} contains some", "{number} contain some", rest).format(number=rest)
        return _("No passage contains all terms; {some}").format(some=some)
    parts = [_matching(results, asking)]
    if results.distinct is not None and results.distinct < exact:
        parts.append(_("{number} without reprints").format(number=results.distinct))
    parts += _lesser_matches(results)
    if results.occurrences:
        parts.append(quantity(results.occurrences, "occurrence"))
    if rest:
        more = ngettext("{number} more contains some", "{number} more contain some", rest)
        parts.append(more.format(number=rest))
    return _("; ").join(parts)


def _matching(results: Results, asking: str) -> str:
    """Return how many passages satisfy the whole query, and how; `asking` has the words of a question."""
    exact = results.total_all_terms
    found = {"passages": quantity(exact, "passage"), "releases": quantity(results.releases, "release")}
    if results.stated == exact:
        line = ngettext(
            "{passages} in {releases} matches by what the release states "
            "(source, publisher, issuer, author or number)",
            "{passages} in {releases} match by what the release states "
            "(source, publisher, issuer, author or number)",
            exact,
        )
        return line.format(**found)
    if asking:
        line = ngettext(
            "{passages} in {releases} contains all words of the question but {words}",
            "{passages} in {releases} contain all words of the question but {words}",
            exact,
        ).format(**found, words=asking)
    else:
        line = ngettext(
            "{passages} in {releases} contains all terms",
            "{passages} in {releases} contain all terms",
            exact,
        ).format(**found)
    if results.stated:
        stated = _(
            ", {number} of them together with what the release states "
            "(source, publisher, issuer, author or number)"
        )
        return line + stated.format(number=results.stated)
    return line + (_(", none the phrase itself") if results.occurrences == 0 and not asking else "")


def _lesser_matches(results: Results) -> Iterator[str]:
    """Yield how many passages match less than exactly, after how many match exactly."""
    inside, punctuated = results.inside_longer, results.other_punctuation
    if inside or punctuated:
        exact = max(results.total_all_terms - inside - punctuated, 0)
        yield _("{number} exact").format(number=exact)
    if inside:
        yield _("{number} inside longer numbers or words").format(number=inside)
    if punctuated:
        yield _("{number} with other punctuation").format(number=punctuated)


def _print_facet(facet: Facet, *, use_color: bool) -> None:
    shown, rest = facet.counts[:_FACET_VALUES], facet.counts[_FACET_VALUES:]
    print_line(color=use_color)
    name = _("by {field}:").format(field=_(facet.field))
    print_line(Styled(name, bold=True), "" if shown else " " + _("none"), color=use_color)
    for value, count in shown:
        print_line(f"{count:6}  {one_line(value, ' / ')}", color=use_color)
    if rest:
        others = sum(count for _, count in rest)
        more = _("in {number} more").format(number=len(rest))
        print_line(f"{others:6}  {more}", color=use_color)


def _print_hit(number: int, hit: Hit, *, use_color: bool, with_copies: bool) -> None:
    for line in _hit_lines(number, hit, use_color=use_color):
        print_line(*line, color=use_color)
    for line in _copy_lines(hit, with_copies=with_copies):
        print_line(*line, color=use_color)


def _copy_lines(hit: Hit, *, with_copies: bool) -> Iterator[list[Part]]:
    """Yield who else says the same as `hit`, and where else its release is saved."""
    if hit.copy_count:
        line = f"   同文 {hit.copy_count}"
        if hit.first and not with_copies:
            line += _(", first: {copy}").format(copy=_copy_text(hit.first))
        yield [line]
    for copy in hit.copies if with_copies else ():
        yield [f"     {_copy_text(copy)}  ", Styled(copy.id, dim=True)]
        for path in copy.places:
            yield ["       ", _("also saved as"), " ", Styled(shown_path(path), fg="green")]
    for path in hit.places:
        yield ["   ", _("also saved as"), " ", Styled(shown_path(path), fg="green")]


def _copy_text(copy: Copy) -> str:
    """Return who has a copy, since when, and where."""
    name = copy.source or copy.publisher or copy.title or ""
    facts = (one_line(name), dated_text(copy), f"{shown_path(copy.path)}:{copy.line}")
    return " · ".join(fact for fact in facts if fact)


def _hit_lines(number: int, hit: Hit, *, use_color: bool) -> Iterator[list[Part]]:
    title = Styled(one_line(hit.title or _("(no title)")), bold=True)
    yield [f"{number}. ", title, "" if hit.matches_all else "  " + _("(some terms)")]
    stated = (f"{_(field).replace('_', ' ')} {one_line(value)}" for field, value in hit.stated)
    yield ["   " + " · ".join(fact for fact in (*stated, *_facts(hit)) if fact)]
    for text in hit.before:
        yield [Styled(f"     {one_line(text)}", dim=True)]
    heading = Styled(f"{section_name(hit)}: ", dim=True) if hit.snippet.heading else ""
    marked = (_marked(text, use_color=use_color) if match else text for text, match in excerpt(hit))
    yield ["   ", heading, *marked]
    for text in hit.after:
        yield [Styled(f"     {one_line(text)}", dim=True)]
    if hit.others:
        others = _("and {passages} of this release").format(passages=quantity(hit.others, "more passage"))
        yield [f"   {others}"]
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
        _("p. {page}").format(page=hit.page) if hit.page else "",
        _("paragraph {number}").format(number=hit.paragraph) if hit.paragraph else _(hit.kind),
    )


def _explanation(hit: Hit) -> str:
    """Return the score and its parts in one line, the greatest first."""
    parts = sorted(hit.explanation, key=lambda part: -part[1])
    return f"score {hit.score:.2f} = {' + '.join(f'{score:.2f} {name}' for name, score in parts)}"


def _marked(text: str, *, use_color: bool) -> Part:
    return Styled(text, fg="red", bold=True) if use_color else f"【{text}】"
