"""What searching asks of an engine: a snapshot, the searches in it, and what they find.

`engine/` implements it on the arrays of one machine, `cluster/` on OpenSearch. Ranking, results and assist
know no more of an engine than this. A document is an int64 number, which means something to its snapshot
alone; those of a release ascend in the order of its page. `docs` always ascend.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from numpy.typing import NDArray
from whoosh import query as wq

from jsisa_search.figures.conditions import ValueCondition
from jsisa_search.model import Range
from jsisa_search.query.evidence import Evidence, WeightedTerm
from jsisa_search.search.timeline import Timeline

if TYPE_CHECKING:
    from jsisa_search.lexicon.assist.spelling import Correction
    from jsisa_search.lexicon.assist.suggest import Suggestion
    from jsisa_search.lexicon.corpus.harvest import Harvest

Array = NDArray[Any]

Item = TypeVar("Item")
Derived = TypeVar("Derived")

GroupOf = Callable[[str], str | None]
"""Returns the group of a file by its stored path, `None` for none; a function at the top of its module."""


class Names(Protocol):
    """The names of sources, publishers, issuers and authors that the releases of a snapshot state."""

    def with_name(self, name: str) -> tuple[tuple[str, str], ...]:
        """Return the fields and values that are a folded name, or name it beside others."""
        ...

    def beginning_with(self, char: str, fields: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield the folded values of some fields that begin with a character, each with the value itself."""
        ...


class Matches(Protocol):
    """The passages that match a tree, in one search. Nothing is listed or counted before it is asked for."""

    def __len__(self) -> int: ...

    @property
    def docs(self) -> Array:
        """All of them."""
        ...

    def by_date(self) -> Iterator[int]:
        """Yield them in order of time, what has no date last; they are read as far as they are asked for.

        Those of equal time are in an order that depends on their releases alone.
        """
        ...

    def count_also(self, tree: wq.Query) -> int:
        """Return how many of them match another tree, which matches no other passages."""
        ...

    def count_in_releases(self, tree: wq.Query) -> int:
        """Return how many of them are in releases of which a passage matches a tree."""
        ...

    def count_releases(self) -> int:
        """Return how many releases they are in."""
        ...

    def count_undated(self) -> int:
        """Return how many of them are in releases without a date."""
        ...

    def count_values(self, field: str, *, by_release: bool = False) -> Mapping[str, int]:
        """Return the values of a facet with the passages, or the releases, that have each."""
        ...

    def count_groups(self, group_of: GroupOf, *, by_release: bool = False) -> Mapping[str, int]:
        """Return the groups of their files with the passages, or the releases, that are in each."""
        ...

    def occurrences(self, text: str, *, is_whole: bool = False) -> int | None:
        """Return how often a string occurs in their texts, without overlaps; `None` if that costs too much.

        With `is_whole`, not where it is inside a longer number or Latin word.
        """
        ...

    def quotations(self, text: str) -> int | None:
        """Return how often a quotation occurs in their texts, however punctuated; `None` as above."""
        ...


class Reprints(Protocol):
    """Which passages of a snapshot are those of reprints, and say the same."""

    def family_of(self, docs: Array) -> Array:
        """Return the number of the family of each of `docs`; 0 for none."""
        ...

    def group_of(self, docs: Array) -> Array:
        """Return the number of the passages of its family that say the same as each of `docs`; 0 for none."""
        ...


class Search(Protocol):
    """One search in a snapshot: its queries share what they compute. It belongs to one thread."""

    def matches(self, tree: wq.Query) -> Matches:
        """Return what matches a tree."""
        ...

    def matches_of_each(self, trees: Iterable[wq.Query]) -> Sequence[Matches]:
        """Return what matches each of some trees, which are asked for together where that is quicker."""
        ...

    def best(self, tree: wq.Query, count: int) -> tuple[Array, Array]:
        """Return the documents with the best scores, any level with the last, and the scores (float32)."""
        ...

    def scores(self, tree: wq.Query, docs: Array) -> Array:
        """Return the scores of `docs`, all of which match `tree` (float32)."""
        ...

    def likest(
        self, terms: Sequence[WeightedTerm], count: int, *, among: wq.Query | None = None
    ) -> list[int]:
        """Return up to `count` documents with the greatest sum of the weights of the terms they have.

        They have one of the terms at least, or, with `among`, match that. Equal ones are in an order that
        depends on their releases alone.
        """
        ...

    def count(self, tree: wq.Query) -> int:
        """Return how many documents match a tree."""
        ...

    def without(self, docs: Array) -> Search:
        """Return the same search among all documents but some."""
        ...


class Searcher(Protocol):
    """A snapshot of an index, which stays as it is."""

    @property
    def generation(self) -> int:
        """The number of the state of the index, which grows with every commit."""
        ...

    def derived(self, make: Callable[[], Derived]) -> Derived:
        """Return what `make`, a class, keeps of this snapshot; one object for all who ask."""
        ...

    def concluding_damage(self) -> AbstractContextManager[None]:
        """Return a context in which errors of files or of the cluster become those of this package."""
        ...

    def execution(self, passing: wq.Query | None = None) -> Search:
        """Return a search among the documents that match `passing`."""
        ...

    def count(self, q: wq.Query, *, passing: wq.Query | None = None) -> int:
        """Return how many documents match a tree."""
        ...

    def documents(self, q: wq.Query, *, passing: wq.Query | None = None) -> Array:
        """Return all documents that match a tree."""
        ...

    def timeline(self, passing: wq.Query | None, reprints: Reprints | None) -> Timeline:
        """Return the passages that match `passing`; of those that reprints share, the earliest if it can."""
        ...

    def document(self, doc: int) -> dict[str, Any]:
        """Return what a document stores."""
        ...

    def read_ahead(self, docs: Array) -> Iterator[int]:
        """Yield documents, of which `document` is asked next; they may be read several at a time."""
        ...

    def read_together(self, docs: Array) -> None:
        """Hear of documents, of which `document` is asked next."""
        ...

    def text(self, doc: int) -> str:
        """Return the original text of a document, empty where it has none."""
        ...

    def live_texts(self) -> Iterator[tuple[int, str]]:
        """Yield the number and the original text of each document that has one."""
        ...

    def numbers(self, column: str, docs: Array) -> Array:
        """Return the values of `sequence`, `published` or `said` (int64), 0 where there is none."""
        ...

    def figures(
        self, tree: wq.Query, *, passing: wq.Query | None, wanted: ValueCondition | None
    ) -> Iterator[tuple[dict[str, Any], Array]]:
        """Yield what each document stores that matches and has figures as wanted, and the rows of these."""
        ...

    def values_of(self, field: str) -> Iterator[str]:
        """Yield the distinct values of a field of strings, sorted."""
        ...

    def path_groups(self, group_of: GroupOf) -> Iterable[str]:
        """Return the groups of all files, some of them repeatedly."""
        ...

    @property
    def stated_names(self) -> Names:
        """The names that the releases state."""
        ...

    # What passages contain, and how rare that is

    def prepare(self, terms: Iterable[tuple[str, Any]]) -> None:
        """Hear of the fields and texts of terms whose weights are asked for next."""
        ...

    def expect(self, evidence: Evidence) -> None:
        """Hear of the evidence by which what is found next will be ranked."""
        ...

    def occurs(self, field: str, text: Any) -> bool:
        """Return whether a term occurs."""
        ...

    @property
    def doc_count(self) -> int:
        """How many documents there are."""
        ...

    def frequency(self, field: str, text: Any) -> int:
        """Return how many documents have a term."""
        ...

    def passages_with(self, words: Mapping[str, float], passing: wq.Query | None) -> list[Array]:
        """Return for each of some words the passages that have it and pass.

        The words have weights: an engine may leave out releases that have little of them.
        """
        ...

    def passage_counts(self, releases: Array) -> Array:
        """Return how many passages releases have, by their numbers: `sequence` without `PASSAGE_BITS`."""
        ...

    def weight(self, fieldname: str, text: Any) -> float:
        """Return the factor of the impacts of a term in a score; 0 where it does not occur."""
        ...

    def k1(self, field: str) -> float:
        """Return BM25's k1 of a field, 0 where it is not scored."""
        ...

    def norms(self, field: str, docs: Array) -> Array:
        """Return BM25's norms of documents (float32)."""
        ...

    def has_term(self, field: str, text: str, docs: Array) -> Array:
        """Return whether each of `docs` has a term (bool)."""
        ...

    def has_positions(self, fieldname: str) -> bool:
        """Return whether it is known where in a text its words occur."""
        ...

    def scores_at(self, terms: Iterable[WeightedTerm], docs: Array) -> Array:
        """Return the sum of the scores of some terms in `docs` (float32)."""
        ...

    def lengths(self, field: str, docs: Array) -> Array:
        """Return the characters of the folded text of each document (int64)."""
        ...

    def units(self, field: str, docs: Array) -> tuple[Array, Array]:
        """Return the folded units (uint16) of the texts of documents, and the length of each text (int64)."""
        ...

    def word_places(self, field: str, word: str, docs: Array) -> Array:
        """Return where a word occurs (int64, ascending): row of the document, `ROW_BITS` up, and position."""
        ...

    def release_word_scores(self, terms: Sequence[WeightedTerm], covered: float, docs: Array) -> Array:
        """Return the score of the release around each document, taken as one text (float32)."""
        ...

    def below_lead(self, docs: Array) -> Array:
        """Return how many passages each document is below the first paragraph; -1 above it (int64)."""
        ...

    def enclosed_spans(self, text: str, left: str, right: str) -> Sequence[Range]:
        """Return the stretches of a folded text that may occur between two marks, the longest first."""
        ...

    def matching_leaves(self, tree: wq.Query, doc: int) -> Iterator[tuple[wq.Query, float]]:
        """Yield the leaves of a tree that add to the score of a document, each with what it adds."""
        ...


class Families(Reprints, Protocol):
    """The families of reprints of a snapshot: releases that say the same, and their passages that do."""

    def passages_of(self, number: int) -> Array:
        """Return the passages of a family."""
        ...

    def releases_of(self, number: int) -> Array:
        """Return the documents of the releases of a family themselves."""
        ...

    def in_group(self, number: int) -> Array:
        """Return the passages of a group."""
        ...

    def count_distinct(self, matches: Matches) -> int | None:
        """Return how many passages are left when each group counts once; `None` if that costs too much."""
        ...


class Vocabulary(Protocol):
    """Completions and corrections by what the passages of a snapshot contain."""

    def suggest(self, typed: str, limit: int) -> tuple[Suggestion, ...]:
        """Return completions of the last piece of a query that is being typed, the likeliest first."""
        ...

    def corrections(self, piece: str, limit: int, count_of: Callable[[str], int]) -> tuple[Correction, ...]:
        """Return corrections of `piece`; none if it occurs literally, or if `count_of` finds its words."""
        ...

    @property
    def harvest(self) -> Harvest:
        """Coinages, titles and definitions of the texts."""
        ...


class Snapshots(Protocol):
    """Hands out the latest snapshot of an index to any number of threads."""

    def use(self) -> AbstractContextManager[Searcher]:
        """Give the latest snapshot. Raises `IndexClosedError`."""
        ...

    def run(self, compute: Callable[[Any], Item]) -> Item:
        """Return what `compute` returns of the latest snapshot. Raises `IndexClosedError`.

        It may be called again where the index changed meanwhile.
        """
        ...

    def iterate(self, items_of: Callable[[Any], Iterator[Item]]) -> Iterator[Item]:
        """Yield what `items_of` yields of the latest snapshot."""
        ...

    @property
    def is_held(self) -> bool:
        """Whether the snapshot stays until `refresh`."""
        ...

    def hold(self) -> None:
        """Hand out the latest snapshot of now until `refresh` replaces it."""
        ...

    def refresh(self, prepare: Callable[[Any], None]) -> bool:
        """Replace the snapshot where it is out of date, by one that was prepared; return whether it was."""
        ...

    def check_open(self) -> None:
        """Raise `IndexClosedError` where this was closed."""
        ...

    def close(self) -> None:
        """Release what the snapshots use; again does nothing."""
        ...


#: Rows of `Searcher.word_places` are shifted by so many bits, beyond any position.
ROW_BITS = 40
