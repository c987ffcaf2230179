"""Other names of offices in a search: the shipped lexicon beside what was typed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jsisa_search import Index
from jsisa_search.query.expand import MAX_NAMES
from tests.cluster.engines import beside

WritePage = Callable[..., Path]

SHORT = "住建部今天召开会议，部署农房建设试点。"
FULL = "住房和城乡建设部今天召开会议，部署农房建设试点。"
DEPARTMENTS = "各地住建部门今天召开会议，部署农房建设试点。"
SCATTERED = "住房和城乡的建设部署今天已经完成，会议要求抓好农房试点。"


@pytest.fixture(scope="module")
def searched(shared_index: Index, shared_folder: Path, write_shared_page: WritePage) -> Index:
    """Return an index of pages about a ministry, and about what only looks like it."""
    for name, text in (("a", SHORT), ("b", FULL), ("c", DEPARTMENTS), ("d", SCATTERED)):
        write_shared_page(f"{name}.txt", text, title="农房建设")
    shared_index.update([shared_folder])
    return shared_index


def _texts(index: Index, query: str, *, synonyms: bool = True) -> list[str]:
    return [hit.text for hit in index.search(query, synonyms=synonyms) if hit.matches_all]


def test_a_short_name_finds_the_full_one_below_what_was_typed(searched: Index) -> None:
    """Passages with the typed name come first, those with the other name follow, and the results say so."""
    results = searched.search("住建部")
    assert _texts(searched, "住建部")[0] == SHORT
    assert FULL in _texts(searched, "住建部")
    assert results.expansions == (("住建部", "住房和城乡建设部"), ("住建部", "住房城乡建设部"))


def test_a_full_name_finds_the_short_one(searched: Index) -> None:
    """The other direction holds as well."""
    assert {FULL, SHORT} <= set(_texts(searched, "住房和城乡建设部"))


def test_another_name_must_occur_as_it_is(searched: Index) -> None:
    """Words of the name far from each other are not the name, and neither is 住建部 in 住建部门."""
    assert SCATTERED not in _texts(searched, "住建部")
    assert DEPARTMENTS not in _texts(searched, "住房和城乡建设部")


@pytest.mark.parametrize(("query", "synonyms"), [("住建部", False), ("“住建部”", True)])
def test_other_names_are_switched_off_like_synonyms(searched: Index, query: str, synonyms: bool) -> None:
    """Neither a search without synonyms nor a quotation has other names."""
    assert FULL not in _texts(searched, query, synonyms=synonyms)


@pytest.mark.parametrize("line", ["住建部 = 澄川建委", "住建部 = 住建部"])
def test_a_line_of_the_user_takes_the_place_of_the_shipped_one(index: Index, line: str) -> None:
    """What the user's file says of a word is all: also that it stands for nothing but itself."""
    index.add([{"id": "1", "text": SHORT}, {"id": "2", "text": FULL}])
    assert FULL in _texts(index, "住建部")
    (beside(index) / "synonyms.txt").write_text(f"{line}\n", encoding="utf-8")
    assert _texts(index, "住建部") == [SHORT]


def test_an_excluded_name_excludes_its_other_names(searched: Index) -> None:
    """What is the same office is left out too, and the results name it."""
    results = searched.search("农房 -住建部")
    assert not {SHORT, FULL} & {hit.text for hit in results}
    assert ("住建部", "住房和城乡建设部") in results.expansions


@pytest.mark.parametrize("typed", ["住建部部署农房建设试点", "住建部如何部署农房试点"])
def test_another_name_inside_a_piece_is_one_word_of_it(searched: Index, typed: str) -> None:
    """What is beside the name is sought as words, question words left out; the name as it is."""
    texts = _texts(searched, typed)
    assert FULL in texts
    assert SCATTERED not in texts


def test_a_list_of_offices_has_a_most_of_other_names(searched: Index) -> None:
    """The first pieces of a long query have theirs, the rest none: each is another search."""
    places = ("江苏", "浙江", "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "海南", "四川")
    results = searched.search("|".join(f"{place}发改委" for place in places))
    assert len(results.expansions) == MAX_NAMES


def test_latin_abbreviations_are_found_as_words(index: Index, folder: Path, write_page: WritePage) -> None:
    """PPI stands for the price index, but the letters inside shopping do not."""
    price = "上半年，PPI同比下降百分之二。"
    write_page("a.txt", price, title="数据")
    write_page("b.txt", "市民在shopping mall里购物。", title="消费")
    index.update([folder])
    assert _texts(index, "工业生产者出厂价格指数") == [price]


def test_the_parts_of_a_score_name_the_other_name(searched: Index) -> None:
    """An explanation has what another name adds as a part, less than the typed name adds."""
    hits = searched.search("住建部", explain=True)
    parts = {hit.text: dict(hit.explanation) for hit in hits}
    typed = parts[SHORT]["literal"] + parts[SHORT]["whole words"]
    assert 0 < parts[FULL]["other name"] < typed


def test_wordings_are_left_out_one_by_one(index: Index) -> None:
    """What `leaving_out` names is neither searched nor marked; all else that was added still is."""
    index.add(
        [{"id": "1", "text": "住房和城乡建设部通报情况。"}, {"id": "2", "text": "住房城乡建设部通报情况。"}]
    )
    added = [wording for _, wording in index.search("住建部 通报").expansions]
    assert len(added) > 1
    for wording in added:
        rest = index.search("住建部 通报", leaving_out=[wording])
        assert [other for _, other in rest.expansions] == [each for each in added if each != wording]
        text = f"{wording}通报"
        (marks,), (fewer,) = (index.mark("住建部", [text], leaving_out=out) for out in ((), [wording]))
        assert marks == ((0, len(wording), 0),)
        assert fewer != marks
    assert not index.search("住建部 通报", leaving_out=added).expansions
