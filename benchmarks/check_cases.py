"""Sentences for check.py: of the news as they are, altered by a rule, and of other collections."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import jieba.posseg
from judged import Half, Passage, find_sets, read_lines

from jsisa_search.analysis import default_segmenter, fold, is_indexed

SEED = 20_221_128
FOREIGN_SETS = ("news_mrc", "cmrc2018", "rgb_zh", "stard")
LETTERS = (14, 120)

RULES = {
    "as it is": "a sentence as the corpus has it",
    "character": "one Chinese character that is no numeral is another one",
    "figure": "one digit of a number in Western digits is another one",
    "name": "a person, place or body, as jieba tags it, is another one of its kind",
    "swapped": "two different words of two or more characters, side by side or one apart, change places",
    "left out": "one to three words are left out, neither the first two nor the last two",
    "punctuation": "a mark between Chinese characters is another one, or is left out, or one is put in",
    "joined": "two sentences of different releases, with a comma between them",
    "foreign": "a sentence of another collection that the corpus does not have",
}
VERDICTS = {
    "as it is": "exact",
    "punctuation": "exact but for punctuation",
    "joined": "pieced together",
    "foreign": "not found",
}
"""What the verdict must be; of all other rules "altered"."""

_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
_HAN = re.compile("[\u4e00-\u9fff]")
_NUMERALS = frozenset("〇零一二两三四五六七八九十百千万亿点")
_DIGIT = re.compile(r"(?<![\da-zA-Z])\d+(?:\.\d+)?")
_NAME_FLAGS = ("nr", "ns", "nt")
_MARK = re.compile("(?<=[\u4e00-\u9fff])[，、：；](?=[\u4e00-\u9fff])")
_MARKS = "，、：；"


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence to check, the rule that made it, and the passages that it comes from, by their texts."""

    rule: str
    text: str
    sources: tuple[str, ...]
    half: Half

    @property
    def verdict(self) -> str:
        """What must be said of it."""
        return VERDICTS.get(self.rule, "altered")


def letters_of(text: str) -> str:
    """Return the letters and digits of a text as they are folded: a second way, not the product's."""
    return "".join(char for char in fold(text) if char.isalnum() or char in "%‰℃")


class Corpus:
    """The passages of the news, and what is drawn from them."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = passages
        self._chance = random.Random(SEED)

    @cached_property
    def letters(self) -> str:
        """The letters of all passages, one a line."""
        return "\n".join(letters_of(passage.text) for passage in self.passages)

    @cached_property
    def names(self) -> dict[str, list[str]]:
        """Names of some thousand passages by the tags of jieba, sorted."""
        found: dict[str, set[str]] = {flag: set() for flag in _NAME_FLAGS}
        for passage in random.Random(SEED).sample(list(self.passages), 1_500):
            for word, flag in jieba.posseg.cut(passage.text):
                if flag in found and len(word) > 1:
                    found[flag].add(word)
        return {flag: sorted(words) for flag, words in found.items()}

    def sentence(self) -> tuple[str, Passage]:
        """Draw a sentence with the passage it is of."""
        while True:
            passage = self._chance.choice(self.passages)
            sentences = [match[0].strip() for match in _SENTENCE.finditer(passage.text)]
            chosen = self._chance.choice(sentences) if sentences else ""
            if LETTERS[0] <= len(letters_of(chosen)) <= LETTERS[1]:
                return chosen, passage

    def cases(self, rule: str, number: int) -> Iterator[Case]:
        """Yield cases of a rule."""
        made = 0
        while made < number:
            case = self._joined() if rule == "joined" else self._case(rule)
            if case is not None:
                made += 1
                yield case

    def _case(self, rule: str) -> Case | None:
        sentence, passage = self.sentence()
        text = ALTER[rule](self, sentence, self._chance) if rule in ALTER else sentence
        if text is None or (text == sentence and rule != "as it is"):
            return None
        is_altered = rule not in VERDICTS
        if is_altered and (letters_of(text) == letters_of(sentence) or letters_of(text) in self.letters):
            return None
        if rule == "punctuation" and any(text in each.text for each in self.passages):
            return None
        return Case(rule, text, (sentence,), half_of(passage.release))

    def _joined(self) -> Case | None:
        (one, first), (two, second) = self.sentence(), self.sentence()
        text = f"{one.rstrip('。！？；')}，{two}"
        if first.release == second.release or letters_of(text) in self.letters:
            return None
        return Case("joined", text, (one, two), half_of(first.release))

    def foreign(self, data: Path, number: int) -> Iterator[Case]:
        """Yield sentences of other collections, as many of each."""
        sets = find_sets(data)
        for name in FOREIGN_SETS:
            texts = [line["text"] for line in read_lines(sets[name] / "corpus.jsonl.xz")]
            made = 0
            while made < number // len(FOREIGN_SETS):
                text = self._chance.choice(texts)
                sentences = [match[0].strip() for match in _SENTENCE.finditer(text)]
                chosen = self._chance.choice(sentences) if sentences else ""
                size = len(letters_of(chosen))
                if LETTERS[0] <= size <= LETTERS[1] and letters_of(chosen) not in self.letters:
                    made += 1
                    yield Case("foreign", chosen, (), half_of(chosen))


def half_of(name: str) -> Half:
    """Return the half that a release is in, for good."""
    return "tune" if hashlib.sha1(name.encode()).digest()[0] % 2 else "report"


def _character(corpus: Corpus, text: str, chance: random.Random) -> str | None:
    places = [at for at, char in enumerate(text) if _HAN.match(char) and char not in _NUMERALS]
    other = chance.choice(chance.choice(corpus.passages).text)
    if not places or not _HAN.match(other) or other in _NUMERALS:
        return None
    at = chance.choice(places)
    return text[:at] + other + text[at + 1 :]


def _figure(_: Corpus, text: str, chance: random.Random) -> str | None:
    numbers = list(_DIGIT.finditer(text))
    if not numbers:
        return None
    number = chance.choice(numbers)
    at = chance.choice([at for at in range(*number.span()) if text[at].isdigit()])
    is_first = at == number.start() and len(number[0]) > 1
    digit = chance.choice([each for each in "0123456789"[is_first:] if each != text[at]])
    return text[:at] + digit + text[at + 1 :]


def _name(corpus: Corpus, text: str, chance: random.Random) -> str | None:
    words = [(word.word, word.flag) for word in jieba.posseg.cut(text)]
    places = [at for at, (word, flag) in enumerate(words) if flag in _NAME_FLAGS and len(word) > 1]
    if not places:
        return None
    at = chance.choice(places)
    other = chance.choice(corpus.names[words[at][1]])
    return "".join(other if number == at else word for number, (word, _) in enumerate(words))


def _swapped(_: Corpus, text: str, chance: random.Random) -> str | None:
    words = default_segmenter().cut(text)
    places = [
        (at, other)
        for at in range(len(words))
        for other in (at + 1, at + 2)
        if other < len(words)
        and all(len(words[each]) > 1 and is_indexed(words[each]) for each in (at, other))
    ]
    if not places:
        return None
    one, two = chance.choice(places)
    words[one], words[two] = words[two], words[one]
    return "".join(words)


def _left_out(_: Corpus, text: str, chance: random.Random) -> str | None:
    words = default_segmenter().cut(text)
    number = chance.randint(1, 3)
    last = len(words) - 2 - number
    if last < 2:
        return None
    at = chance.randint(2, last)
    return "".join(words[:at] + words[at + number :])


def _punctuation(_: Corpus, text: str, chance: random.Random) -> str | None:
    marks = list(_MARK.finditer(text))
    kind = chance.choice(("other", "left out", "put in"))
    if kind == "put in":
        words = default_segmenter().cut(text)
        gaps = [
            at for at in range(1, len(words)) if _HAN.match(words[at - 1][-1]) and _HAN.match(words[at][0])
        ]
        gaps = [at for at in gaps if not _NUMERALS & {words[at - 1][-1], words[at][0]}]
        if not gaps:
            return None
        at = chance.choice(gaps)
        return "".join([*words[:at], "，", *words[at:]])
    if not marks:
        return None
    mark = chance.choice(marks)
    around = {text[mark.start() - 1], text[mark.end()]}
    if _NUMERALS & around:
        return None
    other = chance.choice(_MARKS.replace(mark[0], "")) if kind == "other" else ""
    return text[: mark.start()] + other + text[mark.end() :]


ALTER: dict[str, Callable[[Corpus, str, random.Random], str | None]] = {
    "character": _character,
    "figure": _figure,
    "name": _name,
    "swapped": _swapped,
    "left out": _left_out,
    "punctuation": _punctuation,
}
