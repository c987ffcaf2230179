"""Short names of offices against full ones."""

from __future__ import annotations

import time

import pytest

from jsisa_search.search.assist.short_names import abbreviates, full_names
from jsisa_search.search.engine.stated_names import MAX_VALUES, StatedName, StatedNames


def _names(*publishers: str, sources: tuple[str, ...] = ()) -> StatedNames:
    return StatedNames({"publisher": publishers, "source": sources, "issuer": (), "author": ()}.__getitem__)


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("江苏钢协", "江苏省钢铁行业协会"),
        ("苏州工商联", "苏州市工商业联合会"),
        ("南京市文旅局", "南京市文化和旅游局"),
        ("山东摄协", "山东省摄影家协会"),
        ("惠州中院", "惠州市中级人民法院"),
        ("宜春统计局", "宜春市统计局"),
    ],
)
def test_a_short_name_has_a_character_of_every_word_that_matters(short: str, name: str) -> None:
    """Each character begins a word or follows the one before; 省, 行业 and the like may lack one."""
    assert abbreviates(short, name)
    assert full_names(short, _names(name)) == (name,)


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("江苏协会", "江苏省钢铁行业协会"),
        ("江苏会", "江苏省钢铁行业协会"),
        ("中国协会", "中国钢铁工业协会"),
        ("北京大学", "北京市大兴区教育局"),
        ("复旦宣传部", "复旦大学党委宣传部"),
        ("江苏钢", "江苏省钢铁行业协会"),
    ],
)
def test_other_characters_of_a_name_are_no_short_name(short: str, name: str) -> None:
    """A word without a character, or a character within a word, is a different name."""
    assert not abbreviates(short, name)


def test_a_word_and_a_stated_name_are_not_short_for_another() -> None:
    """中国银行 is a name of its own, and so is what a release states."""
    assert full_names("中国银行", _names("中国工商银行")) == ()
    assert full_names("江苏钢协", _names("江苏省钢铁行业协会", "江苏钢协")) == ()


def test_many_readings_are_none() -> None:
    """Where more than three names fit, none is meant."""
    assert full_names("江苏钢协", _names(*(f"江苏省钢{word}协会" for word in ("铁", "琴", "管", "笔")))) == ()


def test_names_are_bounded_in_time() -> None:
    """Thousands of long names that share all characters are looked through in bounded time."""
    names = _names(*(f"江{'苏钢' * 20}协会{number}" for number in range(20_000)))
    started = time.process_time()
    full_names("江苏钢协苏钢苏钢苏钢协会", names)
    assert time.process_time() - started < 60


@pytest.mark.parametrize(
    ("name", "value", "is_it"),
    [
        ("新华社", "新华社", True),
        ("新华社", "新华社客户端", True),
        ("新华社", "新华社区报", False),
        ("人民日报", "人民网-《人民日报》", True),
        ("中央军委", "国务院、中央军委", True),
        ("林涛", "《中国企业家》记者 林涛", True),
        ("王敬照", "记者王敬照", True),
        ("向雪妮", "南都记者 余毅菁 向雪妮", True),
        ("东方", "东方网", False),
        ("社", "社", False),
    ],
)
def test_a_name_is_in_a_value_between_characters_of_no_name(name: str, value: str, is_it: bool) -> None:
    """Beside others, in brackets, and with a role before or an account after it."""
    assert bool(_names(sources=(value,)).with_name(name)) is is_it


def test_a_name_has_all_its_fields_and_values() -> None:
    """One name may be a source and a publisher, whole and beside others; there is a most of values."""
    names = _names("新华社", sources=("中国网", "新华社、人民网", "新华社"))
    assert set(names.with_name("新华社")) == {
        StatedName("publisher", "新华社"),
        StatedName("source", "新华社、人民网"),
        StatedName("source", "新华社"),
    }
    many = _names(*(f"新华社 {number}" for number in range(500)))
    assert len(many.with_name("新华社")) == MAX_VALUES
