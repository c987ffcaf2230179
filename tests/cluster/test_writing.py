"""Writing to a cluster: repeated, interrupted, by several at once, replaced as a whole."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jsisa_search import Index
from jsisa_search.cluster.connection import Connection
from jsisa_search.cluster.mapping import EMPTY, MAPPING_VERSION
from jsisa_search.errors import (
    ClusterError,
    IndexExistsError,
    IndexNotFoundError,
    IndexVersionError,
    NotOnClusterError,
)
from tests.cluster.engines import NewAddress

pytestmark = pytest.mark.cluster
WritePage = Callable[..., Path]


def _address(index: Index) -> str:
    return str(index.info().folder)


def _documents(index: Index) -> int:
    """Return the number of documents on the cluster, of any kind but that by which commits are noticed."""
    with index._snapshots.use() as searcher:
        assert hasattr(searcher, "connection")
        return int(searcher.connection.count({"exists": {"field": "path"}}))


def test_a_change_leaves_nothing_of_what_was_before(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """A file that changes, shrinks or goes takes its passages along; writing again changes nothing."""
    write_page("a.txt", "全市推进网格化管理。", "群众满意率明显提高。", "成效持续显现。")
    kept = write_page("b.txt", "深入推进平安建设。")
    assert index.update([folder]).new == 2
    before = _documents(index)
    assert index.update([folder], rebuild=True).new == 2
    assert _documents(index) == before
    write_page("a.txt", "全市推进网格化管理。")
    assert index.update([folder]).changed == 1
    assert _documents(index) == before - 2
    assert index.search("满意率").total == 0
    kept.unlink()
    report = index.update([folder])
    assert (report.removed, report.unchanged) == (1, 1)
    assert [info.title for info in index.releases()] == ["关于a的通报"]


def test_an_update_that_stopped_is_completed_by_the_next(
    index: Index, folder: Path, write_page: WritePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a process dies between any two requests, another update finds what is not whole."""
    for name in "abc":
        write_page(f"{name}.txt", "全市推进网格化管理。", "群众满意率明显提高。")
    sent = Connection.bulk
    for survived in range(3):
        requests = 0

        def dying(self: Connection, *arguments: object, most: int = survived) -> None:
            nonlocal requests
            requests += 1
            if requests > most:
                raise ClusterError("the process died")
            sent(self, *arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(Connection, "bulk", dying)
        with pytest.raises(ClusterError):
            index.update([folder])
        monkeypatch.setattr(Connection, "bulk", sent)
        index.update([folder])
        assert index.search("网格化").total_all_terms == 3
        assert index.update([folder]).unchanged == 3
        assert Index.verify(_address(index)).problems == ()
        index.remove([folder])
        assert _documents(index) == 0


def test_what_is_half_written_is_named(
    index: Index, folder: Path, write_page: WritePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`verify` names a file whose passages are not all there; the next update puts it right."""
    path = write_page("a.txt", "全市推进网格化管理。", "群众满意率明显提高。")
    index.update([folder])
    with index._snapshots.use() as searcher:
        assert hasattr(searcher, "connection")
        (hit,) = (each for each in searcher.connection.scan({"term": {"paragraph": 2}}, "place", 10))
        searcher.connection.bulk(hit["_index"], [("delete", hit["_id"], None)])
        searcher.connection.request("POST", f"/{hit['_index']}/_refresh")
    (problem,) = Index.verify(_address(index)).problems
    assert str(problem.path) == str(path)
    index.update([folder], rebuild=True)
    assert Index.verify(_address(index)).problems == ()


def test_every_document_has_the_fields_that_are_ranked(index: Index) -> None:
    """Those of files and of commits, too: Lucene would search for the length of each text in each posting."""
    index.add_text("全市推进网格化管理。", id="a", title="关于网格化的通报")
    with index._snapshots.use() as searcher:
        assert hasattr(searcher, "connection")
        everything = searcher.connection.count({"match_all": {}})
        for field in EMPTY:
            assert searcher.connection.count({"exists": {"field": field}}) == everything


def test_several_may_write_at_once(new_address: NewAddress, tmp_path: Path) -> None:
    """Processes that index different folders do not wait for each other, and all of it is there."""
    address = new_address()
    Index.create(address).close()

    def write(number: int) -> None:
        with Index.open(address) as index:
            index.add(
                {"id": f"{number}-{each}", "text": f"第{number}批全市推进网格化管理。"} for each in range(20)
            )

    with ThreadPoolExecutor(3) as writers:
        list(writers.map(write, range(3)))
    with Index.open(address) as index:
        assert index.search("网格化", limit=0).total == 60
        assert [index.search(f"“第{number}批”").total for number in range(3)] == [20, 20, 20]


def test_an_open_index_sees_what_another_writes(index: Index) -> None:
    """A search reads the last commit, whoever made it; statistics and names are those of it, too."""
    with Index.open(_address(index)) as reader:
        assert reader.search("网格化").total == 0
        index.add_text("全市推进网格化管理。", id="a", source="新江苏报")
        assert reader.search("新江苏报 网格化").total == 1
        index.remove(["text:a"])
        assert reader.search("网格化").total == 0


def test_a_long_release_keeps_all_its_passages(index: Index) -> None:
    """Also beyond the numbers that `sequence` has for passages of one release."""
    text = "\n".join(f"第{number}段说明有关情况。" for number in range(1, 33_000))
    index.add_text(text, id="long", title="情况汇编")
    assert index.search("“第32999段”").total == 1
    assert index.search("说明有关情况", limit=0).total == 32_999
    index.remove(["text:long"])
    assert _documents(index) == 0


def test_a_rebuild_replaces_all_at_once(
    index: Index, folder: Path, write_page: WritePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers find the old index until the new one is whole; one that fails leaves nothing behind."""
    write_page("a.txt", "全市推进网格化管理。")
    index.update([folder])
    index.add_text("会议强调网格化管理。", id="kept")
    sent = Connection.bulk

    def failing(self: Connection, *arguments: object) -> None:
        assert index.search("网格化").total == 2
        raise ClusterError("the process died")

    monkeypatch.setattr(Connection, "bulk", failing)
    with pytest.raises(ClusterError):
        index.update([folder], rebuild=True)
    monkeypatch.setattr(Connection, "bulk", sent)
    assert index.search("网格化").total == 2
    index.update([folder], rebuild=True)
    assert index.search("网格化").total == 2
    with index._snapshots.use() as searcher:
        assert hasattr(searcher, "connection")
        name = searcher.connection.address.name
        assert list(searcher.connection.request("GET", f"/{name}-*")) == [f"{name}-000002"]


def test_an_index_is_made_once(index: Index, new_address: NewAddress) -> None:
    """A second one under the name is refused, and opening one that is not there names the command."""
    with pytest.raises(IndexExistsError, match="overwrite it"):
        Index.create(_address(index))
    index.add_text("全市推进网格化管理。", id="a")
    with Index.create(_address(index), overwrite=True) as made:
        assert made.search("网格化").total == 0
    with pytest.raises(IndexNotFoundError, match="jsisa-search index FOLDER"):
        Index.open(new_address())


def test_another_version_is_refused(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message has the command that rebuilds the index."""
    monkeypatch.setattr("jsisa_search.cluster.mapping.MAPPING_VERSION", MAPPING_VERSION + 1)
    with pytest.raises(IndexVersionError, match="--rebuild --index-dir opensearch://"):
        Index.open(_address(index))


def test_what_a_cluster_does_not_offer_is_said(index: Index) -> None:
    """In one sentence that says why; nothing is changed."""
    index.add_text("全市推进网格化管理。", id="a")
    with pytest.raises(NotOnClusterError, match="shared by machines"):
        index.resegment()
    assert index.search("网格化").total == 1


def test_strings_are_counted_in_all_texts(index: Index, local: Index) -> None:
    """Also where more passages have them than are ranked: the texts are read."""
    text = "\n".join(f"第{number}段说明了网格化的做法，也说明了网格的来历。" for number in range(600))
    for each in (index, local):
        each.add_text(text, id="a")
    assert index.check(["说明", "网格化", "第5段", "没有"]) == local.check(
        ["说明", "网格化", "第5段", "没有"]
    )
    assert index.check(["说明"])[0].occurrences == 1_200
