"""Document numbers as people type them, and as pages print them."""

from __future__ import annotations

import pytest

from jsisa_search.query import parse_query
from jsisa_search.query.parser.document_numbers import DocumentNumber, read_number

FORMS = {"国办发〔2017〕47号", "国办发(2017)47号", "国办发[2017]47号", "国办发【2017】47号"}


@pytest.mark.parametrize("brackets", ["〔〕", "()", "（）", "[]", "［］", "【】", "﹝﹞"])
def test_a_document_number_has_its_brackets_in_any_form(brackets: str) -> None:
    """All forms are one and the same, the official one first, with and without 第."""
    (piece,) = parse_query(f"国办发{brackets[0]}2017{brackets[1]}47号").pieces
    assert set(piece.variants) == FORMS | {form.replace("47", "第47") for form in FORMS}
    assert piece.text == piece.variants[0] == "国办发〔2017〕47号"


@pytest.mark.parametrize(
    "typed",
    [
        "国发〔2019〕5号",
        "国发2019 5号",
        "国发2019年5号",
        "国发2019第5号",
        "国发 〔2019〕 5 号",
        "国发（2019年）第5号",
        "国发〔2019〕5",
        "国发〔2019〕5号文件",
        "按照国发〔2019〕5号",
        "国发２０１９　５号",
        "国发 2019 5号",
    ],
)
def test_a_document_number_is_one_piece_however_it_is_typed(typed: str) -> None:
    """Blanks, 第, the width of digits and a missing 号 make no difference."""
    (piece,) = parse_query(typed).pieces
    assert piece.number == DocumentNumber("国发", 2019, 5)
    assert piece.typed == typed


def test_a_document_number_stands_beside_other_pieces() -> None:
    """It may be excluded, be the value of a field, and be followed by words."""
    query = parse_query("双随机 国发2019 5号 -文号:国办函（2018）71号 监管")
    assert [piece.text for piece in query.pieces] == ["双随机", "国发〔2019〕5号", "监管"]


@pytest.mark.parametrize(
    "typed",
    [
        "平安",
        "江苏(苏州)",
        "南京(2022)15",
        "台风2019 5号",
        "国发20195号",
        "2019 5号",
        "国发〔2019〕",
        "国发〔1234〕5号",
    ],
)
def test_other_text_is_no_document_number(typed: str) -> None:
    """Text that only looks like a number is searched as text."""
    assert read_number(typed) is None
    assert all(piece.number is None for piece in parse_query(typed).pieces)


def test_the_year_inside_a_piece_may_be_in_any_brackets() -> None:
    """What is beside it stays as it is."""
    (piece,) = parse_query("抓好苏政发(2021)第3号精神").pieces
    assert piece.number is None
    assert piece.variants[1] == "抓好苏政发〔2021〕第3号精神"


@pytest.mark.parametrize(
    "typed", ["国办发〔2017〕", "国办发(2017)", "国办发（２０１７）", "国办发2017", "国办发2017年"]
)
def test_all_numbers_of_a_year_are_one_piece(typed: str) -> None:
    """They begin with any brackets, typed so or with none."""
    (piece,) = parse_query(typed).pieces
    assert piece.number is None
    assert {"国办发〔2017〕", "国办发(2017)", "国办发[2017]", "国办发【2017】"} <= set(piece.variants)
    assert piece.variants[0] == piece.text


@pytest.mark.parametrize(
    "typed", ["平安", "江苏(苏州)", "台风2019", "江苏2022年", "(2022)年", "(1234)5号", "“国办发〔2017〕47号”"]
)
def test_other_pieces_have_one_form(typed: str) -> None:
    """So has a quoted number: it is asked for as it stands."""
    (piece,) = parse_query(typed).pieces
    assert piece.variants == ()
