"""Batches: updates, additions and removals in one commit."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from shutil import copytree, rmtree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search import Index, make_filters, read_release
from jsisa_search.errors import ArgumentError, BatchError, PageError, ReleaseNotFoundError
from jsisa_search.model import Paragraph, Release, Section
from tests.codec.test_corruption import flip
from tests.conftest import SEEDS
from tests.properties import examples

WritePage = Callable[..., Path]


def paths(index: Index) -> list[str]:
    """Return the names of the releases in an index."""
    return sorted(Path(info.path).name for info in index.releases())


def test_a_text_is_found_without_any_file(index: Index) -> None:
    """What is given by name is shown with the hit, whose path is the id after `text:`."""
    release_id = index.add_text(
        "健全网格体系\n全市推进网格化管理。\n\n群众满意率达97%。",
        id="https://example.cn/42?a=1",
        title="全市社会治理会议",
        source="甲报",
        published="2022-09-06 16:42",
        url="https://example.cn/42",
    )
    (hit, *_) = index.search("网格化")
    assert (hit.path, hit.id, hit.title, hit.source) == (
        "text:https://example.cn/42?a=1",
        release_id,
        "全市社会治理会议",
        "甲报",
    )
    assert (hit.heading, hit.paragraph, hit.line) == ("健全网格体系", 1, 2)
    assert (hit.published, hit.published_precision) == (datetime(2022, 9, 6, 16, 42), "minute")


def test_adding_an_id_again_replaces_its_release(index: Index) -> None:
    """Across commits, and within a batch, where the last one counts."""
    index.add_text("第一稿谈网格化。", id="1")
    with index.batch() as batch:
        batch.add_text("第二稿谈网格化。", id="1")
        batch.add([{"id": "1", "text": "第三稿谈网格化。"}])
    assert [hit.text for hit in index.search("网格化")] == ["第三稿谈网格化。"]
    assert index.info().releases == 1


def test_an_update_leaves_added_releases_alone(index: Index, folder: Path, write_page: WritePage) -> None:
    """They have no file that could be gone: neither an update nor a rebuild of a folder removes them."""
    page = write_page("a.txt", "全市推进网格化管理。")
    index.add_text("手工录入的网格化材料。", id="note", title="材料", url="https://example.cn")
    index.update([folder, folder.parent])
    before = index.release("text:note")
    report = index.update([folder], rebuild=True)
    assert (report.releases, report.new) == (2, 1)
    page.unlink()
    assert index.update([folder]).removed == 1
    assert index.release("text:note") == before
    assert paths(index) == ["text:note"]


@pytest.mark.folder_only("the files of an index folder")
def test_a_rebuild_reports_added_releases_that_are_damaged(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """What can't be read from the index any more is named; the files are indexed, and the index is sound."""
    write_page("a.txt", "全市推进网格化管理。")
    index.add_text("手工录入的网格化材料。", id="lost")
    index_folder = index.info().folder
    index.close()
    flip(index_folder, "stored/data")
    with Index.open(index_folder) as opened:
        report = opened.update([folder], rebuild=True)
        assert paths(opened) == ["a.txt"]
    (lost,) = report.unreadable
    assert (str(lost.path), lost.kind) == ("text:lost", "damaged")
    assert not Index.verify(index_folder).problems


def test_a_batch_is_one_commit(index: Index, folder: Path, write_page: WritePage) -> None:
    """Another reader sees nothing before the block ends, and all of it afterwards."""
    write_page("a.txt", "全市推进网格化管理。")
    index.add_text("旧的网格化材料。", id="old")
    with Index.open(index.info().folder) as reader:
        with index.batch() as batch:
            batch.update([folder])
            batch.add([{"id": "new", "text": "新的网格化材料。"}])
            assert batch.remove(["text:old"]) == 1
            assert paths(reader) == ["text:old"]
        assert paths(reader) == ["a.txt", "text:new"]


def test_a_batch_that_fails_changes_nothing(index: Index) -> None:
    """An exception in the block, or a failed step that is passed over, leaves the index as it was."""
    index.add_text("旧的网格化材料。", id="old")
    with pytest.raises(ZeroDivisionError), index.batch() as batch:
        batch.remove(["text:old"])
        raise ZeroDivisionError
    with pytest.raises(BatchError, match="nothing was written"), index.batch() as batch:
        with pytest.raises(ArgumentError):
            batch.add([{"id": "new", "text": "新的材料。"}, {"id": "bad", "text": 3}])
        batch.add_text("另一份材料。", id="other")
    assert paths(index) == ["text:old"]
    with pytest.raises(BatchError, match="is over"):
        batch.add_text("太晚了。", id="late")


def test_a_batch_does_not_wait_for_itself(index: Index) -> None:
    """A change beside an open batch of the same thread is refused at once; the batch goes on."""
    with index.batch() as batch:
        batch.add_text("网格化材料。", id="a")
        for change in (lambda: index.add_text("材料。", id="b"), lambda: index.update([])):
            with pytest.raises(BatchError, match="open in this thread"):
                change()
    assert paths(index) == ["text:a"]
    index.add_text("材料。", id="b")
    assert paths(index) == ["text:a", "text:b"]


def test_a_refused_argument_does_not_spoil_a_batch(index: Index, folder: Path) -> None:
    """What is refused before anything is written can be tried again with another value."""
    with index.batch() as batch:
        with pytest.raises(ArgumentError):
            batch.update("pages")
        with pytest.raises(PageError):
            batch.update([folder / "none"])
        batch.add_text("材料。", id="a")
    assert paths(index) == ["text:a"]


def test_rebuild_comes_first_in_a_batch(index: Index, folder: Path) -> None:
    """It would drop what the batch has added before."""
    with pytest.raises(ArgumentError, match="rebuild"), index.batch() as batch:
        batch.add_text("材料。", id="a")
        batch.update([folder], rebuild=True)


def test_releases_are_removed_by_path_and_id(index: Index, folder: Path, write_page: WritePage) -> None:
    """A file, a folder, a release without a file; a name that the index has not is an error."""
    for name in ("a.txt", "sub/b.txt", "sub/c.txt", "d.txt"):
        write_page(name, f"网格化材料{name}。")
    index.update([folder])
    index.add_text("手工录入的网格化材料。", id="note")
    (note,) = [info for info in index.releases() if info.path == "text:note"]
    assert index.remove([folder / "a.txt", str(folder / "sub"), note.id]) == 4
    assert paths(index) == ["d.txt"]
    with pytest.raises(ReleaseNotFoundError, match=r"none\.txt"):
        index.remove([folder / "d.txt", folder / "none.txt"])
    assert paths(index) == ["d.txt"]
    assert index.update([folder]).new == 3


def test_a_member_of_a_file_is_removed_alone(index: Index, folder: Path) -> None:
    """The other releases of the file stay, and are counted."""
    lines = ['{"title": "甲", "text": "网格化一。"}', '{"title": "乙", "text": "网格化二。\\n网格化三。"}']
    (folder / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    index.update([folder])
    assert index.info().paragraphs == 3
    assert index.remove([f"{folder / 'a.jsonl'}#2"]) == 1
    assert (index.info().releases, index.info().paragraphs) == (1, 1)
    assert paths(index) == ["a.jsonl#1"]
    assert index.remove([folder / "a.jsonl"]) == 1
    assert paths(index) == []


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (datetime(2022, 9, 6, 16, 42), (datetime(2022, 9, 6, 16, 42), "minute")),
        (date(2022, 9, 6), (datetime(2022, 9, 6), "day")),
        ("2022年9月", (datetime(2022, 9, 1), "month")),
        (None, (None, None)),
    ],
)
def test_published_is_a_time_a_day_or_text(index: Index, published: object, expected: object) -> None:
    """As exact as it is given."""
    index.add([{"id": "a", "text": "材料。", "published": published}])
    release = index.release("text:a")
    assert (release.published, release.published_precision) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        "text",
        {"text": "没有名字。"},
        {"id": "", "text": "材料。"},
        {"id": "a", "text": b"bytes"},
        {"id": "a", "text": "材料。", "titel": "拼错"},
        {"id": "a", "text": "材料。", "published": "昨天"},
        {"id": "a", "text": "材料。", "published": datetime.now().astimezone()},
        {"id": "a", "text": "材料。", "views": -1},
        {"id": "a", "text": "材料。", "views": True},
        {"id": "a", "sections": "材料。"},
        {"id": "a", "sections": [{"paragraphs": [{"text": "材料。", "line": 0}]}]},
        {"id": "a", "sections": [3]},
    ],
)
def test_what_is_no_release_is_refused(index: Index, wrong: object) -> None:
    """The message names the value; nothing is written."""
    with pytest.raises(ArgumentError):
        index.add([wrong])  # type: ignore[list-item]
    assert index.info().releases == 0


def test_texts_are_cleaned_when_they_are_added(index: Index) -> None:
    """Lone surrogates and control characters of a scraper neither end the run nor come out again."""
    index.add_text("网格化\ud83d材料\x1b[31m。", id="a\udcff", title="标\x07题\ud83d\ude00")
    release = index.release(next(index.releases()).id)
    assert release.title == "标题😀"
    assert release.paragraphs[0].text == "网格化\ufffd材料[31m。"
    assert release.path == "text:a\ufffd"


def test_releases_come_back_from_the_index_as_they_were_read(tmp_path: Path, index: Index) -> None:
    """Every field, section, paragraph and line of the sample pages is the same, without their files."""
    pages = tmp_path / "pages"
    copytree(SEEDS, pages)
    index.update([pages])
    expected = {info.path: read_release(info.path) for info in index.releases()}
    rmtree(pages)
    assert len(expected) > 10
    for info in index.releases():
        release = expected[info.path]
        assert index.release(info.path) == index.release(info.id) == release
        assert (info.title, info.url, info.paragraphs) == (
            release.title,
            release.url,
            len(release.paragraphs),
        )


_TEXTS = st.text(st.sampled_from("网格化治理。，一、（二）abc \n"), min_size=1, max_size=12).filter(
    lambda text: text.strip() == text
)
# A title or a heading is one line.
_LINES = _TEXTS.filter(lambda text: "\n" not in text)
_PARAGRAPHS = st.builds(
    Paragraph, _TEXTS, st.just(0), st.just(0), st.integers(1, 99), st.none() | st.integers(1, 9)
)
_SECTIONS = st.builds(
    Section, st.none() | _LINES, st.none(), st.lists(_PARAGRAPHS, max_size=3).map(tuple), st.integers(1, 99)
)


@examples(0.5)
@given(st.none() | _LINES, st.lists(_SECTIONS, max_size=4).map(tuple), st.none() | st.integers(0, 10**6))
def test_any_release_that_is_added_comes_back(
    index: Index, title: str | None, sections: tuple[Section, ...], views: int | None
) -> None:
    """Whatever its outline: headings that repeat, sections without paragraphs, no title."""
    release = Release(
        "text:any", title, None, datetime(2022, 9, 6), "day", "甲", None, "乙", views, "文号", "u", sections
    )
    index.add([release])
    found = index.release("text:any")
    texts = [paragraph.text for section in sections for paragraph in section.paragraphs]
    assert [paragraph.text for paragraph in found.paragraphs] == texts
    assert [paragraph.ordinal for paragraph in found.paragraphs] == list(range(1, len(texts) + 1))
    outline = [(each.heading, each.line, len(each.paragraphs)) for each in sections]
    assert [(each.heading, each.line, len(each.paragraphs)) for each in found.sections] == outline
    assert (found.title, found.views, found.author, found.document_number) == (title, views, "乙", "文号")


def test_releases_can_be_filtered(index: Index) -> None:
    """By source and time, as a search."""
    index.add(
        {"id": f"{year}", "text": "材料。", "source": "甲报", "published": f"{year}-05"}
        for year in (2021, 2022)
    )
    index.add_text("材料。", id="undated", source="乙报")
    assert [info.path for info in index.releases(make_filters(source=["甲"], since="2022"))] == ["text:2022"]
    assert [info.path for info in index.releases(make_filters(source=["乙"]))] == ["text:undated"]


def test_ids_and_paths_that_lead_nowhere_are_told(index: Index) -> None:
    """None, or more than one."""
    index.add([{"id": str(number), "text": "材料。"} for number in range(30)])
    with pytest.raises(ReleaseNotFoundError, match="no release"):
        index.release("text:none")
    with pytest.raises(ReleaseNotFoundError, match="no release"):
        index.find_release("zzzz")
    with pytest.raises(ReleaseNotFoundError, match="30 releases"):
        index.find_release("")


def test_writers_of_one_index_take_turns(index: Index) -> None:
    """Threads that add to the same index at once wait for each other, and nothing is lost."""
    names = [str(number) for number in range(6)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda name: index.add_text(f"第{name}份网格化材料。", id=name), names))
    assert paths(index) == [f"text:{name}" for name in names]


def test_an_iterator_keeps_its_generation(index: Index) -> None:
    """What is written while hits or releases are iterated over is not among them."""
    for name in "ab":
        index.add_text("网格化材料。", id=name)
    hits, infos = index.iter_hits("网格化"), index.releases()
    first = [next(hits).path, next(infos).path]
    index.remove(["text:a", "text:b"])
    index.add_text("网格化材料。", id="c")
    assert sorted([first[0], *(hit.path for hit in hits)]) == ["text:a", "text:b"]
    assert sorted([first[1], *(info.path for info in infos)]) == ["text:a", "text:b"]
    assert paths(index) == ["text:c"]


def test_all_hits_are_those_that_a_search_counts(index: Index) -> None:
    """Each passage once, by date either way, the undated last, with context where it is wanted."""
    dates = ["2021-05-01", None, "2023-01-10", "2022-09-06"]
    index.add(
        {"id": f"{date}", "text": "前一段。\n推进网格化管理。\n网格化见成效。", "published": date}
        for date in dates
    )
    newest = [(hit.path, hit.paragraph) for hit in index.iter_hits("网格化")]
    assert len(newest) == index.search("网格化").total_all_terms == 8
    order = ["2023-01-10", "2022-09-06", "2021-05-01", "None"]
    assert newest == [(f"text:{name}", number) for name in order for number in (2, 3)]
    oldest = [hit.path for hit in index.iter_hits("网格化", sort="oldest")]
    assert oldest[::2] == [f"text:{name}" for name in [*order[2::-1], "None"]]
    (hit, *_) = index.iter_hits("网格化", context=1, filters=make_filters(since="2023"))
    assert (hit.before, hit.after, hit.score) == (("前一段。",), ("网格化见成效。",), 0)


def test_counts_are_of_passages_or_releases(index: Index) -> None:
    """By source, year, month and section; of a query or of everything, filtered."""
    index.add(
        [
            {"id": "a", "text": "网格化。\n网格化。", "source": "甲", "published": "2022-09-06"},
            {"id": "b", "text": "网格化。\n别的。", "source": "甲", "published": "2023-01-02"},
            {"id": "c", "text": "网格化。", "source": "乙"},
        ]
    )
    assert index.count_by("source", "网格化") == {"甲": 3, "乙": 1}
    assert index.count_by("source", "网格化", unit="releases") == {"甲": 2, "乙": 1}
    assert index.count_by("month", "网格化") == {"2023-01": 1, "2022-09": 2}
    assert index.count_by("year") == {"2023": 2, "2022": 2}
    assert index.count_by("year", filters=make_filters(source=["乙"])) == {}


def test_sections_are_counted_once_a_release(index: Index) -> None:
    """However many passages of a release stand in one section."""
    section = {"heading": "工作成效", "paragraphs": ["网格化一。", "网格化二。"]}
    index.add([{"id": name, "sections": [section]} for name in "ab"])
    assert index.count_by("section", "网格化") == {"工作成效": 4}
    assert index.count_by("section", "网格化", unit="releases") == {"工作成效": 2}


def test_many_strings_are_checked_at_once(index: Index) -> None:
    """Passages, releases and occurrences of each, whatever words are in it, in the order asked."""
    index.add([{"id": "a", "text": "網格化、网格化。\n网格。"}, {"id": "b", "text": "格化。"}])
    counted = [
        (found.text, found.passages, found.releases, found.occurrences)
        for found in index.check(["网格化", "格", "没有", "格化。", "格"])
    ]
    assert counted == [
        ("网格化", 1, 1, 2),
        ("格", 3, 2, 4),
        ("没有", 0, 0, 0),
        ("格化。", 2, 2, 2),
        ("格", 3, 2, 4),
    ]
