"""When a release was published: which of the times is believed that the page shows, states and carries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from jsisa_search.page.facts.timestamps import (
    Stamp,
    YearlessStamp,
    find_stamp,
    find_yearless,
    read_clock,
    read_stamp,
)
from jsisa_search.page.labeller.blocks import Shown
from jsisa_search.page.labeller.byline import Byline
from jsisa_search.page.labeller.declared import Declared, NamedTime

_PRECISIONS = ("month", "day", "minute", "second")
_CHANGED = "a label of its last change, as no other time is given"
_LONGEST_DATE_LINE = 16


class Candidate(NamedTuple):
    """A time, why it may be the one of publishing, and the block that shows it, if one does."""

    stamp: Stamp
    rule: str
    at: int | None = None
    is_certain: bool = True


def choose_time(
    shown: Shown, declared: Declared, byline: Byline, tail: Byline, text_start: int
) -> Candidate | None:
    """Return the time of publishing, as exact as the page has it, `None` where it has none.

    What the page shows with a label comes first, then a time beside the title, then what the head of the
    file states. A time without a label that nothing supports gives way to two others that agree. The date of
    the document (成文日期) is another matter; where it is given, times in scripts are not looked for.
    """
    candidates = _candidates(shown, declared, byline, tail, text_start)
    first = candidates[0] if candidates else None
    if first is not None and _is_settled(best := _most_exact(first, _precise(candidates)), candidates):
        return best
    if first is None and (byline.fields.get("dated") or tail.fields.get("dated")):
        return None
    carried = [_carried(moment) for moment in declared.carried() if moment.kind == "published"]
    changed = [] if declared.address() else _changed(declared)  # the day in the address says more
    clock = read_clock(byline.fields.get("clock", ""))
    on_day = _of_address(declared) if clock is not None else []  # 昨天 14:23, and the day is in the address
    first = first or next(iter([*carried, *on_day, *changed]), None)
    if first is None:
        return None
    if not first.is_certain:
        first = _outvoted(first, [*candidates[1:], *carried, *_of_address(declared)])
    best = _most_exact(first, [*_precise(candidates), *_only_clock(carried, first.stamp)])
    if clock is not None and _exactness(best.stamp) == 1:
        return best._replace(stamp=best.stamp.at_clock(*clock))
    return best


def _is_settled(best: Candidate, candidates: list[Candidate]) -> bool:
    """Whether no time in a script could say more: the clock is known, and nothing contradicts the day."""
    days = {candidate.stamp.moment.date() for candidate in candidates}
    return _exactness(best.stamp) > 1 and (best.is_certain or len(days) == 1)


def _candidates(
    shown: Shown, declared: Declared, byline: Byline, tail: Byline, text_start: int
) -> list[Candidate]:
    """Return the times in the order in which they are believed."""
    bare = _bare(shown, declared, byline, text_start)
    is_head = bare is not None and bare.rule.startswith("the date at the head")
    is_above = "stamp" in byline.above
    found = [
        _labelled(declared, byline, "published", "a label beside the title"),
        None if is_above or is_head else bare,
        *(_stated(moment) for moment in declared.times if moment.kind == "published"),
        bare if is_above and not is_head else None,
        _labelled(declared, tail, "published", "a label below the text"),
        _labelled(declared, byline, "updated", _CHANGED),
        _labelled(declared, tail, "updated", _CHANGED),
        bare if is_head else None,
        _closing(tail),
    ]
    return [candidate for candidate in found if candidate is not None]


def _labelled(declared: Declared, said: Byline, name: str, rule: str) -> Candidate | None:
    value = said.fields.get(name, "")
    if not value:
        return None
    stamp = read_stamp(value) or _complete(find_yearless(value), declared)
    return Candidate(said.with_clock(stamp), rule, said.said_at.get(name)) if stamp else None


def _closing(tail: Byline) -> Candidate | None:
    """Return the time of a line below the text that has a paper and a day, or a day alone."""
    if tail.stamp is None:
        return None
    return Candidate(tail.stamp, "the day below the text, as no other is given", tail.said_at["stamp"])


def _bare(shown: Shown, declared: Declared, byline: Byline, text_start: int) -> Candidate | None:
    """Return the time without a label beside the title, completed where it has no year."""
    at = byline.said_at.get("stamp", byline.said_at.get("yearless"))
    stamp = byline.stamp or _complete(find_yearless(byline.fields.get("yearless", "")), declared)
    if stamp is None:
        return None
    if _is_date_line(shown, at, text_start):
        return Candidate(stamp, "the date at the head of the text, as no other is given", at)
    return Candidate(byline.with_clock(stamp), "the time beside the title", at, is_certain=False)


def _complete(yearless: YearlessStamp | None, declared: Declared) -> Stamp | None:
    """Return a time without a year in the year of another time that the page has for that day or near it."""
    if yearless is None:
        return None
    return yearless.with_year_of(moment.stamp for moment in _all_moments(declared))


def _all_moments(declared: Declared) -> Iterator[NamedTime]:
    yield from declared.times
    yield from declared.address()
    yield from declared.carried()


def _stated(moment: NamedTime) -> Candidate:
    return Candidate(moment.stamp, f"stated by <meta> {moment.name}")


def _carried(moment: NamedTime) -> Candidate:
    return Candidate(moment.stamp, f"the time in a script or an attribute of the page, {moment.name}")


def _of_address(declared: Declared) -> list[Candidate]:
    return [Candidate(moment.stamp, "the day in the address of the page") for moment in declared.address()]


def _changed(declared: Declared) -> list[Candidate]:
    rule = "when it was changed, as no other time is given: stated by <meta>"
    return [
        Candidate(moment.stamp, f"{rule} {moment.name}")
        for moment in declared.times
        if moment.kind == "changed"
    ]


def _is_date_line(shown: Shown, at: int | None, text_start: int) -> bool:
    """Whether a bare date is a paragraph of the text itself, as documents have one below their title."""
    if shown.is_plain or at is None or not 0 <= at < text_start < len(shown.blocks):
        return False
    here, text = shown.nodes[shown.blocks[at].node], shown.nodes[shown.blocks[text_start].node]
    stamp = find_stamp(shown.blocks[at].text)
    is_day = stamp is not None and stamp.precision in ("day", "month")
    is_short = len(shown.blocks[at].text) <= _LONGEST_DATE_LINE
    return is_day and is_short and here.parent == text.parent and here.tag == text.tag


def _outvoted(first: Candidate, others: Iterable[Candidate]) -> Candidate:
    """Return `first`, or what two others agree on where nothing agrees with it."""
    others = [other for other in others if other.rule != first.rule]
    days = [other.stamp.moment.date() for other in others]
    if first.stamp.moment.date() in days:
        return first
    return next((other for other, day in zip(others, days, strict=True) if days.count(day) > 1), first)


def _precise(candidates: Iterable[Candidate]) -> list[Candidate]:
    return [candidate for candidate in candidates if candidate.rule != _CHANGED]


def _only_clock(carried: list[Candidate], day: Stamp) -> list[Candidate]:
    """Return the carried times of one day where they are one; a list of news carries a time for each."""
    same = [one for one in carried if one.stamp.moment.date() == day.moment.date()]
    clocks = {one.stamp.moment.replace(second=0) for one in same if _exactness(one.stamp) > 1}
    return same if len(clocks) == 1 else []


def _most_exact(first: Candidate, others: Iterable[Candidate]) -> Candidate:
    """Return `first` with what the first of `others` that agrees says more exactly."""
    best = first
    for other in others:
        if _exactness(other.stamp) > _exactness(best.stamp) and _agree(best.stamp, other.stamp):
            best = other if best.at is None else _with_clock_of(best, other)
    return best


def _with_clock_of(shown: Candidate, other: Candidate) -> Candidate:
    """Return the time that is shown with the exactness of another, and where that was found."""
    stamp = replace(shown.stamp, moment=other.stamp.moment, precision=other.stamp.precision)
    return Candidate(stamp, f"{shown.rule}; its clock: {other.rule}", shown.at)


def _exactness(stamp: Stamp) -> int:
    # Midnight is what systems write where they know the day only.
    return 1 if _is_midnight(stamp) and stamp.precision != "month" else _PRECISIONS.index(stamp.precision)


def _is_midnight(stamp: Stamp) -> bool:
    moment = stamp.moment
    return not (moment.hour or moment.minute or moment.second)


def _agree(stamp: Stamp, other: Stamp) -> bool:
    """Whether two times are the same as far as the less exact one, `stamp`, says."""
    if stamp.precision == "month":
        return (stamp.moment.year, stamp.moment.month) == (other.moment.year, other.moment.month)
    if _exactness(stamp) == 1:
        return stamp.moment.date() == other.moment.date()
    return stamp.moment == other.moment.replace(second=0)
