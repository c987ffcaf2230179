"""A query to its matches: the passages that satisfy it, and where these are few, partial matches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh import query as wq

from jsisa_search.analysis.boundaries import ends_of
from jsisa_search.analysis.marks import quotation_of
from jsisa_search.model import SortOrder
from jsisa_search.query import UserQuery, all_terms_tree, some_terms_tree, typed_tree
from jsisa_search.query.evidence import evidence_of, is_question, is_sentence
from jsisa_search.query.parser.syntax import (
    AnyOf,
    InField,
    Node,
    Piece,
    exact_only,
    stated_of,
    whole_only,
    without_stated,
)
from jsisa_search.search.interface import Matches, Search, Searcher
from jsisa_search.search.ranking.rank import Ranking

Array = NDArray[Any]

#: With fewer full matches than this, partial matches follow; for a question they always do: the answer to
#: 全国有多少农民工 need not have 有.
RELAX_BELOW = 10


class RankedPassage(NamedTuple):
    """A document at its place in the order; `others` counts those of its release folded behind it."""

    doc: int
    score: float
    matches_all: bool
    others: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The passages that satisfy a whole query, and those that satisfy part of it.

    The latter come after all of the former, or, where they are `mixed`, where their scores put them.
    """

    execution: Search
    whole: Ranking
    part: Ranking | None
    mixed: bool = False

    def __len__(self) -> int:
        return len(self.whole) + (len(self.part) if self.part else 0)

    @property
    def docs(self) -> Array:
        """All documents found (int64, ascending)."""
        return np.sort(np.concatenate([self.whole.docs, self.part.docs])) if self.part else self.whole.docs

    @property
    def matches(self) -> list[Matches]:
        """What is found, in parts without common documents."""
        return [each.matches for each in (self.whole, self.part) if each]

    def page(self, offset: int, limit: int) -> list[RankedPassage]:
        """Return up to `limit` passages from `offset` on."""
        columns = (array[offset:].tolist() for array in self.best(offset + limit))
        return [RankedPassage(*passage) for passage in zip(*columns, strict=True)]

    def best(self, count: int) -> tuple[Array, Array, Array]:
        """Return the first `count` documents (int64), scores (float32), and whether each is whole (bool)."""
        if self.part and len(self.whole) and (self.mixed or len(self.whole) < count):
            self.whole.refine_with(self.part, mixed=self.mixed)
        docs, scores = self.whole.best(count)
        is_whole = np.ones(len(docs), np.bool_)
        if not self.part or (len(docs) == count and not self.mixed):
            return docs, scores, is_whole
        more, more_scores = self.part.best(count if self.mixed else count - len(docs))
        order = np.arange(len(docs) + len(more))
        if self.mixed:
            # Documents that were not reranked come after those that were, irrespective of their scores.
            least = [np.minimum.accumulate(each) for each in (scores, more_scores)]
            order = np.argsort(-np.concatenate(least), kind="stable")[:count]
        docs, scores = np.concatenate([docs, more])[order], np.concatenate([scores, more_scores])[order]
        return docs, scores, order < len(is_whole)

    def is_refined(self, doc: int, *, is_whole: bool) -> bool:
        """Return whether the score of a document found has the evidence in it."""
        ranking = self.whole if is_whole else self.part
        return ranking is not None and ranking.is_refined(doc)

    def added_by_release(self, doc: int, *, is_whole: bool) -> float:
        """Return what the candidates of its release add to the score of a document found."""
        ranking = self.whole if is_whole else self.part
        return 0.0 if ranking is None else ranking.added_by_release(doc)

    def put_behind(self, doc: int, *, is_whole: bool) -> float:
        """Return by how much a document found is put behind what it names, as less than 0."""
        ranking = self.whole if is_whole else self.part
        return 0.0 if ranking is None else ranking.put_behind(doc)


def answer(
    searcher: Searcher,
    query: UserQuery,
    *,
    passing: wq.Query | None,
    order: SortOrder,
) -> Answer:
    """Return what is found for `query` among the documents that match `passing`."""
    run = searcher.execution(passing)
    tree = all_terms_tree(query, searcher.values_of)
    typed = None if order == "relevance" else typed_tree(query, searcher.values_of)
    evidence = evidence_of(query, is_whole=True)
    if order == "relevance":
        searcher.expect(evidence)
    else:
        searcher.prepare(evidence.all_terms())
    whole = Ranking(searcher, run, tree, order, partial(evidence_of, query, is_whole=True), typed)
    if len(whole) >= RELAX_BELOW and not is_question(query):
        return Answer(run, whole, None)
    tree = some_terms_tree(query, searcher.values_of)
    # Always by relevance: the order of partial matches by date would be arbitrary.
    rest = run.without(whole.docs) if len(whole) else run
    part = Ranking(searcher, rest, tree, evidence=partial(evidence_of, query, is_whole=False))
    return Answer(run, whole, part, mixed=order == "relevance" and is_sentence(query))


def count_stated(searcher: Searcher, query: UserQuery, found: Answer) -> int:
    """Return how many passages satisfy a query only by what their releases state."""
    if query.tree is None or not stated_of(query.tree):
        return 0
    alone = replace(query, tree=without_stated(query.tree))
    return len(found.whole) - found.execution.count(all_terms_tree(alone, searcher.values_of))


def count_occurrences(query: UserQuery, found: Answer) -> int | None:
    """Return how often the piece of a query occurs in the texts that satisfy it.

    `None` if there are more pieces, and where counting costs the engine too much.
    """
    node = query.tree.node if isinstance(query.tree, InField) and query.tree.field == "text" else query.tree
    if isinstance(node, AnyOf) and stated_of(node):
        node = without_stated(node)
    if not isinstance(node, Piece):
        return None
    matches = found.whole.matches
    if node.is_quoted and not node.is_exact and quotation_of(node.typed):
        return matches.quotations(node.typed)
    counts = [matches.occurrences(text, is_whole=node.is_whole) for text in node.variants or (node.text,)]
    return None if None in counts else sum(filter(None, counts))


def count_inside_longer(searcher: Searcher, query: UserQuery, found: Answer) -> int:
    """Return how many passages satisfy a query only inside longer numbers and Latin words."""
    texts = (text for piece in query.pieces if not piece.is_whole for text in piece.variants or (piece.text,))
    return _count_lesser(searcher, query, found, whole_only) if any(map(ends_of, texts)) else 0


def count_other_punctuation(searcher: Searcher, query: UserQuery, found: Answer) -> int:
    """Return how many passages satisfy a query only with other punctuation in its quotations."""
    quoted = (piece for piece in query.pieces if piece.is_quoted and not piece.is_exact)
    is_loose = any(quotation_of(piece.typed) for piece in quoted)
    return _count_lesser(searcher, query, found, exact_only) if is_loose else 0


def _count_lesser(
    searcher: Searcher, query: UserQuery, found: Answer, restrict: Callable[[Node], Node]
) -> int:
    """Return how many passages that satisfy a query don't satisfy its tree as `restrict` changes it."""
    if query.tree is None or not len(found.whole):
        return 0
    tree = all_terms_tree(replace(query, tree=restrict(query.tree)), searcher.values_of)
    return len(found.whole) - found.whole.matches.count_also(tree)
