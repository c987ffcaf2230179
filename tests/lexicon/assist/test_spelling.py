from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.lexicon.assist.pinyin import load_pinyin
from jsisa_search.lexicon.assist.shelf import Shelf
from jsisa_search.lexicon.assist.spelling import Correction, Vocabulary, corrections

_WORDS = {
    "网格": 200, "网络": 900, "网格化": 60, "网格员": 30, "管理": 800, "治理": 700, "法制化": 20,
    "攻坚克难": 12, "满意率": 90, "facebook": 7, "iphone": 9, "wifi": 4, "安全感": 50, "风格": 3,
    "一网统揽": 6, "统揽": 2,
}  # fmt: skip


def _of(counts: Iterable[tuple[str, int]]) -> Vocabulary:
    return Vocabulary([Shelf.of("word", counts, pinyin=load_pinyin())])


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    """Give a vocabulary of a few words."""
    return _of(_WORDS.items())


def _texts(text: str, vocabulary: Vocabulary) -> list[str]:
    return [found.text for found in corrections(text, vocabulary)]


def test_what_sounds_alike_comes_first(vocabulary: Vocabulary) -> None:
    """A word with a character of the same sound is corrected to the one that the corpus has."""
    pytest.importorskip("pypinyin")
    assert corrections("网格画", vocabulary)[0] == Correction("网格化", 60, "same sound")
    assert corrections("攻艰克难", vocabulary) == (Correction("攻坚克难", 12, "same sound"),)


def test_one_character_different(vocabulary: Vocabulary) -> None:
    """A wrong, missing, extra or swapped character is told as what it is."""
    assert Correction("满意率", 90, "other character") in corrections("满意度", vocabulary)
    assert Correction("一网统揽", 6, "missing character") in corrections("一网揽", vocabulary)
    assert Correction("攻坚克难", 12, "extra character") in corrections("攻坚克困难", vocabulary)
    assert Correction("满意率", 90, "swapped characters") in corrections("意满率", vocabulary)


def test_in_a_large_index_two_characters_need_a_frequent_word() -> None:
    """Of two characters one wrong leaves too much to guess: rare words are offered only in a small index."""
    fillers = [(f"{number}号", 1) for number in range(60_000)]
    large, small = _of([*_WORDS.items(), *fillers]), _of(_WORDS.items())
    assert {"网格", "风格"} <= set(_texts("资格", small))
    assert "网格" in _texts("资格", large)
    assert "风格" not in _texts("资格", large)
    assert large.count("1号") == 0


def test_latin_words(vocabulary: Vocabulary) -> None:
    """One letter may be wrong, two from six letters on; short words are not guessed at."""
    assert corrections("iphnoe", vocabulary) == (Correction("iphone", 9, "swapped characters"),)
    assert corrections("facbok", vocabulary) == (Correction("facebook", 7, "other letters"),)
    assert _texts("ＷｉＦｉｉ", vocabulary) == ["wifi"]
    assert _texts("wa", vocabulary) == []


def test_a_word_inside_a_piece_is_corrected(vocabulary: Vocabulary) -> None:
    """Where the piece as a whole is near to nothing known, its words are corrected."""
    pytest.importorskip("pypinyin")
    assert _texts("网格画管理", vocabulary)[0] == "网格化管理"


def test_only_what_is_found_is_offered(vocabulary: Vocabulary) -> None:
    """With a count of texts, corrections without any are left out, and the count is that of the whole."""
    counts = {"网格员": 5}
    found = corrections("网格原", vocabulary, count_of=lambda text: counts.get(text, 0))
    assert [(each.text, each.count) for each in found] == [("网格员", 5)]


def test_a_right_word_is_left_alone(vocabulary: Vocabulary) -> None:
    """What the corpus has is offered nothing rarer."""
    assert _texts("网络", vocabulary) == []
    assert vocabulary.count("网络") == 900


def test_sentences_and_single_characters_are_left_alone(vocabulary: Vocabulary) -> None:
    """Nothing is guessed for a character or for a pasted sentence."""
    assert _texts("网", vocabulary) == _texts("", vocabulary) == _texts("网格画" * 20, vocabulary) == []


def test_without_pypinyin_characters_are_compared() -> None:
    """Without the optional package what sounds alike is found only by its characters."""
    vocabulary = Vocabulary([Shelf.of("word", _WORDS.items())])
    assert corrections("攻艰克难", vocabulary) == (Correction("攻坚克难", 12, "other character"),)


def test_the_limit_is_kept(vocabulary: Vocabulary) -> None:
    """No more corrections are offered than asked for."""
    assert len(corrections("网各", vocabulary, 1)) <= 1


@given(st.sampled_from([word for word in _WORDS if len(word) > 2]), st.data())
def test_every_single_slip_is_mended(word: str, data: st.DataObject) -> None:
    """One character left out, put in, replaced or swapped leads back to the word."""
    vocabulary = _of([(word, 5)])
    at = data.draw(st.integers(0, len(word) - 1))
    new = data.draw(st.sampled_from("区x"))
    slips = {
        word[:at] + word[at + 1 :],
        word[:at] + new + word[at:],
        word[:at] + new + word[at + 1 :],
        word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    } - {word}
    for slip in slips:
        assert word in vocabulary.near(slip)
        assert [found.text for found in corrections(slip, vocabulary)] in (
            [word],
            *([[]] if len(slip) < 3 else []),
        )
