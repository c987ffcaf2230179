from __future__ import annotations

from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.lexicon.assist.spelling import PARTS_MAX_CHARS, Part, occurring_parts


def test_the_longest_parts_come_with_their_counts() -> None:
    """Of a piece that stands nowhere, the parts that do are told with where and how often they do."""
    corpus = "网格化治理见成效，网格化治理有办法，满意率提升"
    assert occurring_parts("网格化治理满意率调查", corpus.count) == (
        Part("网格化治理", 0, 2),
        Part("满意率", 5, 1),
    )


def test_a_piece_that_stands_is_its_own_part() -> None:
    """A piece that does stand is told as it is."""
    assert occurring_parts("网格化", "网格化治理".count) == (Part("网格化", 0, 1),)


def test_single_characters_are_no_parts() -> None:
    """That a character of a piece occurs says nothing, unless it is the piece."""
    assert occurring_parts("网管格", "网格与管".count) == ()
    assert occurring_parts("网", "网格与管".count) == (Part("网", 0, 1),)
    assert [part.text for part in occurring_parts("网格管", "网格与管".count)] == ["网格"]


def test_parts_end_where_words_do() -> None:
    """A piece of a word at the end of a part is left off, unless the rest were a single character."""
    words = ["老旧", "小区", "改造"]
    corpus = "老旧小学的改造，小区改建"
    assert [part.text for part in occurring_parts("老旧小区改造", corpus.count)] == [
        "老旧小",
        "小区改",
        "改造",
    ]
    assert [part.text for part in occurring_parts("老旧小区改造", corpus.count, words=words)] == [
        "老旧",
        "小区",
        "改造",
    ]
    assert occurring_parts("网格化", "网格".count, words=["网格化"]) == (Part("网格", 0, 1),)


def test_punctuation_is_no_part() -> None:
    """A part without letter, digit or Chinese character says nothing."""
    assert occurring_parts("，。", "，。".count) == ()


def test_calls_are_bounded() -> None:
    """However long the piece, each of its first characters costs two counts at most."""
    asked: list[str] = []

    def count_of(text: str) -> int:
        asked.append(text)
        return "网格" in text or len(text) == 1

    occurring_parts("网格" * 5000, count_of)
    assert len(asked) <= 2 * PARTS_MAX_CHARS
    asked.clear()
    occurring_parts("网格" * 5000, count_of, words=["网格网"] * 2000)
    assert len(asked) <= 3 * PARTS_MAX_CHARS


_TEXTS = st.text(alphabet="网格化a", max_size=14)


@given(_TEXTS, _TEXTS)
def test_parts_are_all_that_can_not_be_longer(piece: str, corpus: str) -> None:
    """The parts are exactly those of a search through all stretches of the piece."""
    spans = [(a, b) for a in range(len(piece)) for b in range(a + 1, len(piece) + 1) if piece[a:b] in corpus]
    maximal = [(a, b) for a, b in spans if not any(c <= a and b <= d and (a, b) != (c, d) for c, d in spans)]
    longer = [span for span in maximal if span[1] - span[0] > 1 or span == (0, len(piece))]
    found = occurring_parts(piece, corpus.count, limit=100)
    assert {(part.start, part.start + len(part.text)) for part in found} == set(longer)
    assert all(part.count == corpus.count(part.text) for part in found)


@given(_TEXTS, _TEXTS, st.lists(st.integers(1, 4), max_size=8))
def test_parts_of_words_are_all_runs_of_words_that_can_not_be_longer(
    piece: str, corpus: str, sizes: list[int]
) -> None:
    """Every run of words that occurs is in a part, and each part occurs."""
    ends = sorted({0, len(piece), *(min(at, len(piece)) for at in accumulate(sizes))})
    words = [piece[a:b] for a, b in pairwise(ends)]
    found = occurring_parts(piece, corpus.count, words=words, limit=100)
    spans = [(part.start, part.start + len(part.text)) for part in found]
    assert all(part.text in corpus and part.count == corpus.count(part.text) for part in found)
    for at, start in enumerate(ends):
        for end in ends[at + 1 :]:
            if end - start > 1 and piece[start:end] in corpus:
                assert any(a <= start and end <= b for a, b in spans)
