"""HTML -> `Page`: the release among the menus, lists, buttons and comments of a real page.

The tree is read as blocks (`walk`, `dom`), the sentences show where the text is (`body`), the title
stands above it (`titles`), and the facts stand between and around the two (`byline`) or in the head of the
file (`head`).
"""

from __future__ import annotations

from jsisa_search.errors import NotAReleaseError
from jsisa_search.page.html.account import find_account, with_account
from jsisa_search.page.html.dom import parse_tree
from jsisa_search.page.html.embedded import show_embedded
from jsisa_search.page.html.head import read_declared
from jsisa_search.page.html.walk import read_blocks
from jsisa_search.page.labeller.article import label
from jsisa_search.page.lines import Page

__all__ = ["read_html"]


def read_html(text: str) -> Page:
    """Return what an HTML page says and why it was read so; broken markup is read as browsers do.

    Raise `PageTooLargeError` for elements nested too deep, `NotAReleaseError` for a page of lists.
    """
    account = find_account(text)
    try:
        page = _read_whole(text)
    except NotAReleaseError:
        post = with_account(Page(()), account) if account is not None else Page(())
        if post.header is None:
            raise
        return post
    return page if account is None else with_account(page, account)


def _read_whole(text: str) -> Page:
    """Return what a page shows, or would show once its scripts have run."""
    try:
        page = _read(text)
    except NotAReleaseError:
        embedded = _read_embedded(text)
        if embedded is None:
            raise
        return embedded
    return page if _has_text(page) else _read_embedded(text) or page


def _has_text(page: Page) -> bool:
    is_empty = page.header is None or not page.header.body
    return not is_empty and not any(doubt.kind == "no text" for doubt in page.doubts)


def _read_embedded(text: str) -> Page | None:
    """Return a page with the text that a script would show, `None` where it carries none."""
    shown = show_embedded(text)
    if shown is None:
        return None
    try:
        return _read(shown)
    except NotAReleaseError:
        return None


def _read(text: str) -> Page:
    root = parse_tree(text)
    if root is None:
        return Page(())
    declared = read_declared(root, text)
    shown = read_blocks(root)
    article = label(shown, declared)
    if article is None and shown.hidden:
        # Some sites hide their text until a script shows it.
        shown = read_blocks(root, with_hidden=True)
        article = label(shown, declared)
    return article or Page((), declared.fields, declared.window_title)
