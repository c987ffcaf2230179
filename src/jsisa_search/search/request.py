"""A search from its arguments to results: checked, read with the users' words, answered, counted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, get_args

from jsisa_search.analysis import WordSet, merge_words
from jsisa_search.arguments import (
    MAX_CONTEXT,
    MAX_HITS,
    check_choice,
    check_choices,
    check_flag,
    check_number,
    check_query,
    check_texts,
)
from jsisa_search.lexicon.offices import is_place
from jsisa_search.lexicon.user_lexicon import Lexicon
from jsisa_search.model import DateOrder, FacetField, Grouping, Hit, Results, SortOrder
from jsisa_search.query import (
    Filters,
    Piece,
    UserQuery,
    all_terms_tree,
    check_filters,
    describe,
    filter_tree,
    parse_query,
)
from jsisa_search.query.custom_queries import Literal
from jsisa_search.query.evidence import questions_of, without_asking
from jsisa_search.query.expand import expand, resegment, with_stated
from jsisa_search.query.undated import including_undated
from jsisa_search.search.assist.quoted_terms import quoted_words
from jsisa_search.search.assist.short_names import full_names
from jsisa_search.search.interface import Families, Searcher
from jsisa_search.search.ranking.answer import (
    Answer,
    RankedPassage,
    answer,
    count_inside_longer,
    count_occurrences,
    count_other_punctuation,
    count_stated,
)
from jsisa_search.search.results.counts import count_left_out, count_still_named, matching
from jsisa_search.search.results.facets import count_facets, group_by_release
from jsisa_search.search.results.hits import hits_by_date, read_hit
from jsisa_search.search.results.reprints import Copies, fold_groups, folded_page


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """The arguments of a search, as `Index.search` describes them; raises `ArgumentError`."""

    text: str
    limit: int = 10
    offset: int = 0
    sort: SortOrder = "relevance"
    filters: Filters | None = None
    context: int = 0
    synonyms: bool = True
    explain: bool = False
    facets: Iterable[FacetField] = ()
    group_by: Grouping | None = None
    fold: bool = True
    copies: int = 1
    leaving_out: Iterable[str] = ()

    def __post_init__(self) -> None:
        checked = {
            "text": check_query("text", self.text),
            "limit": check_number("limit", self.limit, 0, MAX_HITS),
            "offset": check_number("offset", self.offset, 0, MAX_HITS),
            "sort": check_choice("sort", self.sort, get_args(SortOrder)),
            "filters": check_filters(self.filters),
            "context": check_number("context", self.context, 0, MAX_CONTEXT),
            "copies": check_number("copies", self.copies, 0, MAX_HITS),
            "facets": check_choices("facets", self.facets, get_args(FacetField)),
            "leaving_out": check_texts("leaving_out", self.leaving_out),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        check_flag("synonyms", self.synonyms)
        check_flag("explain", self.explain)
        check_flag("fold", self.fold)
        if self.group_by is not None:
            check_choice("group_by", self.group_by, get_args(Grouping))

    def read(self, searcher: Searcher, lexicon: Lexicon) -> UserQuery:
        """Return how the text is read with the users' words, and their synonyms if wanted."""
        filters = check_filters(self.filters)
        return read_query(
            searcher, self.text, lexicon, filters, synonyms=self.synonyms, leaving_out=self.leaving_out
        )


def run_search(
    searcher: Searcher,
    request: SearchRequest,
    lexicon: Lexicon,
    path_of: Callable[[str], str],
    families_of: Callable[[], Families | None],
) -> Results:
    """Return the results of a search; `path_of` converts stored paths to shown ones.

    `families_of` is called where reprints are to be folded.
    """
    started = time.perf_counter()
    with searcher.concluding_damage():
        query = request.read(searcher, lexicon)
        passing = filter_tree(check_filters(request.filters), searcher.values_of)
        found = answer(searcher, query, passing=passing, order=request.sort)
        total, families = len(found), families_of() if request.fold else None
        distinct = None if families is None else families.count_distinct(found.whole.matches)
        passages, groups = _page(searcher, request, found, families)
        hits = _read_hits(searcher, request, query, found, passages, families, path_of)
        facets = count_facets(searcher, request.facets, found.matches, path_of)
        counts = _counts(searcher, request, query, found)
    return Results(
        query=request.text,
        total=total,
        total_all_terms=len(found.whole),
        took_ms=(time.perf_counter() - started) * 1000,
        hits=hits,
        groups=groups,
        distinct=distinct,
        facets=facets,
        reading=describe(query.tree),
        notes=tuple(note.message for note in query.notes),
        expansions=query.expansions,
        question_words=questions_of(query),
        **counts,
    )


def _page(
    searcher: Searcher, request: SearchRequest, found: Answer, families: Families | None
) -> tuple[Sequence[RankedPassage], int | None]:
    """Return the passages of the page, and the number of groups where they are grouped."""
    if request.group_by:
        groups = group_by_release(searcher, found)
        if families is not None:
            groups = fold_groups(families, groups)
        return groups.page(request.offset, request.limit), len(groups)
    if families is not None:
        return folded_page(families, found, request.offset, request.limit), None
    return found.page(request.offset, request.limit), None


def _read_hits(
    searcher: Searcher,
    request: SearchRequest,
    query: UserQuery,
    found: Answer,
    passages: Sequence[RankedPassage],
    families: Families | None,
    path_of: Callable[[str], str],
) -> tuple[Hit, ...]:
    """Return the hits of a page, with their copies and the parts of their scores where these are wanted."""
    hits = tuple(
        read_hit(searcher, query, each, context=request.context, path_of=path_of) for each in passages
    )
    if families is not None:
        copies = Copies(searcher, families, path_of, request.copies)
        hits = copies.added_to(hits, passages, request.group_by)
    if request.explain:
        from jsisa_search.search.ranking.explain import explanations

        parts = explanations(searcher, query, found, passages)
        hits = tuple(replace(hit, explanation=each) for hit, each in zip(hits, parts, strict=True))
    return hits


def _counts(searcher: Searcher, request: SearchRequest, query: UserQuery, found: Answer) -> dict[str, Any]:
    """Return what is counted over all that is found, by the fields of `Results`."""
    filters = check_filters(request.filters)
    left_out = count_left_out(searcher, query, filters)
    is_by_date = request.sort != "relevance" or filters.include_undated or _is_by_date(request.facets)
    undated = found.whole.matches.count_undated() if left_out is None and is_by_date else left_out
    return {
        "releases": found.whole.matches.count_releases(),
        "occurrences": count_occurrences(query, found),
        "inside_longer": count_inside_longer(searcher, query, found),
        "other_punctuation": count_other_punctuation(searcher, query, found),
        "still_named": count_still_named(searcher, query, found.whole.matches),
        "stated": count_stated(searcher, query, found),
        "undated": undated or 0,
        "undated_left_out": left_out is not None,
        "scattered": len(found.whole.scattered),
    }


def _is_by_date(facets: Iterable[FacetField]) -> bool:
    return bool({"year", "month"}.intersection(facets))


def iter_hits(
    searcher: Searcher,
    request: SearchRequest,
    order: DateOrder,
    lexicon: Lexicon,
    path_of: Callable[[str], str],
) -> Iterator[Hit]:
    """Yield all hits that satisfy the whole query, by date."""
    with searcher.concluding_damage():
        filters = check_filters(request.filters)
        query = request.read(searcher, lexicon)
        docs = matching(searcher, query, filters).docs
        yield from hits_by_date(searcher, query, docs, order=order, context=request.context, path_of=path_of)


def read_query(
    searcher: Searcher,
    text: str,
    lexicon: Lexicon,
    filters: Filters,
    *,
    synonyms: bool = True,
    leaving_out: Iterable[str] = (),
) -> UserQuery:
    """Return how `text` is read with the users' words, and their synonyms if wanted.

    Of these, the wordings in `leaving_out` are not added. `filters` decide whether undated releases satisfy
    the dates of the query.
    """
    query = without_asking(parse_query(text))
    if filters.include_undated:
        query = including_undated(query)
    with searcher.concluding_damage():
        if synonyms:
            query = expand(
                query,
                lexicon.synonyms_of,
                partial(_other_names, searcher, lexicon),
                lambda form: searcher.count(Literal("text", form, is_whole=True)) > 0,
                frozenset(leaving_out),
            )
        query = with_stated(query, partial(_stated_values, searcher))
        return resegment(query, partial(_merge_known_words, searcher, lexicon.user_words))


def _other_names(searcher: Searcher, lexicon: Lexicon, piece: str) -> tuple[tuple[str, str, str], ...]:
    """Return the other names of a folded piece: those of the lexicon, else those it is short for."""
    names = lexicon.other_names(piece)
    return names or tuple(("", name, "") for name in full_names(piece, searcher.stated_names))


def _stated_values(searcher: Searcher, piece: Piece) -> tuple[tuple[str, str], ...]:
    """Return the fields and values that releases state, and that a piece names."""
    if is_place(piece.text):
        return ()  # a page may state 浙江 as its source, but who types 浙江 means the place
    if piece.number is None:
        return searcher.stated_names.with_name(piece.text)
    forms = (form for form in piece.number.forms if searcher.occurs("document_number", form))
    return tuple(("document_number", form) for form in forms)


def count_passages(searcher: Searcher, text: str, lexicon: Lexicon, filters: Filters) -> int:
    """Return the number of passages that satisfy a query and filters."""
    query = read_query(searcher, text, lexicon, filters)
    with searcher.concluding_damage():
        passing = filter_tree(filters, searcher.values_of)
        return searcher.count(all_terms_tree(query, searcher.values_of), passing=passing)


def _merge_known_words(searcher: Searcher, user_words: WordSet, cut: Iterable[str]) -> tuple[str, ...]:
    """Merge users' words, and those that the texts put in marks, in a segmentation."""
    cut = tuple(cut)
    # A single word has nothing to merge.
    quoted = quoted_words(searcher, cut) if len(cut) > 1 else WordSet()
    return merge_words(user_words | quoted, cut)
