"""What people see of numbers as wholes, of their other forms, and of quotations with other punctuation."""

from __future__ import annotations

from datetime import datetime

import pytest

from jsisa_search import Index

TEXTS = {
    "inside": "规模以上工业企业实现利润36.9亿元。",
    "whole": "全年筹集资金6.9亿元，用于老旧小区改造。",
    "chinese": "去年捐款总额六亿九千万元。",
    "scattered": "六月物价回落6.9个百分点，利润总额12亿元。",
    "longer word": "他在门口写了happy两个词。",
    "word": "市民可以在APP上办理。",
    "house": "坚持房子是用来住的、不是用来炒的定位。",
    "comma": "坚持房子是用来住的，不是用来炒的这个定位。",
    "enclosed": "在“十四五”期间，新建学校二十所。",
    "day": "九月六日，展览开幕。",
    "other year": "9月6日，展览闭幕。",
    "nine": "全市普及九年义务教育。",
    "nineteen": "这座桥通车十九年了。",
}


@pytest.fixture(scope="module")
def filled(shared_index: Index) -> Index:
    """Return an index of one release for each text."""
    with shared_index.batch() as batch:
        for name, text in TEXTS.items():
            year = 2021 if name == "other year" else 2022
            batch.add_text(text, id=name, title=name, published=datetime(year, 9, 6))
    return shared_index


def found(index: Index, query: str, *, synonyms: bool = True) -> list[str]:
    """Return the titles of the passages that satisfy a whole query, in order."""
    hits = index.search(query, synonyms=synonyms, limit=50).hits
    return [hit.title or "" for hit in hits if hit.matches_all and hit.kind != "title"]


def test_a_number_comes_first_where_it_is_whole(filled: Index) -> None:
    """Then in its other form, then inside a longer number; its words apart are something else."""
    results = filled.search("6.9亿元")
    assert found(filled, "6.9亿元") == ["whole", "chinese", "inside"]
    assert (results.total_all_terms, results.inside_longer) == (3, 1)
    assert results.expansions == (("6.9亿元", "六亿九千万元"),)
    assert results.reading == "6.9亿元 OR “六亿九千万元”"
    assert found(filled, "6.9亿元", synonyms=False) == ["whole", "inside"]
    assert filled.search("6.9亿元", synonyms=False).occurrences == 2


def test_a_quoted_number_is_whole(filled: Index) -> None:
    """And it has no other form."""
    results = filled.search('"6.9亿元"')
    assert found(filled, '"6.9亿元"') == ["whole"]
    assert (results.total, results.inside_longer, results.occurrences) == (1, 0, 1)


def test_a_quoted_number_inside_longer_ones_is_not_nowhere(filled: Index) -> None:
    """The diagnosis says where it is; a number that occurs in another form is not missing at all."""
    (missing,) = filled.explain_nothing('"9亿元"').missing
    assert (missing.text, missing.parts, missing.inside_longer) == ("9亿元", (), 2)
    assert not filled.explain_nothing("9月6号").missing


def test_a_latin_word_comes_first_where_it_is_whole(filled: Index) -> None:
    """It is found inside longer ones where it is not quoted."""
    assert found(filled, "app") == ["word", "longer word"]
    assert filled.search("app").inside_longer == 1
    assert found(filled, '"app"') == ["word"]


def test_a_chinese_number_is_found_in_its_other_form(filled: Index) -> None:
    """And is no part of a longer one."""
    assert found(filled, "9年") == ["nine"]
    assert found(filled, "九年") == ["nine", "nineteen"]
    assert found(filled, '"九年"') == ["nine"]


def test_an_excluded_number_leaves_longer_ones(filled: Index) -> None:
    """What is excluded is the number itself."""
    assert "inside" in found(filled, "利润 -6.9亿元")
    assert "inside" not in found(filled, "利润 -36.9亿元")


def test_a_date_is_found_as_it_is_written_in_its_year(filled: Index) -> None:
    """A day without a year is that of the release."""
    assert found(filled, "2022-09-06") == ["day"]
    assert found(filled, "9月6日") == ["other year", "day"]
    results = filled.search("2022-09-06")
    assert ("2022-09-06", "九月六日 (2022)") in results.expansions
    assert not results.undated_left_out


def test_a_quotation_is_found_with_other_punctuation(filled: Index) -> None:
    """As typed first; counts tell them apart; every character between the first and the last is marked."""
    typed = '"房子是用来住的，不是用来炒的"'
    results = filled.search(typed)
    assert found(filled, typed) == ["comma", "house"]
    assert (results.total_all_terms, results.other_punctuation, results.occurrences) == (2, 1, 2)
    assert results.hits[1].text[slice(*results.hits[1].highlights[0])] == "房子是用来住的、不是用来炒的"
    assert {*found(filled, '"用来住的 不是用来"')} == {"comma", "house"}


def test_a_quotation_needs_no_marks_that_enclose_words(filled: Index) -> None:
    """Two letters of a quotation may have them between in the text, but no mark that separates."""
    assert found(filled, '"在十四五期间新建学校"') == []
    assert found(filled, '"在十四五期间"') == ["enclosed"]
    assert filled.search('"在十四五期间"').other_punctuation == 1
    assert found(filled, '"在十四五期间，新建学校"') == ["enclosed"]
