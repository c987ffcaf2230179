"""Plain Whoosh code on an index of ours: the same answers as over Whoosh's standard codec."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from whoosh import collectors, columns, fields, highlight, qparser, query, scoring, sorting
from whoosh.analysis import StandardAnalyzer, StemmingAnalyzer
from whoosh.index import create_in, open_dir
from whoosh.query import spans
from whoosh.searching import Searcher

from jsisa_search.analysis.analyzers import WordAnalyzer
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.indexing.documents import FileRecord, make_documents, make_record_document
from jsisa_search.page import read_release
from jsisa_search.schema import make_schema
from tests.conftest import SEEDS

Operation = Callable[[Searcher], Any]
T = query.Term

WEIGHTINGS = {
    # Lengths are rounded to a byte by the standard codec: scores are compared where they do not count.
    "tf-idf": scoring.TF_IDF(),
    "bm25f without lengths": scoring.BM25F(B=0.0),
    "frequency": scoring.Frequency(),
}

# The schema and documents of a press archive that somebody might have with plain Whoosh.

START = datetime(2022, 1, 1)
PARTS = ["网格化治理", "平安江苏", "满意率", "the quick brown fox", "jumps over", "lazy dogs rendering"]


def archive_schema() -> fields.Schema:
    """Return a schema with fields to search, sort and group by."""
    return fields.Schema(
        key=fields.ID(unique=True, stored=True),
        text=fields.TEXT(WordAnalyzer(), stored=True),
        latin=fields.TEXT(StandardAnalyzer(stoplist=None), stored=True, chars=True),
        stemmed=fields.TEXT(StemmingAnalyzer(), spelling=False),
        tag=fields.KEYWORD(commas=True, scorable=True, stored=True),
        source=fields.ID(sortable=True, stored=True),
        kind=fields.ID(stored=True),
        number=fields.NUMERIC(int, sortable=True, stored=True),
        weight=fields.NUMERIC(float, stored=True),
        moment=fields.DATETIME(sortable=columns.NumericColumn("q", default=0), stored=True),
        flag=fields.BOOLEAN(stored=True),
        seen=fields.COLUMN(columns.BitColumn()),
        grams=fields.NGRAMWORDS(minsize=2, maxsize=3),
    )


def archive_documents() -> list[dict[str, Any]]:
    """Return documents of which each lacks some fields."""
    documents: list[dict[str, Any]] = []
    for number in range(60):
        words = [PARTS[(number * step) % len(PARTS)] for step in range(1, 2 + number % 5)]
        document = {
            "key": f"k{number:02}",
            "text": "，".join(words),
            "latin": " ".join(words[:3]) + " fox" * (number % 3),
            "stemmed": "rendered foxes" if number % 4 else "render",
            "tag": ",".join(sorted({"甲乙丙"[number % 3], "甲乙丙"[number % 2]})),
            "source": ["澄川发布", "江苏省", "本报"][number * 7 % 3],
            "kind": "parent" if number % 6 == 0 else "child",
            "number": (number * 37) % 41 - 20,
            "weight": number / 8 - 3,
            "moment": START + timedelta(days=(number * 53) % 97),
            "flag": number % 2 == 0,
            "seen": number % 3 == 0,
            "grams": "quick foxes",
        }
        for index, name in enumerate(list(document)[1:]):
            if name != "kind" and (number + index) % 11 == 0:
                del document[name]
        documents.append(document)
    return documents


def fill(index: Any) -> None:
    """Write three segments and delete from two of them."""
    documents = archive_documents()
    for batch in (documents[:25], documents[25:45], documents[45:]):
        writer = index.writer()
        for document in batch:
            writer.add_document(**document)
        writer.commit(merge=False)
    writer = index.writer()
    for key in ("k03", "k30", "k44"):
        writer.delete_by_term("key", key)
    writer.commit(merge=False)


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Return the folders of an archive on arrays and of one in the standard codec."""
    ours, stock = tmp_path_factory.mktemp("ours"), tmp_path_factory.mktemp("stock")
    fill(ArrayIndex.create(ours, archive_schema()))
    fill(create_in(str(stock), archive_schema()))
    return str(ours), str(stock)


def release_documents() -> list[dict[str, Any]]:
    """Return the documents of the sample pages, passages and file records alike."""
    documents: list[dict[str, Any]] = []
    for path in sorted(SEEDS.iterdir()):
        record = FileRecord(path.name, path.stat().st_size, 0, "", 0, paragraphs=1)
        documents += [*make_documents(read_release(path), record), make_record_document(record)]
    return documents


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Return the folders of an index of the sample pages on arrays and of one in the standard codec."""
    ours, stock = tmp_path_factory.mktemp("ours"), tmp_path_factory.mktemp("stock")
    documents = release_documents()
    for index in (ArrayIndex.create(ours, make_schema()), create_in(str(stock), make_schema())):
        with index.writer() as writer:
            for document in documents:
                writer.add_document(**document)
    return str(ours), str(stock)


def both(folders: tuple[str, str], operation: Operation, weighting: Any = None) -> Iterator[Any]:
    """Yield what plain Whoosh gives on our index, then on its own: a value, or the class of an error.

    Indexes are opened without a schema: it is the one in their table of contents.
    """
    for folder in folders:
        index = open_dir(folder)
        with index.searcher(weighting=weighting or scoring.TF_IDF()) as searcher:
            try:
                yield operation(searcher)
            except Exception as error:
                yield type(error)


def hits(searcher: Searcher, q: Any, **options: Any) -> list[tuple[int, float]]:
    """Return (document, score) of every hit, in order."""
    results = searcher.search(q, limit=None, **options)
    return [(hit.docnum, pytest.approx(hit.score, rel=1e-5)) for hit in results]


def keys_of(results: Any) -> list[str]:
    """Return the keys of hits, in order."""
    return [hit["key"] for hit in results]


# Queries

QUERIES: dict[str, Any] = {
    "term": T("text", "网格"),
    "term with boost": T("latin", "fox", boost=2.5),
    "term of a number": T("number", 3),
    "term of a date": T("moment", START),
    "term of a truth value": T("flag", True),
    "missing term": T("latin", "missing"),
    "and": query.And([T("text", "治理"), T("latin", "fox")]),
    "and with not": query.And([T("latin", "fox"), query.Not(T("latin", "quick"))]),
    "or": query.Or([T("text", "治理"), T("latin", "quick"), T("latin", "missing")]),
    "or that prefers both": query.Or([T("latin", "jumps"), T("latin", "quick")], scale=0.9),
    "or of two rare": query.Or([T("tag", "甲"), T("tag", "丙")], minmatch=2),
    "disjunction max": query.DisjunctionMax([T("latin", "fox"), T("stemmed", "fox")]),
    "disjunction max with tie break": query.DisjunctionMax([T("latin", "fox"), T("tag", "甲")], tiebreak=0.3),
    "not": query.Not(T("latin", "fox")),
    "and not": query.AndNot(T("latin", "fox"), T("latin", "jumps")),
    "and maybe": query.AndMaybe(T("latin", "fox"), T("text", "治理")),
    "require": query.Require(T("latin", "fox"), T("latin", "jumps")),
    "otherwise": query.Otherwise(T("latin", "missing"), T("latin", "jumps")),
    "phrase": query.Phrase("text", ["网格化", "治理"]),
    "phrase of a field with characters": query.Phrase("latin", ["quick", "brown"]),
    "phrase with slop": query.Phrase("latin", ["the", "fox"], slop=3),
    "prefix": query.Prefix("latin", "j"),
    "wildcard": query.Wildcard("latin", "*o?"),
    "regex": query.Regex("latin", "[ql].*"),
    "fuzzy": query.FuzzyTerm("latin", "quack", maxdist=1),
    "fuzzy, far": query.FuzzyTerm("latin", "jmps", maxdist=2, prefixlength=1),
    "variations": query.Variations("latin", "render"),
    "term range": query.TermRange("latin", "jumps", "quick"),
    "term range, open": query.TermRange("latin", None, "jumps", endexcl=True),
    "number range": query.NumericRange("number", -5, 10),
    "number range, open": query.NumericRange("number", None, 0, endexcl=True),
    "number range, scored": query.NumericRange("number", -5, 10, constantscore=False),
    "real range": query.NumericRange("weight", -1.5, 1.25, startexcl=True),
    "date range": query.DateRange("moment", START, START + timedelta(days=30)),
    "every": query.Every(),
    "every with a field": query.Every("source"),
    "constant score": query.ConstantScoreQuery(T("latin", "fox"), 3.0),
    "nothing": query.NullQuery,
    "column": query.ColumnQuery("source", "江苏省"),
    "column, by function": query.ColumnQuery("number", lambda value: -5 < value < 5),
    "grams": query.And([T("grams", "qui"), T("grams", "fox")]),
    "sequence": query.Sequence([T("latin", "quick"), T("latin", "fox")], slop=2),
    "ordered": query.Ordered([T("latin", "lazy"), T("latin", "jumps")]),
    "span first": spans.SpanFirst(T("latin", "the")),
    "span near": spans.SpanNear(T("latin", "quick"), T("latin", "fox"), slop=2),
    "span near, any order": spans.SpanNear(T("latin", "fox"), T("latin", "quick"), slop=2, ordered=False),
    "span near of words": spans.SpanNear(T("text", "平安"), T("text", "满意率"), slop=3),
    "span near 2": spans.SpanNear2([T("latin", "brown"), T("latin", "fox")]),
    "span or": spans.SpanOr([T("latin", "quick"), T("latin", "over")]),
    "span not": spans.SpanNot(
        spans.SpanNear(T("latin", "the"), T("latin", "fox"), slop=5), T("latin", "jumps")
    ),
    "span contains": spans.SpanContains(
        spans.SpanNear(T("latin", "the"), T("latin", "fox"), slop=3), T("latin", "quick")
    ),
    "span before": spans.SpanBefore(T("latin", "jumps"), T("latin", "fox")),
    "span condition": spans.SpanCondition(T("latin", "fox"), T("latin", "quick")),
    "nested parents": query.NestedParent(T("kind", "parent"), T("latin", "jumps")),
    "nested children": query.NestedChildren(T("kind", "parent"), T("latin", "fox")),
    "tree": query.Or(
        [
            query.And([T("text", "平安"), query.Prefix("latin", "l")]),
            query.AndNot(T("tag", "乙"), query.NumericRange("number", 0, None)),
        ],
        boost=1.5,
    ),
}
#: What Whoosh 2.7.4 itself cannot run.
UNABLE = {"column", "column, by function"}


@pytest.mark.slow
@pytest.mark.parametrize("weighting", WEIGHTINGS)
@pytest.mark.parametrize("name", QUERIES)
def test_queries(archives: tuple[str, str], name: str, weighting: str) -> None:
    """Each class of query gives the same documents with the same scores in the same order."""

    def run(searcher: Searcher) -> Any:
        return hits(searcher, QUERIES[name])

    ours, stock = both(archives, run, WEIGHTINGS[weighting])
    assert isinstance(stock, type) == (name in UNABLE)
    assert ours == stock


RELEASE_QUERIES: dict[str, Any] = {
    "term": T("text", "网格"),
    "and": query.And([T("text", "网格"), T("text", "治理")]),
    "or": query.Or([T("title", "网格"), T("heading", "网格"), T("text", "网格员")]),
    "phrase": query.Phrase("text", ["网格化", "管理"]),
    "prefix": query.Prefix("text", "网"),
    "wildcard": query.Wildcard("source", "澄川*"),
    "fuzzy": query.FuzzyTerm("text", "网格化"),
    "regex": query.Regex("text", "^网.化"),
    "number range": query.NumericRange("paragraph", 2, 4),
    "date range": query.DateRange("published", datetime(2022, 1, 1), datetime(2025, 12, 31)),
    "every": query.Every(),
    "every with a field": query.Every("heading"),
    "and not": query.AndNot(T("text", "网格"), T("kind", "title")),
    "span near": spans.SpanNear(T("text", "网格"), T("text", "管理"), slop=4),
}


@pytest.mark.parametrize("weighting", WEIGHTINGS)
@pytest.mark.parametrize("name", RELEASE_QUERIES)
def test_queries_of_releases(releases: tuple[str, str], name: str, weighting: str) -> None:
    """The documents of the sample pages answer plain Whoosh as they do in its own codec."""

    def run(searcher: Searcher) -> Any:
        return hits(searcher, RELEASE_QUERIES[name])

    ours, stock = both(releases, run, WEIGHTINGS[weighting])
    assert ours == stock
    assert len(stock) > 0


def test_releases_come_back_as_stored(releases: tuple[str, str]) -> None:
    """Every stored field of every document is the same, but the moment it was indexed."""

    def stored(searcher: Searcher) -> Any:
        return [
            {name: value for name, value in found.items() if name != "file"}
            for found in searcher.reader().all_stored_fields()
        ]

    ours, stock = both(releases, stored)
    assert ours == stock
    assert len(stock) > 100


# Order, groups and pages

ANY = query.Or([T("latin", "fox"), T("text", "治理"), T("tag", "乙")])


def grouped(searcher: Searcher, facet: Any, **options: Any) -> dict[Any, Any]:
    """Return the groups of all hits."""
    groups: dict[Any, Any] = searcher.search(ANY, limit=None, groupedby=facet, **options).groups()
    return groups


def collapsed(searcher: Searcher, **options: Any) -> Any:
    """Return the keys that are left, and how many were taken out."""
    results = searcher.search(ANY, limit=None, **options)
    return keys_of(results), dict(results.collapsed_counts)


def timed(searcher: Searcher) -> list[int]:
    """Return the hits under a time limit that is not reached."""
    collector = collectors.TimeLimitCollector(searcher.collector(limit=None), timelimit=600.0)
    searcher.search_with_collector(ANY, collector)
    return [hit.docnum for hit in collector.results()]


def page(searcher: Searcher, number: int) -> list[str]:
    """Return the keys on a page of hits."""
    return keys_of(searcher.search_page(ANY, number, pagelen=7))


def highlights(searcher: Searcher, field: str, word: str) -> list[str]:
    """Return the highlighted passages of the hits."""
    results = searcher.search(T(field, word), limit=None)
    results.formatter = highlight.UppercaseFormatter()
    return [hit.highlights(field) for hit in results]


def matched(searcher: Searcher) -> Any:
    """Return which terms each hit matched."""
    results = searcher.search(ANY, limit=None, terms=True)
    return [sorted(hit.matched_terms()) for hit in results], sorted(results.matched_terms())


def number_and_key(searcher: Searcher, docnum: int) -> Any:
    """Return a key to sort by that is worked out from the stored fields."""
    return searcher.stored_fields(docnum)["key"][::-1]


RESULTS: dict[str, Operation] = {
    "the ten best": lambda s: keys_of(s.search(ANY)),
    "the three best of one term": lambda s: keys_of(s.search(T("latin", "fox"), limit=3)),
    "unoptimized": lambda s: keys_of(s.search(ANY, limit=5, optimize=False)),
    "first page": lambda s: page(s, 1),
    "last page": lambda s: page(s, 99),
    "sorted by a column": lambda s: keys_of(s.search(ANY, sortedby="number", limit=None)),
    "sorted by a column, reversed": lambda s: keys_of(s.search(ANY, sortedby="number", reverse=True)),
    "sorted by a keyword column": lambda s: keys_of(s.search(ANY, sortedby="source", limit=None)),
    "sorted by a reversed keyword": lambda s: keys_of(
        s.search(ANY, sortedby=sorting.FieldFacet("source", reverse=True), limit=None)
    ),
    "sorted by a reversed number": lambda s: keys_of(
        s.search(ANY, sortedby=sorting.FieldFacet("number", reverse=True), limit=None)
    ),
    "sorted by a bit": lambda s: keys_of(s.search(ANY, sortedby="seen", limit=None)),
    "sorted by a reversed bit": lambda s: keys_of(
        s.search(ANY, sortedby=sorting.FieldFacet("seen", reverse=True), limit=None)
    ),
    "sorted by date": lambda s: keys_of(s.search(ANY, sortedby="moment", limit=None)),
    "sorted by several": lambda s: keys_of(
        s.search(ANY, sortedby=[sorting.FieldFacet("source"), sorting.FieldFacet("number", reverse=True)])
    ),
    "sorted by postings": lambda s: keys_of(s.search(ANY, sortedby="weight", limit=None)),
    "sorted by reversed postings": lambda s: keys_of(
        s.search(ANY, sortedby=sorting.FieldFacet("key", reverse=True), limit=None)
    ),
    "sorted by score and key": lambda s: keys_of(
        s.search(ANY, sortedby=[sorting.ScoreFacet(), sorting.FieldFacet("key", reverse=True)])
    ),
    "sorted by a function": lambda s: keys_of(
        s.search(ANY, sortedby=sorting.FunctionFacet(number_and_key), limit=None)
    ),
    "sorted by stored": lambda s: keys_of(s.search(ANY, sortedby=sorting.StoredFieldFacet("key"))),
    "sorted by a translation": lambda s: keys_of(
        s.search(ANY, sortedby=sorting.TranslateFacet(lambda n: n % 7, sorting.FieldFacet("number")))
    ),
    "groups of a column": lambda s: grouped(s, "source"),
    "groups of a number": lambda s: grouped(s, "number"),
    "groups of dates": lambda s: grouped(s, "moment"),
    "groups of a bit": lambda s: grouped(s, "seen"),
    "groups of postings": lambda s: grouped(s, "kind"),
    "groups that overlap": lambda s: grouped(s, sorting.FieldFacet("tag", allow_overlap=True)),
    "groups of ranges": lambda s: grouped(s, sorting.RangeFacet("number", -20, 20, 10)),
    "groups of spans of time": lambda s: grouped(
        s, sorting.DateRangeFacet("moment", START, START + timedelta(days=90), timedelta(days=30))
    ),
    "groups by query": lambda s: grouped(
        s, sorting.QueryFacet({"low": query.NumericRange("number", None, 0), "fox": T("latin", "fox")})
    ),
    "groups of stored lists": lambda s: grouped(
        s, sorting.StoredFieldFacet("tag", allow_overlap=True, split_fn=lambda tag: (tag or "").split(","))
    ),
    "counted groups": lambda s: grouped(s, "source", maptype=sorting.Count),
    "best of each group": lambda s: grouped(s, "source", maptype=sorting.Best),
    "several facets": lambda s: {
        name: s.search(ANY, limit=None, groupedby=["source", "seen"]).groups(name)
        for name in ("source", "seen")
    },
    "collapsed": lambda s: collapsed(s, collapse="source"),
    "collapsed to two": lambda s: collapsed(s, collapse="source", collapse_limit=2),
    "collapsed by order": lambda s: collapsed(
        s, collapse="source", collapse_order=sorting.FieldFacet("number", reverse=True)
    ),
    "filtered": lambda s: keys_of(s.search(ANY, filter=T("source", "本报"), limit=None)),
    "masked": lambda s: keys_of(s.search(ANY, mask=query.NumericRange("number", 0, None), limit=None)),
    "timed": timed,
    "highlights of words": lambda s: highlights(s, "text", "治理"),
    "highlights by characters": lambda s: highlights(s, "latin", "fox"),
    "matched terms": matched,
    "key terms": lambda s: s.search(ANY, limit=10).key_terms("text"),
    "more like this": lambda s: keys_of(s.search(ANY)[0].more_like_this("latin")),
    "more like a document": lambda s: keys_of(s.more_like(5, "text", top=5)),
    "extended results": lambda s: extended(s),
    "documents": lambda s: [found["key"] for found in s.documents(source="本报")],
    "document numbers": lambda s: list(s.document_numbers(kind="parent")),
    "a document": lambda s: s.document(key="k07"),
    "a deleted document": lambda s: s.document(key="k03"),
    "documents of a query": lambda s: list(s.docs_for_query(ANY)),
    "parsed": lambda s: keys_of(s.search(parse(s, "fox quick -jumps number:[-5 to 10]"), limit=None)),
    "parsed phrase": lambda s: keys_of(s.search(parse(s, '"brown fox"~2 OR tag:丙'), limit=None)),
    "found": lambda s: keys_of(s.find("latin", "qui* AND fox")),
    "spelling": lambda s: s.suggest("latin", "foz"),
    "correction": lambda s: s.correct_query(parse(s, "quik fox"), "quik fox").string,
}


def parse(searcher: Searcher, text: str) -> Any:
    """Return a query as Whoosh's own parser reads it."""
    return qparser.QueryParser("latin", searcher.schema).parse(text)


def extended(searcher: Searcher) -> list[str]:
    """Return hits with those of another query put behind and before them."""
    first, second = searcher.search(T("latin", "jumps")), searcher.search(T("latin", "quick"))
    first.upgrade_and_extend(second)
    return keys_of(first)


@pytest.mark.slow
@pytest.mark.parametrize("name", RESULTS)
def test_results(archives: tuple[str, str], name: str) -> None:
    """Order, groups, collapsing, filters, highlights and what else results do are the same."""
    ours, stock = both(archives, RESULTS[name])
    assert not isinstance(stock, type)
    assert ours == stock


# What a reader tells


def term_infos(searcher: Searcher) -> Any:
    """Return the statistics of every term that do not depend on rounded lengths."""
    return [
        (term, info.weight(), info.doc_frequency(), info.max_weight(), info.min_id(), info.max_id())
        for leaf, _ in searcher.reader().leaf_readers()
        for term, info in leaf
    ]


def values_of(searcher: Searcher, field: str, astype: str) -> Any:
    """Return every posting of a field as `astype`."""
    found = []
    reader = searcher.reader()
    for term in reader.lexicon(field):
        matcher = reader.postings(field, term)
        while matcher.is_active():
            found.append((term, matcher.id(), matcher.weight(), matcher.value_as(astype)))
            matcher.next()
    return found


def cursor_walk(searcher: Searcher) -> Any:
    """Return what a cursor gives, stepping, finding and starting over."""
    leaf = searcher.reader().leaf_readers()[0][0]
    cursor = leaf.cursor("latin")
    walk = [cursor.text(), cursor.next(), cursor.find("k"), cursor.text(), cursor.term_info().doc_frequency()]
    walk += [cursor.first(), cursor.find("zzz"), cursor.is_valid(), cursor.text()]
    return walk


def short_lengths(searcher: Searcher) -> list[int | None]:
    """Return the lengths that the standard codec keeps as they are; it rounds those above 10."""
    reader = searcher.reader()
    lengths = [reader.doc_field_length(doc, "latin") or 0 for doc in range(60)]
    return [length if length <= 10 else None for length in lengths]


READINGS: dict[str, Operation] = {
    "fields": lambda s: sorted(s.reader().indexed_field_names()),
    "all terms": lambda s: list(s.reader().all_terms()),
    "lexicon": lambda s: list(s.reader().lexicon("text")),
    "lexicon of numbers": lambda s: list(s.reader().lexicon("number")),
    "field terms": lambda s: list(s.reader().field_terms("latin")),
    "field terms of numbers": lambda s: repr(list(s.reader().field_terms("weight"))),
    "terms from": lambda s: list(s.reader().terms_from("latin", "k")),
    "terms from the middle of a leaf": lambda s: [
        list(leaf.terms_from("stemmed", b"s")) for leaf, _ in s.reader().leaf_readers()
    ],
    "terms by prefix": lambda s: list(s.reader().expand_prefix("latin", "j")),
    "items": term_infos,
    "items from": lambda s: [
        (term, info.doc_frequency()) for term, info in s.reader().iter_from("latin", "k")
    ],
    "items of a field": lambda s: [(text, info.weight()) for text, info in s.reader().iter_field("text")],
    "items by prefix": lambda s: [
        (text, info.weight()) for text, info in s.reader().iter_prefix("latin", "f")
    ],
    "terms within": lambda s: sorted(s.reader().terms_within("latin", "fix", maxdist=1)),
    "most frequent": lambda s: list(s.reader().most_frequent_terms("latin", 3)),
    "most frequent by prefix": lambda s: list(s.reader().most_frequent_terms("latin", 3, prefix="j")),
    "most distinctive": lambda s: list(s.reader().most_distinctive_terms("text", 4)),
    "document frequency": lambda s: [
        s.reader().doc_frequency("latin", word) for word in ("fox", "jumps", "missing")
    ],
    "frequency": lambda s: [s.reader().frequency("latin", word) for word in ("fox", "jumps", "missing")],
    "idf": lambda s: s.idf("latin", "fox"),
    "statistics": lambda s: (
        s.reader().term_info("latin", "fox").weight(),
        s.reader().term_info("latin", "fox").doc_frequency(),
        s.reader().term_info("latin", "fox").max_weight(),
    ),
    "statistics of a missing term": lambda s: s.reader().term_info("latin", "missing"),
    "first document": lambda s: s.reader().first_id("latin", "lazy"),
    "contains": lambda s: [("latin", word) in s.reader() for word in ("fox", "missing")],
    "contains in an unknown field": lambda s: ("nothing", "fox") in s.reader(),
    "counts": lambda s: (s.reader().doc_count(), s.reader().doc_count_all(), s.reader().has_deletions()),
    "deleted": lambda s: [s.reader().is_deleted(doc) for doc in range(60)],
    "documents": lambda s: list(s.reader().all_doc_ids()),
    "stored documents": lambda s: [(doc, found) for doc, found in s.reader().iter_docs()],
    "length of a field": lambda s: [s.reader().field_length(name) for name in ("latin", "text", "kind")],
    "least length": lambda s: [s.reader().min_field_length(name) for name in ("latin", "text")],
    "short lengths": short_lengths,
    "default length": lambda s: s.reader().doc_field_length(0, "number", 7),
    "column": lambda s: [list(leaf.column_reader("number")) for leaf, _ in s.reader().leaf_readers()],
    "column over segments": lambda s: list(s.reader().column_reader("source")),
    "column by document": lambda s: [s.reader().column_reader("moment")[doc] for doc in range(60)],
    "raw column": lambda s: list(s.reader().column_reader("number", translate=False)),
    "loaded column": lambda s: [
        list(leaf.column_reader("source", translate=False).load()) for leaf, _ in s.reader().leaf_readers()
    ],
    "length of a column": lambda s: [
        len(leaf.column_reader("source")) for leaf, _ in s.reader().leaf_readers()
    ],
    "columns there are": lambda s: [s.reader().has_column(name) for name in ("source", "seen", "latin")],
    "postings": lambda s: list(s.reader().postings("latin", "fox").all_ids()),
    "positions of words": lambda s: values_of(s, "text", "positions"),
    "positions of a field with characters": lambda s: values_of(s, "latin", "positions"),
    "characters": lambda s: values_of(s, "latin", "characters"),
    "frequencies": lambda s: values_of(s, "tag", "frequency"),
    "frequencies of words": lambda s: values_of(s, "text", "frequency"),
    "weights of words": lambda s: values_of(s, "text", "weight"),
    "existence": lambda s: values_of(s, "kind", "frequency"),
    "postings of a missing term": lambda s: s.reader().postings("latin", "missing"),
    "cursor": cursor_walk,
    "vectors": lambda s: [s.reader().has_vector(0, "latin"), s.reader().has_vector(0, "text")],
    "corrector": lambda s: s.reader().corrector("latin").suggest("quikc", maxdist=2),
}
READINGS_UNABLE = {"statistics of a missing term", "postings of a missing term"}


@pytest.mark.parametrize("name", READINGS)
def test_readings(archives: tuple[str, str], name: str) -> None:
    """Terms, statistics, postings, columns and stored fields are the same."""
    ours, stock = both(archives, READINGS[name])
    assert isinstance(stock, type) == (name in READINGS_UNABLE), stock
    assert ours == stock
