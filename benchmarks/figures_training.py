"""Learn the weights by which the names of indicators are chosen, or say how they would do on unseen sites.

python benchmarks/figures_training.py learn --data DATA --collection FOLDER --out weights.tsv
python benchmarks/figures_training.py validate --data DATA --collection FOLDER [--folds 5]

The sentences are the samples in gold/figures*.jsonl that may be used, and gold/figures-training*.jsonl, the
first of which has names only (gold/README.md). `validate` learns without the sentences of a fifth of the
sites and items, tries those, and so on: no sentence is tried by weights that have seen its page or its site.

The model is log-linear over the candidates of each number: those that are right shall have the probability.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import re
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from figures import GOLD, has_same_name
from figures_gold import digest, read_gold
from figures_releases import write_releases
from judged import NEWS, MissingDataError
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from trial_collection import write_collection

from jsisa_search.analysis.fold import FoldedText
from jsisa_search.figures.extraction import extract
from jsisa_search.figures.features import answer
from jsisa_search.figures.figure import Setting
from jsisa_search.figures.naming import Name, Situation, around, describe, find_regions
from jsisa_search.figures.weights import CHOICES, SIDES
from jsisa_search.model import Range
from jsisa_search.page import read_release

#: Names to learn from; those that are not there yet are left out.
TRAINING = tuple(
    path
    for name in ("training", "training-2", "training-3")
    if (path := GOLD.with_name(f"figures-{name}.jsonl")).exists()
)
SAMPLES = (
    GOLD,
    *(
        GOLD.with_name(f"figures-{name}.jsonl")
        for name in ("2-tune", "2-report", "3-report", "4-report", "5-report")
    ),
)
#: Not to be learned from, nor are its sentences where another article has them too.
UNSEEN = GOLD.with_name("figures-6-report.jsonl")
#: The strength of the prior that holds weights near 0, and the weights that are left out as too small.
PRIOR, SMALLEST = 2.0, 0.02
#: What is seen less often is not learned.
FEWEST = 2
STEPS = 80


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate: where it is in the folded text, whether it is right, what is told of it and around it."""

    choice: str
    name: Range | None
    is_right: bool
    told: list[str]
    around: list[str]

    def features(self) -> Iterator[str]:
        """Yield the features that have weights: shared by all sides, and by side."""
        for feature in self.told:
            yield feature
            yield f"{self.choice}|{feature}"
        for feature in self.around:
            yield f"{self.choice}@{feature}"


@dataclass(frozen=True, slots=True)
class Example:
    """A fact of the gold with its candidates; `by_rule`: whether the name by rules is right."""

    source: str
    group: str
    figure: str
    sentence: str
    wanted: str
    by_rule: bool
    candidates: list[Candidate]


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph of the gold, with what its release says of it."""

    source: str
    group: str
    text: str
    setting: Setting
    line: dict[str, Any]


def read_texts(data: Path, collection: Path) -> Iterator[Text]:
    """Yield the paragraphs of all sentences that may be learned from."""
    news = _read_news(data)
    releases: dict[str, Any] = {}
    unseen = {line["sha256"] for line in read_gold(UNSEEN)}
    for path in (*SAMPLES, *TRAINING):
        for line in read_gold(path):
            if line["sha256"] in unseen:
                continue
            name = line["release"]
            if name.startswith("xwlb/") and not name.endswith(".txt"):
                texts, setting = news[name.removeprefix("xwlb/")]
            else:
                if name not in releases:
                    releases[name] = read_release(collection / name)
                release = releases[name]
                texts = [paragraph.text for paragraph in release.paragraphs]
                setting = Setting.of(release.title, release.date.date() if release.date else None)
            text = texts[line["paragraph"] - 1]
            if digest(text[slice(*line["sentence"])]) != line["sha256"]:
                raise MissingDataError(f"{name} is not as it was when it was read")
            yield Text(f"{path.stem} {line.get('half', '')}".strip(), _group(name), text, setting, line)


def _read_news(data: Path) -> dict[str, tuple[list[str], Setting]]:
    items: dict[str, tuple[list[str], Setting]] = {}
    with lzma.open(data / NEWS, "rt", encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            day = date.fromisoformat(line["date"][:10])
            items.setdefault(line["doc"], ([], Setting.of(line["title"], day)))[0].append(line["text"])
    return items


def _group(name: str) -> str:
    """Return what is left out together: the site of a page, an item of news, an article."""
    if name.startswith("pages/"):
        return re.sub(r"[\d_]*\.\w+$", "", name.split("/")[-1])
    return name.removesuffix(".txt")


class Reader:
    """Reads the facts of one sentence; names of figures before them are those of the gold."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._folded = FoldedText.of(text.text)
        self._seen: list[tuple[dict[str, Any], Situation]] = []

    def read(self) -> Iterator[Example]:
        """Yield the facts with their candidates."""
        text = self._text
        extract(text.text, text.setting, namer=self._namer)
        for fact, situation in self._seen:
            yield Example(
                text.source,
                text.group,
                text.text[slice(*fact["span"])],
                text.text[slice(*text.line["sentence"])].strip(),
                text.text[slice(*fact["indicators"][0][1:3])],
                self._is_right(situation.rule, fact),
                self._candidates(situation, fact),
            )

    def _namer(self, situation: Situation) -> Name:
        first, last = self._text.line["sentence"]
        start, end = self._original((situation.number.start, situation.number.end))
        facts = self._text.line["facts"]
        fact = next((each for each in facts if start < each["span"][1] and each["span"][0] < end), None)
        if fact is None or not first <= start < last:
            return Name(situation.rule)
        self._seen.append((fact, situation))
        right = [each.name for each in self._candidates(situation, fact) if each.is_right and each.name]
        return Name(min(right, key=lambda name: name[1] - name[0], default=situation.rule))

    def _candidates(self, situation: Situation, fact: dict[str, Any]) -> list[Candidate]:
        regions = list(find_regions(situation))
        told = [each for asked in around(situation, regions) for each in answer(asked)]
        found = [Candidate("none", None, False, [], told)]
        if situation.previous is not None:
            name = situation.previous.indicator
            found.append(Candidate("previous", name, self._is_right(name, fact), [], told))
        for region in regions:
            for start in range(len(region.words)):
                for end in range(start + 1, len(region.words) + 1):
                    name = region.range_of(start, end)
                    details = describe(region, situation, start, end)
                    found.append(Candidate(region.side, name, self._is_right(name, fact), details, told))
        return found

    def _is_right(self, name: Range | None, fact: dict[str, Any]) -> bool:
        return name is not None and has_same_name(self._text.text, self._original(name), fact["indicators"])

    def _original(self, span: Range) -> Range:
        return span if self._folded.origins is None else self._folded.original_range(*span)


def learn(examples: list[Example]) -> dict[str, float]:
    """Return the weights of all features that are seen often enough."""
    usable = [each for each in examples if any(candidate.is_right for candidate in each.candidates)]
    columns: dict[str, int] = {}
    cells, ends = array("i"), [0]
    right: list[bool] = []
    starts: list[int] = []
    for each in usable:
        starts.append(len(right))
        for candidate in each.candidates:
            cells.extend(columns.setdefault(feature, len(columns)) for feature in candidate.features())
            ends.append(len(cells))
            right.append(candidate.is_right)
    seen = np.frombuffer(cells, dtype=np.intc)
    table = csr_matrix((np.ones(len(cells)), seen, ends), shape=(len(right), len(columns)))
    often = np.flatnonzero(np.bincount(seen) >= FEWEST)
    values = fit(table[:, often], np.array(right), np.array(starts), prior=PRIOR)
    names = list(columns)
    return {names[at]: value for at, value in zip(often.tolist(), values.tolist(), strict=True)}


def fit(
    table: Any, right: NDArray[np.bool_], starts: NDArray[np.int64], *, prior: float = 1.0
) -> NDArray[np.float64]:
    """Return the weights that give most probability to right candidates, near 0 where it is the same.

    `prior` is the strength of what holds them there.
    """
    transposed = table.T.tocsr()
    sizes = np.diff(np.append(starts, len(right)))

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = table @ weights
        exponents = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
        total = np.add.reduceat(exponents, starts)
        good = np.maximum(np.add.reduceat(exponents * right, starts), 1e-300)
        slope = exponents / np.repeat(total, sizes) - exponents * right / np.repeat(good, sizes)
        value = np.sum(np.log(total) - np.log(good)) + prior / 2 * weights @ weights
        return float(value), transposed @ slope + prior * weights

    start = np.zeros(table.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return found.x  # type: ignore[no-any-return]


def best(example: Example, weights: dict[str, float]) -> Candidate:
    """Return the candidate with the highest score."""
    return max(example.candidates, key=lambda each: sum(weights.get(f, 0.0) for f in each.features()))


def lines_of(weights: dict[str, float]) -> Iterator[str]:
    """Yield the lines of the table of weights: by side, and of situations by choice."""
    yield "# What is told of words, with its weights before the number, behind it and in earlier parts;"
    yield "# of situations those of each choice: before, behind, earlier, previous, none."
    yield "# Made by benchmarks/figures_training.py."
    by_side: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(SIDES))
    by_choice: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(CHOICES))
    shared = {f: value for f, value in weights.items() if not re.match(rf"(?:{'|'.join(CHOICES)})[|@]", f)}
    for feature, value in weights.items():
        if feature in shared:
            continue
        choice, mark, rest = re.fullmatch(r"(\w+)([|@])(.*)", feature).groups()  # type: ignore[union-attr]
        if mark == "@":
            by_choice[rest][CHOICES.index(choice)] = value
        else:
            by_side[rest][SIDES.index(choice)] = value + shared.get(rest, 0.0)
    for table in (by_side, by_choice):
        for feature, values in sorted(table.items()):
            if max(map(abs, values)) >= SMALLEST:
                cells = (f"{value:.2f}".rstrip("0").rstrip(".") for value in values)
                yield "\t".join([feature, *("" if cell in ("0", "-0") else cell for cell in cells)])


def validate(examples: list[Example], folds: int, worst: int) -> None:
    """Print how well names are chosen on sites that were not learned from."""
    right: Counter[str] = Counter()
    by_rule: Counter[str] = Counter()
    count: Counter[str] = Counter()
    wrong: list[str] = []
    for fold in range(folds):
        weights = learn([each for each in examples if fold_of(each.group, folds) != fold])
        for each in examples:
            if fold_of(each.group, folds) != fold:
                continue
            chosen = best(each, weights)
            count[each.source] += 1
            right[each.source] += chosen.is_right
            by_rule[each.source] += each.by_rule
            if not chosen.is_right:
                wrong.append(f"{each.source} | {each.figure} | {chosen.choice} {chosen.name} | {each.wanted}")
    print("| sentences | facts | name by rules | name by weights, sites left out |\n|---|---|---|---|")
    for source, number in count.items():
        print(f"| {source} | {number} | {by_rule[source] / number:.3f} | {right[source] / number:.3f} |")
    print(*wrong[:worst], sep="\n")


def fold_of(group: str, folds: int) -> int:
    """Return the number of the part that is tried without having been learned from."""
    return int(hashlib.sha256(group.encode()).hexdigest(), 16) % folds


def make_parser(description: str | None, out: str) -> argparse.ArgumentParser:
    """Return a parser of what this program and figures_periods.py are asked for; `out` is the file made."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=("learn", "validate"))
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--collection", type=Path, required=True, help="where it is or shall be written")
    parser.add_argument("--out", type=Path, default=Path(out))
    parser.add_argument("--worst", type=int, default=0)
    return parser


def write_and_read_texts(data: Path, collection: Path) -> list[Text]:
    """Return the paragraphs that may be learned from; write the collection and their releases first."""
    if not collection.exists():
        write_collection(data, collection)
    names = {line["release"] for path in (*SAMPLES, *TRAINING) for line in read_gold(path)}
    write_releases(data, collection, names)
    return list(read_texts(data, collection))


def main() -> int:
    """Print the weights, or how well they do."""
    parser = make_parser(__doc__, "weights.tsv")
    parser.add_argument("--folds", type=int, default=5)
    args = parser.parse_args()
    try:
        texts = write_and_read_texts(args.data, args.collection)
    except MissingDataError as error:
        print(error, file=sys.stderr)
        return 2
    examples = [example for text in texts for example in Reader(text).read()]
    if args.command == "validate":
        validate(examples, args.folds, args.worst)
    else:
        args.out.write_text("\n".join([*lines_of(learn(examples)), ""]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
