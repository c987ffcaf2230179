"""What an exclusion excludes: passages, or whole releases, that name something."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from whoosh import query as wq

from jsisa_search import Index
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.query.custom_queries import InRelease, Literal
from jsisa_search.search.engine.searcher import ArraySearcher

WritePage = Callable[..., Path]

NAMED = "台风杜苏芮昨天登陆，风力很大。"
BESIDE = "台风过后，各地抓紧抢修道路。"
OTHER = "台风卡努将于明天登陆，请注意防范。"
TITLED = "台风预警今天解除，列车恢复运行。"
APART = "台风天里，中国各地的银行照常营业。"


@pytest.fixture(scope="module")
def searched(shared_index: Index, shared_folder: Path, write_shared_page: WritePage) -> Index:
    """Return an index of releases that name a typhoon in the text, in the title, or not at all."""
    write_shared_page("a.txt", NAMED, BESIDE, title="防汛通报一")
    write_shared_page("b.txt", OTHER, title="防汛通报二")
    write_shared_page("c.txt", TITLED, "乘客可在车站改签。", title="杜苏芮影响铁路运行")
    write_shared_page("d.txt", APART, title="便民提示")
    shared_index.update([shared_folder])
    return shared_index


def _texts(index: Index, query: str) -> set[str]:
    return {hit.text for hit in index.search(query) if hit.matches_all}


def test_an_excluded_word_leaves_out_the_passages_that_name_it(searched: Index) -> None:
    """Those with it in their text or title are left out, the rest of the release is not."""
    assert _texts(searched, "台风 -杜苏芮") == {BESIDE, OTHER, APART}


@pytest.mark.parametrize("typed", ["台风 -全文:杜苏芮", "台风 NOT release:杜苏芮", "台风 -全文：“杜苏芮”"])
def test_a_word_excluded_from_releases_leaves_them_out_whole(searched: Index, typed: str) -> None:
    """No passage of a release that names it in text or title is found."""
    assert _texts(searched, typed) == {OTHER, APART}


def test_a_release_may_be_required_to_name_something(searched: Index) -> None:
    """Without the minus the field requires it, anywhere in the release."""
    assert _texts(searched, "全文:杜苏芮 台风") == {NAMED, BESIDE, TITLED}
    assert _texts(searched, "全文:(杜苏芮 改签) 台风") == {TITLED}
    assert _texts(searched, "全文:(杜苏芮 -改签) 台风") == {NAMED, BESIDE}


def test_the_results_count_the_passages_whose_release_names_it(searched: Index) -> None:
    """The number is that of the passages that the wider exclusion leaves out."""
    results = searched.search("台风 -杜苏芮")
    assert results.still_named == (("杜苏芮", 1),)
    assert results.total_all_terms - searched.search("台风 -全文:杜苏芮").total_all_terms == 1
    assert searched.search("台风 -全文:杜苏芮").still_named == ()
    assert searched.search("台风").still_named == ()


@pytest.mark.parametrize(
    ("typed", "value"), [("台风 -(杜苏芮 OR 卡努)", "(杜苏芮 OR 卡努)"), ("台风 -“杜苏芮”", "“杜苏芮”")]
)
def test_what_is_still_named_can_be_typed_as_it_is_shown(searched: Index, typed: str, value: str) -> None:
    """Several excluded pieces come in parentheses, a quotation in its marks."""
    (named,) = searched.search(typed).still_named
    assert named == (value, 1)
    assert searched.search(f"{typed} -全文:{value}").still_named == ()


def test_scattered_words_are_not_what_is_excluded(searched: Index) -> None:
    """A passage with 中国 and 银行 apart does not name 中国银行."""
    assert APART in _texts(searched, "台风 -中国银行")
    assert APART in _texts(searched, "台风 -全文:中国银行")


@pytest.mark.folder_only("the arrays of the engine")
def test_the_whole_release_counts_in_whoosh_as_on_arrays(searched: Index) -> None:
    """The query of whole releases finds the same documents by Whoosh's matchers."""
    tree = wq.And([Literal("text", "台风"), InRelease(Literal("text", "杜苏芮"))])
    with ArraySearcher(ArrayIndex(searched.info().folder)) as searcher:
        found = searcher.documents(tree).tolist()
        assert len(found) == 3
        assert sorted(searcher.whoosh().docs_for_query(tree)) == found
