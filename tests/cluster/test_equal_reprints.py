"""Reprints are the same on both engines: families, folded hits and their copies."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from jsisa_search import Index, Results
from jsisa_search.cli import main
from jsisa_search.cluster import families, reprint_search
from jsisa_search.cluster.connection import Connection
from tests.cluster.conftest import NewAddress
from tests.cluster.reprinted import write_reprints
from tests.search.results.test_families import sentences

pytestmark = pytest.mark.cluster

Engines = tuple[Index, Index]
FreshFamilies = Callable[[], None]

#: Frequent and rare words, a heading of many releases, notices that are no reprints, titles of their own.
QUERIES = (
    "网格",
    "网格治理",
    "“平安建设”",
    "主要做法",
    "水情",
    "养老 改造",
    "项目投资 -水情",
    "标题:记者",
    "",
)


@pytest.fixture(scope="module")
def engines(new_address: NewAddress, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """Return many reprints in an index in a folder, and in one on the cluster."""
    folder = tmp_path_factory.mktemp("reprints")
    write_reprints(folder / "pages")
    with Index.create(folder / "index") as local, Index.create(new_address()) as cluster:
        local._paths = cluster._paths  # the same ids, which are of the paths, decide among equals
        for index in (local, cluster):
            index.update([folder / "pages"])
        yield local, cluster


@pytest.fixture
def forgotten(engines: Engines) -> FreshFamilies:
    """Return a function that lets the cluster's engine forget the families it has found."""

    def forget() -> None:
        with engines[1]._snapshots.use() as searcher:
            assert hasattr(searcher, "statistics")
            searcher.statistics.families = reprint_search.KnownFamilies()

    return forget


def hits_of(found: Results) -> list[dict[str, Any]]:
    """Return hits without what is only nearly the same."""
    return [hit.to_dict() | {"score": 0} for hit in found]


def test_families_are_the_same(engines: Engines) -> None:
    """Whichever member is asked for: its reprints in order, what each changed, where it is saved again."""
    sizes = set()
    for info in sorted(engines[0].releases(), key=lambda info: info.path)[::2]:
        one, other = (engine.reprints(info.id) for engine in engines)
        assert one == other
        sizes.add(len(one.members))
    assert {1, 2, 3, 4} <= sizes


@pytest.mark.parametrize("text", QUERIES)
@pytest.mark.parametrize("options", [{}, {"group_by": "release"}, {"sort": "oldest"}, {"copies": 5}])
def test_folded_answers_are_the_same(
    engines: Engines, forgotten: FreshFamilies, text: str, options: dict[str, Any]
) -> None:
    """The hits of two pages, their copies, and how many passages are left; found anew, and known."""
    forgotten()
    for offset in (0, 10, 0):
        one, other = (engine.search(text, offset=offset, **options) for engine in engines)
        assert hits_of(one) == hits_of(other)
        assert (one.distinct, one.groups, one.total) == (other.distinct, other.groups, other.total)


def test_there_is_something_to_fold(engines: Engines) -> None:
    """The releases of the tests above have copies, and headings that say the same but are of no family."""
    found = engines[1].search("网格", limit=50)
    assert found.distinct is not None
    assert found.distinct < found.total_all_terms
    assert sum(hit.copy_count for hit in found) > 10
    assert any(hit.places for hit in found)
    assert engines[1].search("主要做法").distinct == engines[0].search("主要做法").distinct > 5  # type: ignore[operator]


def test_where_too_many_match_it_is_not_counted_how_many_are_left(
    engines: Engines, forgotten: FreshFamilies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hits of the page are folded all the same."""
    forgotten()
    monkeypatch.setattr(families, "CANDIDATES", 20)
    one, other = (engine.search("网格") for engine in engines)
    assert other.distinct is None
    assert hits_of(one) == hits_of(other)


def test_a_family_is_followed_from_release_to_release(
    new_address: NewAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first and the last of a text that was rewritten step by step share nothing; bounds cut the rest."""
    lines = sentences(3, 60)
    texts = [
        {"id": f"{at:02}", "text": "".join(lines[at : at + 24]), "title": f"第{at}篇"} for at in range(30)
    ]
    with Index.create(tmp_path / "index") as local, Index.create(new_address()) as cluster:
        for index in (local, cluster):
            index.add([text | {"published": f"2022-03-{1 + int(text['id']) // 6:02}"} for text in texts])
        members = [
            [each.release.id for each in index.reprints("text:15").members] for index in (local, cluster)
        ]
        assert members[0] == members[1]
        assert len(members[0]) == 30
        monkeypatch.setattr(reprint_search, "TOGETHER", 2)
        cluster.add_text("别的。", id="other")  # families are those of a generation
        assert [each.release.id for each in cluster.reprints("text:00").members] == members[0]
        monkeypatch.setattr(reprint_search, "FOLLOWED", 3)
        cluster.add_text("又是别的。", id="another")
        assert 1 < len(cluster.reprints("text:00").members) < 30


def test_families_are_those_of_the_last_commit(index: Index) -> None:
    """What is added, changed or removed is seen by the next search, and what is alone is no family."""
    text = "".join(sentences(4, 20))
    index.add_text(text, id="a", title="甲", published="2022-03-01")
    assert len(index.reprints("text:a").members) == 1
    index.add_text(text, id="b", title="乙", published="2022-03-02")
    assert [each.release.title for each in index.reprints("text:b").members] == ["甲", "乙"]
    (hit,) = index.search(f"“{text[:9]}”", sort="oldest")
    assert [copy.title for copy in hit.copies] == ["乙"]
    index.add_text("".join(sentences(5, 20)), id="b", title="乙", published="2022-03-02")
    assert len(index.reprints("text:b").members) == 1
    index.remove(["text:b"])
    assert len(index.reprints("text:a").members) == 1
    assert index.search(f"“{text[:9]}”")[0].copy_count == 0


def test_releases_too_short_for_a_likeness(index: Index) -> None:
    """A text of a few letters, twice, is one release saved twice; one of none is in no family."""
    for name in ("a", "b"):
        index.add_text("短讯三则。", id=name, title="短讯", published="2022-03-01")
        index.add_text("……", id=f"{name}{name}", title="？")
    assert index.search("短讯三则").distinct == 1
    assert len(index.reprints("text:aa").members) == 1


def test_folding_costs_one_request_where_families_are_known(
    engines: Engines, forgotten: FreshFamilies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And also where nothing that was found is said by several releases."""
    requests: list[str] = []
    sent = Connection.request

    def counting(self: Connection, method: str, path: str, *arguments: Any, **more: Any) -> Any:
        requests.append(path)
        return sent(self, method, path, *arguments, **more)

    def cost(text: str, *, fold: bool) -> int:
        before = len(requests)
        engines[1].search(text, fold=fold)
        return len(requests) - before

    monkeypatch.setattr(Connection, "request", counting)
    for text in ("网格", "平安建设", "养老 改造"):
        cost(text, fold=True)
        assert cost(text, fold=True) <= cost(text, fold=False) + 1
    forgotten()
    cost("第31号河段", fold=False)
    assert cost("第31号河段", fold=True) <= cost("第31号河段", fold=False) + 1


def test_the_commands_print_the_same(engines: Engines) -> None:
    """`query` folds, `reprints` prints the family; as JSON all of it is the same but where files are."""

    def run(index: Index, *arguments: str) -> Any:
        call = [*arguments, "--index-dir", str(index.info().folder), "--format", "json"]
        result = CliRunner().invoke(main, call)
        assert result.exit_code == 0, result.output
        return json.loads(result.output)

    release = max(
        (engines[0].reprints(info.id) for info in engines[0].releases()), key=lambda each: len(each.members)
    )
    found = [run(engine, "reprints", release.id)["members"] for engine in engines]
    assert [[each["release"]["id"] for each in members] for members in found] == [
        [member.release.id for member in release.members]
    ] * 2
    one, other = (run(engine, "query", "网格治理") for engine in engines)
    assert [(hit["id"], len(hit.get("copies", ()))) for hit in one["hits"]] == [
        (hit["id"], len(hit.get("copies", ()))) for hit in other["hits"]
    ]
    assert one["distinct"] == other["distinct"]
