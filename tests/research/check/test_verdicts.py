"""Verdicts on single quotations: what was left out, joined, and swapped; numbers; and random alterations."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search import CheckedItem, Index
from jsisa_search.analysis import fold
from jsisa_search.research.check.lettered import Lettered, has_same_numbers
from tests.properties import examples
from tests.research.check.samples import FIRE, GRID, fill


def checked(index: Index, quotation: str) -> CheckedItem:
    """Return what was found of a block quotation."""
    (item,) = index.check_draft(f"> {quotation}\n".encode(), name="draft.md").items
    return item


@pytest.fixture(scope="module")
def archive(shared_index: Index) -> Index:
    """Return an index of two releases."""
    fill(shared_index)
    return shared_index


def test_a_clause_that_was_left_out(archive: Index) -> None:
    """All that is there is there in order, however much is not: it is altered, not another text."""
    quotation = "青溪市全域推行网格化管理，连续五年居全省前列"
    item = checked(archive, quotation)
    assert item.verdict == "altered"
    assert item.passages[0].hit.source == "青溪日报"
    (passage,) = item.passages
    assert [each.after for each in passage.differences if each.kind != "punctuation"] == [""]


def test_a_short_passage_within_a_quotation(index: Index) -> None:
    """A heading that is all in a quotation does not hide the passages that have the rest of it."""
    fill(index)
    index.add_text("另有一事。", id="short", title="发现隐患15890处")
    item = checked(
        index, "共检查单位2.4万家，发现隐患15890处，整改率达99.14%，青溪市建立“派驻式”人民调解室86个"
    )
    assert item.verdict == "pieced together"
    assert [passage.hit.source for passage in item.passages] == ["云浦发布", "青溪日报"]


@pytest.mark.parametrize(
    ("draft", "verdict"),
    [
        ("“派遣式”", "not found"),
        ("“四升四降”", "altered"),
        ("“全域推动”", "not found"),
        ("《青溪市推行网格化管理》", "altered"),
        ("《推行网格管理》", "not found"),
    ],
)
def test_a_term_is_altered_where_one_like_it_is_quoted(archive: Index, draft: str, verdict: str) -> None:
    """A few characters are alike by chance anywhere: only a whole term or title is what was meant."""
    archive.add_text("实现“四升三降”，势头良好。", id="terms", title="另一篇")
    (item,) = archive.check_draft(draft.encode(), name="draft.md").items
    assert item.verdict == verdict


def test_a_number_at_the_end_is_a_whole_one(archive: Index) -> None:
    """What stops inside a number is not exact, even where all of its characters are there."""
    assert checked(archive, "青溪市全域推行网格化管理，划分网格12").verdict == "altered"
    assert checked(archive, "青溪市全域推行网格化管理，划分网格").verdict == "exact"


def test_text_before_and_behind_a_passage(archive: Index) -> None:
    """Marks at the ends count: a sentence that ends with another mark than in the passage is not exact."""
    assert checked(archive, "整改率达99.14%。").verdict == "exact"
    assert checked(archive, "整改率达99.14%！").verdict == "exact but for punctuation"
    assert checked(archive, "发现隐患15890处，").verdict == "exact"
    assert checked(archive, "发现隐患15,890处").verdict == "exact but for punctuation"


def test_the_earliest_of_several_passages(archive: Index) -> None:
    """Where several passages have a quotation, the earliest is given with their number."""
    archive.add_text(FIRE, id="later", title="转载", source="转载网", published="2022-11-01")
    item = checked(archive, "共检查单位2.4万家")
    assert (item.passages[0].hit.source, item.passage_count) == ("云浦发布", 2)


@pytest.mark.slow
def test_random_alterations_are_never_exact(archive: Index) -> None:
    """Whatever letter or digit of a sentence is changed or left out: it is altered, with its passage."""
    chance = random.Random(5)
    sentences = [GRID, FIRE]
    for _ in range(150):
        text = chance.choice(sentences)
        start = chance.randrange(len(text) - 24)
        quotation = text[start : start + 24]
        at = chance.randrange(3, 21)
        if not quotation[at].isalnum():
            continue
        new = chance.choice("0123456789一三五七市县江河".replace(quotation[at], ""))
        altered = chance.choice(
            [quotation[:at] + new + quotation[at + 1 :], quotation[:at] + quotation[at + 1 :]]
        )
        if fold(altered) in fold(text):
            continue
        item = checked(archive, altered)
        assert not item.verdict.startswith("exact"), altered
        assert item.passages, altered


_MARKED = st.text(alphabet="1290.-、， 一十万个%", min_size=1, max_size=14)


@examples(2)
@given(_MARKED, _MARKED)
def test_equal_letters_with_the_same_numbers_have_the_same_values(one: str, other: str) -> None:
    """Where marks may differ, every number in Western digits is the same: none has lost a point or a sign."""
    first, second = Lettered(one), Lettered(other)
    if first.letters != second.letters or not has_same_numbers(first, 0, second, 0, len(first)):
        return
    assert _numbers(first) == _numbers(second)


def _numbers(text: Lettered) -> list[str]:
    """Return the numbers of a text with a decimal point, read from its folded form."""
    found, current = [], ""
    for char in f"{text.folded.text} ":
        is_point = char == "." and current and "." not in current
        if (char.isdigit() and char.isascii()) or is_point:
            current += char
        elif current:
            found.append(current.rstrip("."))
            current = ""
    return found


@pytest.mark.parametrize(
    ("quotation", "figure"),
    [
        ("全县完成投资15.89", "15.89亿元"),
        ("全县完成投资15.89亿", "15.89亿元"),
        ("全县完成投资15.89亿元，同比增长3.6", "3.6%"),
        ("同比增长3.6%，占全市的三分", None),
        ("半年，全县完成投资15.89亿元", None),
        ("2022年上半年，全县完成投资15.89亿元，同比增长3.6%，占全市的三分之一；水面102", "10"),
    ],
)
def test_what_begins_or_ends_within_a_figure_is_not_exact(
    archive: Index, quotation: str, figure: str | None
) -> None:
    """15.89 is not 15.89亿元, nor 半年 of 上半年; the difference is the whole figure."""
    text = "2022年上半年，全县完成投资15.89亿元，同比增长3.6%，占全市的三分之一；水面10²公顷，有船12艘。"
    archive.add_text(text, id="half", title="又一篇")
    assert checked(archive, text.removeprefix("2022年").removesuffix("12艘。")).verdict == "exact"
    assert checked(archive, text.removeprefix("2022年").removesuffix("艘。")).verdict == "exact"
    item = checked(archive, quotation)
    assert not item.verdict.startswith("exact")
    found = [each.before for passage in item.passages for each in passage.differences]
    assert figure is None or any(figure in before for before in found) or item.verdict == "not found"
