"""Hits that say the same are one, with the others behind it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from jsisa_search import Index, make_filters
from jsisa_search.cli import main
from tests.search.results.test_families import sentences

WritePage = Callable[..., Path]

LINES = ["".join(sentences(1, 24)[at : at + 4]) for at in range(0, 24, 4)]
KEY = "全市网格员共处理诉求3268件。"


def _fill(index: Index, folder: Path, write_page: WritePage) -> None:
    """Index a text, three reprints of it, one altered, and a text of its own."""
    texts = [LINES[0], KEY, *LINES[1:]]
    write_page("a/xinhua.txt", *texts, source="新华社", published="2022-09-06 16:42", title="网格员")
    write_page("b/paper.txt", *texts, source="澄川日报", published="2022-09-07", title="网格员在行动")
    write_page("c/site.txt", *texts, source="桐岭融媒", published="2022-09-06", title="网格员纪事")
    altered = [LINES[0], KEY.replace("3268", "3299"), *LINES[1:]]
    write_page("d/altered.txt", *altered, source="转载网", published="2022-09-08", title="网格员纪实")
    write_page("e/own.txt", KEY + "其中九成当日办结。", source="独家", published="2022-09-09", title="另一篇")
    index.update([folder])


@pytest.fixture(scope="module")
def reprinted(shared_index: Index, shared_folder: Path, write_shared_page: WritePage) -> Index:
    """Return an index of a text, three reprints of it, one altered, and a text of its own."""
    _fill(shared_index, shared_folder, write_shared_page)
    return shared_index


def test_passages_that_say_the_same_are_one_hit(reprinted: Index) -> None:
    """The others are counted, and the earliest is named if its date is surely before."""
    found = reprinted.search("“网格员共处理诉求3268件”", sort="newest")
    own, first = found
    assert (own.source, own.copy_count, own.copies) == ("独家", 0, ())
    assert (first.source, first.copy_count, len(first.copies)) == ("澄川日报", 2, 1)
    assert first.first is not None
    assert (first.first.source, first.first.line) == ("桐岭融媒", 9)
    assert (found.total, found.total_all_terms, found.distinct) == (4, 4, 2)


def test_all_copies_come_on_request_and_none_is_first_on_the_same_day(reprinted: Index) -> None:
    """Of one day, what was published at 16:42 and what has no time, neither is surely the first."""
    hit = reprinted.search("“处理诉求3268件”", sort="oldest", copies=10)[0]
    assert (hit.source, hit.first) == ("桐岭融媒", None)
    assert [copy.source for copy in hit.copies] == ["新华社", "澄川日报"]


def test_a_passage_with_another_figure_is_a_hit_of_its_own(reprinted: Index) -> None:
    """A reprint of which the passage was altered does not say the same there, and elsewhere it does."""
    found = reprinted.search("网格员共处理诉求", limit=10)
    assert sorted(hit.source for hit in found if hit.kind == "lead" and hit.matches_all)[-1] == "转载网"
    hit = reprinted.search(f"“{LINES[2][:12]}”")[0]
    assert hit.copy_count == 3


def test_without_folding_every_passage_is_a_hit(reprinted: Index) -> None:
    """The totals are the same; nothing is said of copies."""
    folded, every = reprinted.search("“诉求3268”"), reprinted.search("“诉求3268”", fold=False)
    assert (len(folded), len(every)) == (2, 4)
    assert folded.total == every.total == 4
    assert every.distinct is None
    assert not any(hit.copy_count for hit in every)


def test_copies_are_those_of_the_index_whatever_the_filters(reprinted: Index) -> None:
    """Who only wants one source still learns that others had it before."""
    (hit,) = reprinted.search("“诉求3268”", filters=make_filters(source=["澄川日报"]))
    assert hit.copy_count == 2


def test_pages_of_folded_hits_join_up(reprinted: Index) -> None:
    """Each hit is on one page, and every passage is either a hit or folded into one."""
    typed = "网格 治理"
    whole = [(hit.id, hit.line) for hit in reprinted.search(typed, limit=100)]
    pages = [reprinted.search(typed, limit=3, offset=at) for at in range(0, len(whole) + 3, 3)]
    assert [(hit.id, hit.line) for page in pages for hit in page] == whole
    assert len(set(whole)) == len(whole)
    every = reprinted.search(typed, limit=100, fold=False)
    assert {hit.text for hit in every} == {hit.text for hit in reprinted.search(typed, limit=100)}
    assert len(whole) < len(every)


def test_grouped_by_release_a_family_is_one_group(reprinted: Index) -> None:
    """Its copies are the other releases, altered or not."""
    found = reprinted.search("诉求", group_by="release", copies=10)
    assert found.groups == 2
    family = next(hit for hit in found if hit.copy_count)
    assert family.copy_count == 3
    assert len({family.source, *(copy.source for copy in family.copies)}) == 4


def test_the_same_file_saved_twice_is_one_release_with_two_places(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """It is no reprint of itself, and where it is saved is said."""
    _fill(index, folder, write_page)
    shutil.copy(folder / "e/own.txt", folder / "e/own(1).txt")
    shutil.copy(folder / "a/xinhua.txt", folder / "a/xinhua(1).txt")
    index.update([folder])
    own = index.search("九成当日办结")[0]
    assert own.copy_count == 0
    assert {Path(path).name for path in (own.path, *own.places)} == {"own.txt", "own(1).txt"}
    hit = index.search("“诉求3268件”", sort="oldest", copies=10)[0]
    copy = next(copy for copy in hit.copies if copy.source == "新华社")
    assert {Path(path).name for path in (copy.path, *copy.places)} == {"xinhua.txt", "xinhua(1).txt"}
    assert hit.copy_count == 2


@pytest.mark.folder_only("the commands, with an index in the folder where they run")
def test_the_command_prints_copies_and_json_has_them_all(
    reprinted: Index, shared_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line says how many and who was first; `--copies` lists them, `--no-fold` prints every passage."""
    monkeypatch.chdir(shared_folder.parent)

    def run(*options: str) -> str:
        result = CliRunner().invoke(main, ["query", "“诉求3268件”", "--sort", "newest", *options])
        assert result.exit_code == 0
        return result.output

    assert "4 passages in 4 releases contain all terms; 2 without reprints" in run()
    assert "\n   同文 2, first: 桐岭融媒 · 2022-09-06 · pages/c/site.txt:9\n" in run()
    assert "\n     新华社 · 2022-09-06 16:42 · pages/a/xinhua.txt:9  " in run("--copies")
    assert "同文" not in run("--no-fold")
    found = json.loads(run("--format", "json"))
    assert (found["total_all_terms"], found["distinct"]) == (4, 2)
    hit = found["hits"][1]
    assert (hit["copy_count"], [copy["date"] for copy in hit["copies"]]) == (
        2,
        ["2022-09-06", "2022-09-06T16:42"],
    )
    assert hit["copies"][0]["path"] == "pages/c/site.txt"
