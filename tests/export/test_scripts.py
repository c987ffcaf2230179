"""In which characters a text is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.export.scripts import language_tag


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("全市社会治理工作会议", "zh-CN"),
        ("全市社會治理工作會議", "zh-Hant"),
        ("健全网格体系", "zh-CN"),
        ("皇后大道", "zh-CN"),
        ("皇后學校", "zh-Hant"),
        ("中文", "zh"),
        ("APP 5G, 2022", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_characters_of_one_script_alone_tell(text: str | None, tag: str) -> None:
    """后 is in both scripts: what is beside it decides."""
    assert language_tag(text) == tag


@given(st.text())
def test_any_text_has_a_tag(text: str) -> None:
    """Whatever a text has, it is one of three, or none without Chinese characters."""
    assert language_tag(text) in ("", "zh", "zh-CN", "zh-Hant")


@given(st.text("全市社治理工作", min_size=1), st.text("abc 0。，", max_size=9))
def test_what_stands_around_does_not_matter(han: str, other: str) -> None:
    """Letters, digits and marks tell nothing."""
    assert language_tag(other + han + other) == language_tag(han)
