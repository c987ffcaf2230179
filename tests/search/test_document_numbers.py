"""Document numbers in a search: who bears one, who cites it, and which there are beside it."""

from __future__ import annotations

import pytest

from jsisa_search import Index, Paragraph, Release, Section


def _release(name: str, number: str | None, *texts: str) -> Release:
    paragraphs = tuple(Paragraph(text, at, at, at + 2) for at, text in enumerate(texts, 1))
    return Release(
        path=name,
        title=f"关于{name}工作的通知",
        title_line=1,
        published=None,
        published_precision=None,
        source=None,
        publisher=None,
        author=None,
        views=None,
        document_number=number,
        url=None,
        sections=(Section(None, None, paragraphs, 2),),
    )


@pytest.fixture
def searched(index: Index) -> Index:
    """Return an index of documents with numbers, and of releases that cite them."""
    index.add(
        [
            _release("监管", "国发〔2019〕5号", "现就双随机监管提出以下意见。"),
            _release("职教", "国发〔2019〕51号", "现将实施方案印发给你们。"),
            _release("旧文", "国发〔2018〕5号", "现印发给你们。"),
            _release("落实", "苏政发〔2019〕8号", "根据国发[2019]第5号文件，国发[2019]第5号的要求是明确的。"),
            _release("解读", None, "《意见》（国发〔2019〕5号）对双随机监管作出部署。"),
        ]
    )
    return index


@pytest.mark.parametrize("typed", ["国发〔2019〕5号", "国发2019 5号", "国发(2019)第5号", "国发〔2019〕5"])
def test_the_document_that_bears_a_number_comes_before_those_that_cite_it(
    searched: Index, typed: str
) -> None:
    """Neither another year nor a longer number is found, however the number is typed."""
    hits = searched.search(typed)
    assert [hit.matches_all for hit in hits] == [True] * 3
    assert hits[0].text == "国发〔2019〕5号"
    assert {hit.title for hit in hits[1:]} == {"关于落实工作的通知", "关于解读工作的通知"}


def test_a_number_that_nobody_bears_or_cites_finds_nothing_and_names_the_nearest(searched: Index) -> None:
    """Its characters are not searched one by one; the numbers of the same letters are offered."""
    assert searched.search("国发〔2019〕6号").total == 0
    (missing,) = searched.explain_nothing("国发〔2019〕6号").missing
    assert missing.is_number
    assert missing.near_numbers == ("国发〔2019〕5号", "国发〔2019〕51号", "国发〔2018〕5号")
    assert not missing.parts and not missing.corrections


@pytest.mark.parametrize("typed", ["国发〔2019〕", "国发(2019)", "国发2019"])
def test_all_numbers_of_a_year_are_found_with_any_brackets(searched: Index, typed: str) -> None:
    """They match as they are written, in what bears them and in what cites them."""
    results = searched.search(typed, fold=False)
    assert results.total_all_terms == 4 and results.scattered == 0
    assert {hit.title for hit in results} >= {
        f"关于{name}工作的通知" for name in ("监管", "职教", "落实", "解读")
    }
    assert searched.explain_nothing(typed).missing == ()


@pytest.mark.parametrize("typed", ["国发〔2023〕", "国发2023"])
def test_a_year_without_numbers_names_the_years_that_have_some(searched: Index, typed: str) -> None:
    """The nearest comes first, and nothing else is offered: 国务〔2023〕 would be no correction."""
    (missing,) = searched.explain_nothing(typed).missing
    assert missing.is_number
    assert missing.near_numbers == ("国发〔2019〕", "国发〔2018〕")
    assert not missing.parts and not missing.corrections


def test_beside_a_number_that_is_missing_the_rest_is_found(searched: Index) -> None:
    """Passages with the other words match in part, and what is missing is the number alone."""
    results = searched.search("国发〔2019〕6号 双随机")
    assert results.total_all_terms == 0 and results.total == 2
    assert [missing.text for missing in searched.explain_nothing("国发〔2019〕6号 双随机").missing] == [
        "国发〔2019〕6号"
    ]


def test_an_explanation_says_that_the_release_bears_the_number(searched: Index) -> None:
    """Bearing it is a part of the score of its own, which citing releases lack."""
    hits = searched.search("国发〔2019〕5号", explain=True)
    assert dict(hits[0].explanation)["document number"] > 0
    assert all("document number" not in dict(hit.explanation) for hit in hits[1:])
