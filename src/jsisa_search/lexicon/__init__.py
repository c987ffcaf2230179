"""What is known of words beyond the dictionary: by users, by the texts themselves, by their sound."""

from __future__ import annotations

from jsisa_search.lexicon.assist.pinyin import PINYIN_MISSING, load_pinyin
from jsisa_search.lexicon.assist.spelling import Part, nearest_parts
from jsisa_search.lexicon.corpus.definitions import Definition, count_definitions
from jsisa_search.lexicon.corpus.harvest import (
    Harvest,
    SetOff,
    count_coinages,
    count_titles,
    harvest,
    set_off_forms,
)
from jsisa_search.lexicon.user_lexicon import (
    FILE_NAMES,
    SYNONYMS_FILE,
    USER_WORDS_FILE,
    Expansion,
    Lexicon,
    Synonyms,
)

__all__ = [
    "FILE_NAMES",
    "PINYIN_MISSING",
    "SYNONYMS_FILE",
    "USER_WORDS_FILE",
    "Definition",
    "Expansion",
    "Harvest",
    "Lexicon",
    "Part",
    "SetOff",
    "Synonyms",
    "count_coinages",
    "count_definitions",
    "count_titles",
    "harvest",
    "load_pinyin",
    "nearest_parts",
    "set_off_forms",
]
