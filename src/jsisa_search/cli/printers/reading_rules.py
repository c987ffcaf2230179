"""The rules by which a page was read, in the language of the user; the readers name them in English."""

from __future__ import annotations

import re
from functools import cache

from jsisa_search.translation import gettext as _
from jsisa_search.translation import mark

_FIXED = (
    mark("a label below the text"),
    mark("a label beside the title"),
    mark("a line of links"),
    mark("a table of contents"),
    mark("a time without a year, in the year of the nearest date in title, names or address"),
    mark("above the title"),
    mark("above the title of an official document"),
    mark("an attachment"),
    mark("below the text"),
    mark("byline"),
    mark("caption"),
    mark("a label of its last change, as no other time is given"),
    mark("comment"),
    mark("declared, and shown nowhere"),
    mark("foot"),
    mark("link"),
    mark("in a part of the file that is not shown"),
    mark("links"),
    mark("menu"),
    mark("named at the beginning or the end of the text"),
    mark("named beside the time, as articles of accounts have it"),
    mark("no text"),
    mark("outside the text"),
    mark("printed below the document"),
    mark("related"),
    mark("share"),
    mark("shown below the text"),
    mark("shown beside the title"),
    mark("stated, and shown nowhere"),
    mark("the account that published it"),
    mark("the date at the head of the text, as no other is given"),
    mark("the date below the signature, or of the document"),
    mark("the date in the names of the folders"),
    mark("the date pattern that is set for the folder or the index"),
    mark("the day below the text, as no other is given"),
    mark("the day in the address of the page"),
    mark("the day in the name of the file"),
    mark("the day in the title"),
    mark("the end of the window's title"),
    mark("the first line of the page, which is set apart"),
    mark("the foot of the page"),
    mark("the line above time and source"),
    mark("the line right above the text, which is set apart"),
    mark("the line that agrees with the stated title, or has the form of one"),
    mark("the line that repeats the stated title"),
    mark("the line that the format marks as the title"),
    mark("the only organisation above the title"),
    mark("the signature of the document"),
    mark("the site's"),
    mark("the subject of the mail"),
    mark("the time beside the title"),
    mark("the title again"),
    mark("the title of an official document"),
    mark("toolbar"),
    mark("when it was changed, as no other time is given"),
)

# Those that name something, which is no text of ours; the first that fits.
_WITH_NAMES = (
    mark("{rule}; its clock: {clock}"),
    mark("when it was changed, as no other time is given: {rule}"),
    mark("stated by <meta> {name}"),
    mark("stated in the file as {name}"),
    mark("the time in a script or an attribute of the page, {name}"),
    mark("the element with most sentences ({characters} characters in {lines} lines)"),
    mark("the lines below title and byline ({characters} characters in {lines} lines)"),
)


def shown_rule(rule: str) -> str:
    """Return the rule of a finding in the language of the user; one that is not known as it is."""
    for form, pattern in _patterns():
        if found := pattern.fullmatch(rule):
            parts = found.groupdict()
            of_rules = {name: shown_rule(parts[name]) for name in ("rule", "clock") if name in parts}
            return _(form).format_map(parts | of_rules)
    return _(rule) if rule in _FIXED else rule


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (form, re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(form)), re.DOTALL))
        for form in _WITH_NAMES
    )
