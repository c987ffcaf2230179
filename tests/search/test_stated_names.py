"""Names that releases state as source, publisher, issuer, author or number, as part of what is searched."""

from __future__ import annotations

import pytest

from jsisa_search import Index, make_filters

LEAD = "昨天上午，全省召开防汛工作视频会议。"
STORM = "台风明天登陆，各地加强防范。"
NAMED = "据新华社报道，台风路径有变。"
OTHER = "台风过后，供电已经恢复。"


@pytest.fixture(scope="module")
def searched(shared_index: Index) -> Index:
    """Return an index of releases of which some state names that no text has."""
    shared_index.add_text(f"{LEAD}\n\n{STORM}", id="a", title="防汛会议", source="新华社客户端")
    shared_index.add_text(NAMED, id="b", title="台风路径", source="澄川发布")
    shared_index.add_text(OTHER, id="c", title="恢复供电", source="澄川发布", author="张一然、刘辉")
    shared_index.add_text(
        "一、提高认识。", id="d", title="通知", publisher="江苏省钢铁行业协会", issuer="云浦市水务局"
    )
    shared_index.add_text(
        "二、加强领导。", id="e", title="意见", document_number="国发〔2019〕5号", publisher="浙江"
    )
    return shared_index


def _texts(index: Index, query: str) -> list[str]:
    return [hit.text for hit in index.search(query) if hit.matches_all]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("刘辉", OTHER),
        ("澄川发布", NAMED),
        ("江苏省钢铁行业协会", "一、提高认识。"),
        ("云浦市水务局", "一、提高认识。"),
        ("新华社", LEAD),
    ],
)
def test_a_name_finds_the_releases_that_state_it(searched: Index, query: str, text: str) -> None:
    """A source, publisher, issuer or author typed as it is finds its releases by their first paragraphs."""
    assert text in _texts(searched, query)


def test_the_text_that_says_it_comes_before_the_release_that_states_it(searched: Index) -> None:
    """A passage with the name is first; of the release that states it, the first paragraph follows, once."""
    assert _texts(searched, "新华社") == [NAMED, LEAD]


def test_a_stated_name_counts_like_a_word_of_the_text(searched: Index) -> None:
    """With another word, passages with that word are found in the releases that state the name."""
    results = searched.search("新华社 台风")
    assert {hit.text for hit in results if hit.matches_all} == {NAMED, STORM}
    assert (results.total_all_terms, results.stated) == (2, 1)


def test_hits_say_what_their_release_states(searched: Index) -> None:
    """A hit has the field and the value that satisfied the query, and none where it names nothing."""
    stated = {hit.text: hit.stated for hit in searched.search("新华社 台风") if hit.matches_all}
    assert stated == {NAMED: (), STORM: (("source", "新华社客户端"),)}
    assert all(hit.stated == () for hit in searched.search("台风"))


def test_the_counts_agree_with_all_hits(searched: Index) -> None:
    """Those that satisfy the query only by what is stated are some of all, and iteration finds the same."""
    results = searched.search("新华社")
    assert (results.total_all_terms, results.stated, results.releases) == (2, 1, 2)
    assert len(list(searched.iter_hits("新华社"))) == 2
    assert searched.search("新华社", filters=make_filters(source=["澄川"])).stated == 0


@pytest.mark.parametrize("query", ["“刘辉”", "正文:刘辉", "新华社区", "浙江", "台风 -刘辉"])
def test_quoted_and_other_text_is_sought_in_the_text_alone(searched: Index, query: str) -> None:
    """A quotation, a field, a longer word, a place and an exclusion are not compared with what is stated."""
    assert searched.search(query).stated == 0


def test_a_number_with_a_word_finds_the_passages_of_the_document(searched: Index) -> None:
    """国发〔2019〕5号 with a word of its text finds that passage, although it does not repeat the number."""
    assert _texts(searched, "国发2019 5号 领导") == ["二、加强领导。"]


def test_a_short_name_is_resolved_against_what_releases_state(searched: Index) -> None:
    """江苏钢协 is taken as the publisher whose words it abbreviates, and the results say so."""
    results = searched.search("江苏钢协")
    assert results.hits[0].text == "一、提高认识。"
    assert results.expansions == (("江苏钢协", "江苏省钢铁行业协会"),)
    assert searched.search("江苏钢协", synonyms=False).total_all_terms == 0


def test_an_explanation_has_the_stated_name_as_a_part(searched: Index) -> None:
    """The parts of a score say what the stated name adds."""
    parts = {hit.text: dict(hit.explanation) for hit in searched.search("新华社", explain=True)}
    assert "stated" in parts[LEAD]
    assert "stated" not in parts[NAMED]


def test_names_of_an_update_are_found_at_once(index: Index) -> None:
    """The names belong to the generation that is searched."""
    index.add_text(NAMED, id="b", title="台风路径", source="澄川发布")
    assert _texts(index, "青屿新闻网") == []
    index.add_text("供水恢复正常。", id="f", title="供水", source="青屿新闻网")
    assert _texts(index, "青屿新闻网") == ["供水恢复正常。"]
    index.remove(["text:f"])
    assert _texts(index, "青屿新闻网") == []
