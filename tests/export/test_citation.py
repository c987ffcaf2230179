from __future__ import annotations

from datetime import datetime

import pytest

from jsisa_search.export.citation import citation
from jsisa_search.export.escaping import code_span, escape_markdown, spreadsheet_cell
from jsisa_search.model import DateOrigin, Hit, Snippet


def _hit(date_from: DateOrigin = "page", **facts: object) -> Hit:
    values = {
        "score": 1.0, "kind": "paragraph", "id": "0" * 12, "title": "全市网格化工作会议",
        "source": "微讯江苏", "publisher": None, "published": None, "published_precision": None,
        "heading": "健全“一张网”",
        "subheading": None, "paragraph": 3, "path": "/a.txt", "line": 7, "text": "正文", "highlights": (),
        "snippet": Snippet("正文", ()), "matches_all": True, "date": datetime(2022, 9, 6, 16, 42),
        "date_precision": "minute", "date_from": date_from,
    }  # fmt: skip
    return Hit(**values | facts)  # type: ignore[arg-type]  # the values above are of its types


def test_a_citation_has_what_is_needed_to_find_the_passage() -> None:
    """Title, source, date, section and paragraph come in one line; inner quotation marks are single ones."""
    assert citation(_hit()) == "《全市网格化工作会议》，微讯江苏，2022-09-06 16:42，“健全‘一张网’”，第3段"


def test_a_citation_says_what_an_inferred_date_is_from() -> None:
    """A date that the page does not state is marked with its evidence."""
    assert "2022-09-06 16:42（据文件名）" in citation(_hit("file name"))


def test_a_citation_leaves_out_what_is_unknown() -> None:
    """Facts without a value leave no empty place behind."""
    unknown = _hit(title=None, source=None, heading=None, date=None, date_precision=None, date_from=None)
    assert citation(unknown) == "第3段"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " ＝1"])
def test_a_cell_is_never_a_formula(text: str) -> None:
    """A text that a spreadsheet would calculate begins with an apostrophe."""
    assert spreadsheet_cell(text) == f"'{text}"


def test_markdown_of_a_page_is_text() -> None:
    """Markup, markup of HTML and backticks lose their meaning."""
    assert escape_markdown("*a* <b> [c](d)") == r"\*a\* \<b\> \[c\](d)"
    assert code_span("a`b") == "`` a`b ``"
