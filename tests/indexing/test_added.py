"""Releases without a file, as programs give them: what is taken, and what is refused with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from jsisa_search.errors import ArgumentError
from jsisa_search.indexing.added import release_from
from jsisa_search.model import Link, Paragraph, Release, Section

TEXT = "全市推进网格化管理，矛盾纠纷就地化解。"
GIVEN: dict[str, Any] = {"id": "1", "title": "网格化通报", "text": TEXT}
RELEASE = release_from(GIVEN)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"id": "a\0b"}, "id can't be"),
        ({"text": 7}, "text can't be"),
        ({"dated": "2022-09"}, "dated can't be '2022-09'.*a whole day"),
        ({"published": "去年"}, "published can't be"),
        ({"sections": [7]}, "a dict with heading, subheading, line and paragraphs"),
        ({"sections": [{"paragraphs": [7]}]}, "text, or a dict with text, line and page"),
        ({"sections": [{"paragraphs": [{"line": 1}]}]}, "text, or a dict with text, line and page"),
        ({"sections": [{"paragraphs": [{"text": TEXT, "line": 0}]}]}, "line can't be 0"),
        ({"attachments": [7]}, "a dict with name, url and line"),
        ({"attachments": [{"url": "https://a.example"}]}, "name can't be None"),
    ],
)
def test_a_wrong_value_in_a_dict_is_refused(more: dict[str, Any], said: str) -> None:
    """The message names the field, what it can't be, and what it may be."""
    with pytest.raises(ArgumentError, match=said):
        release_from(GIVEN | more)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"published": datetime(2022, 9, 6)}, "published_precision can't be None"),
        (
            {"date": datetime(2022, 9, 6), "date_precision": "day", "date_from": "hearsay"},
            "date_from can't be 'hearsay'",
        ),
        ({"dated": datetime(2022, 9, 6)}, "dated can't be"),
        ({"saved": "2022-09-06"}, "saved can't be '2022-09-06'"),
        ({"sections": [Section(None, None, (), 1)]}, "sections can't be.*a tuple of Section"),
        ({"sections": (7,)}, "a Section"),
        ({"sections": (Section(None, None, (7,), 1),)}, "a Paragraph"),
        ({"links": [Link("附件", None, 1)]}, "links can't be.*a tuple of Link"),
    ],
)
def test_a_wrong_value_in_a_release_is_refused(changes: dict[str, Any], said: str) -> None:
    """A `Release` that a program has made is checked like a dict: what is stored can be read again."""
    with pytest.raises(ArgumentError, match=said):
        release_from(replace(RELEASE, **changes))


def test_sections_and_links_may_be_values_or_dicts() -> None:
    """Both forms make the same release, whose paragraphs count from 1 and whose blanks are left out."""
    sections = [
        {
            "subheading": "健全网格体系",
            "paragraphs": [TEXT, " ", {"text": TEXT, "line": 9, "page": 2}],
            "line": 3,
        }
    ]
    links = [{"name": "附件", "url": "https://a.example/1.pdf", "line": 9}]
    made: Release = release_from({"id": "1", "title": "通报", "sections": sections, "attachments": links})
    assert made.sections == (
        Section("健全网格体系", None, (Paragraph(TEXT, 1, 1, 1), Paragraph(TEXT, 2, 2, 9, 2)), 3),
    )
    assert made.attachments == (Link("附件", "https://a.example/1.pdf", 9),)
    again = {"id": "1", "title": "通报", "sections": made.sections, "attachments": made.attachments}
    assert release_from(again) == made


def test_a_day_is_taken_as_text_or_as_a_date() -> None:
    """A signature may be given either way."""
    for day in ("2022-09-06", "2022年9月6日", date(2022, 9, 6)):
        assert release_from(GIVEN | {"dated": day}).dated == date(2022, 9, 6)
