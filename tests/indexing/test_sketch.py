"""What is stored of a release to compare it with others."""

from __future__ import annotations

import numpy as np
import pytest

from jsisa_search.indexing.sketch import Sketch, number_of, sketch_passages
from jsisa_search.schema import SKETCH_HASHES

TEXT = "全市推进网格化治理，3268个网格实现城乡全覆盖，群众满意率达到99.14%。各地结合实际细化举措。"


def sketch(*texts: str) -> Sketch:
    """Return the sketch of a release of paragraphs."""
    return sketch_passages(["paragraph"] * len(texts), texts)


def test_punctuation_width_blanks_and_characters_forms_do_not_count() -> None:
    """A text that was set otherwise says the same; one other word, and it does not."""
    other = (
        "全市 推進網格化治理 —— ３２６８个网格,实现城乡全覆盖;群众满意率达到９９.14％! 各地结合实际细化举措"
    )
    assert sketch(TEXT) == sketch(other)
    altered = sketch(TEXT.replace("3268", "3269"))
    assert altered.said != sketch(TEXT).said
    assert altered.packed != sketch(TEXT).packed


def test_where_a_paragraph_ends_does_not_count() -> None:
    """The windows run across the ends of paragraphs; the numbers of the passages are their own."""
    first, second = TEXT[:20], TEXT[20:]
    assert sketch(first, second).packed == sketch(TEXT).packed
    assert sketch("别的段落。", second).said[1] == sketch(first, second).said[1]


def test_headings_between_paragraphs_do_not_count() -> None:
    """Whoever reprints a text leaves them out, and the number of each passage stays with it."""
    first, second = TEXT[:20], TEXT[20:]
    plain = sketch(first, second)
    headed = sketch_passages(
        ["title", "paragraph", "heading", "paragraph", "link"], ["甲", first, "乙", second, "丙"]
    )
    assert headed.packed == plain.packed
    assert headed.said[1::2] == plain.said
    assert len(set(headed.said)) == 5


def test_the_headline_is_no_part_of_the_sketch() -> None:
    """It is replaced by whoever reprints; a release without a text is its headline."""
    one = sketch_passages(["title", "lead"], ["网格化治理见实效", TEXT])
    other = sketch_passages(["title", "lead"], ["织密基层治理“一张网”", TEXT])
    assert one.packed == other.packed
    assert one.said[0] != other.said[0]
    assert sketch_passages(["title"], ["网格化治理见实效"]).packed
    assert one.said[1] != sketch_passages(["title"], [TEXT]).said[0]


@pytest.mark.parametrize(
    "framed",
    [
        f"本报讯（记者 张三）{TEXT}",
        f"新华社北京9月6日电 {TEXT}",
        f"央视网消息（新闻联播）：{TEXT}",
        f"{TEXT}（完）",
        f"{TEXT}（记者 李四 通讯员 王五）",
    ],
)
def test_datelines_and_credits_do_not_count(framed: str) -> None:
    """They say who tells it."""
    assert sketch(framed) == sketch(TEXT)


def test_a_subject_is_no_dateline() -> None:
    """Nothing is left out of a sentence that merely has 电 or 消息 in it."""
    assert sketch(f"全省发电{TEXT}").said != sketch(TEXT).said
    assert sketch(f"好消息，{TEXT}").said != sketch(TEXT).said


def test_texts_without_letters_have_no_sketch() -> None:
    """Nothing is like nothing."""
    assert sketch("……", "") == (b"", [0, 0])
    assert sketch_passages([], []) == (b"", [])


def test_a_sketch_is_small_however_long_the_text() -> None:
    """A long text costs bounded memory, and its paragraphs have the numbers that they have alone."""
    rng = np.random.default_rng(20221102)
    texts = ["".join(map(chr, rng.integers(0x4E00, 0x9FA5, 90_000))) for _ in range(7)]
    found = sketch(*texts, TEXT)
    assert len(found.packed) == 4 * (1 + SKETCH_HASHES)
    assert found.said[-1] == sketch("前文。", TEXT).said[-1]
    assert len(set(found.said)) == 8


def test_any_characters_have_a_sketch() -> None:
    """Lone surrogates and what is beyond the basic plane are characters like others."""
    assert len(sketch("\ud800" * 30 + "𠮷" * 30 + "\x00").said) == 1


def test_equal_releases_have_equal_numbers() -> None:
    """Facts and texts count, down to the last character."""
    assert number_of({"views": 3}, ["a", "b"]) == number_of({"views": 3}, ["a", "b"])
    others = [({"views": 4}, ["a", "b"]), ({"views": 3}, ["ab"]), ({"views": 3}, ["a", "b", ""])]
    assert len({number_of({"views": 3}, ["a", "b"]), *(number_of(*each) for each in others)}) == 4
