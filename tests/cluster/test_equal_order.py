"""The same order from both engines where more match than are ranked: OpenSearch rounds lengths of texts."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from jsisa_search import Index
from jsisa_search.cluster import matches
from tests.cluster.conftest import on_both
from tests.cluster.engines import NewAddress

pytestmark = pytest.mark.cluster

_FILLERS = ("工作", "会议", "部门", "街道", "居民", "建设", "安全", "环境", "服务", "企业", "项目", "经济")


def _text(chance: random.Random) -> str:
    """Return a paragraph that has 网格 and 走访 up to three times among up to 150 other words."""
    words = chance.choices(_FILLERS, k=chance.randint(30, 150))
    for word in ("网格", "走访"):
        for _ in range(chance.randint(0, 3)):
            words.insert(chance.randrange(len(words)), word)
    return "，".join(words) + "。"


@pytest.fixture(scope="module")
def long_texts(
    new_address: NewAddress, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Index, Index]]:
    """Return 1,000 long paragraphs of 50 releases on both engines; nobody changes them."""
    chance = random.Random(14)
    texts = {f"r{number}": "\n".join(_text(chance) for _ in range(20)) for number in range(50)}
    with on_both(tmp_path_factory.mktemp("order"), new_address()) as made:
        for engine in made:
            engine.add({"id": name, "text": text} for name, text in texts.items())
        yield made


@pytest.mark.parametrize(("query", "margin"), [("网格", 40), ("网格 走访", 40), ("网格 OR 走访", 0)])
def test_the_same_passages_are_ranked(
    long_texts: tuple[Index, Index], query: str, margin: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The 500 with the best scores by exact lengths; without a margin further pages are read."""
    monkeypatch.setattr(matches, "_MARGIN", margin)
    one, other = (engine.search(query, fold=False, limit=500) for engine in long_texts)
    assert one.total == other.total > 500
    ours, theirs = ({(hit.id, hit.line): hit.score for hit in found} for found in (one, other))
    assert ours == pytest.approx(theirs, rel=1e-4)
