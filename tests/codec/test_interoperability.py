"""Plain Whoosh code over an array index does what it does over a standard one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import whoosh.index
from whoosh import highlight, query, sorting
from whoosh.fields import DATETIME, ID, KEYWORD, NUMERIC, TEXT, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.qparser import QueryParser
from whoosh.query import spans

from jsisa_search.analysis.analyzer import WordAnalyzer
from jsisa_search.codec.index import ArrayIndex

SOURCES = ["新华社", "微讯江苏", "澄川发布"]
TEXTS = [
    "全市推进网格化社会治理，群众满意率提高。",
    "网格员走访群众，安全隐患及时化解，安全生产形势平稳。",
    "优化营商环境，服务企业发展，网格融入服务。",
    "社会治理现代化，安全发展，群众参与。",
    "应急管理部门开展安全生产检查，企业落实责任。",
]

QUERIES = [
    query.Term("text", "网格"),
    query.And([query.Term("text", "安全"), query.Term("text", "群众")]),
    query.Or([query.Term("text", "企业"), query.Term("text", "治理", boost=2.0)]),
    query.Phrase("text", ["社会", "治理"]),
    query.Not(query.Term("text", "安全")),
    query.Prefix("text", "群"),
    query.Wildcard("text", "*治*"),
    query.Regex("text", "^[企服]"),
    query.FuzzyTerm("source", "新华网", maxdist=1),
    query.TermRange("source", "微", "澄"),
    query.NumericRange("views", 10, 40),
    query.DateRange("published", datetime(2022, 2, 1), datetime(2022, 4, 1)),
    query.Every(),
    query.DisjunctionMax([query.Term("text", "安全"), query.Term("text", "生产")]),
    query.ConstantScoreQuery(query.Term("text", "安全"), 2.0),
    spans.SpanNear2([query.Term("text", "安全"), query.Term("text", "生产")], slop=2),
    spans.SpanFirst(query.Term("text", "网格")),
    query.Variations("text", "安全"),
    query.AndMaybe(query.Term("text", "群众"), query.Term("text", "安全")),
]


def fill(index: Any) -> None:
    """Write twelve documents in two segments and delete one."""
    for half in (range(6), range(6, 12)):
        writer = index.writer()
        for number in half:
            writer.add_document(
                key=str(number),
                source=SOURCES[number % 3],
                text=TEXTS[number % 5] * (1 + number % 2),
                tag="甲,乙" if number % 2 else "乙",
                views=number * 7,
                published=datetime(2022, 1 + number % 6, 3) if number != 4 else None,
            )
        writer.commit(merge=False)
    writer = index.writer()
    writer.delete_by_term("key", "7")
    writer.commit(merge=False)


def make_schema() -> Schema:
    """Return a schema with every kind of field."""
    return Schema(
        key=ID(unique=True, stored=True, sortable=True),
        source=ID(stored=True, sortable=True),
        text=TEXT(WordAnalyzer(), stored=True),
        tag=KEYWORD(commas=True, stored=True),
        views=NUMERIC(int, stored=True, sortable=True),
        published=DATETIME(stored=True, sortable=True),
    )


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any]]:
    """Return a plain searcher over an array index, and one over a standard index of the same documents."""
    folder: Path = tmp_path_factory.mktemp("arrays")
    fill(ArrayIndex.create(folder, make_schema()))
    standard = RamStorage().create_index(make_schema())
    fill(standard)
    with whoosh.index.open_dir(str(folder)).searcher() as ours, standard.searcher() as theirs:
        yield ours, theirs


def keys(results: Any) -> list[str]:
    """Return the keys of results in their order."""
    return [hit["key"] for hit in results]


@pytest.mark.parametrize("q", QUERIES, ids=str)
def test_every_query_class_finds_the_same(pair: tuple[Any, Any], q: query.Query) -> None:
    """Documents are those of the standard codec, with the same stored fields."""
    ours, theirs = (searcher.search(q, limit=None) for searcher in pair)
    assert sorted(keys(ours)) == sorted(keys(theirs))
    assert len(keys(ours)) > 0
    by_key = {hit["key"]: hit.fields() for hit in theirs}
    assert all(hit.fields() == by_key[hit["key"]] for hit in ours)


@pytest.mark.parametrize("field", ["key", "source", "views", "published"])
@pytest.mark.parametrize("reverse", [False, True])
def test_sorting_by_any_column(pair: tuple[Any, Any], field: str, reverse: bool) -> None:
    """The order is that of the standard codec."""
    facet = sorting.FieldFacet(field, reverse=reverse)
    ours, theirs = (searcher.search(query.Every(), sortedby=facet, limit=None) for searcher in pair)
    assert [hit.get(field) for hit in ours] == [hit.get(field) for hit in theirs]


@pytest.mark.parametrize("field", ["source", "views"])
def test_grouping_by_a_column(pair: tuple[Any, Any], field: str) -> None:
    """Groups and their sizes are those of the standard codec."""
    q = query.Term("text", "安全")
    ours, theirs = (
        searcher.search(q, groupedby=field, maptype=sorting.Count, limit=None).groups(field)
        for searcher in pair
    )
    assert ours == theirs


def test_collapsing_and_filtering(pair: tuple[Any, Any]) -> None:
    """One hit a source, among those that a filter lets pass."""
    found = []
    for searcher in pair:
        results = searcher.search(
            query.Every(),
            collapse="source",
            collapse_order="views",
            filter=query.Term("tag", "乙"),
            mask=query.Term("key", "0"),
            limit=None,
        )
        found.append(sorted(keys(results)))
    assert found[0] == found[1]


def test_reading_terms(pair: tuple[Any, Any]) -> None:
    """Lexicon, frequencies and neighbours in the dictionary are those of the standard codec."""
    ours, theirs = (searcher.reader() for searcher in pair)
    assert list(ours.lexicon("text")) == list(theirs.lexicon("text"))
    assert list(ours.field_terms("source")) == list(theirs.field_terms("source"))
    assert list(ours.terms_from("text", "社会")) == list(theirs.terms_from("text", "社会"))
    assert list(ours.expand_prefix("text", "安")) == list(theirs.expand_prefix("text", "安"))
    assert ours.most_frequent_terms("text", 5) == theirs.most_frequent_terms("text", 5)
    for term in ("网格", "安全", "没有"):
        assert ours.doc_frequency("text", term) == theirs.doc_frequency("text", term)
        assert ours.frequency("text", term) == theirs.frequency("text", term)
    assert ours.field_length("text") == theirs.field_length("text")
    assert sorted(ours.indexed_field_names()) == sorted(theirs.indexed_field_names())


def test_the_query_parser_and_the_highlighter(pair: tuple[Any, Any]) -> None:
    """What an application written for Whoosh does with results still works."""
    parsed = QueryParser("text", make_schema()).parse("网格化 OR 营商环境")
    marked = []
    for searcher in pair:
        results = searcher.search(parsed, limit=None)
        results.fragmenter = highlight.WholeFragmenter()
        marked.append(sorted(hit.highlights("text") for hit in results))
    assert marked[0] == marked[1]
    assert any("<b " in text for text in marked[0])


def test_more_like_this(pair: tuple[Any, Any]) -> None:
    """Key terms come from the stored text."""
    found = []
    for searcher in pair:
        docnum = searcher.document_number(key="0")
        found.append(sorted(term for term, _ in searcher.key_terms([docnum], "text", numterms=3)))
    assert found[0] == found[1]


def test_documents_by_field_value(pair: tuple[Any, Any]) -> None:
    """Look-ups by a stored key need no query."""
    ours, theirs = pair
    assert ours.document(key="3") == theirs.document(key="3")
    assert ours.document(key="7") is None
    assert ours.doc_count() == theirs.doc_count() == 11
