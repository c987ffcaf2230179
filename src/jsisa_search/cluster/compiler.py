"""A query tree to OpenSearch's query language, a function for each class of query.

What the language can't say is said in two parts: the documents that surely match, and those that may, whose
texts are then read and confirmed (`Unsure`). The passages of a release are another question of that kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import translate
from itertools import pairwise
from typing import Any

from whoosh import query as wq
from whoosh.query.qcore import _NullQuery
from whoosh.util.times import datetime_to_long

from jsisa_search.analysis.boundaries import continuing
from jsisa_search.cluster.mapping import FOLDED, KEYWORDS, SEPARATED, TEXTS, WORDS
from jsisa_search.errors import QueryError
from jsisa_search.query.custom_queries import InRelease, Literal, NamedScore, Proximity, Quoted
from jsisa_search.schema import CHARS, PAIRS
from jsisa_search.translation import gettext as tr

Clause = dict[str, Any]

NOTHING: Clause = {"match_none": {}}
EVERYTHING: Clause = {"match_all": {}}

#: Characters of a string that are looked for, the rest is confirmed: 2,000 pairs would take many seconds.
MAX_LITERAL = 100

#: Up to so many characters that may continue a string, each longer string is looked for.
_FEW = 40


@dataclass(frozen=True, slots=True)
class Unsure:
    """A leaf: the documents of `certain` match, those of `unsure` if the folded text of `field` does."""

    field: str
    certain: Clause
    unsure: Clause
    is_match: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiles trees. `confirmed` and `in_releases` ask the cluster what the language can't say.

    `boost` is the factor of the scores of words, which differs between versions of OpenSearch.
    """

    confirmed: Callable[[Unsure], Clause]
    in_releases: Callable[[Clause], Clause]
    boost: float = 1.0

    def clause(self, tree: wq.Query) -> Clause:
        """Return the clause of a tree; raises `QueryError` for a class that a cluster can't answer."""
        compile_one = _COMPILED.get(type(tree))
        if compile_one is None:
            raise QueryError(
                tr("a cluster can't answer queries of the class {name}").format(name=type(tree).__name__)
            )
        return compile_one(self, tree)

    def clauses(self, trees: Sequence[wq.Query]) -> list[Clause]:
        """Return the clause of each of some trees."""
        return [self.clause(tree) for tree in trees]


def constant(clause: Clause, score: float) -> Clause:
    """Return what matches a clause, each with the same score."""
    if clause == NOTHING:
        return clause
    if "constant_score" in clause:  # of two scores the outer one holds
        clause = clause["constant_score"]["filter"]
    return {"constant_score": {"filter": clause, "boost": score}}


def any_of(clauses: Sequence[Clause]) -> Clause:
    """Return what matches one of some clauses."""
    rest = [clause for clause in clauses if clause != NOTHING]
    if len(rest) < 2:
        return rest[0] if rest else NOTHING
    return {"bool": {"should": rest, "minimum_should_match": 1}}


def all_of(clauses: Sequence[Clause], *, but: Sequence[Clause] = ()) -> Clause:
    """Return what matches all of some clauses and none of others."""
    if NOTHING in clauses:
        return NOTHING
    excluded = [clause for clause in but if clause != NOTHING]
    found: Clause = {"must": list(clauses)} if clauses else {"filter": [EVERYTHING]}
    return {"bool": found | ({"must_not": excluded} if excluded else {})}


def needs_frequencies(clause: Clause) -> bool:
    """Return whether scores depend on how frequent terms are: to ask all shards for that takes a while."""
    parts = clause.get("bool")
    if parts is not None:
        return any(map(needs_frequencies, (*parts.get("must", ()), *parts.get("should", ()))))
    return not clause.keys() & {"constant_score", "match_none", "match_all", "terms"}


def string_clause(field: str, folded: str) -> Clause:
    """Return what contains a folded string: the pairs of a string as a phrase are that string."""
    pairs = field + FOLDED
    if not folded:
        return NOTHING
    if len(folded) == 1:
        return {"term": {f"{pairs}.chars": folded}}
    if len(folded) == 2:
        return {"term": {pairs: folded}}
    return {"match_phrase": {pairs: folded}}


def exact_field(field: str) -> str:
    """Return the field of a cluster in which the terms of a field of the schema are."""
    if field.endswith(PAIRS):
        return field.removesuffix(PAIRS) + FOLDED
    if field.endswith(CHARS):
        return f"{field.removesuffix(CHARS)}{FOLDED}.chars"
    return field + WORDS if field in TEXTS else field


def _term(compiler: Compiler, q: wq.Term) -> Clause:
    boost = q.boost * (compiler.boost if q.fieldname in TEXTS else 1.0)
    if q.fieldname in KEYWORDS or q.fieldname == "paragraph":
        return constant({"term": {q.fieldname: q.text}}, q.boost)
    return {"term": {exact_field(q.fieldname): {"value": q.text, "boost": boost}}}


def _phrase(_: Compiler, q: wq.Phrase) -> Clause:
    if q.fieldname != "text":
        return all_of([{"term": {q.fieldname + WORDS: word}} for word in q.words])
    # That words are side by side only adds to scores, and of candidates it is read in their texts.
    return string_clause(q.fieldname, "".join(q.words)[:MAX_LITERAL])


def _literal(compiler: Compiler, q: Literal) -> Clause:
    if len(q.text) > MAX_LITERAL:
        # Hardly anything that begins like it goes on otherwise.
        maybe = string_clause(q.fieldname, q.text[:MAX_LITERAL])
        return constant(compiler.confirmed(Unsure(q.fieldname, NOTHING, maybe, q.matches_text)), q.boost)
    clause = string_clause(q.fieldname, q.text)
    if q.is_whole and clause != NOTHING:
        before, behind = continuing(q.text)
        longer = any_of(
            [
                *_longer(q.fieldname, before, [char + q.text for char in before], q.text[0], leads=True),
                *_longer(q.fieldname, behind, [q.text + char for char in behind], q.text[-1], leads=False),
            ]
        )
        # Where nothing that goes on is beside it anywhere in a text, all its occurrences are whole.
        sure, doubtful = all_of([clause], but=[longer]), all_of([clause, longer])
        clause = compiler.confirmed(Unsure(q.fieldname, sure, doubtful, q.matches_text))
    return constant(clause, q.boost)


def _longer(field: str, chars: str, strings: Sequence[str], end: str, *, leads: bool) -> list[Clause]:
    """Return what contains one of some strings, each one of `chars` beside another string; or maybe does.

    Many strings are looked for by their pairs at the border alone.
    """
    if len(chars) <= _FEW:
        return [string_clause(field, string) for string in strings]
    pairs = [char + end if leads else end + char for char in chars]
    return [{"terms": {field + FOLDED: pairs}}]


def _quoted(compiler: Compiler, q: Quoted) -> Clause:
    quotation = q.quotation
    exact = compiler.clause(Literal(q.fieldname, quotation.typed, is_whole=True))
    unsure = all_of(_with_letters(q.fieldname, quotation.letters[:MAX_LITERAL]), but=[exact])

    def is_match(folded: str) -> bool:
        return any(True for _ in quotation.spans(folded))

    return constant(compiler.confirmed(Unsure(q.fieldname, exact, unsure, is_match)), q.boost)


def _with_letters(field: str, letters: str) -> list[Clause]:
    """Return what has all letters of a quotation: in a text in pairs, which marks may separate."""
    if field != "text" or len(letters) < 2:
        return [{"term": {f"{field}{FOLDED}.chars": char}} for char in dict.fromkeys(letters)]
    pairs = dict.fromkeys(map("".join, pairwise(letters)))
    return [any_of([{"term": {fields: pair}} for fields in (field + FOLDED, SEPARATED)]) for pair in pairs]


def _proximity(compiler: Compiler, q: Proximity) -> Clause:
    unsure = compiler.clause(q.candidates())
    clause = compiler.confirmed(Unsure(q.fieldname, NOTHING, unsure, q.matches_text))
    return constant(clause, q.boost)


def _in_release(compiler: Compiler, q: InRelease) -> Clause:
    return constant(compiler.in_releases(compiler.clause(q.child)), 1.0)


def _and(compiler: Compiler, q: wq.And) -> Clause:
    return all_of(compiler.clauses(q.subqueries)) if q.subqueries else NOTHING


def _or(compiler: Compiler, q: wq.Or) -> Clause:
    return any_of(compiler.clauses(q.subqueries))


def _and_not(compiler: Compiler, q: wq.AndNot) -> Clause:
    return all_of([compiler.clause(q.a)], but=[compiler.clause(q.b)])


def _and_maybe(compiler: Compiler, q: wq.AndMaybe) -> Clause:
    wanted, maybe = compiler.clause(q.a), compiler.clause(q.b)
    if NOTHING in (wanted, maybe):
        return wanted
    return {"bool": {"must": [wanted], "should": [maybe]}}


def _constant_score(compiler: Compiler, q: wq.ConstantScoreQuery) -> Clause:
    return constant(compiler.clause(q.child), q.score)


def _prefix(_: Compiler, q: wq.Prefix) -> Clause:
    return {"prefix": {exact_field(q.fieldname): {"value": q.text}}}


def _wildcard(_: Compiler, q: wq.Wildcard) -> Clause:
    # Lucene's expressions know no groups with options, which is how Python's translation begins.
    pattern = re.sub(r"^\(\?s:(.*)\)\\[Zz]$", r"\1", translate(q.text), flags=re.DOTALL)
    return {"regexp": {exact_field(q.fieldname): {"value": pattern.replace("(?>", "("), "flags": "NONE"}}}


def _date_range(_: Compiler, q: wq.DateRange) -> Clause:
    # 0 stands for no date, which is in no period.
    bounds = {"gte": max(datetime_to_long(q.startdate), 1) if q.startdate else 1}
    if q.enddate:
        bounds["lte"] = datetime_to_long(q.enddate)
    return constant({"range": {"published": bounds}}, 1.0)


def _numeric_range(_: Compiler, q: wq.NumericRange) -> Clause:
    bounds = {
        name: value
        for name, value in (
            ("gt" if q.startexcl else "gte", q.start),
            ("lt" if q.endexcl else "lte", q.end),
        )
        if value is not None
    }
    return constant({"range": {q.fieldname: bounds}}, q.boost)


def _nothing(_: Compiler, __: wq.Query) -> Clause:
    return NOTHING


def _every(_: Compiler, __: wq.Every) -> Clause:
    return EVERYTHING


_COMPILED: dict[type, Callable[[Compiler, Any], Clause]] = {
    wq.Term: _term,
    wq.Phrase: _phrase,
    Literal: _literal,
    Quoted: _quoted,
    Proximity: _proximity,
    InRelease: _in_release,
    wq.And: _and,
    wq.Or: _or,
    wq.AndNot: _and_not,
    wq.AndMaybe: _and_maybe,
    wq.ConstantScoreQuery: _constant_score,
    NamedScore: _constant_score,
    wq.Prefix: _prefix,
    wq.Wildcard: _wildcard,
    wq.DateRange: _date_range,
    wq.NumericRange: _numeric_range,
    wq.Every: _every,
    _NullQuery: _nothing,
}
