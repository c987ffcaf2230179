"""Learn the weights by which the periods of figures are chosen, or say how they would do on unseen texts.

python benchmarks/figures_periods.py learn --data DATA --collection FOLDER --out periods.tsv
python benchmarks/figures_periods.py validate --data DATA --collection FOLDER [--worst 20]

The sentences are those of gold/figures*.jsonl that have periods and may be learned from. `validate` learns
without a tenth of the releases and tries those, and so on, and then without a kind of text at all: news,
pages, articles, snippets. So no figure is dated by weights that have seen its release.

The model is log-linear over the candidates of each number: those that are right shall have the probability.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from figures import days_of_gold
from figures_training import Text, fit, fold_of, make_parser, write_and_read_texts
from judged import MissingDataError
from scipy.sparse import csr_matrix

from jsisa_search.analysis.fold import FoldedText
from jsisa_search.figures.dating import UNIT, Candidate, Dated, PeriodWeights, Use, choose_period, days_of
from jsisa_search.figures.extraction import extract
from jsisa_search.figures.mentions import answer
from jsisa_search.figures.naming import Name, Situation

#: What is seen less often is not learned, and smaller weights are left out.
FEWEST, SMALLEST = 6, 0.05
#: Figures before a sentence have no labels: they are dated by the weights so far, learned so many times.
ROUNDS = 2
FOLDS = 10
KINDS = {"xwlb": "news", "press": "pages", "statutes": "articles"}


@dataclass(frozen=True, slots=True)
class Example:
    """A fact with the candidates for its period, which of them are right, and what the weights so far say."""

    text: Text
    fact: dict[str, Any]
    candidates: Sequence[Candidate]
    right: list[bool]
    dated: Dated
    is_right: bool


class Reader:
    """Reads the facts of one sentence; figures before one have the periods of the gold, if `is_taught`."""

    def __init__(self, text: Text, weights: PeriodWeights, *, is_taught: bool) -> None:
        self._text = text
        self._folded = FoldedText.of(text.text)
        self._weights = weights
        self._is_taught = is_taught
        self._examples: list[Example] = []

    def read(self) -> list[Example]:
        """Return the facts with their candidates."""
        extract(self._text.text, self._text.setting, namer=_named_by_rules, dater=self._date)
        return self._examples

    def _date(self, use: Use, candidates: Sequence[Candidate]) -> Dated:
        dated = choose_period(use, candidates, self._weights)
        fact = self._fact_at((use.number.start, use.number.end))
        if fact is None or "*" in fact.get("periods", "*"):
            return dated
        wanted = {days_of_gold(period, self._text.setting.day) for period in fact["periods"]}
        right = [days_of(each.period) in wanted for each in candidates]
        is_right = days_of(dated.period) in wanted
        self._examples.append(Example(self._text, fact, candidates, right, dated, is_right))
        if not self._is_taught or True not in right:
            return dated
        return dated if is_right else Dated(candidates[right.index(True)].period)

    def _fact_at(self, span: tuple[int, int]) -> dict[str, Any] | None:
        start, end = span if self._folded.origins is None else self._folded.original_range(*span)
        first, last = self._text.line["sentence"]
        if not first <= start < last:
            return None
        facts = self._text.line["facts"]
        return next((each for each in facts if start < each["span"][1] and each["span"][0] < end), None)


def _named_by_rules(situation: Situation) -> Name:
    """Return the name by rules, at no cost: no period depends on it."""
    return Name(situation.rule)


def learn(texts: Sequence[Text]) -> PeriodWeights:
    """Return the weights of all features that are seen often enough."""
    weights = PeriodWeights({})
    for _ in range(ROUNDS):
        readers = [Reader(text, weights, is_taught=True) for text in texts]
        weights = _learn_from(example for reader in readers for example in reader.read())
    return weights


def _learn_from(examples: Iterable[Example]) -> PeriodWeights:
    usable = [each for each in examples if True in each.right and False in each.right]
    told = [[_features(candidate) for candidate in each.candidates] for each in usable]
    counts = Counter(feature for each in told for candidate in each for feature in candidate)
    columns = {feature: at for at, feature in enumerate(sorted(f for f, n in counts.items() if n >= FEWEST))}
    ends, cells, starts = [0], [], []
    right: list[bool] = []
    for example, each in zip(usable, told, strict=True):
        starts.append(len(right))
        right += example.right
        for candidate in each:
            cells += [columns[feature] for feature in candidate if feature in columns]
            ends.append(len(cells))
    table = csr_matrix((np.ones(len(cells)), cells, ends), shape=(len(right), len(columns)))
    values = fit(table, np.array(right), np.array(starts)).tolist()
    weights = {feature: round(value / UNIT) * UNIT for feature, value in zip(columns, values, strict=True)}
    return PeriodWeights({feature: value for feature, value in weights.items() if abs(value) >= SMALLEST})


def _features(candidate: Candidate) -> list[str]:
    return [feature for asked in candidate.asked for feature in answer(asked)]


def tried(texts: Sequence[Text], part_of: Callable[[Text], object]) -> Iterator[Example]:
    """Yield the facts of each part, dated by weights that were learned from the other parts."""
    parts = {part_of(text) for text in texts}
    for part in sorted(parts, key=str):
        weights = learn([text for text in texts if part_of(text) != part])
        for text in texts:
            if part_of(text) == part:
                yield from Reader(text, weights, is_taught=False).read()


def _has_periods(text: Text) -> bool:
    return any("periods" in fact for fact in text.line["facts"])


def _kind(text: Text) -> str:
    folder = text.line["release"].split("/")[0]
    return KINDS.get(folder, folder)


def validate(texts: Sequence[Text], worst: int) -> None:
    """Print how well periods are chosen in releases and in kinds of text that were not learned from."""
    print("| left out | text | facts | a candidate is right | chosen |\n|---|---|---|---|---|")
    wrong: list[str] = []
    for name, part_of in (("releases", lambda text: fold_of(text.group, FOLDS)), ("a kind", _kind)):
        count, reached, right = Counter[str](), Counter[str](), Counter[str]()
        for each in tried(texts, part_of):
            for key in ("all", _kind(each.text), each.text.source):
                count[key] += 1
                reached[key] += True in each.right
                right[key] += each.is_right
            if not each.is_right:
                wrong.append(_fault(each))
        for key, number in sorted(count.items()):
            print(f"| {name} | {key} | {number} | {reached[key] / number:.3f} | {right[key] / number:.3f} |")
    print(*wrong[:worst], sep="\n")


def _fault(example: Example) -> str:
    text, period = example.text.text, example.dated.period
    chosen = f"{period.first}..{period.last}" if period else "none"
    sentence = text[slice(*example.text.line["sentence"])].strip()
    figure = text[slice(*example.fact["span"])]
    chosen = f"{chosen} ({example.dated.probability:.2f})"
    return f"- {sentence}\n  - {figure}: {chosen}, not {example.fact['periods']}"


def lines_of(weights: PeriodWeights) -> Iterator[str]:
    """Yield the lines of the table of weights."""
    yield f"# What is told of a period that a number may be of, with its weight in {round(1 / UNIT)}ths."
    yield "# Made by benchmarks/figures_periods.py."
    for feature, value in sorted(weights.weights.items()):
        yield f"{feature}\t{round(value / UNIT)}"


def main() -> int:
    """Print the weights, or how well they do."""
    args = make_parser(__doc__, "periods.tsv").parse_args()
    try:
        texts = write_and_read_texts(args.data, args.collection)
    except MissingDataError as error:
        print(error, file=sys.stderr)
        return 2
    if args.command == "validate":
        validate(texts, args.worst)
    else:
        args.out.write_text("\n".join([*lines_of(learn(texts)), ""]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
