"""Pages of HTML that are files of their own: all text escaped, nothing loaded from elsewhere."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jsisa_search.export.plain import one_line, plain_text
from jsisa_search.translation import gettext as tr

if TYPE_CHECKING:
    from jinja2 import Template


@cache
def page_template(name: str) -> Template:
    """Return a template; `line` in it shows a text in one line, `_` translates its words."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("jsisa_search.export"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["line"] = lambda text: plain_text(one_line(text))
    environment.globals.update(_=tr)
    return environment.get_template(name)
