"""Where a string occurs: candidates from the postings of its n-grams, confirmed in the folded text.

One or two characters need no confirmation, and neither do passages that have the string as a word. A
field without n-grams (titles and headings, of which there are few distinct ones) is scanned as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis import fold
from jsisa_search.analysis.bulk_folding import default_folder
from jsisa_search.codec.segment.packed_ints import (
    distinct,
    distinct_with_inverse,
    packed,
    search_sorted,
    spread,
)
from jsisa_search.codec.segment.texts import Texts
from jsisa_search.query.custom_queries import Proximity
from jsisa_search.search.engine.evaluation.conjunction import conjunction
from jsisa_search.search.engine.evaluation.needle import Needle
from jsisa_search.search.engine.scoring.term_scorer import TermScorer
from jsisa_search.search.engine.segment_view import SegmentView

Array = NDArray[Any]

#: Units (characters) scanned at a time: as many as fit the processor's cache.
_UNITS_AT_A_TIME = 1 << 18
#: Up to so many documents, titles are compared one by one; beyond, all distinct titles are scanned.
_FEW_DOCUMENTS = 1000
#: Cost of copying scattered texts together, relative to comparing as many units in place.
_COPYING = 8


class Counts:
    """How often strings occur in documents of one segment, as far as one search has counted.

    Finding a string counts it in each document visited, and the total is requested next.
    """

    def __init__(self) -> None:
        self._counts: dict[tuple[str, object], tuple[Array, Array]] = {}

    def add(self, fieldname: str, key: object, docs: Array, counts: Array) -> None:
        """Store the counts (int64) of a string or quotation in `docs`, which ascend."""
        self._counts[fieldname, key] = docs, counts

    def of(self, fieldname: str, key: object, docs: Array) -> Array | None:
        """Return the counts of `docs` (int64), `None` where one is not known."""
        known = self._counts.get((fieldname, key))
        if known is None or not len(known[0]):
            return None
        at, is_known = search_sorted(known[0], docs.astype(known[0].dtype))
        return known[1].take(at) if is_known.all() else None


def confirmed(
    scorers: list[TermScorer],
    needle: Needle,
    fieldname: str,
    word: TermScorer | None,
    allowed: Array | None,
    within: Array | None,
    counted: Counts,
) -> Array:
    """Return the documents that have all grams of the needle, `scorers`, and the needle itself.

    `word` is the needle as a word, where it is one: documents that have it need not be looked at.
    """
    docs = conjunction(scorers, allowed, within).docs
    if not len(docs) or (len(needle) <= 2 and needle.ends is None):
        return docs
    is_found = word.decoded.find(docs)[1] if word else np.zeros(len(docs), np.bool_)
    open_ones = (~is_found).nonzero()[0]
    is_found[open_ones] = occurrences(scorers[0].view, needle, fieldname, docs[open_ones], counted) > 0
    return docs[is_found]


def occurrences(view: SegmentView, needle: Needle, fieldname: str, docs: Array, counted: Counts) -> Array:
    """Return how often the needle occurs in the text of each of `docs` (int64), overlaps not counted."""
    known = counted.of(fieldname, needle.key, docs)
    if known is None:
        known = _counted_everywhere(view, fieldname, needle, docs)
    if known is not None:
        return known
    counts = text_counts(view, fieldname, docs, lambda texts, numbers: count_in_texts(texts, needle, numbers))
    for form, of_form in zip(needle.forms, counts.T, strict=True):
        counted.add(fieldname, form.key, docs.astype(view.doc_dtype), of_form)
    return np.asarray(counts[:, 0])


def _counted_everywhere(view: SegmentView, fieldname: str, needle: Needle, docs: Array) -> Array | None:
    """Return how often the needle occurs in the text of each of `docs` (int64), counted in all texts at once.

    `None` where looking through the texts of `docs` is faster.
    """
    texts = view.file.texts(fieldname)
    if needle.anchor is None or needle.is_ambiguous or texts is None or not len(texts):
        return None
    char_places = view.char_places(fieldname, texts)
    counts = char_places.counts.get(needle.key)
    if counts is None:
        anchor = int(needle.units[needle.anchor])
        if not char_places.is_worth_visiting(anchor, len(texts.units) * len(docs) // view.doc_count):
            return None
        for form, of_form in zip(
            needle.forms, _count_around(texts, needle, *char_places.of(anchor)), strict=True
        ):
            char_places.keep_counts(form.key, of_form)
            counts = of_form if counts is None else counts
        assert counts is not None
    return counts.take(texts.rows.take(docs)).astype(np.int64)


def _count_around(texts: Texts, needle: Needle, anchors: Array, numbers: Array) -> Iterator[Array]:
    """Yield for each form how often it occurs in each text, from 1; 0 for none (unsigned).

    Given are all places of the needle's anchor, and the numbers of their texts.
    """
    at, which = needle.places_around(texts.units, anchors.astype(np.int64), numbers)
    low, high = (texts.starts.take(which + step).astype(np.int64) for step in (0, 1))
    is_in_text = (at >= low) & (at + len(needle) <= high)
    at, which, low, high = (each[is_in_text] for each in (at, which, low, high))
    for form in needle.forms:
        if form.ends and len(at):
            is_whole = form.ends.is_whole(texts.units, at, at + len(needle), low, high)
            at, which, low, high = (each[is_whole] for each in (at, which, low, high))
        yield packed(np.bincount(_counted(needle, at, which) + 1, minlength=len(texts) + 1))


def _counted(needle: Needle, at: Array, which: Array) -> Array:
    """Return the texts `which` of those occurrences of a needle, ascending, that overlap none before."""
    if len(at) > 1 and (at[1:] - at[:-1] < len(needle)).any():
        return which[apart(at, at + len(needle))]
    return which


def text_counts(
    view: SegmentView, fieldname: str, docs: Array, count: Callable[[Texts, Array], Array]
) -> Array:
    """Return what `count` returns for the texts of `docs`: a row a document (int64).

    `count` gets the ascending numbers of texts. Documents with the same text share it, and they need not be
    in its order.
    """
    texts = view.file.texts(fieldname)
    if texts is None:
        return np.zeros((len(docs), 1), np.int64)
    numbers = texts.rows.take(docs).astype(np.int64) - 1
    has_text = (numbers >= 0).nonzero()[0]
    wanted, which = distinct_with_inverse(numbers[has_text])
    of_texts = count(texts, wanted)
    counts = np.zeros((len(docs), of_texts.shape[1]), np.int64)
    counts[has_text] = of_texts[which]
    return counts


def count_by_gram(scorer: TermScorer | None, needle: Needle, docs: Array) -> int | None:
    """Return how often the needle occurs in the texts of `docs`, ascending, by how often its one gram does.

    `scorer` is that gram. `None` where that is unknown.
    """
    if not needle.is_counted_by_gram:
        return None
    if scorer is None:
        return 0
    if scorer.doc_frequency == len(docs) and np.array_equal(scorer.docs(), docs):
        return int(scorer.postings.frequency)
    return int(counts_of_gram(scorer, docs).sum(dtype=np.int64))


def counts_of_gram(scorer: TermScorer, docs: Array) -> Array:
    """Return how often a gram occurs in the text of each of `docs`, ascending (unsigned)."""
    if len(docs) * 2 > scorer.doc_frequency:
        table, freqs = np.zeros(scorer.view.doc_count, np.uint32), scorer.postings.freqs()
        table[scorer.docs().astype(np.intp)] = 1 if freqs is None else freqs
        found: Array = table.take(docs)
        return found
    at, present = scorer.decoded.find(docs.astype(scorer.view.doc_dtype))
    counts = np.zeros(len(docs), np.uint32)
    freqs = scorer.postings.freqs_at(at[present])
    counts[present] = 1 if freqs is None else freqs
    return counts


def looked_through(
    view: SegmentView,
    needle: Needle,
    fieldname: str,
    allowed: Array | None,
    within: Array | None,
    counted: Counts,
) -> Array:
    """Return the documents with the needle in a field without grams."""
    texts = view.file.texts(fieldname)
    if texts is None or not len(texts):
        return np.zeros(0, view.doc_dtype)
    if within is not None and len(within) <= _FEW_DOCUMENTS:
        return within[occurrences(view, needle, fieldname, within, counted) > 0]
    has_needle = np.zeros(len(texts) + 1, np.bool_)
    numbers = _texts_with(texts, needle)
    if not len(numbers):
        return np.zeros(0, view.doc_dtype)
    has_needle[numbers + 1] = True
    if within is not None:
        return within[has_needle.take(texts.rows.take(within))]
    starts, rows = view.text_runs(fieldname, texts)
    runs = has_needle.take(rows).nonzero()[0]
    docs = spread(starts[runs], starts[runs + 1] - starts[runs]).astype(view.doc_dtype)
    return docs if allowed is None else docs[allowed.take(docs)]


def _texts_with(texts: Texts, needle: Needle) -> Array:
    """Return the numbers of the texts that contain the needle (int64), some more than once."""
    at = needle.places(texts.units)
    numbers = texts.starts.searchsorted(at.astype(texts.starts.dtype), "right") - 1
    is_inside = at + len(needle) <= texts.starts[numbers + 1]
    numbers = numbers[is_inside]
    if needle.ends and len(numbers):
        low, high = texts.starts[numbers].astype(np.int64), texts.starts[numbers + 1].astype(np.int64)
        at = at[is_inside]
        numbers = numbers[needle.ends.is_whole(texts.units, at, at + len(needle), low, high)]
    if needle.is_ambiguous:
        is_in = [needle.count_in(folded_text(texts, number)) > 0 for number in numbers.tolist()]
        numbers = numbers[np.array(is_in, np.bool_)]
    return numbers


def folded_text(texts: Texts, number: int) -> str:
    """Return the folded text of a number, with characters beyond the basic plane."""
    return fold(texts.original(number))


def count_in_texts(texts: Texts, needle: Needle, numbers: Array) -> Array:
    """Return how often each form of the needle occurs in each of some texts, overlaps not counted.

    A row a text, a column a form (int64). `numbers` (int64) ascend, each once.
    """
    counts = np.zeros((len(numbers), len(needle.forms)), np.int64)
    for first, units, starts, ends in stretches(texts, numbers):
        at = needle.places(units)
        which = starts.searchsorted(at, "right") - 1
        # What runs over the end of a text is in none; nor does what is between the texts asked for.
        inside = ((which >= 0) & (at + len(needle) <= ends.take(which, mode="clip"))).nonzero()[0]
        at, which = at[inside], which[inside]
        for number, form in enumerate(needle.forms):
            if form.ends and len(at):
                is_whole = form.ends.is_whole(units, at, at + len(needle), starts[which], ends[which])
                at, which = at[is_whole], which[is_whole]
            counted = np.bincount(_counted(needle, at, which), minlength=len(starts))
            counts[first : first + len(starts), number] = counted
    if needle.is_ambiguous:
        for i in counts[:, 0].nonzero()[0].tolist():
            folded = folded_text(texts, int(numbers[i]))
            counts[i] = [form.count_in(folded) for form in needle.forms]
    return counts


def stretches(texts: Texts, numbers: Array) -> Iterator[tuple[int, Array, Array, Array]]:
    """Yield some of the texts at a time: the first of `numbers`, and units with where in them each text is.

    Texts close together are looked through with what lies between them, others are copied together.
    """
    starts, ends = texts.starts[numbers].astype(np.int64), texts.starts[numbers + 1].astype(np.int64)
    sizes = (ends - starts).cumsum()
    total = int(sizes[-1]) if len(sizes) else 0
    cuts = [0] if total else []
    if total > _UNITS_AT_A_TIME:
        cuts = distinct(sizes.searchsorted(np.arange(1, total + 1, _UNITS_AT_A_TIME))).tolist()
    for first, last in zip(cuts, [*cuts[1:], len(numbers)][: len(cuts)], strict=True):
        from_, to = starts[first:last], ends[first:last]
        begin, end = int(from_[0]), int(to[-1])
        lengths = to - from_
        if end - begin <= _COPYING * int(lengths.sum()):
            yield first, texts.units[begin:end], from_ - begin, to - begin
        else:
            ends_of_copies = lengths.cumsum()
            yield first, texts.units[spread(from_, lengths)], ends_of_copies - lengths, ends_of_copies


def apart(starts: Array, ends: Array) -> list[int]:
    """Return which of some occurrences are counted where a search goes on behind each that it finds.

    `starts` ascend; occurrences in different texts never overlap.
    """
    counted: list[int] = []
    last = 0
    for i, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        if start >= last:
            counted.append(i)
            last = end
    return counted


def matching_proximity(view: SegmentView, q: Proximity, docs: Array) -> Array:
    """Return those of `docs`, which have both, where they are near each other."""
    texts = view.file.texts(q.fieldname)
    if texts is None or not len(docs):
        return docs[:0]
    originals = [texts.of_document(doc) or "" for doc in docs.tolist()]
    folded = default_folder().fold(originals).texts()
    return docs[np.fromiter(map(q.matches_text, folded), np.bool_, len(docs))]
