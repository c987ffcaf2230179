"""Quotations that say that they leave something out."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from jsisa_search import CheckedItem, Index
from tests.cluster.engines import Place
from tests.research.check.samples import FIRE, GRID, fill


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, place: Place) -> Iterator[Index]:
    """Return an index of two releases, and of one that has an ellipsis itself."""
    with Index.create(place(tmp_path_factory.mktemp("index"))) as index:
        fill(index)
        index.add_text("他说：“路修好了……我们都高兴。”", id="ellipsis", title="南屏市修路")
        yield index


def checked(index: Index, quotation: str) -> CheckedItem:
    """Return what was found of a block quotation."""
    (item,) = index.check_draft(f"> {quotation}\n".encode(), name="draft.md").items
    return item


@pytest.mark.parametrize("mark", ["……", "…", "...", "（略）", "，（中略）", "[……]", "，……"])
def test_parts_in_order_are_exact_but_for_the_omission(archive: Index, mark: str) -> None:
    """However it is marked; what was left out is told, in one passage."""
    item = checked(archive, f"划分网格1286个{mark}连续五年居全省前列")
    assert item.verdict == "exact but for omissions"
    assert not item.is_right
    (passage,) = item.passages
    (difference,) = (each for each in passage.differences if each.kind != "punctuation")
    assert difference.kind == "omission"
    assert difference.before.startswith("配备网格员3268名")
    assert item.text[slice(*difference.draft)] == mark.lstrip("，")
    assert passage.hit.text[slice(*difference.passage)] == difference.before


def test_parts_of_several_passages_of_a_release(archive: Index) -> None:
    """An omission may reach over paragraphs; each passage is given with its part."""
    item = checked(archive, "青溪市全域推行网格化管理……受到居民好评")
    assert item.verdict == "exact but for omissions"
    assert [passage.hit.source for passage in item.passages] == ["青溪日报", "青溪日报"]
    assert [item.text[slice(*passage.quoted)] for passage in item.passages] == [
        "青溪市全域推行网格化管理",
        "受到居民好评",
    ]


@pytest.mark.parametrize(
    ("quotation", "verdict"),
    [
        ("连续五年居全省前列……青溪市全域推行网格化管理", "pieced together"),
        ("划分网格1286个……整改率达99.14%", "pieced together"),
        ("划分网格1268个……连续五年居全省前列", "altered"),
        ("划分网格12……连续五年居全省前列", "altered"),
        ("……划分网格1286个，配备网格员3268名……", "exact but for omissions"),
        ("划分网格一千二百八十六个……连续五年居全省前列", "exact but for omissions"),
        ("路修好了……我们都高兴", "exact"),
        ("路修好了我们都高兴", "exact but for punctuation"),
        ("火星上建成了大桥……月球上通了火车", "not found"),
    ],
)
def test_all_other_verdicts(archive: Index, quotation: str, verdict: str) -> None:
    """Out of order, of two releases, altered, at the ends, in the passage itself, and nowhere."""
    assert checked(archive, quotation).verdict == verdict


@pytest.mark.slow
def test_random_omissions(archive: Index) -> None:
    """Any two parts of a text are exact but for the omission in their order, and never exact in the other."""
    chance = random.Random(7)
    for _ in range(100):
        text = chance.choice([GRID, FIRE])
        cuts = sorted(chance.sample([at for at, char in enumerate(text) if char in "，。：" and at > 4], 2))
        first, second = text[: cuts[0]], text[cuts[1] + 1 :]
        if "“" in first + second or min(len(first), len(second)) < 5:
            continue
        assert checked(archive, f"{first}……{second}").verdict == "exact but for omissions"
        assert not checked(archive, f"{second}……{first}").verdict.startswith("exact")
