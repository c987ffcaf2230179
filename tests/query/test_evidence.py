"""What of a query speaks for a passage."""

from __future__ import annotations

import pytest

from jsisa_search.query import parse_query
from jsisa_search.query.evidence import asked_words, evidence_of, is_question, is_sentence, without_asking


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("网格化是什么", ("网格化", "是")),
        ("谁是旗手", ("是", "旗手")),
        ("什么", ("什么",)),
        ("何厚铧访问北京", ("何厚铧", "访问", "北京")),
        ("哪咤", ("哪咤",)),
        ("何人获奖", ("获奖",)),
    ],
)
def test_words_that_ask_are_not_asked_for(typed: str, words: tuple[str, ...]) -> None:
    """Where a query says anything else; and a character of a name asks nothing."""
    (piece,) = parse_query(typed).pieces
    assert asked_words(piece) == words


def test_no_pair_reaches_over_a_word_that_asks() -> None:
    """Neither the word nor what it touches is looked for in pairs or characters."""
    terms = {text for _, text, _ in evidence_of(parse_query("市长是谁的儿子"), is_whole=True).terms}
    assert {"市长", "长是", "的儿", "儿子"} <= terms
    assert not {"谁", "是谁", "谁的", "是的"} & terms


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("网格化 满意率", False),
        ("国务院常务会议 中小企业 融资", False),
        ("“网格化是什么”", False),
        ("网格化是什么", True),
        ("澄川市推进网格化社会治理工作的做法和成效", True),
    ],
)
def test_a_sentence_is_told_from_key_words(typed: str, expected: bool) -> None:
    """By a word that asks, or by more words than anybody types as one key word; not in quotation marks."""
    assert is_sentence(parse_query(typed)) is expected


@pytest.mark.parametrize("is_whole", [True, False])
def test_each_term_counts_once(is_whole: bool) -> None:
    """However often a query repeats it."""
    evidence = evidence_of(parse_query("网格化网格化 网格化"), is_whole=is_whole)
    terms = [(field, text) for field, text, _ in evidence.terms]
    assert len(terms) == len(set(terms))
    assert evidence.near == ("网格化",)


@pytest.mark.parametrize(
    ("typed", "asking", "left"),
    [
        ("怎样 计算 指数", ("怎样",), ("计算", "指数")),
        ("谁 主持 会议 为什么？", ("谁", "为什么?"), ("主持", "会议")),
        ("怎样计算 指数", (), ("怎样计算", "指数")),
        ("怎样", (), ("怎样",)),
        ("怎样 什么", (), ("怎样", "什么")),
        ("何 厚铧", (), ("何", "厚铧")),
        ("“怎样” 计算", (), ("怎样", "计算")),
        ("怎样 OR 计算", (), ("怎样", "计算")),
        ("怎样 计算 -指数", ("怎样",), ("计算",)),
        ("怎样 -指数", (), ("怎样",)),
    ],
)
def test_question_words_typed_apart_are_not_searched(
    typed: str, asking: tuple[str, ...], left: tuple[str, ...]
) -> None:
    """Unless they are quoted, alternatives, single characters of names, or all there is."""
    query = without_asking(parse_query(typed))
    assert (query.asking, tuple(piece.text for piece in query.pieces)) == (asking, left)
    assert is_question(query) == (bool(asking) or typed == "怎样计算 指数")
