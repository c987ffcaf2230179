from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jsisa_search.errors import QueryError
from jsisa_search.query import parse_query
from jsisa_search.query.parse import MAX_CHARS


@pytest.mark.parametrize("typed", ["网格化 满意率", "网格化\u3000满意率", "  网格化\t满意率\n"])
def test_blanks_of_any_kind_part_a_query_into_pieces(typed: str) -> None:
    """Half-width blanks, full-width blanks, tabs and line ends separate."""
    assert [piece.text for piece in parse_query(typed).pieces] == ["网格化", "满意率"]


@pytest.mark.parametrize("typed", ['"平安 建设" 江苏', "“平安 建设” 江苏"])
def test_quotation_marks_hold_a_piece_together(typed: str) -> None:
    """Straight and curly quotation marks make a literal piece."""
    literal, plain = parse_query(typed).pieces
    assert (literal.text, literal.is_literal, literal.words) == ("平安 建设", True, ("平安", "建设"))
    assert (plain.text, plain.is_literal) == ("江苏", False)


def test_a_quotation_mark_without_a_partner_is_ordinary_text() -> None:
    """An unclosed mark swallows nothing."""
    assert [piece.words for piece in parse_query("“平安 建设").pieces] == [("平安",), ("建设",)]


def test_a_piece_is_folded_and_cut_into_words() -> None:
    """Traditional and full-width input is searched in its folded form, with the words inside words."""
    (piece,) = parse_query("網格化ＡＰＰ").pieces
    assert (piece.text, piece.words, piece.parts) == ("网格化app", ("网格化", "app"), ("网格",))


def test_punctuation_parts_the_words_of_a_piece_into_runs() -> None:
    """Words on both sides of a comma are no phrase."""
    (piece,) = parse_query("平安建设,社会治理").pieces
    assert piece.runs == (("平安", "建设"), ("社会", "治理"))


@pytest.mark.parametrize("typed", ["", "  ", "，。", "-", "“”", "***"])
def test_what_has_no_word_has_no_piece(typed: str) -> None:
    """Punctuation alone asks for nothing."""
    assert parse_query(typed).pieces == ()


def test_a_pasted_page_is_refused() -> None:
    """A query has a length that people type."""
    with pytest.raises(QueryError, match="2,001 characters is too long"):
        parse_query("网" * (MAX_CHARS + 1))


@settings(max_examples=300)
@given(st.text(max_size=200))
@example("\ud800网格\udfff")
def test_any_text_is_a_query(typed: str) -> None:
    """Nothing that can be typed raises."""
    for piece in parse_query(typed).pieces:
        assert piece.words
