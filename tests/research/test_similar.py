"""Releases like one, as the library and the command line give them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from whoosh import query as wq

from jsisa_search import Index, make_filters
from jsisa_search.cli import main
from jsisa_search.errors import ArgumentError, ReleaseNotFoundError
from jsisa_search.search.interface import Searcher

WritePage = Callable[..., Path]

FERRY = (
    "渡口改造工程启动，三艘柴油渡船年内全部换为电动渡船，每艘可载客一百二十人。",
    "渡口候船室扩建到四百平方米，渡船班次由半小时一班加密到十分钟一班。",
    "码头岸电同步建成，渡船靠岸即可充电，一次充电可往返二十个航次。",
    "船员集中培训两周，学习电池养护和火情处置，考核合格后持证上船。",
    "老乘客说，新渡船没有油烟味，坐在舱里说话不用再扯着嗓子。",
)
BRIDGE = (
    "跨江大桥合龙以后，渡口仍保留两条渡船航线，方便不会骑车的老人过江。",
    "电动渡船的充电由码头岸电保障，航道部门每天清晨巡查一遍水深。",
    "大桥引桥两侧的绿化和照明正在收尾，预计国庆节前开放步行道。",
    "桥头公园原来是采砂场，如今种上了垂柳和芦苇，白鹭又飞了回来。",
    "两岸居民投票给大桥起了名字，得票最多的三个名字已经公示。",
)
SCHOOL = ("校园食堂公开采购，家长可以陪餐。", "食堂后厨安装摄像头，家长随时查看。")


def _fill(index: Index, folder: Path, write_page: WritePage) -> None:
    """Index a release, its reprint, one on the same matter with a reprint, and others."""
    write_page("渡口.txt", *FERRY, title="渡口换上电动渡船", source="江岸报", published="2023-05-01")
    write_page("转载.txt", *FERRY, title="渡口换上电动渡船", source="转载网", published="2023-05-02")
    write_page("大桥.txt", *BRIDGE, title="大桥通车，渡船不停", source="江岸报", published="2024-02-01")
    write_page("大桥二.txt", *BRIDGE, title="大桥通车，渡船不停", source="转载网", published="2024-02-02")
    write_page("食堂.txt", *SCHOOL, title="校园食堂请家长来", source="教育报", published="2023-06-01")
    write_page("后厨.txt", *SCHOOL[1:], title="看得见的后厨", source="教育报", published="2022-06-01")
    index.update([folder])


@pytest.fixture(scope="module")
def filled(shared_index: Index, shared_folder: Path, write_shared_page: WritePage) -> Index:
    """Return an index of a release, its reprint, one on the same matter with a reprint, and others."""
    _fill(shared_index, shared_folder, write_shared_page)
    return shared_index


def test_what_shares_the_telling_words_is_found(filled: Index, shared_folder: Path) -> None:
    """The release on the same matter is named with the words both have; others, and reprints, are not."""
    found = filled.similar(shared_folder / "渡口.txt")
    assert "渡船" in found.words
    assert [Path(each.release.path).stem for each in found.releases] in (["大桥"], ["大桥二"])
    (bridge,) = found.releases
    assert {"渡口", "渡船"} <= set(bridge.words) <= set(found.words)
    assert bridge.copy_count == 1
    assert 0 < bridge.likeness < 1
    assert any(word in bridge.text for word in bridge.words)


def test_a_reprint_would_be_the_likest(
    filled: Index, shared_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were reprints not left out, the one with the same text would come first, with a likeness of 1."""

    def alone(searcher: Searcher, _: object, release: str) -> Any:
        return searcher.documents(wq.Term("release", release))

    monkeypatch.setattr("jsisa_search.research.similar._family_docs", alone)
    first = filled.similar(shared_folder / "渡口.txt").releases[0]
    assert Path(first.release.path).stem == "转载"
    assert first.likeness == pytest.approx(1, abs=0.05)


def test_a_paragraph_has_words_of_its_own(filled: Index, shared_folder: Path) -> None:
    """What is like one paragraph need not be like the release; a paragraph that is none is an error."""
    found = filled.similar(shared_folder / "食堂.txt", paragraph=2)
    assert "摄像头" in found.words
    assert "采购" not in found.words
    assert [Path(each.release.path).stem for each in found.releases] == ["后厨"]
    assert found.releases[0].text == SCHOOL[1]
    with pytest.raises(ReleaseNotFoundError):
        filled.similar(shared_folder / "食堂.txt", paragraph=9)
    with pytest.raises(ArgumentError):
        filled.similar(shared_folder / "食堂.txt", paragraph=0)


def test_filters_and_limit_restrict_what_is_returned(filled: Index, shared_folder: Path) -> None:
    """The release itself need not pass them, and its likeness to others is the same."""
    everything = filled.similar(shared_folder / "渡口.txt").releases
    late = filled.similar(shared_folder / "渡口.txt", filters=make_filters(since="2024-02-02"))
    assert [Path(each.release.path).stem for each in late.releases] == ["大桥二"]
    assert late.releases[0].likeness == pytest.approx(everything[0].likeness, abs=0.1)
    assert filled.similar(shared_folder / "渡口.txt", limit=0).releases == ()
    assert not filled.similar(shared_folder / "渡口.txt", filters=make_filters(until="2021")).releases


def test_an_update_changes_nothing(index: Index, folder: Path, write_page: WritePage) -> None:
    """What was deleted and read again counts once."""
    _fill(index, folder, write_page)
    before = index.similar(folder / "渡口.txt")
    (folder / "大桥.txt").touch()
    write_page("大桥.txt", *BRIDGE[:2], title="大桥", published="2024-02-01")
    index.update([folder])
    write_page(
        "大桥.txt",
        *BRIDGE,
        title="大桥通车，渡船不停",
        source="江岸报",
        published="2024-02-01",
    )
    index.update([folder])
    assert index.similar(folder / "渡口.txt") == before


def test_a_release_without_telling_words_is_like_none(index: Index) -> None:
    """Nothing is guessed where there is nothing to go by."""
    index.add([{"id": "1", "text": "123"}, {"id": "2", "text": "456"}])
    found = index.similar("text:1")
    assert (found.words, found.releases) == ((), ())


def test_the_command_prints_releases_and_words(filled: Index, shared_folder: Path, tmp_path: Path) -> None:
    """Text and JSON say the same; the status is 1 where there is none."""
    arguments = ["similar", str(shared_folder / "渡口.txt"), "--index-dir", str(filled.info().folder)]
    printed = CliRunner().invoke(main, arguments)
    assert printed.exit_code == 0, printed.output
    assert "大桥通车，渡船不停" in printed.output
    assert "1 reprint" in printed.output
    file = tmp_path / "out.json"
    assert CliRunner().invoke(main, [*arguments, "--format", "json", "-o", str(file)]).exit_code == 0
    content = json.loads(file.read_text(encoding="utf-8"))
    assert content["words"] == list(filled.similar(shared_folder / "渡口.txt").words)
    assert content["releases"][0]["release"]["title"] == "大桥通车，渡船不停"
    assert CliRunner().invoke(main, [*arguments, "--until", "2021"]).exit_code == 1
