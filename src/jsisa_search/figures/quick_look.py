"""Which texts may have a figure, before they are folded: most have no number, or dates alone."""

from __future__ import annotations

import re

_DIGITS = "一二两兩三四五六七八九十百千〇零"
#: What folding makes digits of, beside what Unicode calls decimal: circled, raised and in brackets, radicals.
_FOLDED = (
    "²³¹⁰⁴-⁹₀-₉①-⒛⓪○⼀-⼗〸㆒-㆕㈠-㈩㉑-㉟㊀-㊉㊱-㋋㍘-㍹㎟-㎨㏠-㏾韆\uf900-\ufaff\uffee"
    "\U0001f100-\U0001f10a\U0001f214-\U0001f242"
)
# What is neither a common character nor a mark may be left out by folding, or become another.
_OTHER = r"[^\u4e00-\u9fff、-】！-～“”‘’…—·!-/:-~]"
# The same but for digits, before a number.
_LEFT_OUT = r"[^\d\u4e00-\u9fff、-】！-～“”‘’…—·!-~]"
#: Behind a Chinese digit that is of a number: it has more than one, or is a share like 二成 and 百分之九.
_GOES_ON = rf"[{_DIGITS}万萬亿億多余餘几幾来來点點成倍]|[个個]?百分|分之|{_OTHER}"
#: No unit begins with these, but 届 of 举办了79届, 年 of 任期5年, 大 of 大卡 and 级 of 9级台阶: what is
#: before them is a date, an hour, a session.
NO_UNIT = "年月号时届大级世国中的禽客战强"
_NO_UNIT = rf"(?:[{NO_UNIT}](?<![大级])|大(?!卡|{_OTHER})|级(?![台石阶楼天]|{_OTHER}))"
# Where 届 ends no number of sessions that were held: not 举办了79届.
_SO_MANY = "".join(
    rf"(?<![办辦行开開经經了過过近约約共]\d{{{count}}}届)(?<!{_LEFT_OUT}\d{{{count}}}届)"
    for count in (1, 2, 3)
)
# Where 年 ends no number of years that are a term: not 任期5年.
_TERM = "".join(
    rf"(?<![期限制命刑为為爲达達约約]\d{{{count}}}年)(?<!{_LEFT_OUT}\d{{{count}}}年)" for count in (1, 2)
)
# A price needs no unit: ¥3999的.
_CURRENCIES = "¥￥$＄€£￡"
# A scale that is a number by itself: 近百名, 近万人, 万余人.
_ROUND = rf"(?<=[百万萬亿億])(?:(?<=近.)|(?<={_OTHER}.)|(?=[余餘多])|(?={_OTHER}))"
#: What is right before 第 where that is of a rank: 居第三, 名列全国第一.
RANKED = "居列名至到国國省市球界洲部"
#: It begins with a set of characters, for which `re` looks at the speed of native code.
_MAY_HAVE = re.compile(
    rf"[\d{_DIGITS}第万萬亿億{_FOLDED}](?:"
    rf"(?<=\d)(?!\d|{_NO_UNIT}{_SO_MANY}{_TERM}|日(?!元))"
    rf"|(?<=[{_DIGITS}])(?![{_DIGITS}]{{0,9}}{_NO_UNIT})(?:{_GOES_ON}|(?<=[十千]))"
    rf"|{_ROUND}|(?<=[{_CURRENCIES}]\d)"
    rf"|(?<=[{_FOLDED}])"
    rf"|(?<=第)(?:(?<=[{RANKED}]第)|(?<={_OTHER}第))(?=[\d{_DIGITS}{_FOLDED}]|{_OTHER}))"
)


def may_have_figures(text: str) -> bool:
    """Return whether a text, as it is written, may have a number that measures or counts, or a rank."""
    return _MAY_HAVE.search(text) is not None
