"""What is known of words beyond the dictionary: by users, by the texts themselves, by their sound."""

from __future__ import annotations

from jsisa_search.lexicon.coinages import SetOff, count_coinages, count_titles, set_off_forms
from jsisa_search.lexicon.definitions import Definition, count_definitions
from jsisa_search.lexicon.harvest import Harvest, harvest
from jsisa_search.lexicon.lexicon import FILE_NAMES, SYNONYMS_FILE, USER_WORDS_FILE, Lexicon
from jsisa_search.lexicon.nearest import Part, nearest_parts
from jsisa_search.lexicon.pinyin import PINYIN_MISSING, load_pinyin
from jsisa_search.lexicon.synonyms import Expansion, Synonyms

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
