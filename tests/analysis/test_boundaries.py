from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jsisa_search.analysis import fold
from jsisa_search.analysis.boundaries import ends_of, measures, whole_spans

DIGIT, SCALE = "〇零一二三四五六七八九", "十百千万亿"
CHARS = st.sampled_from("12.5%亿元万九十一年点百第之ag月é统𠮷 ")


def whole_by_regex(text: str, piece: str) -> list[tuple[int, int]]:
    """Return where a piece is whole in a text, by lookarounds."""
    numeral = f"[{DIGIT}{SCALE}]"
    before = behind = ""
    first, last = piece[0], piece[-1]
    if first in "0123456789":
        before = r"(?<![0-9])(?<![0-9]\.)"
    elif first.isalpha() and first < "\u0590":
        before = r"(?<![aéag])"
    elif (first in DIGIT or first == "十") and re.match(
        f"(?:[点{DIGIT}{SCALE}]|{'|'.join(measures())}|分之)", piece[1:]
    ):
        row = f"(?<![{DIGIT}])" if piece[1] in DIGIT else f"(?<![{DIGIT}]{{2}})"
        before = f"(?<!{numeral}点)" + (f"(?<![{SCALE}]){row}" if first in DIGIT else f"(?<!{numeral})")
    if last in "0123456789":
        behind = r"(?![0-9])(?!\.[0-9])"
    elif last.isalpha() and last < "\u0590":
        behind = r"(?![aéag])"
    elif re.search(f"(?:[0-9点第之]|(?<!{numeral})[{DIGIT}十]){numeral}+$", piece):
        if last in SCALE:
            behind = f"(?!{numeral}|[0-9]|点{numeral})"
        else:
            row = f"(?![{DIGIT}])" if piece[-2] in DIGIT else f"(?![{DIGIT}]{{2}})"
            behind = f"(?![{SCALE}]){row}(?!点{numeral})"
    return [match.span() for match in re.finditer(before + re.escape(piece) + behind, text)]


@pytest.mark.parametrize(
    ("piece", "inside", "whole"),
    [
        ("6.9亿元", "利润36.9亿元", "利润6.9亿元"),
        ("5.2%", "增长15.2%", "增长-5.2%"),
        ("2.4万", "2.4万亿元", "2.4万人"),
        ("36.9", "36.95", "36.9亿"),
        ("5", "5.2%", "5%"),
        ("9年", "2019年", "第9年"),
        ("5G", "15G", "5G基站"),
        ("APP", "happy", "某APP上"),
        ("九年", "十九年", "九年义务教育"),
        ("九年", "一九四九年", "周三九年"),
        ("十年", "三十年", "近十年"),
        ("九亿元", "三点九亿元", "约九亿元"),
        ("百分之五", "百分之五十", "百分之五左右"),
        ("百分之五", "百分之五点三", "百分之五。"),
        ("第二", "第二十", "第二天"),
        ("二十", "二十三", "二十大"),
        ("三万", "三万五千", "三万多"),
        ("一个", "二十一个", "唯一一个"),
    ],
)
def test_a_string_is_whole_where_no_number_or_word_goes_on(piece: str, inside: str, whole: str) -> None:
    """Western and Chinese numbers and Latin words continue their like; other neighbours don't matter."""
    assert not list(whole_spans(fold(inside), fold(piece)))
    assert list(whole_spans(fold(whole), fold(piece)))


@pytest.mark.parametrize(
    "piece", ["网格化", "亿元", "百年", "一带一路", "十分", "万一", "唯一", "三农", "%", "九", ""]
)
def test_a_string_without_a_number_or_latin_word_at_its_ends_is_always_whole(piece: str) -> None:
    """A unit, and a numeral in a word, are not continued by what is beside them."""
    assert ends_of(piece) is None


@given(text=st.text(CHARS, max_size=14), piece=st.text(CHARS, min_size=1, max_size=4))
def test_whole_spans_are_those_of_the_rules(text: str, piece: str) -> None:
    """One text at a time, and many in arrays, which know where each text begins and ends."""
    text, piece = fold(text), fold(piece)
    assume(piece)
    expected = whole_by_regex(text, piece)
    assert list(whole_spans(text, piece)) == expected
    if ends := ends_of(piece):
        around = "1一a" + text + "1一a"
        units = np.array([min(ord(char), 0xD800) for char in around], np.uint16)
        places = [match.start() + 3 for match in re.finditer(f"(?={re.escape(piece)})", text)]
        at = np.array(places, np.int64)
        low, high = np.full(len(at), 3), np.full(len(at), 3 + len(text))
        is_whole = ends.is_whole(units, at, at + len(piece), low, high)
        whole_ones = [match.start() for match in re.finditer(f"(?={re.escape(piece)})", text)]
        scalar = [ends.is_whole_at(text, start, start + len(piece)) for start in whole_ones]
        assert is_whole.tolist() == scalar
