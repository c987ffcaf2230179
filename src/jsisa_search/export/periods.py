"""Periods as people name them: 2025-H1 is 2025年上半年 on a Chinese page."""

from __future__ import annotations

import re

from jsisa_search.translation import gettext as tr
from jsisa_search.translation import mark

_PART = re.compile(r"(\d{4})-(H[12]|Q[1-4])")
_NAMES = {
    "H1": mark("{year}-H1"),
    "H2": mark("{year}-H2"),
    "Q1": mark("{year}-Q1"),
    "Q2": mark("{year}-Q2"),
    "Q3": mark("{year}-Q3"),
    "Q4": mark("{year}-Q4"),
}


def period_label(name: str) -> str:
    """Return a period in the language of the reader; years, months and days are the same in all."""
    match = _PART.fullmatch(name)
    return tr(_NAMES[match[2]]).format(year=match[1]) if match else name
