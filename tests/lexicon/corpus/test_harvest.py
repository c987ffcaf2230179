from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.lexicon.corpus.definitions import Definition
from jsisa_search.lexicon.corpus.harvest import Harvest, count_coinages, count_titles, harvest


def test_quoted_words_are_counted_by_text() -> None:
    """A coinage counts once a text, in whatever quotation marks it stands."""
    texts = ["推进“三降三升”，“三降三升”见效", "「三降三升」和『一网统揽』", '"三降三升"'] * 2
    assert count_coinages(texts) == {"三降三升": 6, "一网统揽": 2}


def test_speech_is_no_coinage() -> None:
    """Quotations with punctuation, single characters, long ones and mere marks are left out."""
    texts = ["他说：“好，就这么办。”", "“是”", "“" + "网" * 13 + "”", "“——”", "“前后不一", "“网 格”"]
    assert not count_coinages(texts)


def test_straight_marks_are_taken_in_pairs() -> None:
    """What stands between two quotations in straight marks is not taken for one."""
    text = '"这是一句相当长的话没有标点符号"以及"一网统揽"还有"网格"'
    assert count_coinages([text]) == {"一网统揽": 1, "网格": 1}


def test_titles_are_counted_by_text() -> None:
    """Titles come without their marks; a misprint of one character and an endless one do not."""
    texts = [
        "《燃气管理办法》和《燃气管理办法》",
        "《燃气管理办法》《澄川日报》",
        "《甲》",
        f"《{'网' * 61}》",
    ]
    assert count_titles(texts) == {"燃气管理办法": 2, "澄川日报": 1}


_STEEL = Definition("桐钢", "桐岭钢铁公司", "桐岭钢铁公司（简称桐钢）")


def test_a_harvest_has_all_of_it() -> None:
    """One pass brings coinages, titles and definitions, from any number of texts."""
    texts = ["“三降三升”写进《燃气管理办法》", "桐岭钢铁公司（简称桐钢）"] * 5000
    found = harvest(iter(texts))
    assert found == Harvest(
        Counter({"三降三升": 5000}), Counter({"燃气管理办法": 5000}), Counter({_STEEL: 5000})
    )
    assert found.definitions == (_STEEL,)


_PARTS = st.lists(
    st.sampled_from(["“网格”", "“网格”《办法》", "桐岭钢铁公司（简称桐钢）", "网格"]), max_size=6
)


@given(_PARTS, _PARTS)
def test_harvests_are_added_and_taken_off(some: list[str], others: list[str]) -> None:
    """The harvest of all texts is the sum of those of its parts, and that of the rest the difference."""
    whole = harvest(some + others)
    assert whole == harvest(some) + harvest(others)
    assert whole - harvest(others) == harvest(some)


@given(st.lists(st.text(alphabet='网格“”「」"《》，。 a', max_size=40), max_size=6))
def test_the_order_of_texts_does_not_matter(texts: list[str]) -> None:
    """The counts are the same from either end, and no count is above the number of texts."""
    counts = count_coinages(texts)
    assert counts == count_coinages(reversed(texts))
    assert all(count <= len(texts) for count in counts.values())
