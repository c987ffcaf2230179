"""The occurrences of a wording as lines."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search import ConcordanceLine, Index
from jsisa_search.analysis import fold
from tests.cluster.engines import Place
from tests.properties import examples


def lines(index: Index, text: str, **arguments: Any) -> tuple[ConcordanceLine, ...]:
    """Return the lines of a wording."""
    (wording,) = index.trend([text], **({"lines": 100} | arguments)).wordings
    return wording.lines


@pytest.fixture
def archive(index: Index) -> Index:
    """Return an index of four occurrences, two of them in one passage, the last without a date."""
    with index.batch() as batch:
        batch.add_text(
            "区里推行网格化管理，\n镇里也推行。", id="a", published="2020-01-01", source="云州发布"
        )
        batch.add_text("智慧网格化服务与基层网格化治理。", id="b", published="2021-01-01")
        batch.add_text("老网格化平台。", id="c")
    return index


def test_lines_have_the_text_around_each_occurrence_and_its_place(archive: Index) -> None:
    """Left, wording and right are the text as it is written, with the place to open it."""
    first = lines(archive, "网格化", line_order="oldest")[0]
    assert (first.left, first.text, first.right) == ("区里推行", "网格化", "管理，")
    assert (first.source, first.path, first.paragraph) == ("云州发布", "text:a", 1)


def test_lines_are_ordered_by_date_or_by_what_is_beside(archive: Index) -> None:
    """By date undated ones are last; by the right or left what is alike is together."""

    def rights(order: str) -> list[str]:
        return [line.right[:2] for line in lines(archive, "网格化", line_order=order)]

    assert rights("oldest") == ["管理", "服务", "治理", "平台"]
    assert rights("newest") == ["服务", "治理", "管理", "平台"]
    assert rights("right") == sorted(rights("right"))
    lefts = [line.left[::-1] for line in lines(archive, "网格化", line_order="left")]
    assert lefts == sorted(lefts)


def test_no_more_lines_than_are_asked_for(archive: Index) -> None:
    """The limit counts occurrences, not passages."""
    assert len(lines(archive, "网格化", lines=3, line_order="oldest")) == 3


@pytest.mark.slow
@examples(0.5)
@given(
    texts=st.lists(st.text("网格化 ，Ⅲ①a５臺\u200b𠀀", min_size=1, max_size=15), min_size=1, max_size=5),
    wanted=st.text("网格化Ⅲa5台𠀀", min_size=1, max_size=2),
    order=st.sampled_from(["oldest", "newest", "left", "right"]),
)
def test_every_occurrence_is_a_line_of_its_own_text(
    tmp_path_factory: Any, place: Place, texts: list[str], wanted: str, order: str
) -> None:
    """For any text there are as many lines as occurrences, and each shows the wording, once folded."""
    with Index.create(place(tmp_path_factory.mktemp("lines") / "index")) as index:
        with index.batch() as batch:
            for number, text in enumerate(texts):
                batch.add_text(text, id=str(number), published="2020-01-01")
        found = lines(index, wanted, line_order=order, fold=False)
        assert len(found) == index.check([wanted])[0].occurrences
        assert all(fold(wanted) in fold(line.text) for line in found)
        originals = {
            passage.text for release in index.releases() for passage in index.release(release.id).paragraphs
        }
        joined = "\n".join([*originals, *(release.title or "" for release in index.releases())])
        assert all(line.left + line.text + line.right in joined for line in found)
