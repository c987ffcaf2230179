"""HTML text to an element tree within bounds, and what the names of elements suggest."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from jsisa_search.errors import PageBudgetError, PageTooLargeError
from jsisa_search.page.budget import check_time, count, watched
from jsisa_search.page.rules import load_rules
from jsisa_search.translation import gettext as tr

if TYPE_CHECKING:
    from lxml.etree import _Element

# What a browser writes on top of a page that it saves, with the address the page came from.
_SAVED_FROM = re.compile(
    r"<!--\s*(?:saved from url\s*=\s*\(\d{1,5}\)|Page saved with SingleFile\s*url:\s*)(https?://[^\s<>\"']{3,2000})"
)
# When SingleFile saved the page: saved date: Tue Mar 19 2024 10:00:00 GMT+0800.
_SAVED_ON = re.compile(r"<!--\s*Page saved with SingleFile[^>]{0,3000}?\bsaved date:\s*([^\n<>(]{8,60})")
_COMMENT_SEARCHED = 4096
# Pages put together from parts end several times; the parser would stop at the first end.
_ENDS = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)


# Characters of a page from which the attributes of all elements together could fill the memory.
_MANY_ATTRIBUTES_FROM = 2_000_000
# An element with so many attributes that the parser, whose time grows with their square, is busy for long.
# Names and values as HTML has them; nothing is looked at twice.
_ATTRIBUTE = r"""[\s/]*+[^\s/>=][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+))?"""


def parse_tree(text: str) -> _Element | None:
    """Return the root of an HTML page, `None` where there is nothing that even a browser would show.

    Line ends are counted as editors count them. Raise `PageTooLargeError` for elements nested so deep that
    the parser passes over some of them.
    """
    from lxml import etree  # loaded only when an HTML page is read: it costs 20 ms

    count("tags", text.count("<"))
    if len(text) > _MANY_ATTRIBUTES_FROM:
        count("attributes_in_all", sum(map(_count_attributes, watched(_element().finditer(text)))))
    if _has_too_many_attributes(text):
        raise PageBudgetError(
            tr("has an element of more than {most_attributes:,} attributes").format(
                most_attributes=_most_attributes()
            )
        )
    check_time()
    source = _ENDS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).encode("utf-8", "surrogatepass")
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, AssertionError):
        return None
    # The parser stops 2,048 elements deep and passes over what is below in silence.
    if any("Excessive depth" in entry.message for entry in parser.error_log):
        raise PageTooLargeError(tr("its elements are nested too deep to be read"))
    check_time()
    return root


@cache
def _most_attributes() -> int:
    limit: int = load_rules("budget")["limits"]["attributes"]
    return limit


@cache
def _overloaded_element() -> re.Pattern[str]:
    return re.compile(rf"<[a-zA-Z][^\s/>]*+(?:{_ATTRIBUTE}){{{_most_attributes()}}}")


@cache
def _element() -> re.Pattern[str]:
    return re.compile(rf"<[a-zA-Z][^\s/>]*+(?:{_ATTRIBUTE})+")


def _count_attributes(element: re.Match[str]) -> int:
    return len(_one_attribute().findall(element[0])) - 1  # the name of the element looks like one


@cache
def _one_attribute() -> re.Pattern[str]:
    return re.compile(_ATTRIBUTE)


def _has_too_many_attributes(text: str) -> bool:
    return _overloaded_element().search(text) is not None


def saved_from(text: str) -> str | None:
    """Return the address that the browser noted when it saved the page."""
    match = _SAVED_FROM.search(text[:_COMMENT_SEARCHED])
    return match[1] if match else None


def saved_on(text: str) -> str | None:
    """Return the time that SingleFile noted when it saved the page."""
    match = _SAVED_ON.search(text[:_COMMENT_SEARCHED])
    return match[1].strip() if match else None


_WORDS = re.compile(r"[a-z]+|[A-Z][a-z]*|[A-Z]+(?![a-z])")


@lru_cache(maxsize=4096)
def role_of(tag: str, name: str) -> str | None:
    """Return what an element named `#id.class` is for: a role of `html.toml`, `None` where it is unknown."""
    for role, pattern in _tag_roles():
        if tag in pattern:
            return role
    if not name:
        return None
    lowered = name.lower()
    for role, expression in _name_roles():
        if expression.search(lowered):
            return role
    return None


@lru_cache(maxsize=4096)
def is_heading_name(name: str) -> bool:
    """Whether an element is named as those that set headings apart: `bjh-h3`, `.subtitle`, `.bold`."""
    return _heading_names().search(name.lower()) is not None


@cache
def _heading_names() -> re.Pattern[str]:
    return re.compile("|".join(load_rules("html")["heading_names"]))


@cache
def _tag_roles() -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((role["role"], frozenset(role.get("tags", ()))) for role in load_rules("html")["roles"])


@cache
def _name_roles() -> tuple[tuple[str, re.Pattern[str]], ...]:
    roles = load_rules("html")["roles"]
    return tuple((role["role"], re.compile("|".join(role["names"]))) for role in roles if role.get("names"))


_LAYOUT = frozenset(
    ("h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "form", "iframe", "hr", "article", "section")
)


def find_data_tables(root: _Element) -> frozenset[_Element]:
    """Return the tables whose rows are lines: no table within, and several short cells to a row."""
    return frozenset(table for table in watched(root.iter("table")) if _is_data(table))


def _is_data(table: _Element) -> bool:
    limits = load_rules("html")["tables"]
    if next(table.iterdescendants("table"), None) is not None:
        return False
    cells = longest = rows = 0
    for row in table.iter("tr"):
        row_cells = [cell for cell in row if cell.tag in ("td", "th")]
        rows += bool(row_cells)
        cells += len(row_cells)
        for cell in row_cells:
            if len(cell) > limits["elements"] or any(child.tag in _LAYOUT for child in cell):
                return False
            longest = max(longest, len("".join(map(str, cell.itertext())).strip()))
            if longest > limits["cell"]:
                return False
    return cells > rows
