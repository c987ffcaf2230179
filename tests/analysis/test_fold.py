from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jsisa_search.analysis import FoldedText, fold, fold_characters
from jsisa_search.analysis.bulk_folding import BulkFolder, spliced
from jsisa_search.analysis.fold import folded_form

TEXTS = st.text(
    st.one_of(st.sampled_from("张三國會　 \t\n\u200b\u00ad1234567890,，.．ⅢaB℃㈠İ㎡🄂"), st.characters()),
    max_size=40,
)


@pytest.mark.parametrize(
    ("original", "folded"),
    [
        ("２０２２年１２月３１日", "2022年12月31日"),
        ("ＡＰＰ与５Ｇ，Wi-Fi", "app与5g,wi-fi"),
        ("國務院辦公廳關於優化營商環境的意見", "国务院办公厅关于优化营商环境的意见"),
        ("（一）：；！？％", "(一):;!?%"),
        ("⼀⾏豈", "一行岂"),
        ("Data\u3000Set\xa0Ⅲ", "data set iii"),
        ("裏裡里後后", "里里里后后"),
    ],
)
def test_forms_of_one_character_become_one(original: str, folded: str) -> None:
    """Width, case, traditional characters and compatibility forms are folded."""
    assert fold(original) == folded


@pytest.mark.parametrize("text", ["…", "1½", "“三降三升”", "\U0010ffff", "ß", "ﷺ", "¨"])
def test_what_would_become_something_else_is_unchanged(text: str) -> None:
    """Marks, fractions and long ligatures are not expanded: 1½ is not 11/2."""
    assert fold(text) == text


@given(TEXTS)
@example("İ\u1e9e\ud800")
def test_folding_is_idempotent(text: str) -> None:
    """Folding folded text changes nothing."""
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_each_folded_character_has_its_place_in_the_original(text: str) -> None:
    """Places ascend; the characters that are there fold to what the folded text has at its own."""
    folded = FoldedText.of(text)
    assert folded.text == fold(text)
    places = [folded.original_range(at, at + 1) for at in range(len(folded.text))]
    assert all(end == start + 1 for start, end in places)
    assert [start for start, _ in places] == sorted(start for start, _ in places)
    for char, (start, end) in zip(folded.text, places, strict=True):
        assert char in folded_form(text[start:end])


@given(TEXTS)
@example("國會議員們關於優化營商環境的意見與說明")
def test_a_passage_is_folded_as_any_text(text: str) -> None:
    """What replaces the characters that change finds all of them, and their places."""
    of_text, of_passage = FoldedText.of(text), FoldedText.of_passage(text)
    assert of_passage.text == of_text.text
    assert (of_passage.origins is None) == (of_text.origins is None)
    if of_text.origins is not None:
        assert np.array_equal(of_passage.origins, of_text.origins)


def test_no_character_that_changes_is_overlooked() -> None:
    """Each character of Unicode's first plane folds in a passage as it does in any text."""
    for start in range(0, 0xD800, 6):
        text = "".join(map(chr, range(start, start + 6)))
        assert FoldedText.of_passage(text).text == fold(text)


@given(TEXTS)
def test_text_without_an_offset_map_keeps_its_offsets(text: str) -> None:
    """There is no map only where every character became one."""
    folded = FoldedText.of(text)
    assert (folded.origins is None) == (fold_characters(text) == folded.text)
    assert len(fold_characters(text)) == len(text)


@given(st.data(), st.text(st.sampled_from("张三國會　 \t\n\u200b\u00ad12.ⅢaB，。℃㈠"), max_size=30))
def test_the_fold_of_a_part_is_in_the_fold_of_the_text(data: st.DataObject, text: str) -> None:
    """So every part of a text is found, wherever it begins and ends."""
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    assert fold(text[start:end]) in fold(text)


@given(st.lists(TEXTS, max_size=4))
def test_many_texts_are_folded_like_one(texts: list[str]) -> None:
    """On arrays there are the same characters."""
    assert BulkFolder().fold(texts).texts() == list(map(fold, texts))
    assert BulkFolder().lengths(texts).tolist() == [len(fold(text)) for text in texts]


@given(
    st.lists(st.integers(0, 9), max_size=200),
    st.dictionaries(st.integers(0, 199), st.lists(st.integers(10, 19), max_size=3), max_size=40),
)
def test_few_and_many_places_are_spliced_alike(values: list[int], runs: dict[int, list[int]]) -> None:
    """Elements are replaced by runs, whichever way is quicker."""
    runs = {at: runs[at] for at in sorted(runs) if at < len(values)}
    expected = [part for at, value in enumerate(values) for part in runs.get(at, [value])]
    sizes = np.array([len(run) for run in runs.values()], np.int64)
    inserted = np.array([part for run in runs.values() for part in run], np.int64)
    found = spliced(np.array(values, np.int64), np.array(list(runs), np.int64), sizes, inserted)
    assert found.tolist() == expected


@pytest.mark.parametrize("end", [0x20000, pytest.param(0x110000, marks=pytest.mark.slow)])
def test_every_character_of_unicode_folds(end: int) -> None:
    """There is no exception anywhere in Unicode."""
    everything = "".join(map(chr, range(end)))
    folded = fold(everything)
    assert fold(folded) == folded
    assert len(fold_characters(everything)) == end


@pytest.mark.parametrize(
    "text",
    [" " * 100_000, "中" + " " * 100_000 + "b", "a" + " " * 100_000, "1,234" * 20_000, "1" + ",234" * 20_000],
)
def test_hostile_texts_fold_in_linear_time(text: str) -> None:
    """No run of blanks or digits makes folding slow."""
    started = time.thread_time()
    FoldedText.of(text)
    FoldedText.of_passage(text)
    assert time.thread_time() - started < 2


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("⺠生保障", "民生保障"),
        ("⻓期坚持", "长期坚持"),
        ("⻋站", "车站"),
        ("⻛险可控", "风险可控"),
        ("2021—2025年", "2021-2025年"),
        ("2021－2025年", "2021～2025年"),
        ("1–6月", "1~6月"),
        ("卡尔・马克思", "卡尔·马克思"),
        ("衞生", "卫生"),
        ("二○二四年", "二〇二四年"),
        ("张　三", "张三"),
        ("会 议 精 神", "会议精神"),
        ("公　　告", "公告"),
        ("AI 技术", "AI技术"),
        ("2024 年 3 月", "2024年3月"),
        ("New\n  York", "New York"),
        ("网\u200b格\u00ad化\ufeff治\u2060理\u200e", "网格化治理"),
        ("葛\U000e0100洲坝", "葛洲坝"),
        ("1,234.5", "1234.5"),
        ("1，234，567元", "1234567元"),
        ("其中，1,234人", "其中，1234人"),
        ("第Ⅲ类", "第III类"),
        ("ⅷ", "viii"),
        ("38℃", "38°C"),
        ("100㎡", "100m²"),
        ("㈠总体要求", "（一）总体要求"),
        ("⑩", "10"),
    ],
)
def test_forms_that_look_alike_are_one(written: str, typed: str) -> None:
    """Radicals of PDF text layers, dashes, range marks, regional forms, blanks, thousands: one form each."""
    assert fold(written) == fold(typed)


@pytest.mark.parametrize(
    ("written", "typed"),
    [("a b", "ab"), ("12,34", "1234"), ("2020,2021", "20202021"), ("1,2345", "12345"), ("1, 234", "1234")],
)
def test_blanks_and_commas_that_mean_something_remain(written: str, typed: str) -> None:
    """Latin words stay apart, and so do numbers in a list."""
    assert fold(written) != fold(typed)
