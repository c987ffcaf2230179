"""Numbers that have no unit and count all the same: 4.2亿用户, 4000多群众, 6死7伤, 20金16银, 指数为50.6."""

from __future__ import annotations

import re
from functools import cache

from jsisa_search.package_data import load_toml

#: Words in a number that say it is more: 20多万, 1.4万余.
MORE = "多余几来"
# What is left out of 2万8 and 3千5 is the scale below.
_SHORT = re.compile(r"\d+[千万]\d")
# Characters before a number in which an index is looked for.
_LONGEST_NAME = 40
# What has no measure word behind its number: what happened to people, and medals. 6死7伤, 20金16银22铜.
_UNMEASURED = re.compile(r"[死伤亡]|[金银铜](?=[\d,。;、!)和与及的共位名暂列排领居]|$)")
_LONGEST_TALLY = 4
# 4000多群众 are as many; not 40多分, 100余年, nor the beginning of a word: 2余额.
_UNMEASURED_NOUN = re.compile(r"[\u4e00-\u9fff](?<![年月日号天岁时分秒周点届级个小世载度额杭姚震万亿])")
_YEAR = re.compile(r"(?:19\d\d|20(?!00)\d\d)\D")
_TENS = frozenset("十百千万亿")
# Behind these a number may be that of an index, and nothing but marks follows it.
_COMES_TO = frozenset("为是达至到报得过破超逾")
_NOTHING_BEHIND = re.compile(r"[,。;、!)(以]|左右|$")


def may_lack_unit(folded: str, text: str, start: int, end: int) -> bool:
    """Return whether a number counts without a unit: 4.2亿用户, 突破20万, 4000多群众, 指数为50.6."""
    is_western = text[0].isdecimal()
    if is_western and is_unmeasured(folded, text, end):
        return True
    if _SHORT.fullmatch(text):
        return True
    if text[-1] in "多余" and _is_many(folded, text, end):
        return True
    is_scaled = text.rstrip(MORE).endswith(("万", "亿")) or (is_western and "万" in text)
    if not is_scaled or (not is_western and len(text) < 2):
        return is_western and folded[start - 1 : start] in _COMES_TO and _is_index(folded, start, end)
    return folded[end : end + 1] not in "年月日号级岁-~至×:"


def is_unmeasured(folded: str, text: str, end: int) -> bool:
    """Return whether one character behind a number says what it counts: 6死7伤, 20金16银."""
    return len(text) <= _LONGEST_TALLY and _UNMEASURED.match(folded, end) is not None


def _is_many(folded: str, text: str, end: int) -> bool:
    """Return whether a number with 多 or 余 counts the noun behind it: 4000多群众, but not 2022多哈, 三多."""
    if _UNMEASURED_NOUN.match(folded, end) is None:
        return False
    if text[0].isdecimal():
        return _YEAR.match(text) is None
    return not _TENS.isdisjoint(text)


def _is_index(folded: str, start: int, end: int) -> bool:
    """Return whether a number without a unit is what an index comes to: 采购经理指数为50.6."""
    if not _NOTHING_BEHIND.match(folded, end):
        return False
    return _index_pattern().search(folded, max(start - _LONGEST_NAME, 0), start) is not None


@cache
def _index_pattern() -> re.Pattern[str]:
    return re.compile(load_toml("jsisa_search.figures", "words")["units"]["index"])
