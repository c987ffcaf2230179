"""HTML -> `Page`: the release that stands among the menus, lists, buttons and comments of a real page.

The tree is read as blocks (`walk`, `blocks`), the sentences show where the text stands (`body`), the title
stands above it (`titles`), and the facts stand between and around the two (`byline`) or in the head of the
file (`stated`).
"""

from __future__ import annotations

from jsisa_search.page.html.stated import read_stated
from jsisa_search.page.html.tree import parse_tree
from jsisa_search.page.html.walk import read_blocks
from jsisa_search.page.html.zones import read_zones
from jsisa_search.page.lines import Page

__all__ = ["read_html"]


def read_html(text: str) -> Page:
    """Return what an HTML page says and why it was read so; broken markup is read as browsers do.

    Raise `PageTooLargeError` for elements nested too deep, `NotAReleaseError` for a page of lists.
    """
    root = parse_tree(text)
    if root is None:
        return Page(())
    stated = read_stated(root, text)
    shown = read_blocks(root)
    zones = read_zones(shown, stated)
    if zones is None and shown.hidden:
        # Some sites hide their text until a script shows it.
        shown = read_blocks(root, with_hidden=True)
        zones = read_zones(shown, stated)
    return zones or Page((), stated.fields, stated.window_title)
