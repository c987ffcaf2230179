"""What the release around a passage adds to its score."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jsisa_search import Hit, Index
from tests.cluster.engines import Place

WritePage = Callable[..., Path]

OTHER = "各地按照部署推进有关工作，有关负责人介绍了有关情况。"


def _titles(hits: list[Hit]) -> list[str | None]:
    return list(dict.fromkeys(hit.title for hit in hits))


def test_a_release_that_says_it_early_comes_before_one_that_says_it_late(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """The same passage, in the first paragraph of one release and far down in a newer one."""
    said = "群众对网格治理满意。"
    filler = [f"{OTHER}第{number}项。" for number in range(4)]
    write_page("early.txt", said, *filler, title="甲", published="2020-01-01")
    write_page("late.txt", *filler, said, title="乙", published="2024-01-01")
    index.update([folder])
    hits = [hit for hit in index.search("网格 满意", fold=False) if hit.kind == "lead"]
    assert _titles(hits) == ["甲", "乙"]


def test_the_position_does_not_decide_between_passages_of_one_release(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """The passage that has what is asked for comes before the first paragraph that has some of it."""
    answer = "澄川市网格员共有三千二百人。"
    write_page("a.txt", "澄川市召开会议。", OTHER, answer, title="甲")
    write_page("b.txt", OTHER, title="乙")
    index.update([folder])
    assert index.search("澄川市网格员有多少人")[0].text == answer


def test_a_release_with_several_matching_passages_comes_before_one_with_a_single_one(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """What a release returns to is what it is about, however new the other is."""
    said = [f"网格服务第{number}个片区，{OTHER}" for number in "一二三"]
    write_page("single.txt", said[0], OTHER, OTHER, title="乙", published="2024-01-01")
    write_page("several.txt", *said, title="甲", published="2020-01-01")
    index.update([folder])
    assert index.search("网格服务", fold=False)[0].title == "甲"


@pytest.mark.slow
@pytest.mark.parametrize("typed", ["网格服务", "网格服务 片区", "哪里有网格服务", "片区"])
def test_updating_in_steps_gives_the_scores_of_one_update(
    index: Index, folder: Path, tmp_path: Path, place: Place, write_page: WritePage, typed: str
) -> None:
    """Releases spread over segments, one of them replaced, score as in an index made at once."""
    for number in range(6):
        paragraphs = [f"网格服务第{place}个片区{number}。" for place in range(number + 1)]
        write_page(f"{number}.txt", OTHER, *paragraphs, title=f"第{number}期")
        index.update([folder])
    write_page("3.txt", OTHER, "网格服务换了片区。", title="第3期改")
    index.update([folder])
    with Index.create(place(tmp_path / "at-once")) as other:
        other.update([folder])
        found, expected = (
            [(hit.id, hit.line, pytest.approx(hit.score, rel=1e-5)) for hit in each.search(typed, limit=50)]
            for each in (index, other)
        )
        assert found == expected
