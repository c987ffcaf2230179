"""Words beside a wording, then and now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import product

import numpy as np
import pytest

from jsisa_search import Companions, Index
from jsisa_search.lexicon.user_lexicon import USER_WORDS_FILE
from jsisa_search.research.trend.likelihood import signed_likelihood


def companions(index: Index, text: str, since: datetime | None = None) -> Companions:
    """Return the companions of a wording."""
    (wording,) = index.trend([text], companions=20, companions_since=since).wordings
    assert wording.companions is not None
    return wording.companions


@pytest.fixture
def archive(index: Index) -> Index:
    """Return an index in which 志愿者 is beside 网格化 until 2021, and 摄像头 from 2022 on."""
    with index.batch() as batch:
        for year, number in product((2020, 2021, 2022), range(6)):
            word = "志愿者" if year < 2022 else "摄像头"
            text = f"第{number}街道的{word}参与网格化管理。另一句说到养老机构的建设情况如何。"
            batch.add_text(text, id=f"{year}-{number}", published=f"{year}-0{number + 1}-01")
    return index


def names(found: Companions) -> tuple[set[str], set[str], set[str]]:
    """Return the words of the three kinds."""
    return tuple({each.word for each in kind} for kind in (found.new, found.gone, found.steady))  # type: ignore[return-value]


def test_new_and_gone_companions_are_told_with_their_passages(archive: Index) -> None:
    """Since the last year of the archive one word is new and another gone, each with its passages."""
    found = companions(archive, "网格化")
    assert found.since == datetime(2022, 1, 1)
    assert (found.passages_since, found.passages_before) == (6, 12)
    assert [(each.word, each.since, each.before) for each in found.new] == [("摄像头", 6, 0)]
    assert [(each.word, each.since, each.before) for each in found.gone] == [("志愿者", 0, 12)]
    assert {"管理", "参与"} <= names(found)[2]


def test_another_sentence_has_no_companions(archive: Index) -> None:
    """A word of the next sentence is beside nothing."""
    assert not any("养老" in word for kind in names(companions(archive, "网格化")) for word in kind)


def test_the_day_from_which_companions_are_new_may_be_any(archive: Index) -> None:
    """Since a day that is given, what was there before is not new."""
    found = companions(archive, "网格化", since=datetime(2021, 1, 1))
    assert (found.new, found.gone) == ((), ())
    assert "摄像头" not in names(found)[2]


def test_what_may_be_chance_is_no_change(index: Index) -> None:
    """A word that one passage of two has lately is no new companion."""
    for number, word in enumerate(("宣传", "走访")):
        index.add_text(f"网格化{word}开始。", id=str(number), published=f"202{number}-01-01")
    found = companions(index, "网格化")
    assert (found.new, found.gone) == ((), ())


def test_users_words_are_companions_as_wholes(archive: Index, user_words: Callable[[str], None]) -> None:
    """A user word beside the wording is counted as one word, however it is segmented."""
    user_words("摄像头参与")
    assert [each.word for each in companions(archive, "网格化").new] == ["摄像头参与"]


@pytest.fixture
def user_words(archive: Index) -> Callable[[str], None]:
    """Return a function that makes a word one of the users'."""

    def write(word: str) -> None:
        (archive._folder / USER_WORDS_FILE).write_text(f"{word}\n", encoding="utf-8")

    return write


def test_likelihood_is_signed_and_symmetric() -> None:
    """It is 0 for equal shares, positive for what rose, negative for what fell, by the same amount."""
    before, after = np.array([10, 0, 20]), np.array([10, 20, 0])
    likelihood = signed_likelihood(before, after, 1000, 1000)
    assert likelihood[0] == pytest.approx(0, abs=1e-9)
    assert likelihood[1] == pytest.approx(2 * 20 * np.log(2))
    assert likelihood[2] == pytest.approx(-likelihood[1])
    assert not signed_likelihood(before, after, 0, 1000).any()
