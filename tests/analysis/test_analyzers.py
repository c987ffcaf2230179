from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.analysis import fold
from jsisa_search.analysis.analyzers import WordAnalyzer
from jsisa_search.analysis.segmenter import Segmenter


@pytest.fixture
def analyzer(segmenter: Segmenter, monkeypatch: pytest.MonkeyPatch) -> WordAnalyzer:
    """Return the analyzer over each of the two segmenters."""
    monkeypatch.setattr("jsisa_search.analysis.analyzers.segmenter_with", lambda _: segmenter)
    return WordAnalyzer()


def tokens(analyzer: WordAnalyzer, text: str, mode: str = "index") -> list[tuple[str, int, int, int]]:
    """Return what the analyzer yields as plain tuples."""
    stream = analyzer(text, positions=True, chars=True, mode=mode)
    return [(t.text, t.pos, t.startchar, t.endchar) for t in stream]


def test_a_word_and_the_words_inside_it_are_terms(analyzer: WordAnalyzer) -> None:
    """网格 and 网格化 both match 网格化, at one position."""
    assert tokens(analyzer, "推进网格化治理") == [
        ("推进", 0, 0, 2), ("网格", 1, 2, 4), ("网格化", 1, 2, 5), ("治理", 2, 5, 7),
    ]  # fmt: skip


def test_a_query_is_cut_into_whole_words(analyzer: WordAnalyzer) -> None:
    """A phrase made of a query has one term a position."""
    assert [text for text, *_ in tokens(analyzer, "推进网格化治理", mode="query")] == [
        "推进",
        "网格化",
        "治理",
    ]


def test_punctuation_takes_up_a_position_and_blanks_do_not(analyzer: WordAnalyzer) -> None:
    """Words on both sides of a comma are not neighbours; words with a blank between them are."""
    assert [(text, pos) for text, pos, *_ in tokens(analyzer, "平安，建设 治理")] == [
        ("平安", 0), ("建设", 2), ("治理", 3),
    ]  # fmt: skip


def test_no_word_is_left_out(analyzer: WordAnalyzer) -> None:
    """There are no stop words, and Latin words are not stemmed."""
    assert [text for text, *_ in tokens(analyzer, "我的和服和了 titles")] == [
        "我",
        "的",
        "和服",
        "和",
        "了",
        "titles",
    ]


def test_traditional_and_full_width_text_gives_the_same_terms(analyzer: WordAnalyzer) -> None:
    """Folding comes before cutting."""
    assert tokens(analyzer, "２０２２年國際論壇") == tokens(analyzer, "2022年国际论坛")


def test_a_word_inside_that_stands_twice_has_two_offsets(analyzer: WordAnalyzer) -> None:
    """Each occurrence has its own place."""
    starts = [start for text, _, start, _ in tokens(analyzer, "研究研究生") if text == "研究"]
    assert starts == [0, 2]


def test_words_are_cut_from_what_is_seen_and_point_into_what_is_written(analyzer: WordAnalyzer) -> None:
    """会 议 is the word 会议, and its offsets reach over the blank."""
    assert tokens(analyzer, "（会\u3000议）Ⅲ") == [("会议", 1, 1, 4), ("iii", 3, 5, 6)]


@given(
    st.text(
        alphabet=st.one_of(
            st.characters(exclude_categories=["Cs"]), st.sampled_from("網格化社会治理，ＡP9Ⅲ% \n\u200b")
        )
    )
)
def test_a_token_never_loses_its_place(text: str) -> None:
    """The original at a token's offsets folds to the token; positions never go back."""
    last = 0
    for term, position, start, end in tokens(WordAnalyzer(), text):
        assert term in fold(text[start:end])
        assert position >= last
        last = position


def test_start_values_of_whoosh_are_honoured() -> None:
    """Whoosh may index a field in parts, each going on where the last ended."""
    token = next(
        iter(
            WordAnalyzer()("治理", positions=True, chars=True, start_pos=7, start_char=30, keeporiginal=True)
        )
    )
    assert (token.pos, token.startchar, token.endchar, token.original) == (7, 30, 32, "治理")


def test_analyzers_are_equal_and_survive_pickling() -> None:
    """Whoosh stores the analyzer with its schema."""
    assert pickle.loads(pickle.dumps(WordAnalyzer())) == WordAnalyzer()
    own = WordAnalyzer(["一网统揽", "三降三升"])
    assert pickle.loads(pickle.dumps(own)) == own != WordAnalyzer()


@pytest.mark.parametrize("state", [{"own_words": ["网格"]}, {"own_words": (1,)}, {"other": 1}])
def test_a_pickled_analyzer_holds_words_and_nothing_else(state: dict[str, object]) -> None:
    """What somebody else wrote into an index is refused before it is used."""
    with pytest.raises(pickle.UnpicklingError):
        WordAnalyzer().__setstate__(state)


def test_words_of_users_own_are_words() -> None:
    """They are cut out of the text wherever they stand; the words inside longer ones are terms too."""
    own = WordAnalyzer(["统揽", "三降三升工程"])
    assert [t[0] for t in tokens(own, "推进三降三升工程", "query")] == ["推进", "三降三升工程"]
    assert ("工程", 1) in {t[:2] for t in tokens(own, "推进三降三升工程")}
