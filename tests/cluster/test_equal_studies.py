"""Studies have the same answers from both engines, by the library and on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from jsisa_search import Index, make_filters
from jsisa_search.cli import main
from jsisa_search.cluster import word_search
from tests.cluster.conftest import NewAddress
from tests.cluster.reprinted import write_reprints
from tests.conftest import SEEDS

pytestmark = pytest.mark.cluster

Engines = tuple[Index, Index]


@pytest.fixture(scope="module")
def engines(new_address: NewAddress, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """Return the samples, and many reprints, in an index in a folder and in one on the cluster."""
    reprints = tmp_path_factory.mktemp("reprints")
    write_reprints(reprints)
    with (
        Index.create(tmp_path_factory.mktemp("equal") / "index") as local,
        Index.create(new_address()) as cluster,
    ):
        local._paths = cluster._paths  # the same ids, which are of the paths
        for index in (local, cluster):
            index.update([SEEDS, reprints])
        yield local, cluster


def run(index: Index, *arguments: str, status: int = 0) -> str:
    """Return what a command prints about an index."""
    result = CliRunner().invoke(main, [*arguments, "--index-dir", str(index.info().folder)])
    assert result.exit_code == status, result.output
    return result.output


@pytest.mark.parametrize(
    ("indicator", "value"),
    [
        ("满意率", None),
        ("群众 满意率", None),
        ("网格", None),
        (None, ">0"),
        (None, ">99%"),
        (None, "<=97.42%"),
        (None, "97.42%"),
        (None, ">1亿元"),
        ("网格员 > 100", None),
        ("绝不出现的指标", None),
    ],
)
def test_figures_are_the_same(engines: Engines, indicator: str | None, value: str | None) -> None:
    """All of them, with their passages, conflicts and checks; with filters, and up to a limit."""
    for filters in (None, make_filters(since="2022")):
        one, other = (engine.figures(indicator, value=value, filters=filters) for engine in engines)
        assert one == other
    few = [engine.figures(indicator, value=value, limit=2) for engine in engines]
    assert few[0] == few[1]


def test_there_are_figures_to_compare(engines: Engines) -> None:
    """The samples have some of most classes."""
    table = engines[1].figures(value=">0")
    assert table.total > 100
    assert {fact.kind for fact in table.facts} > {"level", "change"}


def test_the_command_prints_the_same_figures(engines: Engines) -> None:
    """As JSON and as text; paths are absolute on a cluster."""
    found = [json.loads(run(engine, "figures", "满意率", "--format", "json")) for engine in engines]
    assert [_without_places(each) for each in found[0]["facts"]] == [
        _without_places(each) for each in found[1]["facts"]
    ]
    assert "满意率" in run(engines[1], "figures", "满意率")
    run(engines[1], "figures", "绝不出现的指标", status=1)


def _without_places(value: dict[str, Any]) -> dict[str, Any]:
    """Return what JSON has of a passage but where it is, which depends on the folder of the index."""
    return value | {"id": "", "path": Path(value["path"]).name}


def test_releases_like_one_are_the_same(engines: Engines) -> None:
    """Their order, likeness, words and best passages, reprints folded; like a paragraph, and filtered."""
    found = 0
    for info in sorted(engines[0].releases(), key=lambda info: info.id)[::7]:
        for options in ({}, {"paragraph": 1}, {"filters": make_filters(since="2022-02")}):
            if options == {"paragraph": 1} and not engines[0].release(info.id).paragraphs:
                continue
            one, other = (engine.similar(info.id, **options) for engine in engines)
            assert one == other
            found += len(one.releases)
    assert found > 30


def test_only_releases_with_most_of_the_words_are_looked_at(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The likest are among them: with a bound of thirty, of eighty, the first is the same nearly always."""
    monkeypatch.setattr(word_search, "CANDIDATES", 30)
    firsts = []
    for info in sorted(engines[0].releases(), key=lambda info: info.id)[::10]:
        for filters in (None, make_filters(since="2022-01")):
            one, other = (engine.similar(info.id, limit=1, filters=filters).releases for engine in engines)
            firsts.append([each.release.id for each in one] == [each.release.id for each in other])
    assert sum(firsts) >= 0.9 * len(firsts)


def test_the_command_prints_the_same_releases(engines: Engines) -> None:
    """As JSON, but for where the files are; and as text."""
    release = next(each for each in engines[0].releases() if engines[0].similar(each.id).releases)
    found = [json.loads(run(engine, "similar", release.id, "--format", "json")) for engine in engines]
    assert found[0]["words"] == found[1]["words"]
    assert [(each["likeness"], each["text"], each["copy_count"]) for each in found[0]["releases"]] == [
        (each["likeness"], each["text"], each["copy_count"]) for each in found[1]["releases"]
    ]
    assert found[0]["releases"][0]["release"]["title"] in run(engines[1], "similar", release.id)
