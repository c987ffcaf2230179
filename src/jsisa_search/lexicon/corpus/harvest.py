"""Coinages in “…”, titles in 《…》 and definitions, collected in one pass and cached beside the index."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import astuple, dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Self

from jsisa_search.analysis import is_indexed
from jsisa_search.lexicon import load_rules
from jsisa_search.lexicon.corpus.definitions import Definition, count_definitions, distinct_definitions
from jsisa_search.own_files import read_regular, replace_file

# Pairs of quotation marks; straight ones are paired in order, so that text between quotations is none.
_QUOTATION_MARKS = ("“”", "「」", "『』", '""')
_TITLE_MARKS = ("《》",)
_QUOTED = re.compile(r"“([^“”\n]{0,100})”|「([^「」\n]{0,100})」|『([^『』\n]{0,100})』|\"([^\"\n]*)\"")
_TITLE = re.compile(r"《([^《》\n]{1,100})》")

# Punctuation and spaces: a quotation that contains one is speech, not a word.
_SENTENCE_MARK = re.compile(r"[\s，。！？；：、,.!?;:…‘’'《》（）()【】\[\]/\\|<>]")


def count_coinages(texts: Iterable[str]) -> Counter[str]:
    """Return the quoted words of `texts` as written, each with the number of texts that quote it."""
    return Counter(chain.from_iterable(dict.fromkeys(_coinages_in(text)) for text in texts))


def count_titles(texts: Iterable[str]) -> Counter[str]:
    """Return the titles in 《》 of `texts`, without the marks, each with the number of texts that name it."""
    return Counter(chain.from_iterable(dict.fromkeys(_titles_in(text)) for text in texts))


@dataclass(frozen=True, slots=True)
class QuotationForm:
    """A form of quotation: pairs of `marks`, the least number of `texts`, and the lengths of the words.

    `breaks_words`: a string is one word even if it consists of dictionary words.
    """

    marks: tuple[str, ...]
    texts: int
    shortest: int
    longest: int
    breaks_words: bool


def quotation_forms() -> tuple[QuotationForm, ...]:
    """Return the forms: coinages in quotation marks, and titles."""
    rules = load_rules("coinages")
    least, most = rules["title_chars"]
    return (
        QuotationForm(_QUOTATION_MARKS, rules["word_texts"], rules["min_chars"], rules["max_chars"], False),
        QuotationForm(_TITLE_MARKS, rules["title_texts"], least, most, True),
    )


def _coinages_in(text: str) -> Iterator[str]:
    rules = load_rules("coinages")
    for match in _QUOTED.finditer(text):
        word = match[match.lastindex or 0]
        is_sized = rules["min_chars"] <= len(word) <= rules["max_chars"]
        if is_sized and is_indexed(word) and not _SENTENCE_MARK.search(word):
            yield word


def _titles_in(text: str) -> Iterator[str]:
    least, most = load_rules("coinages")["title_chars"]
    for match in _TITLE.finditer(text):
        title = match[1].strip()
        if least <= len(title) <= most and is_indexed(title):
            yield title


# Texts per batch: enough to amortise its cost, and few enough for memory.
_BATCH = 4096


@dataclass(frozen=True, slots=True)
class Harvest:
    """Coinages, titles and defining sentences, each with the number of texts that have it.

    Harvests of disjoint texts add up; that of removed texts can be subtracted.
    """

    coinages: Counter[str] = field(default_factory=Counter)
    titles: Counter[str] = field(default_factory=Counter)
    sentences: Counter[Definition] = field(default_factory=Counter)

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """Each abbreviation and its full name once, with the shortest sentence, in order."""
        return distinct_definitions(self.sentences)

    def __add__(self, other: Self) -> Self:
        return type(self)(
            self.coinages + other.coinages, self.titles + other.titles, self.sentences + other.sentences
        )

    def __sub__(self, other: Self) -> Self:
        return type(self)(
            self.coinages - other.coinages, self.titles - other.titles, self.sentences - other.sentences
        )


def harvest(texts: Iterable[str]) -> Harvest:
    """Return the coinages, titles and definitions of `texts`, in linear time."""
    found = Harvest()
    for batch in _batches(texts):
        found.coinages.update(count_coinages(batch))
        found.titles.update(count_titles(batch))
        found.sentences.update(count_definitions(batch))
    return found


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch


#: Name of the file in the index folder; it is a cache and may be deleted at any time.
HARVEST_FILE = "jsisa-search-terms.json"

#: Bytes of the file; that of 200,000 paragraphs has 2 million.
MAX_BYTES = 256 << 20

# Incremented whenever the harvest of the same texts changes.
_VERSION = 1

# More texts than any index has; a greater number is corrupt.
_MAX_COUNT = 1 << 40


def write_harvests(folder: Path, harvests: Mapping[str, Harvest]) -> None:
    """Replace the cached harvests by segment atomically.

    Where the folder can't be written to, nothing is cached: the file only saves time.
    """
    segments = {
        name: {
            "coinages": found.coinages,
            "titles": found.titles,
            "sentences": [[*astuple(each), count] for each, count in found.sentences.items()],
        }
        for name, found in harvests.items()
    }
    content = json.dumps({"version": _VERSION, "segments": segments}).encode("ascii")
    with suppress(OSError):
        # Several processes may read the same new index.
        replace_file(folder / HARVEST_FILE, content, is_durable=False, is_shared=True)


def read_harvests(folder: Path) -> dict[str, Harvest]:
    """Return the cached harvests by segment; none if the file is missing or damaged."""
    path = folder / HARVEST_FILE
    try:
        cached = json.loads(read_regular(path, MAX_BYTES).decode("ascii"))
        segments = cached["segments"] if cached["version"] == _VERSION else {}
        return {name: _harvest(**found) for name, found in segments.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def _harvest(coinages: Any, titles: Any, sentences: Any) -> Harvest:
    definitions = {_definition(short, full, text): count for short, full, text, count in sentences}
    return Harvest(_counts(coinages), _counts(titles), _counts(definitions))


def _counts(stored: Any) -> Counter[Any]:
    if not all(type(count) is int and 0 < count < _MAX_COUNT for count in stored.values()):
        raise ValueError("not the counts of texts")
    return Counter(stored)


def _definition(*names: Any) -> Definition:
    if not all(isinstance(name, str) for name in names):
        raise TypeError("not a definition")
    return Definition(*names)
