from __future__ import annotations

import pytest

from jsisa_search.query import parse_query

FORMS = {"国办发〔2017〕47号", "国办发(2017)47号", "国办发[2017]47号", "国办发【2017】47号"}


@pytest.mark.parametrize("brackets", ["〔〕", "()", "（）", "[]", "［］", "【】", "﹝﹞"])
def test_a_document_number_has_its_brackets_in_any_form(brackets: str) -> None:
    """All forms are one and the same, the typed one first."""
    (piece,) = parse_query(f"国办发{brackets[0]}2017{brackets[1]}47号").pieces
    assert set(piece.variants) == FORMS
    assert piece.variants[0] == piece.text


def test_the_number_may_stand_inside_a_piece_and_lack_its_end() -> None:
    """What is beside it stays as it is."""
    (piece,) = parse_query("按照苏政发(2021)第3").pieces
    assert piece.variants[1:] == ("按照苏政发〔2021〕第3", "按照苏政发[2021]第3", "按照苏政发【2021】第3")


@pytest.mark.parametrize("typed", ["平安", "江苏(苏州)", "(2022)年", "(1234)5号", "“国办发〔2017〕47号”"])
def test_other_pieces_have_one_form(typed: str) -> None:
    """So has a quoted number: it is asked for as it stands."""
    (piece,) = parse_query(typed).pieces
    assert piece.variants == ()
