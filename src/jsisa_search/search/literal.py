"""Where a string stands: candidates from the postings of its grams, confirmed in the folded text.

One or two characters need no confirmation. A field without grams (titles and headings, of which there
are few distinct ones) is looked through as a whole.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis.grams import grams
from jsisa_search.codec.term_postings import search_sorted
from jsisa_search.codec.texts import ASTRAL, Texts, code_points, default_folder, has_unit
from jsisa_search.query.literal import CHARS, PAIRS
from jsisa_search.search.conjunction import conjunction
from jsisa_search.search.leaf import Leaf
from jsisa_search.search.segment_view import SegmentView

Array = NDArray[Any]


class Needle:
    """A folded string to look for, as it lies in stored texts."""

    def __init__(self, folded: str) -> None:
        points = code_points(folded)
        plain = has_unit(points)
        self.text = folded
        self.units = np.where(plain, points, ASTRAL).astype("<u2").tobytes()
        #: Whether equal units may stand for other characters.
        self.is_ambiguous = not plain.all()

    def count_in(self, texts: Texts, number: int) -> int:
        """Return how often the string stands in text `number`, not counting overlaps."""
        if self.is_ambiguous:
            folded = default_folder().fold_all([texts.original(number)])[0]
            return folded.count(self.text)
        memory, first = texts.memory, texts.first_byte
        end = first + 2 * int(texts.starts[number + 1])
        found = 0
        at = memory.find(self.units, first + 2 * int(texts.starts[number]), end)
        while at >= 0:
            is_aligned = not (at - first) % 2
            found += is_aligned
            at = memory.find(self.units, at + (len(self.units) if is_aligned else 1), end)
        return found


def gram_field(fieldname: str, text: str) -> tuple[str, list[str]]:
    """Return the field of grams that finds `text` in `fieldname`, and the grams to find there."""
    size = min(len(text), 2)
    return fieldname + (PAIRS if size == 2 else CHARS), list(dict.fromkeys(grams(text, size)))


def confirmed(leaves: list[Leaf], needle: Needle, fieldname: str, allowed: Array | None) -> Array:
    """Return the documents that have all grams of the needle, `leaves`, and the needle itself."""
    docs = conjunction(leaves, allowed).docs
    if len(needle.text) <= 2:
        return docs
    counts = occurrences(leaves[0].view, needle, fieldname, docs)
    return docs[counts > 0]


def occurrences(view: SegmentView, needle: Needle, fieldname: str, docs: Array) -> Array:
    """Return how often the needle stands in the stored text of each of `docs` (int64)."""
    texts = view.file.texts(fieldname)
    if texts is None:
        return np.zeros(len(docs), np.int64)
    numbers = (texts.rows[docs].astype(np.int64) - 1).tolist()
    counts = [needle.count_in(texts, number) if number >= 0 else 0 for number in numbers]
    return np.array(counts, np.int64)


def count_by_grams(view: SegmentView, needle: Needle, fieldname: str, docs: Array) -> int | None:
    """Return how often the needle stands in the texts of `docs`, ascending, by how often its one gram does.

    `None` where they don't tell: longer needles, and 哈哈, which overlaps itself in 哈哈哈.
    """
    name, parts = gram_field(fieldname, needle.text)
    field = view.file.field(name)
    if field is None or len(needle.text) > 2 or (len(needle.text) == 2 and len(set(needle.text)) == 1):
        return None
    number = field.terms.find(parts[0].encode("utf-8", "surrogatepass")) if parts else -1
    if number < 0:
        return 0
    term = field.term(number)
    at, present = search_sorted(view.docs(term), docs.astype(view.doc_dtype))
    freqs = term.freqs_at(at[present])
    return int(present.sum()) if freqs is None else int(freqs.sum(dtype=np.int64))


def looked_through(view: SegmentView, needle: Needle, fieldname: str, allowed: Array | None) -> Array:
    """Return the documents with the needle in a field without grams."""
    texts = view.file.texts(fieldname)
    if texts is None or not len(texts):
        return np.zeros(0, view.doc_dtype)
    has_needle = np.zeros(len(texts) + 1, np.bool_)
    has_needle[_texts_with(texts, needle) + 1] = True
    if not has_needle.any():
        return np.zeros(0, view.doc_dtype)
    found = has_needle.take(texts.rows)
    if allowed is not None:
        found &= allowed
    return np.flatnonzero(found).astype(view.doc_dtype)


def _texts_with(texts: Texts, needle: Needle) -> Array:
    """Return the numbers of the texts that contain the needle (int64, ascending)."""
    memory, first = texts.memory, texts.first_byte
    end = first + 2 * len(texts.units)
    starts = texts.starts
    found: list[int] = []
    at = memory.find(needle.units, first, end)
    while at >= 0:
        unit, odd = divmod(at - first, 2)
        number = int(starts.searchsorted(unit, "right")) - 1
        text_end = int(starts[number + 1])
        fits = not odd and unit + len(needle.units) // 2 <= text_end
        if fits and (not needle.is_ambiguous or needle.count_in(texts, number)):
            found.append(number)
        # One occurrence is enough: go on behind this text.
        at = memory.find(needle.units, first + 2 * text_end if fits else at + 1, end)
    return np.array(found, np.int64)
