"""Set phrases that came or went."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from jsisa_search import Index, JsisaSearchError, NewPhrases
from jsisa_search.analysis import fold
from tests.cluster.engines import Place
from tests.research.trend.scan import Scan

SINCE = datetime(2022, 1, 1)
EARLY = ("各街道坚持“三级书记”抓落实，综合整治，压实责任。", "会上指出，压实责任，要有耐心。")
LATE = ("各街道推广“一网统管”，接诉即办，压实责任。", "“一网统管”上线，压实责任，群众点赞。压实责任！")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: Any, place: Place) -> Iterator[Index]:
    """Return an index of sixteen releases, half of them since 2022, and one without a date."""
    with Index.create(place(tmp_path_factory.mktemp("phrases") / "index")) as index:
        with index.batch() as batch:
            for number in range(8):
                early = f"第{number}周通报。" + EARLY[number == 7]
                late = f"第{number}周通报。" + LATE[number % 2]
                batch.add_text(early, id=f"e{number}", published=f"2021-0{number + 1}-01")
                batch.add_text(late, id=f"l{number}", published=f"2022-0{number + 1}-01")
            batch.add_text("“一网统管”没有日期。", id="undated")
        yield index


def texts(phrases: Any) -> list[str]:
    """Return the texts of some phrases."""
    return [phrase.text for phrase in phrases]


def test_phrases_that_appeared_and_vanished_are_told(archive: Index) -> None:
    """What is quoted, of four characters, or a clause of its own is told where it is of one side alone."""
    found = archive.new_phrases(SINCE)
    assert (found.passages_since, found.passages_before, found.undated) == (8, 8, 1)
    assert "一网统管" in texts(found.appeared)
    assert {"三级书记", "综合整治"} <= set(texts(found.vanished))
    assert "压实责任" not in texts(found.appeared) + texts(found.vanished)


def test_phrases_are_counted_wherever_they_occur(archive: Index) -> None:
    """Passages and occurrences on either side are those of reading every passage."""
    scan = Scan(archive, fold=True)
    found = archive.new_phrases(SINCE)
    for phrase in (*found.appeared, *found.risen, *found.vanished):
        counts = [0, 0]
        for passage in scan.passages:
            if passage.date and fold(phrase.text) in passage.seen:
                counts[passage.date >= SINCE] += passage.seen.count(fold(phrase.text))
        assert counts == [phrase.before.occurrences, phrase.since.occurrences], phrase.text


def test_the_days_of_a_phrase_are_those_of_its_passages(archive: Index) -> None:
    """First and last are the days of the earliest and the latest dated passage."""
    (phrase,) = [each for each in archive.new_phrases(SINCE).appeared if each.text == "一网统管"]
    assert (phrase.kind, phrase.first, phrase.last) == (
        "quotation",
        datetime(2022, 1, 1),
        datetime(2022, 8, 1),
    )


def test_a_phrase_that_rose_is_told_as_such(index: Index) -> None:
    """What occurred before and does so in a greater share since has risen, and did not appear."""
    with index.batch() as batch:
        for year, number in ((2021, number) for number in range(20)):
            text = "“数字乡村”刚刚起步。" if not number else f"第{number}期简报说到别的事情。"
            batch.add_text(text, id=f"{year}-{number}", published=f"{year}-01-{number + 1:02d}")
        for number in range(20):
            text = f"第{number}号村推进“数字乡村”建设。"
            batch.add_text(text, id=f"2022-{number}", published=f"2022-01-{number + 1:02d}")
    found = index.new_phrases(SINCE)
    assert "数字乡村" in texts(found.risen)
    assert "数字乡村" not in texts(found.appeared)


def test_of_phrases_that_say_the_same_one_is_told(archive: Index) -> None:
    """No phrase of a list contains another one of it."""
    found = archive.new_phrases(SINCE)
    for phrases in (found.appeared, found.risen, found.vanished):
        told = texts(phrases)
        for text in told:
            assert not any(other != text and other in text for other in told)


def test_a_few_passages_are_no_change(index: Index) -> None:
    """What two passages have is told neither as new nor as gone."""
    for year in (2021, 2022):
        index.add_text(f"“新词{year}”出现了。", id=str(year), published=f"{year}-01-01")
    assert index.new_phrases(SINCE) == NewPhrases(SINCE, True, 1, 1, 0, (), (), ())


def test_an_empty_index_has_no_phrases(index: Index) -> None:
    """Without texts, and without dates, there is nothing and no error."""
    assert index.new_phrases(SINCE) == NewPhrases(SINCE, True, 0, 0, 0, (), (), ())
    index.add_text("“一网统管”没有日期。", id="undated")
    assert index.new_phrases(SINCE).undated == 1


@pytest.mark.parametrize("arguments", [{"since": 2022}, {"since": "2022"}, {"since": SINCE, "limit": -1}])
def test_arguments_that_make_no_sense_are_refused(archive: Index, arguments: Any) -> None:
    """No date, text in place of a date, and a negative number raise this library's error."""
    with pytest.raises(JsisaSearchError):
        archive.new_phrases(**arguments)


def test_the_first_phrases_do_not_depend_on_how_many_are_asked_for(archive: Index) -> None:
    """Asked for one, the phrase is the first of many."""
    assert archive.new_phrases(SINCE, limit=1).appeared == archive.new_phrases(SINCE, limit=50).appeared[:1]


def test_without_a_day_it_is_the_latest_times(index: Index) -> None:
    """The last year of a long archive, the later half of a short one; half a year at most of that."""
    index.add_text("“一网统管”上线。", id="first", published="2021-03-01")
    index.add_text("“一网统管”上线了。", id="next", published="2021-06-01")
    assert index.new_phrases().since == datetime(2021, 5, 1)
    index.add_text("“一网统管”又上线。", id="later", published="2022-08-01")
    assert index.new_phrases().since == datetime(2022, 3, 1)
    index.add_text("“一网统管”再上线。", id="last", published="2023-02-01")
    assert index.new_phrases().since == datetime(2022, 3, 1)


def test_sources_are_those_of_the_first_and_last_passage(index: Index) -> None:
    """A phrase names who had it first and last, as far as they are known."""
    with index.batch() as batch:
        for number in range(9):
            batch.add_text(f"第{number}期简报。", id=f"a{number}", published=f"2021-01-0{number + 1}")
            source = {0: "东湖日报", 8: None}.get(number, "其他来源")
            text = f"“一网统管”第{number}讲。"
            batch.add_text(text, id=f"b{number}", published=f"2022-01-0{number + 1}", source=source)
    (phrase,) = (each for each in index.new_phrases(SINCE).appeared if each.text == "一网统管")
    assert (phrase.first_source, phrase.last_source) == ("东湖日报", None)
