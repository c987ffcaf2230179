"""What texts set off as one word: quoted coinages (“三降三升”) and titles in 《》."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from jsisa_search.analysis import is_indexed
from jsisa_search.lexicon.rules import load_rules

# Pairs of quotation marks; straight ones are taken two by two, or what stands between two would be one.
_QUOTATION_MARKS = ("“”", "「」", "『』", '""')
_TITLE_MARKS = ("《》",)
_QUOTED = re.compile(r"“([^“”\n]{0,100})”|「([^「」\n]{0,100})」|『([^『』\n]{0,100})』|\"([^\"\n]*)\"")
_TITLE = re.compile(r"《([^《》\n]{1,100})》")

# Punctuation and blanks: with one of them inside, what is quoted is speech and no word.
_SENTENCE_MARK = re.compile(r"[\s，。！？；：、,.!?;:…‘’'《》（）()【】\[\]/\\|<>]")


def count_coinages(texts: Iterable[str]) -> Counter[str]:
    """Return the quoted words of `texts` as written, each with the number of texts that quote it."""
    return Counter(chain.from_iterable(dict.fromkeys(_coinages_in(text)) for text in texts))


def count_titles(texts: Iterable[str]) -> Counter[str]:
    """Return the titles in 《》 of `texts`, without the marks, each with the number of texts that name it."""
    return Counter(chain.from_iterable(dict.fromkeys(_titles_in(text)) for text in texts))


@dataclass(frozen=True, slots=True)
class SetOff:
    """A way to set off words: pairs of `marks`, in how many `texts` it has to be, the lengths of the words.

    `breaks_words` tells whether a stretch is one word even where a segmenter makes good words of it.
    """

    marks: tuple[str, ...]
    texts: int
    shortest: int
    longest: int
    breaks_words: bool


def set_off_forms() -> tuple[SetOff, ...]:
    """Return how words are set off: coinages in quotation marks, and titles."""
    rules = load_rules("coinages")
    least, most = rules["title_chars"]
    return (
        SetOff(_QUOTATION_MARKS, rules["word_texts"], rules["min_chars"], rules["max_chars"], False),
        SetOff(_TITLE_MARKS, rules["title_texts"], least, most, True),
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
