"""What texts set off as one word: quoted coinages (“三降三升”) and titles in 《》."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
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


def set_off_forms() -> tuple[tuple[tuple[str, ...], int, tuple[int, int]], ...]:
    """Return how words are set off: the pairs of marks, in how many texts, and the least and greatest length.

    First coinages in quotation marks, then titles.
    """
    rules = load_rules("coinages")
    least, most = rules["title_chars"]
    return (
        (_QUOTATION_MARKS, rules["word_texts"], (rules["min_chars"], rules["max_chars"])),
        (_TITLE_MARKS, rules["title_texts"], (least, most)),
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
