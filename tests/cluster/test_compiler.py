"""Each class of query in OpenSearch's language; no cluster is needed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from whoosh import query as wq
from whoosh.util.times import datetime_to_long

from jsisa_search.cluster.compiler import MAX_LITERAL, NOTHING, Clause, Compiler, Unsure, needs_frequencies
from jsisa_search.errors import QueryError
from jsisa_search.query.custom_queries import InRelease, Literal, NamedScore, Proximity, Quoted


def _compile(tree: wq.Query, boost: float = 1.0) -> tuple[Clause, list[Unsure]]:
    """Return the clause of a tree, and what would have to be confirmed."""
    asked: list[Unsure] = []

    def confirmed(leaf: Unsure) -> Clause:
        asked.append(leaf)
        return {"terms": {"place": [1, 2]}}

    compiler = Compiler(confirmed, lambda clause: {"terms": {"release": [str(len(clause))]}}, boost)
    return compiler.clause(tree), asked


def _filter(tree: wq.Query) -> Any:
    """Return what a constant score is given to."""
    return _compile(tree)[0]["constant_score"]["filter"]


def test_a_word_is_a_term_of_the_words_of_its_field() -> None:
    """Its boost is that of the tree times that of the version of OpenSearch."""
    clause, _ = _compile(wq.Term("title", "会议", boost=0.5), boost=1.9)
    assert clause == {"term": {"title_words": {"value": "会议", "boost": 0.95}}}


def test_a_value_is_looked_up_as_it_is() -> None:
    """Without regard to how frequent it is."""
    clause, _ = _compile(wq.Term("source", "新华社", boost=2.0), boost=1.9)
    assert clause == {"constant_score": {"filter": {"term": {"source": "新华社"}}, "boost": 2.0}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("治", {"term": {"text_folded.chars": "治"}}),
        ("治理", {"term": {"text_folded": "治理"}}),
        ("治理会", {"match_phrase": {"text_folded": "治理会"}}),
    ],
)
def test_a_string_is_its_characters_or_the_phrase_of_its_pairs(text: str, expected: Clause) -> None:
    """Nothing has to be confirmed: pairs that follow each other are the string."""
    assert _filter(Literal("text", text)) == expected


def test_of_a_long_string_only_the_beginning_is_asked_for() -> None:
    """A phrase of thousands of pairs takes many seconds; the texts confirm the rest."""
    text = "治理" * MAX_LITERAL
    assert not _compile(Literal("text", text[:MAX_LITERAL]))[1]
    _, (leaf,) = _compile(Literal("text", text))
    assert leaf.unsure == {"match_phrase": {"text_folded": text[:MAX_LITERAL]}}
    assert leaf.certain == NOTHING
    assert leaf.is_match(f"关于{text}的通知")
    assert not leaf.is_match(text[:-1])


def test_only_where_a_number_may_go_on_it_is_confirmed() -> None:
    """Texts without a longer number match surely; those with one are read."""
    _, (leaf,) = _compile(Literal("text", "6.9亿元", is_whole=True))
    longer = leaf.certain["bool"]["must_not"][0]["bool"]["should"]
    assert {"match_phrase": {"text_folded": "36.9亿元"}} in longer
    assert leaf.is_match("共6.9亿元")
    assert not leaf.is_match("共36.9亿元")
    assert not _compile(Literal("text", "网格", is_whole=True))[1]


def test_a_latin_word_is_confirmed_by_its_border() -> None:
    """Letters are too many to look for each longer word."""
    _, (leaf,) = _compile(Literal("text", "app", is_whole=True))
    pairs = [
        clause["terms"]["text_folded"] for clause in leaf.certain["bool"]["must_not"][0]["bool"]["should"]
    ]
    assert "ha" in pairs[0]
    assert "ps" in pairs[1]


def test_a_quotation_is_its_letters_confirmed() -> None:
    """Those that have it as typed are not read."""
    _, asked = _compile(Quoted("text", "住的、不是炒的"))
    leaf = asked[-1]
    assert leaf.certain["constant_score"]["filter"] == {"match_phrase": {"text_folded": "住的、不是炒的"}}
    pairs = [each["bool"]["should"] for each in leaf.unsure["bool"]["must"]]
    assert [{"term": {"text_folded": "的不"}}, {"term": {"text_separated": "的不"}}] in pairs
    assert len(pairs) == 5
    assert leaf.is_match("住的,不是炒的")
    assert not leaf.is_match("住的人不是炒的")


def test_a_quotation_in_a_title_is_looked_for_by_its_characters() -> None:
    """Of titles it is not known which punctuation separates."""
    leaf = _compile(Quoted("title", "住的、不是炒的"))[1][-1]
    assert {"term": {"title_folded.chars": "住"}} in leaf.unsure["bool"]["must"]


def test_nearness_is_confirmed_in_the_text() -> None:
    """What has both sides may match."""
    _, (leaf,) = _compile(Proximity("text", ["网格"], ["治理"], 5))
    assert leaf.certain == NOTHING
    assert leaf.is_match("网格化治理")
    assert not leaf.is_match("网格化" + "全" * 9 + "治理")


def test_a_phrase_is_the_string_of_its_words() -> None:
    """In titles, where it is not scored, all words."""
    assert _compile(wq.Phrase("text", ["社会", "治理"]))[0] == {"match_phrase": {"text_folded": "社会治理"}}
    assert _compile(wq.Phrase("title", ["社会", "治理"]))[0] == {
        "bool": {"must": [{"term": {"title_words": "社会"}}, {"term": {"title_words": "治理"}}]}
    }


def test_all_passages_of_a_release_are_those_of_its_name() -> None:
    """The releases are asked for first."""
    assert _filter(InRelease(Literal("text", "网格"))) == {"terms": {"release": ["1"]}}


def test_parts_are_combined() -> None:
    """All, any, without, and where it may be."""
    one, other = wq.Term("kind", "title"), wq.Term("kind", "lead")
    first, second = _compile(one)[0], _compile(other)[0]
    assert _compile(wq.And([one, other]))[0] == {"bool": {"must": [first, second]}}
    assert _compile(wq.Or([one, other]))[0] == {
        "bool": {"should": [first, second], "minimum_should_match": 1}
    }
    assert _compile(wq.AndNot(one, other))[0] == {"bool": {"must": [first], "must_not": [second]}}
    assert _compile(wq.AndMaybe(one, other))[0] == {"bool": {"must": [first], "should": [second]}}
    # A score that is replaced is not asked for.
    bare = first["constant_score"]["filter"]
    assert _compile(wq.ConstantScoreQuery(one, 3.0))[0] == {"constant_score": {"filter": bare, "boost": 3.0}}
    assert _compile(NamedScore("stated", one, 3.0))[0] == {"constant_score": {"filter": bare, "boost": 3.0}}


def test_nothing_is_left_out_or_takes_all_along() -> None:
    """Of alternatives, and of parts that are all required."""
    nothing, one = wq.NullQuery, wq.Term("kind", "title")
    assert _compile(nothing)[0] == NOTHING
    assert _compile(wq.Or([nothing, one]))[0] == _compile(one)[0]
    assert _compile(wq.And([nothing, one]))[0] == NOTHING
    assert _compile(wq.And([]))[0] == NOTHING
    assert _compile(wq.AndMaybe(one, nothing))[0] == _compile(one)[0]
    assert _compile(wq.ConstantScoreQuery(nothing, 1.0))[0] == NOTHING
    assert _compile(wq.AndNot(one, nothing))[0] == {"bool": {"must": [_compile(one)[0]]}}
    assert _compile(wq.Every())[0] == {"match_all": {}}


def test_beginnings_and_patterns_are_those_of_terms() -> None:
    """Words of a text by their beginning, paths by a pattern in Lucene's notation."""
    assert _compile(wq.Prefix("text", "网"))[0] == {"prefix": {"text_words": {"value": "网"}}}
    assert _compile(wq.Prefix("path", "a/"))[0] == {"prefix": {"path": {"value": "a/"}}}
    pattern = _compile(wq.Wildcard("path", "*.[dD][oO]"))[0]["regexp"]["path"]["value"]
    assert pattern == r".*\.[dD][oO]"


def test_a_period_never_includes_what_has_no_date() -> None:
    """Which is stored as 0."""
    first, last = datetime(2022, 1, 1), datetime(2022, 12, 31)
    assert _filter(wq.DateRange("published", first, last)) == {
        "range": {"published": {"gte": datetime_to_long(first), "lte": datetime_to_long(last)}}
    }
    assert _filter(wq.DateRange("published", datetime.min, None)) == {"range": {"published": {"gte": 1}}}


def test_numbers_lie_between_their_ends() -> None:
    """Without those that are excluded."""
    assert _filter(wq.NumericRange("paragraph", 2, 5)) == {"range": {"paragraph": {"gte": 2, "lte": 5}}}
    assert _filter(wq.NumericRange("paragraph", 2, None, startexcl=True)) == {
        "range": {"paragraph": {"gt": 2}}
    }


def test_other_classes_are_refused_by_name() -> None:
    """Nothing is answered in another way than asked."""
    with pytest.raises(QueryError, match="FuzzyTerm"):
        _compile(wq.FuzzyTerm("text", "网格"))


def test_frequencies_are_needed_where_words_are_scored() -> None:
    """Not for what only filters, or scores the same wherever it matches; anywhere in a tree."""
    word, string = wq.Term("text", "会议"), Literal("text", "会议", boost=3.0)
    for tree in (word, wq.And([string, word]), wq.AndMaybe(string, wq.Or([string, word]))):
        assert needs_frequencies(_compile(tree)[0])
    kind = wq.Term("kind", "title")
    for tree in (
        string,
        wq.AndMaybe(string, kind),
        wq.AndNot(string, word),
        wq.ConstantScoreQuery(word, 2.0),
        wq.NullQuery,
    ):
        assert not needs_frequencies(_compile(tree)[0])
