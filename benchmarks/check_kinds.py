"""What check.py does not ask for: notations, marked omissions, figures in running text, dates and sources.

python benchmarks/check_kinds.py DATA --index INDEX [--failures]

Sentences of the news that check.py does not use, by another seed: 60 of each kind, 100 with figures. INDEX is
the one that `check.py --keep` makes. Prints a table; exits with 1 where anything altered is called exact.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import check_cases
from check import draw
from check_cases import Corpus, letters_of
from judged import NEWS, MissingDataError, Passage, read_news
from measure import describe_load, now
from report import table

from jsisa_search import CheckedItem, Index

SEED = 31
EACH, WITH_FIGURES = 60, 100

_DIGITS = "〇一二三四五六七八九"
# Numbers whose other notation is made here by other rules than the product's.
_SMALL = re.compile(r"(?<![\d.:月年第\-—~至到])([1-9]\d)(?=[个名人家项件位条种次辆支岁届])")
_PERCENT = re.compile(r"(?<![\d.\-—~至到])(\d\d?)(\.\d+)?%")
_MYRIADS = re.compile(r"(?<![\d.\-—~至到])([1-9])\.(\d)万(?=[个名人家项件户吨元亩])")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年)")
_CLAUSE = re.compile(r"[，；：]")
_UNIT = re.compile(
    r"(?<![\d.:月年第\-—~至到/a-zA-Z])\d+(?:\.\d+)?(?=万?亿?(?:%|元|人|名|家|个|吨|亩|公里|项|件|辆))"
)
# A period, with a figure in the next clause at most.
_PERIOD = re.compile(
    r"(?:(?<!\d)(?P<year>20[01]\d)(?=年[^\d。；]{1,24}\d[\d.]*万?亿?[%元吨人家个])"
    r"|(?P<months>前\d个月|(?<![\d年-])\d月份)(?=[^\d。；]{1,24}\d[\d.]*万?亿?[%元吨人家个]))"
)
_OPPOSITE = {"增长": "下降", "下降": "增长"}
_DIRECTION = re.compile(r"(?:增长|下降)(?=了?\d[\d.]*%)")


@dataclass(frozen=True, slots=True)
class Case:
    """A draft of one kind, and what must be said of it."""

    kind: str
    draft: str
    wanted: str


def _tens(number: int) -> str:
    """Return a number from 1 to 99 in Chinese."""
    tens, units = divmod(number, 10)
    return ("" if tens < 2 else _DIGITS[tens]) + ("十" if tens else "") + (_DIGITS[units] if units else "")


def _percent(match: re.Match[str]) -> str:
    decimals = "点" + "".join(_DIGITS[int(digit)] for digit in match[2][1:]) if match[2] else ""
    return f"百分之{_tens(int(match[1])) or '零'}{decimals}"


NOTATIONS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_SMALL, lambda match: _tens(int(match[1]))),
    (_PERCENT, _percent),
    (_MYRIADS, lambda match: f"{_DIGITS[int(match[1])]}点{_DIGITS[int(match[2])]}万"),
    (_YEAR, lambda match: "".join(_DIGITS[int(digit)] for digit in match[1])),
)


def in_other_notation(sentence: str, chance: random.Random) -> str | None:
    """Return a sentence with one number in Chinese, `None` where it has none."""
    found = [(match, make) for pattern, make in NOTATIONS for match in pattern.finditer(sentence)]
    if not found:
        return None
    match, make = chance.choice(found)
    return sentence[: match.start()] + make(match) + sentence[match.end() :]


def with_omission(sentence: str, chance: random.Random) -> str | None:
    """Return a sentence with a mark instead of a clause or more in its midst."""
    cuts = [match.start() for match in _CLAUSE.finditer(sentence)]
    pairs = [(a, b) for a in cuts for b in cuts if a < b and a > 6 and len(sentence) - b > 8]
    if not pairs or "…" in sentence:
        return None
    start, end = chance.choice(pairs)
    return f"{sentence[:start]}{chance.choice(('……', '…', '（略）', '（中略）'))}{sentence[end + 1 :]}"


def with_digit(text: str, chance: random.Random) -> str | None:
    """Return a text with another digit in one of its figures."""
    figures = list(_UNIT.finditer(text))
    if not figures:
        return None
    figure = chance.choice(figures)
    at = chance.choice([at for at in range(*figure.span()) if text[at].isdigit()])
    digit = chance.choice([each for each in "123456789" if each != text[at]])
    return text[:at] + digit + text[at + 1 :]


def with_period(text: str, chance: random.Random) -> str | None:
    """Return a text with another year or month before one of its figures."""
    found = list(_PERIOD.finditer(text))
    if not found:
        return None
    match = chance.choice(found)
    changed = re.sub(r"\d+", lambda number: str(int(number[0]) % 11 + 1), match["months"] or "")
    year = match["year"] and str(int(match["year"]) - chance.randint(1, 5))
    return text[: match.start()] + (year or changed) + text[match.end("year" if year else "months") :]


class Drawing:
    """Draws cases from sentences that are not `used`."""

    def __init__(self, corpus: Corpus, used: set[str]) -> None:
        self._corpus, self._used = corpus, used
        self._chance = random.Random(SEED)

    def all_cases(self) -> Iterator[Case]:
        """Yield the cases of all kinds."""
        chance = self._chance
        yield from self._blocks("notation", "exact but for notation", lambda s: in_other_notation(s, chance))
        yield from self._blocks("notation and another value", "altered", self._other_value)
        yield from self._blocks("omission", "exact but for omissions", lambda s: with_omission(s, chance))
        yield from self._blocks("omission and another character", "altered", self._altered_part)
        yield from self._drawn(WITH_FIGURES, "figures as they are", "exact", self._with_figure)
        yield from self._drawn(WITH_FIGURES, "figures with another digit", "altered", self._other_digit)
        yield from self._drawn(EACH, "figures of another period", "altered", self._other_period)
        yield from self._drawn(EACH, "figures that fell, not rose", "altered", self._other_direction)
        for kind, wanted, form in STATED:
            yield from self._drawn(EACH, kind, wanted, partial(stated, form, chance=chance))

    def _with_figure(self, sentence: str, _: Passage) -> str | None:
        return sentence if _UNIT.search(sentence) else None

    def _other_digit(self, sentence: str, _: Passage) -> str | None:
        return with_digit(sentence, self._chance)

    def _other_period(self, sentence: str, _: Passage) -> str | None:
        return with_period(sentence, self._chance)

    def _other_direction(self, sentence: str, _: Passage) -> str | None:
        found = list(_DIRECTION.finditer(sentence))
        if not found:
            return None
        match = self._chance.choice(found)
        return sentence[: match.start()] + _OPPOSITE[match[0]] + sentence[match.end() :]

    def _drawn(
        self, count: int, kind: str, wanted: str, make: Callable[[str, Passage], str | None]
    ) -> Iterator[Case]:
        made = 0
        while made < count:
            sentence, passage = self._corpus.sentence()
            draft = None if sentence in self._used or "“" in sentence else make(sentence, passage)
            if draft is not None:
                self._used.add(sentence)
                made += 1
                yield Case(kind, draft, wanted)

    def _blocks(self, kind: str, wanted: str, change: Callable[[str], str | None]) -> Iterator[Case]:
        def make(sentence: str, _: Passage) -> str | None:
            text = change(sentence)
            return None if text is None or letters_of(text) in self._corpus.letters else f"> {text}\n"

        return self._drawn(EACH, kind, wanted, make)

    def _other_value(self, sentence: str) -> str | None:
        changed = with_digit(sentence, self._chance)
        return changed and in_other_notation(changed, self._chance)

    def _altered_part(self, sentence: str) -> str | None:
        text = with_omission(sentence, self._chance)
        return text and check_cases.ALTER["character"](self._corpus, text, self._chance)


# Kinds of claims, what must be said of them ("" for no claim), and the drafts.
STATED = (
    ("date of the release", "right", "据{source}{date}报道，“{text}”"),
    ("another date", "wrong", "据{source}{other}报道，“{text}”"),
    ("date of an event", "", "{other}，有关部门召开会议，提出“{text}”"),
    ("date in brackets", "wrong", "会议提出“{text}”（{source}，{other}）"),
    ("office that the text has not", "wrong", "据白石县应急管理局发布的消息，“{text}”"),
    ("agency that the text has not", "wrong", "据埃菲社报道，“{text}”"),
)


def stated(form: str, sentence: str, passage: Passage, chance: random.Random) -> str | None:
    """Return a draft that states a date or source beside a sentence."""
    if passage.published is None or not passage.source or "埃菲社" in passage.text:
        return None
    day = passage.published
    date = f"{day.year}年{day.month}月{day.day}日"
    other = f"{day.year}年{day.month % 12 + 1}月{chance.randint(1, 28)}日"
    return form.format(source=passage.source, date=date, other=other, text=sentence)


def said_of(case: Case, items: Sequence[CheckedItem]) -> str:
    """Return what is said of a case: of the verdicts the worst, or what the claims are."""
    if case.kind in {kind for kind, *_ in STATED}:
        (item,) = (item for item in items if item.kind == "quotation")
        claims = [claim.is_right for claim in item.claims]
        return "" if not claims else "wrong" if False in claims else "right"
    if case.draft.startswith(">"):
        return items[0].verdict
    verdicts = [item.verdict for item in items if item.kind == "figure"]
    return next((each for each in ("altered", "not found", "exact") if each in verdicts), "no figure")


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--failures", action="store_true")
    options = parser.parse_args()
    try:
        passages = read_news(options.data / NEWS)
    except (MissingDataError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    corpus = Corpus(passages)
    used = {source for case in draw(corpus, options.data) for source in case.sources}
    rows: dict[str, Counter[str]] = {}
    wanted: dict[str, str] = {}
    failures = []
    with Index.open(options.index) as index:
        for case in Drawing(corpus, used).all_cases():
            said = said_of(case, index.check_draft(case.draft.encode(), name="case.md").items)
            rows.setdefault(case.kind, Counter())[said] += 1
            wanted[case.kind] = case.wanted
            if said != case.wanted:
                failures.append((case.kind, said, case.draft.strip()))
    shown = [
        (
            kind,
            sum(found.values()),
            wanted[kind],
            f"{found[wanted[kind]] / sum(found.values()):.3f}",
            str(dict(found)),
        )
        for kind, found in rows.items()
    ]
    print(f"{now()}, load {describe_load()['load_average']}\n")
    print(table(("kind", "n", "wanted", "right", "said"), shown))
    for failure in failures if options.failures else ():
        print(*failure, sep=" | ")
    return int(
        any(
            wanted[kind] == "altered" and any(said.startswith("exact") for said in found)
            for kind, found in rows.items()
        )
    )


if __name__ == "__main__":
    sys.exit(main())
