"""Which place a word like 全省 stands for, by what its release states."""

from __future__ import annotations

import re
from collections.abc import Iterable

from jsisa_search.analysis.fold import fold
from jsisa_search.lexicon.offices import is_place, place_forms

#: Words for the place of the release itself, by the last character of that place's name.
_OWN = {
    "全省": "省",
    "我省": "省",
    "本省": "省",
    "省内": "省",
    "该省": "省",
    "全县": "县",
    "我县": "县",
    "本县": "县",
    "全区": "区",
    "我区": "区",
    "全市": "市",
    "我市": "市",
    "本市": "市",
    "市内": "市",
    "该市": "市",
}
#: Wide areas that are themselves a place.
_WIDE = ("全国", "我国", "中国", "国内", "全球", "世界")
# Many counties and districts are in no list: 万载县2022年国民经济和社会发展统计公报.
_LISTED = re.compile(r"[\u4e00-\u9fff]{1,4}?(?<![城级区辖上超股楼地社山全本我该])[市县旗]")
_LONGEST = 8
# Publishers and titles are no longer than their names; a place stands near their beginning.
_MOST = 60


def resolve_place(place: str, stated: Iterable[str | None]) -> str | None:
    """Return the place that a written one stands for: itself in its short form, or the first that is stated.

    `stated` are the publisher, source and title of the release. `None` where they tell none.
    """
    folded = fold(place)
    named = first_place(folded)
    if named is not None:
        return named
    wide = next((word for word in _WIDE if word in folded), None)
    if wide is not None:
        return {"我国": "全国", "中国": "全国", "国内": "全国", "世界": "全球"}.get(wide, wide)
    kind = next((kind for word, kind in _OWN.items() if word in folded), None)
    if kind is None:
        return None
    found = (first_place(fold(text), kind) for text in stated if text)
    return next((name for name in found if name), None)


def first_place(folded: str, kind: str = "") -> str | None:
    """Return the short form of the first place in a folded text; `kind`: only a 省 or a 市."""
    folded = folded[:_MOST]
    for start in range(len(folded)):
        for size in range(min(_LONGEST, len(folded) - start), 1, -1):
            name = folded[start : start + size]
            if is_place(name):
                forms = place_forms(name)
                if not kind or _is_of(forms, kind):
                    return min(forms, key=len)
                break
    listed = _LISTED.match(folded)
    return listed[0] if listed and listed[0][-1] in (kind or listed[0][-1]) else None


def _is_of(forms: tuple[str, ...], kind: str) -> bool:
    endings = ("省", "自治区") if kind == "省" else ("市", "州", "盟", "地区") if kind == "市" else ()
    return any(form.endswith(endings) for form in forms)


def named_place(stored: Iterable[str | None]) -> str | None:
    """Return the place at the beginning of a publisher, source or title: 宜春 of 宜春市统计局."""
    for text in stored:
        folded = fold(text or "")
        name = first_place(folded[:_LONGEST])
        if name is not None:
            return name
    return None
