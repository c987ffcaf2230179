from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.analysis.segmenter import WordSet, merge_words

_TEXTS = st.text(alphabet="网格化治理ab1 ，", max_size=20)
_WORDS = st.frozensets(st.text(alphabet="网格化治理ab1 ，", min_size=1, max_size=4), max_size=8)
_CUTS = st.lists(st.text(alphabet="网格化治理ab1 ，", min_size=1, max_size=3), max_size=8)


def test_a_user_word_becomes_one_word_of_the_cut() -> None:
    """Where a user word stands, the segmenter's words are joined, and the rest of one it cuts into stays."""
    assert merge_words(WordSet.of({"网格化"}), ["网格", "化", "管理"]) == ("网格化", "管理")
    assert merge_words(WordSet.of({"格化"}), ["网格", "化管", "理"]) == ("网", "格化", "管", "理")


def test_the_longest_word_wins() -> None:
    """A longer word takes the place of a shorter one that overlaps it, wherever that begins."""
    assert merge_words(WordSet.of({"网格", "格化治理"}), ["网格化治理"]) == ("网", "格化治理")


def test_of_overlapping_equals_the_first_wins() -> None:
    """Of two words of one length that overlap, the one that begins first is taken."""
    assert WordSet.of({"网格", "格化"}).find("网格化") == [(0, 2)]


def test_latin_words_stand_alone_only() -> None:
    """A Latin word is found beside Chinese, but not inside a longer Latin word or number."""
    words = WordSet.of({"ai", "5g"})
    assert words.find("ai治理") == [(0, 2)]
    assert words.find("said 15g") == []


def test_no_words_change_nothing() -> None:
    """Without user words the cut stays as it is."""
    assert merge_words(WordSet(), ["网格", "化"]) == ("网格", "化")


def test_sets_are_joined() -> None:
    """The union of two sets has the words and the lengths of both."""
    both = WordSet.of({"网格"}) | WordSet.of({"满意率", ""})
    assert (len(both), both.lengths) == (2, (3, 2))
    assert "满意率" in both
    assert "" not in both


@given(_WORDS, _CUTS)
def test_applying_keeps_the_text(words: frozenset[str], cut: list[str]) -> None:
    """Whatever the words are, the result joined is the same text, and no word in it is empty."""
    result = merge_words(WordSet.of(words), cut)
    assert "".join(result) == "".join(cut)
    assert all(result)


@given(_WORDS, _CUTS)
def test_applying_twice_is_the_same_as_once(words: frozenset[str], cut: list[str]) -> None:
    """What has been applied changes nothing more."""
    known = WordSet.of(words)
    once = merge_words(known, cut)
    assert merge_words(known, once) == once


@given(_WORDS, _TEXTS)
def test_found_words_are_known_in_order_and_apart(words: frozenset[str], text: str) -> None:
    """What is found is one of the words, and no two of them overlap."""
    found = WordSet.of(words).find(text)
    assert all(text[start:end] in words for start, end in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))
