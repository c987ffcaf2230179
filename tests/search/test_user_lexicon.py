"""Users' words and synonyms in a search."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jsisa_search import Index, Progress
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.errors import LexiconError
from jsisa_search.query import describe, parse_query
from jsisa_search.query.expand import expand, resegment
from jsisa_search.search.engine.searcher import ArraySearcher
from tests.cluster.engines import beside

WritePage = Callable[..., Path]


@pytest.fixture
def searched(index: Index, folder: Path, write_page: WritePage) -> Index:
    """Return an index of three pages."""
    write_page("a.txt", "澄川市网格化服务管理中心昨天揭牌，群众到场参观。", title="揭牌")
    write_page("b.txt", "网管中心今年受理事项三千件，件件有回音。", title="受理")
    write_page("c.txt", "全市推进一网统揽工作，统揽各项数据，一张网管到底。", title="数据")
    index.update([folder])
    return index


def _write(index: Index, name: str, *lines: str) -> None:
    (beside(index) / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_a_synonym_takes_effect_on_the_next_search(searched: Index) -> None:
    """A file of synonyms that is put beside an open index widens the next query, nothing indexed anew."""
    assert searched.search("网管中心").total_all_terms == 1
    _write(searched, "synonyms.txt", "网管中心 = 网格化服务管理中心")
    results = searched.search("网管中心")
    assert results.total_all_terms == 2
    assert results.expansions == (("网管中心", "网格化服务管理中心"),)
    assert results.reading == "网管中心 OR 网格化服务管理中心"


def test_an_expansion_is_highlighted(searched: Index) -> None:
    """What a synonym added is marked in the passage like what was typed."""
    _write(searched, "synonyms.txt", "网管中心 = 网格化服务管理中心")
    marked = {hit.text[start:end] for hit in searched.search("网管中心") for start, end in hit.highlights}
    assert "网格化服务管理中心" in marked


@pytest.mark.parametrize(("typed", "synonyms"), [("网管中心", False), ("“网管中心”", True)])
def test_without_synonyms_only_what_was_typed_is_found(searched: Index, typed: str, synonyms: bool) -> None:
    """Neither a query with `synonyms=False` nor one in quotation marks is widened."""
    _write(searched, "synonyms.txt", "网管中心 = 网格化服务管理中心")
    results = searched.search(typed, synonyms=synonyms)
    assert (results.total_all_terms, results.expansions) == (1, ())


def test_an_excluded_piece_excludes_its_synonyms(searched: Index) -> None:
    """What means the same as an excluded piece is excluded too."""
    _write(searched, "synonyms.txt", "网管中心 = 网格化服务管理中心")
    texts = [hit.text for hit in searched.search("群众 -网管中心")]
    assert not any("网格化服务管理中心" in text for text in texts)


def test_a_line_that_makes_no_sense_stops_the_search(searched: Index) -> None:
    """A search under a file of synonyms that can't be read raises an error that names the line."""
    _write(searched, "synonyms.txt", "网管中心")
    with pytest.raises(LexiconError, match="line 1"):
        searched.search("网管中心")


def test_a_users_word_is_one_word_of_the_query(searched: Index) -> None:
    """A word of the user is looked for as it stands, also where the segmenter cuts it into others."""
    typed = "一网统揽事项"
    _write(searched, "user-words.txt", "一网统揽 5 n", "统揽")
    (hit, *_) = searched.search(typed)
    assert "一网统揽" in [hit.text[start:end] for start, end in hit.highlights]


@pytest.mark.folder_only("resegmenting, which clusters do not offer")
def test_cutting_anew_makes_a_users_word_a_word_of_the_texts(searched: Index) -> None:
    """It is completed with its count and is a term; what is found stays the same."""
    _write(searched, "user-words.txt", "一网统揽 5 n")
    typed = "一网统揽工作"
    before = searched.search(typed)
    assert searched.suggest("一网统")[0].count == 0
    calls: list[Progress] = []
    assert searched.resegment(progress=calls.append) == 1
    assert {call.phase for call in calls} == {"writing", "saving"}
    after = searched.search(typed)
    assert [hit.path for hit in after.hits] == [hit.path for hit in before.hits]
    with ArraySearcher(ArrayIndex(searched.info().folder)) as searcher:
        assert searcher.term("text", "一网统揽") != [None]
    assert searched.suggest("一网统")[0].count == 1


@pytest.mark.folder_only("resegmenting, which clusters do not offer")
def test_later_pages_are_cut_by_the_same_words(searched: Index, folder: Path, write_page: WritePage) -> None:
    """What is indexed after texts were cut anew has a user's word as a word, too."""
    _write(searched, "user-words.txt", "一网统揽")
    searched.resegment()
    write_page("d.txt", "再推一网统揽。", title="再推")
    searched.update([folder])
    assert searched.suggest("一网统")[0].count == 2


def test_the_words_of_a_user_leave_the_text_as_it_is() -> None:
    """A piece that is cut anew has the words of the user whole, and the former words as its parts."""

    def cut(_: object) -> tuple[str, ...]:
        return ("一网统揽", "工作")

    (piece,) = resegment(parse_query("一网统揽工作"), cut).pieces
    assert piece.words == ("一网统揽", "工作")
    assert piece.own_words == {"一网统揽"}
    assert "".join(word for run in piece.runs for word in run) == piece.text


def test_an_expansion_stands_wherever_its_piece_stands() -> None:
    """Pieces in groups, fields, NEAR and after a minus are widened, prefixes and quotations are not."""
    query = parse_query("(甲 OR 丙) 标题:甲 甲 NEAR/3 丁 -甲 甲* “甲”")
    widened = expand(query, lambda piece: ["乙"] if piece == "甲" else [], lambda _: [])
    assert describe(widened.tree) == (
        "(甲 OR 乙 OR 丙) AND ((甲 OR 乙) within 3 characters of 丁) AND 甲* AND “甲” WITHOUT (甲 OR 乙), "
        "title contains (甲 OR 乙)"
    )
    assert widened.expansions == (("甲", "乙"),)
