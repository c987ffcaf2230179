"""Why a query finds nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jsisa_search import Index, make_filters
from jsisa_search.indexing.unreadable import REPORT_FILE, Unread, read_unread
from tests.cluster.engines import beside

WritePage = Callable[..., Path]


@pytest.fixture(scope="module")
def searched(shared_index: Index, shared_folder: Path, write_shared_page: WritePage) -> Index:
    """Return an index of two pages."""
    write_shared_page("a.txt", "网格员上门走访，群众满意率很高。", title="走访", source="云浦发布")
    write_shared_page("b.txt", "桐岭区推进网格化治理，安全感上升。", title="治理", source="桐岭融媒")
    shared_index.update([shared_folder])
    return shared_index


def test_a_piece_that_stands_nowhere_is_named_with_its_longest_part(searched: Index) -> None:
    """Of two pieces the one that no passage has is missing, with the part of it that a passage has."""
    (missing,) = searched.explain_nothing("满意率 网格化旗舰店").missing
    assert missing.text == "网格化旗舰店"
    assert (missing.parts[0].text, missing.parts[0].count) == ("网格化", 1)


def test_a_misspelt_piece_has_the_nearest_wording(searched: Index) -> None:
    """What may have been meant comes with the piece that is missing."""
    (missing,) = searched.explain_nothing("满意度率").missing
    assert "满意率" in [found.text for found in missing.corrections]


def test_parts_that_say_nothing_are_left_out(searched: Index) -> None:
    """A single character, or two letters, of what occurs nowhere are no help."""
    (missing,) = searched.explain_nothing("网球率").missing
    assert missing.parts == ()


def test_a_correction_finds_something_in_the_query_as_it_was_typed(searched: Index) -> None:
    """What is offered is counted in place of the piece, with the rest of the query and the filters."""
    (missing,) = searched.explain_nothing("满意律 走访").missing
    assert [(found.text, found.count) for found in missing.corrections] == [("满意率", 1)]
    for found in missing.corrections:
        assert searched.search(f"{found.text} 走访").total_all_terms == found.count
    (missing,) = searched.explain_nothing("满意律 “治理”").missing
    assert missing.corrections == ()
    filters = make_filters(source=["桐岭"])
    assert searched.explain_nothing("满意律", filters).missing[0].corrections == ()
    assert [len(found.corrections) for found in searched.explain_nothing("满意律 安全赶").missing] == [1, 1]


def test_a_piece_of_which_only_the_words_occur_has_the_phrase_that_does(index: Index) -> None:
    """群众安全敢 finds 群众, 安全 and 敢 in one passage, but 群众安全感 is what was meant."""
    index.add_text("守护群众安全，网格员刀山敢上、火海敢闯。全市群众安全感上升。", id="c", title="担当")
    diagnosis = index.explain_nothing("群众安全敢")
    assert diagnosis.missing == ()
    (piece,) = diagnosis.scattered
    assert (piece.text, piece.passages) == ("群众安全敢", 1)
    assert [found.text for found in piece.corrections] == ["群众安全感"]
    assert (diagnosis.found_apart, diagnosis.restrictions) == (False, ())
    assert index.explain_nothing("群众安全感").scattered == ()


def test_of_a_question_the_words_that_occur_nowhere_are_named(searched: Index) -> None:
    """No passage contains a question; only a word of it that is nowhere says why it finds nothing."""
    assert searched.explain_nothing("网格员为什么走访").missing == ()
    (missing,) = searched.explain_nothing("网格员为什么走访博物馆").missing
    assert missing.text == "博物馆"


def test_pieces_that_are_found_apart_are_not_missing(searched: Index) -> None:
    """Where each piece is found but never together, that is the answer."""
    diagnosis = searched.explain_nothing("“满意率” “安全感”")
    assert (diagnosis.missing, diagnosis.found_apart) == ((), True)


def test_filters_that_exclude_everything_are_told(searched: Index) -> None:
    """The passages that the filters keep out are counted."""
    filters = make_filters(source=["云浦"])
    assert searched.search("安全感", filters=filters).total == 0
    diagnosis = searched.explain_nothing("安全感", filters)
    assert (diagnosis.without_filters, diagnosis.missing) == (1, ())


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("来源:云浦 安全感", (("来源:云浦", 1),)),
        ("安全感 日期:1999", (("日期:1999", 1),)),
        ("安全感 -治理", (("-治理", 1),)),
        ("来源:云浦 安全感 -治理", (("来源:云浦 -治理", 1),)),
        ("来源:桐岭 满意度率", ()),
    ],
)
def test_what_the_query_itself_keeps_out_is_told(
    searched: Index, typed: str, expected: tuple[tuple[str, int], ...]
) -> None:
    """A field, a date or an exclusion that leaves nothing is named, all of them where it takes all."""
    diagnosis = searched.explain_nothing(typed)
    assert (diagnosis.restrictions, diagnosis.found_apart) == (expected, False)


def test_unreadable_files_of_the_last_update_are_named(index: Index, folder: Path) -> None:
    """A file that could not be read is named until an update finds it readable or gone."""
    bad = folder / "bad.txt"
    bad.write_bytes(b"\x00\x01\xff\xfe" * 100)
    assert len(index.update([folder]).unreadable) == 1
    ((path, reason),) = index.explain_nothing("无此词语").unreadable
    assert path == str(bad)
    assert reason
    bad.unlink()
    index.update([folder])
    assert index.explain_nothing("无此词语").unreadable == ()
    assert not (beside(index) / REPORT_FILE).exists()


def test_an_update_of_another_folder_keeps_the_unreadable_files(
    index: Index, folder: Path, tmp_path: Path
) -> None:
    """What was unreadable below one folder is not forgotten because another is updated."""
    (folder / "bad.txt").write_bytes(b"\x00\x01\xff\xfe" * 100)
    index.update([folder])
    other = tmp_path / "other"
    other.mkdir()
    index.update([other])
    assert len(index.explain_nothing("无此词语").unreadable) == 1


@pytest.mark.parametrize("content", ["", "[]", '{"unreadable": 1}', '{"unreadable": [[1, 2]]}', "{" * 9999])
def test_a_damaged_report_says_nothing(tmp_path: Path, content: str) -> None:
    """A report that is no report is taken as none."""
    (tmp_path / REPORT_FILE).write_text(content, encoding="utf-8")
    assert read_unread(tmp_path) == Unread()
