"""Which lines belong to the site and not to the release."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, lru_cache

from jsisa_search.page.lines import Line, normalize
from jsisa_search.page.rules import any_of, compile_patterns, load_rules

_MENU_SEPARATORS = re.compile(r"[|｜/·>»›\s]+")
_BUTTON_SEPARATORS = re.compile(r"[\s\[\]【】()（）|｜/·]+")
_OWNERS = re.compile(
    r"(?:主办单位|主辦單位|主办|主辦|版权所有|版權所有|版权归|主管单位) ?[:：©]? ?"
    r"(?P<name>[^:：|｜/;；,，。]{3,40})|"
    r"(?P<before>[^:：|｜/;；,，。©\d ]{3,40}) ?(?:版权所有|版權所有)"
)
_NOT_OF_A_NAME = re.compile(
    r"©|Copyright|\(c\)|\d{4}(?: ?[-–] ?\d{4})?(?: ?年)?|All Rights? Reserved\.?", re.IGNORECASE
)
_SHORTEST_TITLE = 5
_ARROWS = ">＞》»▶►→"
_TITLE_SEPARATORS = re.compile(r"[_|｜]|--|[-–—－]")
_ORGANISATION_CHARACTERS = re.compile(r"[一-鿿“”（）()·]+")


def _matches(rule: str, line: Line) -> bool:
    return len(line.text) <= load_rules("boilerplate")["limits"]["line"] and _fits(rule, line.text)


@lru_cache(maxsize=4096)
def _fits(rule: str, text: str) -> bool:
    return compile_patterns("boilerplate", rule).fullmatch(normalize(text)) is not None


def is_masthead(line: Line) -> bool:
    """Whether a line above the title is the site's: saving date, greeting, breadcrumb, address, menu."""
    return _matches("masthead", line) or _matches("contact", line) or is_menu(line)


def is_contact(line: Line) -> bool:
    """Whether a line says where to reach somebody."""
    return _matches("contact", line)


def is_toolbar(line: Line) -> bool:
    """Whether a line is only buttons beside the text: 打印, 分享, 字体：【大】【中】【小】."""
    return len(line.text) <= load_rules("boilerplate")["limits"]["line"] and _holds_buttons(line.text)


@lru_cache(maxsize=4096)
def _holds_buttons(text: str) -> bool:
    is_button = compile_patterns("boilerplate", "toolbar").fullmatch
    return is_button(normalize(text)) is not None or all(
        is_button(button) for button in _BUTTON_SEPARATORS.split(text) if button
    )


def is_footer(line: Line) -> bool:
    """Whether a line begins the surroundings below the text: 上一篇, 相关新闻, 版权所有."""
    return _matches("footer", _without_arrows(line))


def is_organiser(line: Line) -> bool:
    """Whether a line names who holds an event, as the foot of a site and a notice do: 主办单位：X."""
    return _matches("organisers", line)


def is_disclaimer(line: Line) -> bool:
    """Whether a line says whose opinion a text is and who may reprint it: 本网转载…不代表本网观点."""
    rules = load_rules("boilerplate")["disclaimer"]
    if not rules["shortest"] <= len(line.text) <= rules["longest"]:
        return False
    found = {match[0] for match in _disclaimer_words().finditer(line.text)}
    needed: int = rules["words"] + len(line.text) // rules["characters"]
    return len(found) >= needed


@cache
def _disclaimer_words() -> re.Pattern[str]:
    return re.compile("|".join(load_rules("boilerplate")["disclaimer"]["patterns"]))


def _without_arrows(line: Line) -> Line:
    """Return a line without the arrows before a heading of links: >>>相关新闻."""
    return replace(line, text=line.text.lstrip(_ARROWS)) if line.text[:1] in _ARROWS else line


def is_aside(line: Line) -> bool:
    """Whether a line heads the surroundings of the text: 相关新闻, 热点排行, 网友评论."""
    return _matches("aside", _without_arrows(line))


def is_attachment(line: Line) -> bool:
    """Whether a line names an attachment: 附件1：名单.doc."""
    return _matches("attachment", line)


def is_menu(line: Line) -> bool:
    """Whether a line consists of menu entries alone."""
    if len(line.text) > load_rules("boilerplate")["limits"]["line"]:
        return False
    entries = _MENU_SEPARATORS.split(normalize(line.text))
    return all(entry in _menu_entries() for entry in entries)


@cache
def _menu_entries() -> frozenset[str]:
    return frozenset(load_rules("boilerplate")["navigation"]) | {""}


@cache
def _organisation_ending() -> re.Pattern[str]:
    return re.compile(f"(?:{any_of(load_rules('organisations')['suffixes'])})[)）]?$")


def is_organisation(text: str) -> bool:
    """Whether `text` is the name of an organisation rather than a headline."""
    rules = load_rules("organisations")
    name = normalize(text)
    if not rules["limits"]["shortest"] <= len(name) <= rules["limits"]["longest"]:
        return False
    if _ORGANISATION_CHARACTERS.fullmatch(name) is None or any(
        word in name for word in rules["headline_words"]
    ):
        return False
    return _organisation_ending().search(name) is not None


def is_site_name(text: str) -> bool:
    """Whether a piece at the end of a window title names the site or one of its columns."""
    words = tuple(load_rules("organisations")["site_words"])
    return is_organisation(text) or text in _menu_entries() or (len(text) <= 8 and text.endswith(words))


def strip_site(title: str) -> str:
    """Return a window title without the names of column and site after it (`标题_栏目_站名`)."""
    # No title has an underscore: what follows one is the column, the issue, the site.
    head, separator, _ = title.partition("_")
    title = head.rstrip() if separator and len(head) >= _SHORTEST_TITLE else title
    while True:
        head, separator, tail = _rpartition(title)
        if not separator or not head or not is_site_name(tail):
            return title
        title = head


def site_of(title: str) -> str | None:
    """Return the name of the site at the end of a window title (`标题_栏目_站名`)."""
    head, separator, tail = _rpartition(title)
    return tail if separator and head and is_organisation(tail) else None


def _rpartition(title: str) -> tuple[str, str, str]:
    """Split a window title at its last separator."""
    matches = list(_TITLE_SEPARATORS.finditer(title))
    if not matches:
        return title, "", ""
    last = matches[-1]
    return title[: last.start()].rstrip(), last[0], title[last.end() :].strip()


def find_owner(line: Line) -> str | None:
    """Return the owner of the site that a footer line names: 主办单位：X, 版权所有 © 2022 X, X版权所有."""
    text = _NOT_OF_A_NAME.sub(" ", normalize(line.text[:200]))
    match = _OWNERS.search(" ".join(text.split()))
    if match is None:
        return None
    name = (match["name"] or match["before"]).strip().split(" ")[0]
    return name if is_organisation(name) else None
