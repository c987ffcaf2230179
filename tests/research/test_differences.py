"""What a reprint changed of the first release."""

from __future__ import annotations

import time

import pytest

from jsisa_search.model import Change, Paragraph, Release, Section
from jsisa_search.research.differences import differences

FIRST = (
    "全市共有网格3268个，实现城乡全覆盖。群众满意率达到99.14%。",
    "市委书记李明在会上强调，要把矛盾化解在基层。会议由市长王强主持。",
    "各地结合实际细化举措。下一步将推广经验。",
)


def release(*paragraphs: str, title: str | None = "网格化治理见实效") -> Release:
    """Return a release of paragraphs."""
    numbered = tuple(Paragraph(text, at, at, at + 1) for at, text in enumerate(paragraphs, start=1))
    sections = (Section(None, None, numbered, 2),)
    return Release("a.txt", title, 1, *(None,) * 8, sections)


def changes(*paragraphs: str, title: str | None = "网格化治理见实效") -> tuple[Change, ...]:
    """Return what a release of some paragraphs changed of the first."""
    return differences(release(*FIRST), release(*paragraphs, title=title))


def test_the_same_text_has_no_changes() -> None:
    """Nor has one with other punctuation, another dateline or other ends of paragraphs."""
    assert changes(*FIRST) == ()
    assert changes("新华社澄川9月6日电（记者 张三）" + FIRST[0], *FIRST[1:]) == ()
    assert changes("".join(FIRST).replace("，", ",").replace("。", "！")) == ()


def test_altered_figures_come_first_then_names_then_words() -> None:
    """Whatever their order in the text; what differs is named."""
    found = changes(
        FIRST[0].replace("99.14", "99.41"),
        FIRST[1].replace("王强", "王刚"),
        FIRST[2].replace("细化举措", "出台举措"),
        title="网格化治理有成效",
    )
    assert [(change.kind, change.paragraph) for change in found] == [
        ("altered", None),
        ("altered", 1),
        ("altered", 2),
        ("altered", 3),
    ]
    assert found[1].figures == ("99.14%", "99.41%")
    assert (found[1].before, found[1].after) == ("群众满意率达到99.14%。", "群众满意率达到99.41%。")
    assert found[2].names == ("王强", "王刚")
    late = changes(FIRST[0], FIRST[1].replace("矛盾", "问题"), "各地结合实际细化12项举措。下一步将推广经验。")
    assert [change.paragraph for change in late] == [3, 2]


def test_what_is_added_or_left_out_is_one_change_for_sentences_in_a_row() -> None:
    """Its paragraph is that of the release that has it."""
    found = changes(FIRST[0], FIRST[2], "记者从会上获悉。活动将于10月启动。")
    assert [(change.kind, change.paragraph) for change in found] == [("left out", 2), ("added", 3)]
    assert found[0].before == FIRST[1]
    assert found[1].after == "记者从会上获悉。活动将于10月启动。"
    assert found[1].figures == ("10",)


def test_a_sentence_that_was_moved_is_not_changed() -> None:
    """It still says what it said; one that is repeated more often is added."""
    assert changes(*FIRST[::-1]) == ()
    assert [change.kind for change in changes(*FIRST, FIRST[2])] == ["added"]


def test_headings_are_compared_and_a_missing_title_is_left_out() -> None:
    """Every text of a release counts."""
    (gone,) = changes(*FIRST, title=None)
    assert (gone.kind, gone.paragraph, gone.before) == ("left out", None, "网格化治理见实效")
    headed = Release(
        "b.txt", "网格化治理见实效", 1, *(None,) * 8,
        tuple(
            Section("工作成效" if at == 1 else None, None, (Paragraph(text, at, 1, at),), at)
            for at, text in enumerate(FIRST, start=1)
        ),
    )  # fmt: skip
    (added,) = differences(release(*FIRST), headed)
    assert (added.kind, added.after) == ("added", "工作成效")


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["字。", "网格化治理。", "一二三四五六七八九。", "甲" * 50])
def test_long_and_repetitive_texts_take_bounded_time(unit: str) -> None:
    """Hostile texts, too, are compared in bounded time."""
    texts = [
        "".join(f"{unit[:-1]}{number}{side}{unit[-1]}" for number in range(20_000)) for side in ("左", "右")
    ]
    started = time.process_time()
    assert differences(release(texts[0]), release(texts[1]))
    assert time.process_time() - started < 120
