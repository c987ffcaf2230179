"""Figures of sentences that a person has read: how many are found, and how many are right.

python benchmarks/figures.py --data DATA [--gold FILE] [--half tune|report] [--worst 10]

gold/figures.jsonl has the sentences and their facts (figures_gold.py); gold/README.md says what matches.
Exits with 2 when data are missing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from figures_gold import digest, read_gold
from figures_releases import write_releases
from judged import MissingDataError
from measure import describe_load, describe_machine, now
from trial_collection import write_collection

from jsisa_search import Release
from jsisa_search.analysis.fold import fold
from jsisa_search.figures.extraction import extract
from jsisa_search.figures.figure import Figure, Setting
from jsisa_search.figures.periods import OPEN
from jsisa_search.figures.units import units
from jsisa_search.model import Range
from jsisa_search.page import read_release

GOLD = Path(__file__).parent / "gold" / "figures.jsonl"
HALVES = ("tune", "report")
# Marks at the ends of an indicator, which may be part of it or not.
_MARKS = '“”"‘’《》「」()（） '


@dataclass(slots=True)
class Score:
    """Counts of one half: of facts in the gold, of figures found, and of those that are right.

    `claimed` are the figures that are given as facts: with an indicator that is not marked as doubtful. Only
    they count as whole.
    """

    gold: int = 0
    found: int = 0
    claimed: int = 0
    values: int = 0
    whole: int = 0
    indicators: int = 0
    periods: int = 0
    kinds: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one sentence."""

    sentence: str
    what: tuple[str, ...]


def score_sentence(line: dict[str, Any], release: Release, score: Score) -> Fault:
    """Add what is found in a sentence to `score`; return what is wrong."""
    text = release.paragraphs[line["paragraph"] - 1].text
    start, end = line["sentence"]
    if digest(text[start:end]) != line["sha256"]:
        raise MissingDataError(f"{line['release']} is not as it was when it was read")
    day = release.date.date() if release.date else None
    found = [f for f in extract(text, Setting.of(release.title, day)) if start <= f.span[0] < end]
    found = [f for f in found if f.kind != "rank"]  # ordinals were not labelled
    found = [f for f in found if not any(a < f.span[1] and f.span[0] < b for a, b in line["optional"])]
    score.gold += len(line["facts"])
    score.found += len(found)
    score.claimed += sum(map(_is_claimed, found))
    wrong: list[str] = []
    left = list(found)
    for fact in line["facts"]:
        figure = next((f for f in left if _overlap(f.span, fact["span"])), None)
        wanted = text[slice(*fact["span"])]
        if figure is None:
            wrong.append(f"missing {wanted}")
            continue
        left.remove(figure)
        if not _same_value(figure, fact):
            wrong.append(f"value {figure.value} {figure.unit.name} for {wanted}")
            continue
        score.values += 1
        has_name = figure.indicator is not None and has_same_name(text, figure.indicator, fact["indicators"])
        has_period = _same_period(figure, fact, day)
        score.indicators += has_name
        score.periods += has_period
        score.whole += has_name and has_period and _is_claimed(figure)
        score.kinds += figure.kind == fact["kind"]
        if not has_name:
            name = text[slice(*figure.indicator)] if figure.indicator else None
            doubt = " (doubtful)" if figure.is_doubtful else ""
            wrong.append(f"{wanted}: indicator {name}{doubt}, not {text[slice(*fact['indicators'][0][::3])]}")
        if not has_period:
            wrong.append(f"{wanted}: period {figure.first}..{figure.last}, not {fact['periods']}")
    wrong += (f"too much: {text[slice(*figure.span)]}" for figure in left)
    return Fault(text[start:end], tuple(wrong))


def _is_claimed(figure: Figure) -> bool:
    return figure.indicator is not None and not figure.is_doubtful


def _overlap(one: Sequence[int], other: Sequence[int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _same_value(figure: Figure, fact: dict[str, Any]) -> bool:
    unit = units().by_form.get(fold(fact["unit"]))
    name = unit.name if unit else fact["unit"]
    return abs(figure.value - float(fact["value"])) <= 1e-9 * abs(figure.value) and figure.unit.name == name


def has_same_name(text: str, name: Range, indicators: Sequence[Sequence[int]]) -> bool:
    """Return whether a name has what it must have of an indicator and nothing beyond what it may have."""
    start, end = name
    while start < end and text[start] in _MARKS:
        start += 1
    while end > start and text[end - 1] in _MARKS:
        end -= 1
    return any(
        outer <= start <= core and core_end <= end + _marks_behind(text, end) and end <= outer_end
        for outer, core, core_end, outer_end in indicators
    )


def _marks_behind(text: str, end: int) -> int:
    return len(text[end:]) - len(text[end:].lstrip(_MARKS))


def _same_period(figure: Figure, fact: dict[str, Any], day: date | None) -> bool:
    if "*" in fact["periods"]:
        return True
    return (figure.first, figure.last) in {days_of_gold(period, day) for period in fact["periods"]}


def days_of_gold(period: str, day: date | None) -> tuple[date | None, date | None]:
    """Return the days that a period of the gold means; `day` is that of the release."""
    if period == "-":
        return None, None
    if period == "D":
        return day, day
    if period.startswith("~"):
        return (day.replace(year=day.year - int(period[1:])) if day else None), day
    first, is_span, last = period.partition("..")
    if is_span and not last:
        start = _day_of(first, is_last=False)
        return start, OPEN if day is None or start > day else day
    return _day_of(first, is_last=False), _day_of(last or first, is_last=True)


def _day_of(text: str, *, is_last: bool) -> date:
    year, *rest = map(int, text.split("-"))
    if len(rest) == 2:
        return date(year, *rest)
    month = rest[0] if rest else (12 if is_last else 1)
    return date(year, month, monthrange(year, month)[1] if is_last else 1)


def run(collection: Path, halves: Sequence[str], gold: Path = GOLD) -> dict[str, tuple[Score, list[Fault]]]:
    """Score the sentences of some halves."""
    releases: dict[str, Release] = {}
    results: dict[str, tuple[Score, list[Fault]]] = {half: (Score(), []) for half in halves}
    for line in read_gold(gold):
        if line["half"] in results:
            name = line["release"]
            if name not in releases:
                releases[name] = read_release(collection / name)
            score, faults = results[line["half"]]
            faults.append(score_sentence(line, releases[name], score))
    return results


def main() -> int:
    """Print the scores and the worst sentences."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--gold", type=Path, default=GOLD, help="labelled sentences; the first sample")
    parser.add_argument("--collection", type=Path, help="where the collection is or shall be written")
    parser.add_argument("--half", choices=HALVES, action="append")
    parser.add_argument("--worst", type=int, default=10)
    args = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory() as temporary:
            collection = args.collection or Path(temporary)
            if not args.collection or not collection.exists():
                write_collection(args.data, collection)
            write_releases(args.data, collection, {line["release"] for line in read_gold(args.gold)})
            results = run(collection, args.half or HALVES, args.gold)
    except MissingDataError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{now()}, load {describe_load()['load_average']}, {describe_machine()['processor']}\n")
    print(
        "| half | facts | found | not doubtful | value and unit P | R | whole fact P | R "
        "| indicator | period | kind |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for half, (score, _) in results.items():
        of = max(score.values, 1)
        shares = (
            score.values / max(score.found, 1),
            score.values / max(score.gold, 1),
            score.whole / max(score.claimed, 1),
            score.whole / max(score.gold, 1),
            score.indicators / of,
            score.periods / of,
            score.kinds / of,
        )
        print(
            f"| {half} | {score.gold} | {score.found} | {score.claimed} | "
            + " | ".join(f"{share:.3f}" for share in shares)
            + " |"
        )
    for half, (_, faults) in results.items():
        worst = sorted((fault for fault in faults if fault.what), key=lambda fault: -len(fault.what))
        print(f"\n## {half}: {len(worst)} of {len(faults)} sentences have a fault; the worst\n")
        for fault in worst[: args.worst]:
            print(f"- {fault.sentence.strip()}")
            print(*(f"  - {what}" for what in fault.what), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
