from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jsisa_search.analysis import fold, without_marks
from jsisa_search.errors import QueryError
from jsisa_search.query import describe, parse_query
from jsisa_search.query.parser.parse import MAX_CHARS
from jsisa_search.query.parser.syntax import AllOf, AnyOf, InField, Near, Node, Not, Prefix
from tests.properties import examples


@pytest.mark.parametrize("typed", ["网格化 满意率", "网格化\u3000满意率", "  网格化\t满意率\n"])
def test_blanks_of_any_kind_part_a_query_into_pieces(typed: str) -> None:
    """Half-width blanks, full-width blanks, tabs and line ends separate."""
    assert [piece.text for piece in parse_query(typed).pieces] == ["网格化", "满意率"]


@pytest.mark.parametrize("typed", ['"平安 建设" 江苏', "“平安 建设” 江苏"])
def test_quotation_marks_hold_a_piece_together(typed: str) -> None:
    """Straight and curly quotation marks make a literal piece."""
    literal, plain = parse_query(typed).pieces
    assert (literal.text, literal.is_literal, literal.words) == ("平安建设", True, ("平安", "建设"))
    assert (plain.text, plain.is_literal) == ("江苏", False)


def test_a_quotation_mark_without_a_partner_is_ordinary_text() -> None:
    """An unclosed mark swallows nothing."""
    assert [piece.words for piece in parse_query("“平安 建设").pieces] == [("平安",), ("建设",)]


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("会 议 精 神", "会议精神 OR (会 AND 议 AND 精 AND 神)"),
        ("張\u3000三", "张三 OR (张 AND 三)"),
        ("哈 哈", "哈哈 OR (哈 AND 哈)"),
        ("张 三 会议", "张 AND 三 AND 会议"),
        ("张 OR 三", "张 OR 三"),
        ("“张 三”", "“张三”"),
        ("、 。", "“、” AND “。”"),
    ],
)
def test_single_characters_are_also_the_word_that_they_spell(typed: str, reading: str) -> None:
    """A query of single Chinese characters only is that word, or all of them."""
    assert describe(parse_query(typed).tree) == reading


@pytest.mark.parametrize("typed", ["\u200b网格\ufeff化\u00ad", "\u202a网格化\u202c"])
def test_invisible_marks_of_a_query_are_left_out(typed: str) -> None:
    """What was copied with a word and is not seen changes nothing."""
    assert parse_query(typed) == parse_query("网格化")


def test_a_query_of_invisible_marks_asks_for_nothing() -> None:
    """There is nothing to see in it."""
    assert parse_query("\u200b \ufeff").tree is None


def test_a_piece_is_folded_and_cut_into_words() -> None:
    """Traditional and full-width input is searched in its folded form, with the words inside words."""
    (piece,) = parse_query("網格化ＡＰＰ").pieces
    assert (piece.text, piece.words, piece.parts) == ("网格化app", ("网格化", "app"), ("网格",))
    assert piece.typed == "網格化ＡＰＰ"


def test_punctuation_parts_the_words_of_a_piece_into_runs() -> None:
    """Words on both sides of a comma are no phrase."""
    (piece,) = parse_query("平安建设,社会治理").pieces
    assert piece.runs == (("平安", "建设"), ("社会", "治理"))


@pytest.mark.parametrize("typed", ["", "  ", "\n\u3000"])
def test_what_is_blank_asks_for_nothing(typed: str) -> None:
    """Blanks alone have no tree and no piece."""
    query = parse_query(typed)
    assert (query.tree, query.pieces, query.notes) == (None, (), ())


@pytest.mark.parametrize("typed", ["，。", "-", "***", "#", "《》", "😀", "、"])
def test_punctuation_alone_is_searched_as_it_stands(typed: str) -> None:
    """A sign is a literal piece without words, and nothing is wrong with it."""
    query = parse_query(typed)
    (piece,) = query.pieces
    assert (piece.text, piece.words, piece.is_literal) == (fold(typed), (), True)
    assert query.notes == ()


@pytest.mark.parametrize("typed", ["“”", '""', "()", "（", ")", "|", '-""', "“ ”"])
def test_marks_that_hold_nothing_are_searched_themselves(typed: str) -> None:
    """Where nothing but syntax is left of a query it is text, and a note tells what the syntax lacks."""
    query = parse_query(f" {typed} ")
    assert [piece.text for piece in query.pieces] == [fold(typed)]
    assert query.notes


def test_pieces_of_metadata_fields_and_excluded_ones_are_not_marked() -> None:
    """Only what a passage, its heading or its title is to contain is marked in a hit."""
    query = parse_query("平安 -苏州 来源:新华社 标题:网格 日期:2022 江* 甲 NEAR 乙 NEAR 丙")
    assert [piece.text for piece in query.pieces] == ["平安", "网格", "江", "甲", "乙", "丙"]


def test_a_pasted_page_is_refused() -> None:
    """A query has a length that people type."""
    with pytest.raises(QueryError, match="2,001 characters is too long"):
        parse_query("网" * (MAX_CHARS + 1))


def nodes(node: Node | None) -> list[Node]:
    """Return `node` and all below it."""
    match node:
        case None:
            return []
        case AllOf() | AnyOf():
            below = list(node.parts)
        case Not() | InField():
            below = [node.node]
        case Near():
            below = [node.first, node.second]
        case Prefix():
            below = [node.piece]
        case _:
            below = []
    return [node, *(found for child in below for found in nodes(child))]


MARKS = '"“”「」()（）|-－*:： 网格'
FIELDS = "标题:,日期:2022,日期：..,来源:,2022-01..2022-06"
WORDS = " OR , 或 , AND , NOT , 非 , NEAR/5 , near/x ,国办发〔2017〕47号,abc,\ud800"
SYNTAX = st.sampled_from([*MARKS, *FIELDS.split(","), *WORDS.split(",")])


@examples(2)
@given(st.one_of(st.text(max_size=200), st.lists(SYNTAX, max_size=40).map("".join)))
@example("\ud800网格\udfff")
@example('"' * 99)
@example("(" * 300 + ")" * 200)
@example("标题:-" * 300)
@example("NOT " * 400)
def test_any_text_is_a_query(typed: str) -> None:
    """Nothing raises; each node and note lies in the text; what is wanted stands in it, folded."""
    query = parse_query(typed)
    assert query.text == re.sub("[\ud800-\udfff]", " ", without_marks(typed))
    assert (query.tree is None) == (not query.text.strip())
    for place in (*nodes(query.tree), *query.notes):
        assert 0 <= place.start < place.end <= len(query.text)
    for piece in query.pieces:
        assert piece.text == fold(piece.typed) == piece.text.strip() != ""
        written = fold(query.text[piece.start : piece.end])
        assert '""' in written or piece.text in written or piece.text in re.sub(r"\s", "", written)
    assert describe(query.tree)


@given(st.text(st.sampled_from("网格化治理群众 \t\u3000ab9％，。《》·é漢#+_.、；"), max_size=40))
def test_ordinary_text_is_parted_at_blanks_and_nowhere_else(typed: str) -> None:
    """Without marks and operators the pieces are what stands between blanks, and single characters joined."""
    query = parse_query(typed)
    assert [piece.typed for piece in query.pieces if piece.typed in typed.split()] == typed.split()
    assert query.notes == ()


@given(st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=40))
def test_any_text_can_be_quoted(typed: str) -> None:
    """With its straight quotation marks doubled, every text is one literal piece."""
    doubled = "".join(char * 2 if fold(char) == '"' else char for char in typed)
    if without_marks(typed).strip():
        (piece,) = parse_query(f'"{doubled}"').pieces
        assert (piece.typed, piece.is_literal) == (without_marks(typed).strip(), True)
