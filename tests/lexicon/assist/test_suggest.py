from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.lexicon.assist import pinyin, suggest
from jsisa_search.lexicon.assist.suggest import Completer, Stock, Suggestion, last_piece
from jsisa_search.lexicon.corpus.definitions import Definition

_STOCK: Stock = {
    "word": [("网格", 40), ("网络", 300), ("网格员", 9), ("银行", 8), ("app", 3), ("重庆", 5), ("网", 900)],
    "coinage": [("网格+警格", 2), ("一网统揽", 7)],
    "title": [("网络安全法", 3)],
    "release": [("網格化十年紀事", 1)],
}
_DEFINITIONS = (Definition("桐钢", "网格桐岭钢铁公司", "网格桐岭钢铁公司（简称桐钢）"),)


@pytest.fixture(scope="module")
def completer() -> Completer:
    """Give a completer over a few words."""
    return Completer(_STOCK, _DEFINITIONS)


def _texts(completer: Completer, piece: str, limit: int = 10) -> list[str]:
    return [found.text for found in completer.complete(piece, limit)]


def test_frequent_words_come_first(completer: Completer) -> None:
    """Words come by how many texts have them; what was typed itself is no completion."""
    assert _texts(completer, "网", 2) == ["网络", "网格桐岭钢铁公司"]
    assert "网" not in _texts(completer, "网")
    assert "网格" not in _texts(completer, "网格")


def test_a_suggestion_tells_kind_and_count(completer: Completer) -> None:
    """What is suggested comes with where it was found and in how many texts."""
    assert completer.complete("一网") == (Suggestion("一网统揽", "coinage", 7),)


def test_any_form_of_a_character_finds_every_other(completer: Completer) -> None:
    """Traditional and full-width characters complete like others, and texts come as they are written."""
    assert _texts(completer, "網格化") == _texts(completer, "网格化") == ["網格化十年紀事"]
    assert _texts(completer, "ＡＰ") == ["app"]


def test_an_abbreviation_finds_its_full_name(completer: Completer) -> None:
    """What begins with an abbreviation is completed to it, and to what it stands for."""
    assert _texts(completer, "桐") == ["桐钢", "网格桐岭钢铁公司"]
    assert _texts(completer, "桐钢") == ["网格桐岭钢铁公司"]


def test_opening_marks_are_read_over(completer: Completer) -> None:
    """A quotation or title that has been begun is completed like the bare word."""
    assert _texts(completer, "“一网") == _texts(completer, "《一网") == ["一网统揽"]


def test_full_pinyin_and_initials(completer: Completer) -> None:
    """Latin letters complete words by their sound, with the right reading inside phrases."""
    pytest.importorskip("pypinyin")
    assert completer.knows_sounds
    assert _texts(completer, "wgy") == ["网格员"]
    assert _texts(completer, "yinh") == ["银行"]
    assert _texts(completer, "cq") == ["重庆"]
    assert _texts(completer, "wang'l", 1) == ["网络"]


def test_letters_come_before_sounds() -> None:
    """What begins with the typed letters comes before what sounds like them."""
    completer = Completer({"word": [("wg网", 1), ("网格", 500)]})
    assert _texts(completer, "wg")[0] == "wg网"


def test_without_pypinyin_letters_are_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the optional package everything but pinyin works."""
    monkeypatch.setattr(suggest, "load_pinyin", lambda: None)
    completer = Completer(_STOCK)
    assert not completer.knows_sounds
    assert _texts(completer, "wgy") == []
    assert _texts(completer, "ap") == ["app"]


def test_the_package_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pypinyin can't be imported there are no readings, and the message names the extra."""
    monkeypatch.setitem(__import__("sys").modules, "pypinyin", None)
    pinyin.load_pinyin.cache_clear()
    try:
        assert pinyin.load_pinyin() is None
        assert "jsisa-search[pinyin]" in pinyin.PINYIN_MISSING
    finally:
        pinyin.load_pinyin.cache_clear()


def test_nothing_typed_nothing_suggested(completer: Completer) -> None:
    """An empty piece, mere marks and a limit of none have no completions; neither has an empty stock."""
    assert _texts(completer, "") == _texts(completer, " “") == _texts(completer, "网", 0) == []
    assert _texts(Completer({}), "网") == []


def test_the_last_piece_is_what_is_being_typed() -> None:
    """Only what follows the last blank is completed."""
    assert last_piece("满意率 网格") == "网格"
    assert last_piece("满意率　网") == "网"
    assert last_piece("满意率 ") == last_piece("") == ""


@pytest.mark.slow
@given(
    st.dictionaries(st.text(alphabet="网格化ab網", min_size=2, max_size=5), st.integers(1, 50), max_size=12),
    st.text(alphabet="网格化a", min_size=1, max_size=3),
    st.integers(1, 5),
)
def test_a_limit_cuts_the_same_list(words: dict[str, int], piece: str, limit: int) -> None:
    """Fewer completions are the first of more, and the order of the stock plays no part."""
    items = list(words.items())
    shuffled = random.Random(1).sample(items, len(items))
    many = Completer({"word": items}, pinyin=pinyin.Pinyin({}, {}))
    assert many.complete(piece, limit) == many.complete(piece, 100)[:limit]
    other = Completer({"word": shuffled}, pinyin=pinyin.Pinyin({}, {}))
    assert [found.count for found in other.complete(piece)] == [found.count for found in many.complete(piece)]
