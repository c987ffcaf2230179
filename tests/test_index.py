from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search import Index, JsisaSearchError, make_filters
from jsisa_search.errors import (
    ArgumentError,
    IndexDamagedError,
    IndexExistsError,
    IndexNotFoundError,
    IndexVersionError,
    ReleaseNotFoundError,
)
from tests.cluster.engines import Place
from tests.conftest import SEEDS

WritePage = Callable[..., Path]


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory, place: Place) -> Index:
    """Return an index of the project's own sample releases."""
    made = Index.create(place(tmp_path_factory.mktemp("seeds") / "index"))
    made.update([SEEDS])
    return made


def test_a_hit_says_what_stands_where(index: Index, folder: Path, write_page: WritePage) -> None:
    """Title, source, time, section, paragraph, path and line are those of the page."""
    path = write_page(
        "a.txt",
        "会议总结了上半年的工作，部署了下一阶段的任务。",
        "健全网格体系",
        "全市推进网格化管理，群众满意率达97.42%。",
        title="全市社会治理工作会议召开",
        source="微讯江苏",
        published="2022-09-06 16:42",
    )
    index.update([folder])
    (hit, *_) = index.search("网格化")
    assert (hit.title, hit.source, hit.heading, hit.subheading) == (
        "全市社会治理工作会议召开", "微讯江苏", "健全网格体系", None,
    )  # fmt: skip
    assert (hit.published, hit.published_precision) == (datetime(2022, 9, 6, 16, 42), "minute")
    assert (hit.kind, hit.paragraph, hit.path) == ("paragraph", 2, str(path))
    assert path.read_text(encoding="utf-8").splitlines()[hit.line - 1] == hit.text
    assert [hit.text[start:end] for start, end in hit.highlights] == ["网格化"]
    assert hit.matches_all


def test_every_piece_must_be_found(index: Index, folder: Path, write_page: WritePage) -> None:
    """A passage with one of two pieces is a partial match and comes after."""
    write_page("a.txt", "全市推进网格化管理，取得明显成效。")
    write_page("b.txt", "全市推进网格化管理，群众满意率明显提高。")
    index.update([folder])
    results = index.search("网格化 满意率")
    assert (results.total_all_terms, results.total) == (1, 2)
    assert [(Path(hit.path).name, hit.matches_all) for hit in results] == [("b.txt", True), ("a.txt", False)]


def test_a_piece_may_stand_in_the_title_but_not_alone(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """The title completes a passage; a passage without any word of the query is no hit."""
    write_page("a.txt", "群众满意率明显提高。", "天气晴好，适宜出行。", title="网格化管理见成效")
    index.update([folder])
    assert [hit.text for hit in index.search("网格化 满意率") if hit.matches_all] == ["群众满意率明显提高。"]
    assert [hit.kind for hit in index.search("网格化") if hit.matches_all] == ["title"]


def test_quoted_words_must_stand_side_by_side(index: Index, folder: Path, write_page: WritePage) -> None:
    """Scattered words do not satisfy a quotation, and nothing is relaxed for it."""
    write_page("a.txt", "建设平安的校园，全市行动起来。")
    write_page("b.txt", "深入推进平安建设，全市行动起来。")
    index.update([folder])
    results = index.search("“平安建设”")
    assert ([Path(hit.path).name for hit in results], results.total) == (["b.txt"], 1)


def test_literal_passages_come_before_scattered_words(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """Words side by side as typed rank above the same words apart."""
    write_page("a.txt", "建设平安校园，建设平安医院，建设平安企业。")
    write_page("b.txt", "各地深入推进平安建设，压实各级各部门的工作责任。")
    index.update([folder])
    assert [Path(hit.path).name for hit in index.search("平安建设")] == ["b.txt", "a.txt"]


def test_traditional_and_simplified_text_find_each_other(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """The highlight is cut from the original characters."""
    write_page("a.txt", "社區推行網格化管理，居民反應良好。")
    index.update([folder])
    (hit, *_) = index.search("网格化")
    assert [hit.text[start:end] for start, end in hit.highlights] == ["網格化"]


def _fill(index: Index, folder: Path, write_page: WritePage) -> None:
    """Index three releases of different times and one without."""
    text = "全市推进网格化管理，设置网格{}个。"
    write_page("old.txt", text.format(1), source="甲报", published="2021-05-01")
    write_page("new.txt", text.format(2), source="乙报", published="2023-01-10 08:00:00")
    write_page("mid.txt", text.format(3), source="甲报", published="2022-09-06")
    write_page("undated.txt", text.format(4))
    index.update([folder])


@pytest.fixture(scope="module")
def dated(shared_index: Index, shared_folder: Path, write_shared_page: WritePage) -> Index:
    """Return an index of three releases of different times and one without."""
    _fill(shared_index, shared_folder, write_shared_page)
    return shared_index


def names(index: Index, **options: object) -> list[str]:
    """Return the names of the files in which 网格化 is found."""
    return [Path(hit.path).stem for hit in index.search("网格化", **options)]  # type: ignore[arg-type]


def test_by_date_undated_releases_come_last_either_way(dated: Index) -> None:
    """Newest or oldest first, what has no date is at the end."""
    assert names(dated, sort="newest") == ["new", "mid", "old", "undated"]
    assert names(dated, sort="oldest") == ["old", "mid", "new", "undated"]


def test_among_equals_the_newest_comes_first(dated: Index) -> None:
    """Passages that differ in nothing but a number score the same."""
    assert names(dated) == ["new", "mid", "old", "undated"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"source": ["甲"]}, ["mid", "old"]),
        ({"source": ["甲", "乙"]}, ["new", "mid", "old"]),
        ({"since": "2022"}, ["new", "mid"]),
        ({"until": "2022-09"}, ["mid", "old"]),
        ({"since": "2022-09-06", "until": "2022-09-06"}, ["mid"]),
        ({"source": ["丙"]}, []),
    ],
)
def test_filters_narrow_the_hits(dated: Index, filters: dict[str, str], expected: list[str]) -> None:
    """By source and by time; releases without a date pass no filter of time."""
    assert names(dated, filters=make_filters(**filters)) == expected  # type: ignore[arg-type]


def test_pages_of_hits_join_up(dated: Index) -> None:
    """Limit and offset cut one stable order."""
    assert names(dated, limit=3) + names(dated, limit=3, offset=3) == names(dated, limit=10)
    assert names(dated, offset=99) == []


@pytest.mark.parametrize("wrong", [{"limit": -1}, {"offset": -1}, {"context": -1}])
def test_negative_counts_are_refused(dated: Index, wrong: dict[str, int]) -> None:
    """A page can't begin before the first hit."""
    with pytest.raises(ArgumentError, match=r"can't be -1; give a whole number from 0 to"):
        names(dated, **wrong)


def test_context_brings_the_neighbouring_paragraphs(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """Before and after in the order of the page, as far as there are any, from this release only."""
    write_page(
        "a.txt",
        "第一段说明背景情况。",
        "第二段介绍网格化管理。",
        "第三段部署工作任务。",
        "第四段提出具体要求。",
    )
    write_page("b.txt", "另一篇通报的第一段。", "另一篇通报的第二段。")
    index.update([folder])
    (hit, *_) = index.search("网格化", context=2)
    assert hit.before == ("第一段说明背景情况。",)
    assert hit.after == ("第三段部署工作任务。", "第四段提出具体要求。")


def test_a_title_has_no_neighbours(index: Index, folder: Path, write_page: WritePage) -> None:
    """Context is of paragraphs."""
    write_page("a.txt", "会议部署了下一阶段的任务。", title="网格化管理工作会议")
    index.update([folder])
    (hit, *_) = index.search("网格化", context=1)
    assert (hit.kind, hit.before, hit.after) == ("title", (), ())


def test_results_are_a_sequence(dated: Index) -> None:
    """They can be counted, indexed, sliced and iterated."""
    results = dated.search("网格化")
    assert len(results) == 4
    assert results[0] is results.hits[0]
    assert results[:2] == results.hits[:2]
    assert list(results) == list(results.hits)


def test_an_open_index_sees_what_another_writes(index: Index, folder: Path, write_page: WritePage) -> None:
    """A search reads the last commit, whoever made it."""
    with Index.open(index.info().folder) as reader:
        assert reader.search("网格化").total == 0
        write_page("a.txt", "全市推进网格化管理。")
        index.update([folder])
        assert reader.search("网格化").total == 1


def test_the_seeds_can_be_searched(seeds: Index) -> None:
    """Releases in every encoding and format of the samples are found."""
    suffixes = {Path(hit.path).name.split("-")[0] for hit in seeds.search("网格", limit=100)}
    assert len(suffixes) >= 8
    traditional = seeds.search("优化营商环境", limit=50)
    assert any("優化營商環境" in hit.text for hit in traditional)


@given(
    st.text(st.one_of(st.characters(), st.sampled_from('网格化治理“”"()*-+~^:：ANDORNOT 　')), max_size=40)
)
def test_any_text_is_answered(seeds: Index, text: str) -> None:
    """Whatever is typed gives results, and every highlight lies in its text."""
    for hit in seeds.search(text, limit=3):
        assert all(0 <= start < end <= len(hit.text) for start, end in hit.highlights)
        assert all(0 <= start < end <= len(hit.snippet.text) for start, end in hit.snippet.highlights)


def test_updating_piecemeal_gives_the_hits_and_scores_of_one_build(
    tmp_path: Path, place: Place, folder: Path, write_page: WritePage
) -> None:
    """However an index came to be, the same pages give the same hits, order and scores."""
    with (
        Index.create(place(tmp_path / "one")) as piecemeal,
        Index.create(place(tmp_path / "two")) as at_once,
    ):
        for number in range(6):
            write_page(
                f"{number}.txt",
                f"全市推进网格化管理，第{number}批设置网格{number * 7}个。",
                published=f"2022-0{number + 1}",
            )
            piecemeal.update([folder])
        write_page("2.txt", "全市开展安全生产检查。")
        (folder / "4.txt").unlink()
        piecemeal.update([folder])
        at_once.update([folder])
        for text in ("网格化", "安全生产", "全市 设置", "第3批"):
            left = [(hit.path, hit.line, hit.score) for hit in piecemeal.search(text)]
            assert left == [(hit.path, hit.line, hit.score) for hit in at_once.search(text)]


def test_values_of_a_field_are_listed(dated: Index) -> None:
    """What can be filtered by can be asked for."""
    assert dated.values("source") == ("乙报", "甲报")
    assert dated.values("section") == ()


def test_a_release_is_found_by_the_beginning_of_its_id(dated: Index) -> None:
    """Ids are as short as is clear; others are refused with the number of releases they fit."""
    (hit, *_) = dated.search("网格化")
    assert dated.find_release(hit.id[:8].upper()).path == hit.path
    with pytest.raises(ReleaseNotFoundError, match="no release"):
        dated.find_release("zzzz")
    with pytest.raises(ReleaseNotFoundError, match="4 releases"):
        dated.find_release("")


def test_info_tells_what_the_index_holds(dated: Index) -> None:
    """Counts, size and the settings that made it."""
    info = dated.info()
    assert (info.releases, info.paragraphs) == (4, 4)
    assert info.size > 0
    assert info.settings.segmenter.startswith(("rjieba", "jieba"))


def test_there_is_no_index_before_one_is_made(tmp_path: Path, place: Place) -> None:
    """The message says how to make one."""
    with pytest.raises(IndexNotFoundError, match="jsisa-search index"):
        Index.open(place(tmp_path / "nowhere"))
    tmp_path.joinpath("empty").mkdir()
    with pytest.raises(IndexNotFoundError):
        Index.open(place(tmp_path / "empty"))


def test_an_index_is_not_made_over_another(index: Index) -> None:
    """Only on demand is an index replaced by an empty one."""
    index.add_text("全市推进网格化管理。", id="a")
    with pytest.raises(IndexExistsError, match="already is an index"):
        Index.create(index.info().folder)
    with Index.create(index.info().folder, overwrite=True) as made:
        assert made.search("网格化").total == 0


@pytest.mark.folder_only("the files of an index folder")
def test_an_index_is_not_made_among_other_files(folder: Path, write_page: WritePage) -> None:
    """A folder of pages named by mistake stays as it is."""
    path = write_page("a.txt", "全市推进网格化管理。")
    with pytest.raises(IndexExistsError, match="contains other files"):
        Index.create(folder)
    with pytest.raises(IndexExistsError, match="is a file"):
        Index.create(path)


@pytest.mark.folder_only("the files of an index folder")
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"schema": 1}', b"\xff\xfe"])
def test_damaged_settings_are_told(tmp_path: Path, index: Index, content: bytes) -> None:
    """Whatever stands in the file, the message says what mends it."""
    (tmp_path / "index" / "jsisa-search.json").write_bytes(content)
    with pytest.raises(IndexDamagedError, match="--rebuild"):
        Index.open(tmp_path / "index")


@pytest.mark.folder_only("the files of an index folder")
@pytest.mark.parametrize("name", ["schema", "folding"])
def test_an_index_of_another_version_is_refused(tmp_path: Path, index: Index, name: str) -> None:
    """Terms made in another way would not be found; the message says what to do."""
    path = tmp_path / "index" / "jsisa-search.json"
    fields = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(fields | {name: 999}), encoding="utf-8")
    with pytest.raises(IndexVersionError, match="--rebuild"):
        Index.open(tmp_path / "index")


@pytest.mark.folder_only("the files of an index folder")
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # Whoosh leaves the damaged file open
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_damaged_table_of_contents_is_told(tmp_path: Path, index: Index) -> None:
    """No foreign exception comes out of opening."""
    for toc in (tmp_path / "index").glob("_MAIN_*.toc"):
        toc.write_bytes(toc.read_bytes()[:20])
    with pytest.raises(JsisaSearchError, match="damaged"):
        Index.open(tmp_path / "index")


def test_closing_twice_is_closing_once(index: Index, folder: Path, write_page: Callable[..., Path]) -> None:
    """An index that was closed within its `with` block is left without an error."""
    write_page("a.txt", "推进网格化管理。")
    index.update([folder])
    index.close()
    index.close()


@pytest.mark.folder_only("the arrays of the engine")
def test_bounds_are_recorded_for_the_weighting_of_searches(seeds: Index) -> None:
    """What a writer records of scores holds for every scored field, so that low passages need no scoring."""
    with seeds._snapshots.use() as searcher:
        for view in searcher.views:
            for name in view.file.field_names:
                model, field = searcher.statistics.model(name), view.file.field(name)
                assert field is not None
                assert model is None or model.bound_factor(field) is not None, name
