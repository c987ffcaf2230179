"""What of the strings that texts repeat is a set phrase."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from jsisa_search import Index
from jsisa_search.research.trend.candidates import PhraseKind
from jsisa_search.research.trend.set_phrases import is_quoted_enough, is_set_phrase

SINCE = datetime(2022, 1, 1)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("一网统管", "quotation"),
        ("十四五", "quotation"),
        ("五篇大文章", "quotation"),
        ("二十条", "quotation"),
        ("接诉即办", "four characters"),
        ("实事求是", "four characters"),
        ("直播带货", "four characters"),
        ("基因编辑", "four characters"),
        ("最多跑一次", "clause"),
        ("以人民为中心", "clause"),
        ("在线教育平台", "clause"),
        ("第二炮兵部队", "clause"),
    ],
)
def test_coinages_idioms_and_slogans_are_set_phrases(text: str, kind: PhraseKind) -> None:
    """What is quoted, words of four characters, and clauses that say something."""
    assert is_set_phrase(text, kind)


@pytest.mark.parametrize(
    ("text", "kind", "what"),
    [
        ("3·21", "quotation", "a date"),
        ("2022", "quotation", "a number"),
        ("第十三届", "four characters", "a count"),
        ("二次会议", "four characters", "a count"),
        ("四十周年", "four characters", "a count"),
        ("东湖快评", "quotation", "a column"),
        ("东湖广播电视台", "clause", "who tells it"),
        ("重走长江进行时", "clause", "a column"),
        ("今晚八点", "four characters", "a time"),
        ("据初步统计", "clause", "a report"),
        ("市领导指出", "clause", "a report"),
        ("工作会议上", "clause", "a part of a sentence"),
        ("李明会见", "four characters", "a part of a sentence"),
        ("市委书记李明", "clause", "a person"),
        ("副省长王小东", "clause", "a person"),
        ("卡里莫夫", "four characters", "a foreign name"),
        ("书记在", "clause", "a part of a sentence"),
        ("部分激进", "four characters", "a part of a sentence"),
    ],
)
def test_names_dates_and_parts_of_sentences_are_none(text: str, kind: PhraseKind, what: str) -> None:
    """Nor are reports, and what media say of themselves."""
    assert not is_set_phrase(text, kind), what


def test_a_short_quotation_is_a_coinage_where_it_is_mostly_quoted() -> None:
    """Two characters that are mostly without marks are an ordinary word; of three it does not matter."""
    assert not is_quoted_enough("人民", 10, 1000)
    assert is_quoted_enough("四风", 90, 100)
    assert is_quoted_enough("获得感", 3, 100)


def archive_of(index: Index, late: Any) -> None:
    """Add twelve releases without anything in common, and twelve of 2022 with the texts of `late`."""
    with index.batch() as batch:
        for number in range(12):
            day = f"{number + 1:02d}"
            batch.add_text(f"第{number}期简报。", id=f"a{number}", published=f"2021-01-{day}")
            batch.add_text(late(number), id=f"b{number}", published=f"2022-01-{day}")


def test_what_one_release_repeats_is_not_told(index: Index) -> None:
    """A phrase of many passages of two releases is their subject; one of three releases is told."""

    def late(number: int) -> str:
        paragraphs = [f"第{number}期，“河长通”第{at}处。" for at in range(6)] if number < 2 else []
        return "\n\n".join([*paragraphs, f"第{number}期，推广“一网统管”。"])

    archive_of(index, late)
    told = [phrase.text for phrase in index.new_phrases(SINCE).appeared]
    assert "一网统管" in told
    assert "河长通" not in told


def test_a_word_that_is_quoted_now_and_then_is_not_told(index: Index) -> None:
    """道路 is in marks in three of 24 passages: it is a word. 河长 is in all of them, and is told."""

    def late(number: int) -> str:
        road = "新修“道路”通车。" if number < 3 else f"第{number}条道路通车。"
        return f"{road}\n\n第{number}段道路，“河长”巡查。"

    archive_of(index, late)
    told = [phrase.text for phrase in index.new_phrases(SINCE).appeared]
    assert "河长" in told
    assert "道路" not in told
