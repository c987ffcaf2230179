"""Lists of words: whatever is found in the compact arrays is what looking at every word finds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.lexicon.assist.pinyin import Pinyin, load_pinyin
from jsisa_search.lexicon.assist.shelf import Shelf, ShelfPart
from jsisa_search.lexicon.assist.spelling import Vocabulary, corrections
from jsisa_search.lexicon.assist.suggest import Completer, Suggestion
from jsisa_search.lexicon.assist.word_list import ListedWords, WordList, encoded
from tests.lexicon.assist.plain import PlainVocabulary, complete, deletions

_READINGS = {
    "银": "yín", "行": "xíng,háng", "航": "háng", "星": "xīng", "心": "xīn", "网": "wǎng", "格": "gé",
}  # fmt: skip

#: Readings of a few characters, one of which has two: 行 alone is xing, in 银行 hang.
PINYIN = Pinyin(
    {ord(char): text for char, text in _READINGS.items()},
    [("银行", [["yín"], ["háng"]])],
)

_HAN = st.text(alphabet="银行航星心网格𠮷", min_size=1, max_size=5)
_LATIN = st.text(alphabet="abc", min_size=1, max_size=9)
_WORD = st.one_of(_HAN, _LATIN, st.text(alphabet="银a1", min_size=1, max_size=4))
_COUNTED = st.dictionaries(_WORD, st.integers(1, 6), max_size=30)


def _list(words: set[str]) -> WordList:
    return WordList(ListedWords(sorted(map(encoded, words))), PINYIN)


@given(st.sets(_WORD, max_size=30), _WORD)
def test_near_words_share_what_is_left_of_them(words: set[str], typed: str) -> None:
    """A word is near where it and the typed one have a deletion in common."""
    listed = _list(words)
    found = {listed.text(number) for number in listed.near(typed).tolist()}
    known = {word for word in words if len(word) > 1 and (len(word) <= 12 or word.isascii())}
    assert found == {word for word in known if deletions(word) & deletions(typed)}


@given(st.sets(_WORD, max_size=30), _WORD)
def test_words_are_found_by_beginning_and_sound(words: set[str], typed: str) -> None:
    """Prefixes, initials, syllables and homophones are those of the words, one by one."""
    listed = _list(words)

    def texts(numbers: object) -> set[str]:
        return {listed.text(number) for number in numbers}  # type: ignore[attr-defined]

    assert texts(listed.starting(typed)) == {word for word in words if word.startswith(typed)}
    han = {word for word in words if not word.isascii()}
    sound = PINYIN.syllables(typed)
    alike = {word for word in han if len(word) > 1 and PINYIN.syllables(word) == sound}
    assert texts(listed.alike(typed)) == (set() if typed.isascii() else alike)
    for letters in ("x", "xx", "yinh", "wang"):
        by_initials, by_syllables = map(texts, listed.sounding(letters))
        parts = {word: PINYIN.syllables(word) for word in han if len(word) > 1}
        assert by_initials == {
            word for word in parts if "".join(part[0] for part in parts[word]).startswith(letters)
        }
        assert by_syllables == {word for word in parts if "".join(parts[word]).startswith(letters)}


@given(
    st.lists(_COUNTED, max_size=4),
    st.dictionaries(_WORD, st.integers(1, 3), max_size=6),
    _WORD,
    st.integers(1, 6),
)
def test_parts_are_counted_together(
    parts: list[dict[str, int]], gone: dict[str, int], typed: str, limit: int
) -> None:
    """Words in several parts, some of whose texts are gone, are those of one list."""
    totals: dict[str, int] = {}
    made = []
    for counts in parts:
        ordered = sorted(counts, key=encoded)
        exact = [max(counts[word] - gone.get(word, 0), 0) for word in ordered]
        for word, count in zip(ordered, exact, strict=True):
            totals[word] = totals.get(word, 0) + count
        words = WordList(ListedWords(list(map(encoded, ordered))), PINYIN)
        most = np.array([counts[word] for word in ordered], np.int64)
        made.append(ShelfPart(words, most, exact.__getitem__, lost=len(ordered)))
    shelf = Shelf("word", made)
    plain = PlainVocabulary(totals.items(), PINYIN)
    assert corrections(typed, Vocabulary([shelf]), 5) == corrections(typed, plain, 5)  # type: ignore[arg-type]
    found = Completer({"word": shelf}, pinyin=PINYIN).complete(typed, limit)
    typed = typed.strip()
    expected = complete({"word": totals.items()}, typed, limit, PINYIN) if typed else []
    assert [(each.text, each.kind, each.count) for each in found] == expected


@given(
    st.fixed_dictionaries(dict.fromkeys(("user_word", "coinage", "title", "release", "word"), _COUNTED)),
    st.one_of(_HAN, st.sampled_from(["x", "w", "yin", "xh", "a"])),
    st.integers(1, 8),
)
def test_a_text_of_several_kinds_is_the_likeliest(
    stock: dict[str, dict[str, int]], typed: str, limit: int
) -> None:
    """Completions over all kinds are the likeliest of all entries, each text once."""
    items = {kind: list(texts.items()) for kind, texts in stock.items()}
    found = Completer(items, pinyin=PINYIN).complete(typed, limit)  # type: ignore[arg-type]
    assert found == tuple(Suggestion(*each) for each in complete(items, typed, limit, PINYIN))  # type: ignore[arg-type]


def test_the_readings_are_those_of_the_package() -> None:
    """Read from its files without importing it, pypinyin's tables are the same as those it imports."""
    phrases = pytest.importorskip("pypinyin.phrases_dict").phrases_dict
    characters = pytest.importorskip("pypinyin.pinyin_dict").pinyin_dict
    imported, read = Pinyin(characters, phrases.items()), load_pinyin()
    assert read is not None
    for word in ["银行卡在重庆", "长江大桥", *list(phrases)[::97]]:
        assert read.syllables(word) == imported.syllables(word)
