"""How many requests a search takes, and that few are enough to notice what others have changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jsisa_search import Index, Results
from jsisa_search.errors import ClusterError, IndexNotFoundError

pytestmark = pytest.mark.cluster


@pytest.fixture
def other(index: Index) -> Index:
    """Return the same index as another process has it."""
    return Index.open(_address(index))


def _address(index: Index) -> str:
    return str(index.info().folder)


def _scores(found: Results) -> list[tuple[str, float]]:
    return [(hit.id, hit.score) for hit in found.hits]


def _requests(index: Index, act: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the paths of the requests of an act."""
    assert index._cluster is not None
    send, sent = index._cluster.connection.request, list[str]()

    def counted(method: str, path: str, *arguments: Any, **named: Any) -> Any:
        sent.append(path)
        return send(method, path, *arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(index._cluster.connection, "request", counted)
        act()
    return sent


@pytest.mark.parametrize(
    ("query", "first", "again"),
    [
        ("网格化管理", 4, 2),
        ("“网格化管理”", 4, 2),
        ("说明", 3, 2),
        ("网格化 说明", 4, 2),
        ("第5段说明了做法", 5, 3),
    ],
)
def test_a_search_takes_few_requests(
    index: Index, query: str, first: int, again: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its passages, and the releases around them; what is known of a generation is not asked for again."""
    index.add_text("\n".join(f"第{number}段说明了网格化管理的做法。" for number in range(40)), id="a")
    index.search("会议")
    search = lambda: index.search(query, fold=False)  # noqa: E731
    assert len(_requests(index, search, monkeypatch)) <= first
    assert len(_requests(index, search, monkeypatch)) <= again


def test_what_is_begun_has_the_answers_and_errors_of_what_is_waited_for(index: Index) -> None:
    """Which are there once they are asked for; nobody need ask."""
    index.add_text("全市推进网格化管理。\n网格员走访居民。", id="a")
    assert index._cluster is not None
    connection = index._cluster.connection
    bodies = [{"size": 0, "query": {"term": {"text_words": word}}} for word in ("网格化", "居民", "会议")]
    begun, _ = connection.begin(bodies), connection.begin(bodies)
    hits = [answer["hits"] for answer in connection.searches(bodies)]
    assert [answer["hits"] for answer in begun()] == hits
    broken = connection.begin([{"query": {"nonsense": {}}}])
    with pytest.raises(ClusterError, match="nonsense"):
        broken()


def test_a_search_notices_what_another_process_has_added(index: Index, other: Index) -> None:
    """Totals and scores are those of an index that was opened afterwards."""
    index.add_text("全市推进网格化管理。\n网格员走访居民。", id="a")
    assert other.search("网格").total == 2
    for number in range(3):
        index.add_text(f"第{number}次会议说明了网格的来历。", id=f"b{number}")
        with Index.open(_address(index)) as fresh:
            assert other.search("网格").total == 3 + number
            assert _scores(other.search("网格")) == _scores(fresh.search("网格"))


def test_a_publisher_that_was_added_is_known(index: Index, other: Index) -> None:
    """A query is read once more where it was read with what releases stated before."""
    index.add_text("全市推进网格化管理。", id="a")
    assert not other.search("江畔镇政府").total
    index.add({"id": "b", "title": "通知", "source": "江畔镇政府", "text": "明天开会。"} for _ in range(1))
    with Index.open(_address(index)) as fresh:
        found = other.search("江畔镇政府")
        assert found.total == fresh.search("江畔镇政府").total > 0
        assert found.stated == fresh.search("江畔镇政府").stated


def test_an_index_that_is_gone_is_named(index: Index, other: Index) -> None:
    """Not as an error of the cluster."""
    index.add_text("全市推进网格化管理。", id="a")
    assert other.search("网格").total == 1
    assert index._cluster is not None
    index._cluster.connection.request("DELETE", f"/{index._cluster.indices.current()}")
    with pytest.raises(IndexNotFoundError, match="jsisa-search index FOLDER"):
        other.search("网格")
