"""User words: a file in the format of jieba's user dictionary."""

from __future__ import annotations

import re
from pathlib import Path

from jsisa_search.analysis import WordSet
from jsisa_search.lexicon.lines import read_lines

# jieba's form of a line: a word, which may have blanks inside, then a frequency and a part of speech.
# No part of speech of jieba's is longer than nrfg; what is longer belongs to the word.
_ENTRY = re.compile(r"(?P<word>.+?)(?:\s+\d+)?(?:\s+[a-zA-Z]{1,4})?")


def read_user_words(path: Path) -> WordSet:
    """Return the folded words of the user dictionary at `path`.

    One word a line; a frequency and a part of speech after it are read over. Raises `LexiconError`.
    """
    words = []
    for line in read_lines(path):
        entry = _ENTRY.fullmatch(line.text)
        words.append(line.term(entry["word"] if entry else line.text))
    return WordSet.of(words)
