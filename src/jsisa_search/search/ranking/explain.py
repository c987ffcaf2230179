"""The score of a hit in parts: what each kind of match adds to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from whoosh import query as wq

from jsisa_search.query import UserQuery, all_terms_tree, some_terms_tree
from jsisa_search.query.custom_queries import Literal, NamedScore, Proximity, Quoted
from jsisa_search.query.evidence import Evidence, evidence_of, weights
from jsisa_search.schema import CHARS, PAIRS
from jsisa_search.search.interface import Searcher
from jsisa_search.search.ranking.answer import Answer, RankedPassage
from jsisa_search.search.ranking.rerank import evidence_scores

Explanation = tuple[tuple[str, float], ...]
"""The name of each part and what it adds, in the order of `PARTS`."""

#: The parts that a score can have.
PARTS = (
    "literal",
    "equivalent",
    "punctuation",
    "whole words",
    "other name",
    "text",
    "heading",
    "title",
    "pairs",
    "characters",
    "near",
    "document number",
    "stated",
    "release",
    "candidates of the release",
    "names another",
    "paragraph",
    "first paragraph",
)

_OF_FIELD = {
    "text" + PAIRS: "pairs",
    "text" + CHARS: "characters",
    "text": "text",
    "title": "title",
    "heading": "heading",
    "subheading": "heading",
    "document_number": "document number",
    "kind": "paragraph",
    "paragraph": "first paragraph",
}


def explanations(
    searcher: Searcher,
    query: UserQuery,
    found: Answer,
    passages: Sequence[RankedPassage],
) -> list[Explanation]:
    """Return the parts of the scores of some passages of an answer."""
    whole, part = all_terms_tree(query, searcher.values_of), some_terms_tree(query, searcher.values_of)
    made = []
    with searcher.concluding_damage():
        for doc, _, is_whole, _ in passages:
            evidence = evidence_of(query, is_whole=is_whole)
            parts = _tree_parts(searcher, whole if is_whole else part, doc)
            if found.is_refined(doc, is_whole=is_whole):
                for name, score in _evidence_parts(searcher, evidence, doc).items():
                    parts[name] += score
                parts["candidates of the release"] = found.added_by_release(doc, is_whole=is_whole)
                parts["names another"] = found.put_behind(doc, is_whole=is_whole)
            made.append(tuple((name, parts[name]) for name in PARTS if parts[name]))
    return made


def _tree_parts(searcher: Searcher, tree: wq.Query, doc: int) -> defaultdict[str, float]:
    """Return what the leaves of a tree add to the score of a document."""
    parts: defaultdict[str, float] = defaultdict(float)
    for leaf, score in searcher.matching_leaves(tree, doc):
        parts[_name(leaf)] += score
    return parts


def _name(leaf: wq.Query) -> str:
    match leaf:
        case Literal() if leaf.boost in (weights().equivalent, weights().equivalent + weights().amount):
            return "equivalent"
        case Literal() | Proximity():
            return "literal"
        case NamedScore():
            return leaf.name
        case Quoted():
            return "punctuation"
        case wq.ConstantScoreQuery():
            fields = {field for field, _ in leaf.child.iter_all_terms()}
            return "paragraph" if fields == {"kind"} else "whole words"
        case _:
            return _OF_FIELD[leaf.field()]


def _evidence_parts(searcher: Searcher, evidence: Evidence, doc: int) -> defaultdict[str, float]:
    """Return what each kind of evidence adds to the score of a document."""
    docs = np.array([doc], np.int64)
    parts: defaultdict[str, float] = defaultdict(float)
    for field in dict.fromkeys(field for field, _, _ in evidence.terms):
        alone = Evidence(terms=tuple(term for term in evidence.terms if term[0] == field))
        parts[_OF_FIELD[field]] += evidence_scores(searcher, alone, docs).item()
    around = Evidence(release_terms=evidence.release_terms, covered=evidence.covered)
    parts["release"] += evidence_scores(searcher, around, docs).item()
    near = Evidence(near=evidence.near, nearness=evidence.nearness)
    parts["near"] += evidence_scores(searcher, near, docs).item()
    return parts
