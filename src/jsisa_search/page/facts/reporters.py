"""Who wrote or sent a text, as credits, its beginning and its end say: `新华社南京9月6日电（记者 张三）`."""

from __future__ import annotations

import re

from jsisa_search.page.lines import normalize
from jsisa_search.page.rules import load_rules

# （张三／云浦報導）, as in Taiwan, in any place of a text.
_REPORTED = re.compile(
    r"[（(](?P<names>[一-鿿·]{2,4}(?:[ 、，]{1,2}[一-鿿·]{2,4}){0,4})[/／∕][一-鿿]{2,8}[报報][導导道][)）]"
)
# 文/Alan Oken(…)  译者/…: a credit that others follow.
_WRITTEN = re.compile(
    r"(?:文|作者|撰文|采写|記者|记者) ?[/／|｜丨:：] ?"
    r"([A-Z][A-Za-z.'-]{0,20}(?: [A-Z][A-Za-z.'-]{0,20}){0,3}|[一-鿿·]{2,12})(?=[ 　(（]|$)"
)
_REPORTER = re.compile(
    r"(?P<paper>[一-鿿/·]{2,14}?) ?(?:全媒体|首席|见习|实习|特约|驻[一-鿿]{2,3})?(?:记者|記者)[ :：/丨|]{1,2}"
    r"(?P<author>[一-鿿·]{2,4}(?:[ 、](?!编辑|責編|责编|校对|摄影|通讯|实习)[一-鿿·]{2,4}){0,3})(?: .{0,20})?"
    # 記者張一鳴／雲浦報導, as in Taiwan: with the place where he reports.
    r"|(?:(?P<daily>[一-鿿]{2,10}) )?(?:记者|記者) ?(?P<reporter>[一-鿿]{2,4}(?:、[一-鿿]{2,4}){0,3})"
    r" ?[/／∕] ?[一-鿿]{2,8}? ?(?:即時|綜合|综合|專題|連線)?(?:报|報)[导道導]"
)
# 新华社南京9月6日电 （记者 张三）, 中新网北京9月6日电, 本报讯: who sent the text, at its beginning.
_DATELINE = re.compile(
    r"[【（(]?([一-鿿]{2,6}(?:网|报|社)) ?"
    r"[一-鿿·]{1,12} ?(?:\d{4}年)?\d{1,2}月\d{1,2}日(?:电|讯|消息|報道|报道)"
)
_PERSONS = r"[一-鿿·]{2,4}(?:[ 、，]{1,2}[一-鿿·]{2,4}){0,4}"
# （本报记者 张三 李四）, （张三／云浦報導）; 云浦网记者张三、李四9月6日报道.
_REPORTERS_IN_TEXT = re.compile(
    r"[（(【](?:本报|本网|新华社|特约|[一-鿿]{2,8}网|[一-鿿]{2,8}报)?(?:见习|实习|全媒体)?"
    rf"(?:记者|記者|通讯员|作者)[ :：]{{0,2}}(?P<in>{_PERSONS})"
    r"(?:[ ，,、](?:通讯员|实习生|编辑|文|摄).{0,20})?[)）】]"
    rf"|[（(](?P<taiwan>{_PERSONS})[/／][一-鿿]{{2,6}}[报報][导導道][)）]"
    rf"|(?:记者|記者)[ :：]{{0,2}}(?P<said>{_PERSONS}?) ?(?:\d{{1,2}}月)?\d{{1,2}}日(?:电|報導|报道|從|从|在)"
)


def read_reporter(text: str) -> dict[str, str] | None:
    """Return source and author of a line that names a reporter with his paper: 云浦日报记者 张三."""
    match = _REPORTER.fullmatch(normalize(text))
    if match is None:
        return None
    if match["reporter"]:
        return {"author": match["reporter"]} | ({"source": match["daily"]} if match["daily"] else {})
    # 云浦晨报/爱云浦, 云浦网·清河新闻: a desk of the paper, which is not always where the text is from.
    is_own = match["paper"] in load_rules("labels")["own"]["papers"] or bool(set("/·") & set(match["paper"]))
    return {"author": match["author"]} | ({} if is_own else {"source": match["paper"]})


def read_credit(text: str) -> dict[str, str]:
    """Return the author whom a line names first, whatever follows: 文/Alan Oken  译者/张三."""
    found = _WRITTEN.match(text.strip("　 （("))
    return {"author": found[1]} if found else {}


def read_report(text: str) -> dict[str, str]:
    """Return the reporter whom a text names with a place in brackets: （张三／云浦報導）."""
    found = _REPORTED.search(text)
    return {"reporter": found["names"]} if found else {}


def read_dateline(text: str) -> dict[str, str]:
    """Return agency and reporter that the beginning of a text names: 新华社南京9月6日电（记者 张三）."""
    start = text[:80]
    agency = _DATELINE.match(start)
    return ({"source": agency[1]} if agency else {}) | _reporters(start)


def read_signature(text: str) -> dict[str, str]:
    """Return the reporter that the end of a text names in brackets: …。（记者 张三）."""
    return _reporters(text[-40:])


def _reporters(text: str) -> dict[str, str]:
    found = _REPORTERS_IN_TEXT.search(text)
    names = next(filter(None, found.groups()), None) if found else None
    if names and names.endswith(("摄", "攝", "图", "圖")):
        return {}  # who took the picture
    return {"reporter": " ".join(names.split())} if names else {}
