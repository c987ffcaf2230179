"""Whether a Chinese text is in simplified or traditional characters: for fonts and screen readers."""

from __future__ import annotations

import re
from functools import cache

from jsisa_search.analysis import fold

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# Characters that are looked at: the first ones tell.
_LOOKED_AT = 2000


def language_tag(text: str | None) -> str:
    """Return the language tag of a text: `zh-CN`, `zh-Hant`, or `zh` for one that both write alike.

    Empty for a text without Chinese characters. What has none that are traditional alone, and one that
    stands for a traditional one, is simplified.
    """
    part = (text or "")[:_LOOKED_AT]
    if not _HAN.search(part):
        return ""
    simplified, traditional, either = (sum(map(part.count, each & set(part))) for each in _scripts())
    if simplified != traditional:
        return "zh-CN" if simplified > traditional else "zh-Hant"
    return "zh-CN" if either and not traditional else "zh"


@cache
def _scripts() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the characters that are simplified alone, traditional alone, and both, as 后 is."""
    every = "".join(map(chr, range(0x4E00, 0x9FA6)))
    changed = {char: form for char, form in zip(every, fold(every), strict=True) if char != form}
    simplified = set(changed.values())
    old = {char for char in simplified if _has(char, "big5")}
    traditional = {char for char in changed if not _has(char, "gb2312")}
    return frozenset(simplified - old), frozenset(traditional), frozenset(old)


def _has(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
