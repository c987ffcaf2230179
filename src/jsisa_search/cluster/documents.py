"""Documents as a cluster keeps them, and back: the fields of `mapping.py` from those of the schema."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.util.times import datetime_to_long, long_to_datetime

from jsisa_search.analysis import Segmenter, fold, is_counted, is_indexed, subwords
from jsisa_search.analysis.marks import mark_table
from jsisa_search.cluster.cuts import cuts_of
from jsisa_search.cluster.mapping import (
    AROUND,
    CUTS,
    DAY,
    ENCLOSED,
    FIGURE_UNITS,
    FIGURE_VALUES,
    FIGURES,
    FOLDED,
    SEPARATED,
    TEXTS,
    TIMES,
    WEEK,
    WINDOW_COUNT,
    WINDOW_NUMBERS,
    WINDOWS,
    WORDS,
)
from jsisa_search.cluster.packing import original
from jsisa_search.lexicon.corpus.harvest import quotation_forms
from jsisa_search.schema import FIGURE_NUMBERS, PASSAGE_BITS, RECORD_KIND, RELEASE_KIND, UNDATED
from jsisa_search.search.results.reprint_rule import days_of

#: Fields of the schema that a cluster keeps as they are.
_SAME = (
    "kind",
    "release",
    "path",
    "record",
    "sequence",
    "said",
    "line",
    "page",
    "paragraph",
    "section",
    "source",
    "publisher",
    "author",
    "issuer",
    "document_number",
    "precision",
    "date_from",
    "file",
)

#: Facts of a release that are dates, by what reads them.
_MOMENTS, _DAYS = ("published", "date"), ("dated", "saved")

#: A row of the figures of a passage.
FIGURE_ROW = np.dtype(list(FIGURE_NUMBERS))

#: Passages of a release from this number on share it in `sequence`; documents have places of their own.
_LAST = (1 << PASSAGE_BITS) - 1


def words_of(folded: str, segmenter: Segmenter) -> str:
    """Return the words of a text as one string, ` word ` each, with a line end after each position.

    A word comes with the words inside it, at the position of the first; punctuation has positions of its own.
    """
    return _words_string(segmenter.cut(folded), segmenter)


def _words_string(words: Iterable[str], segmenter: Segmenter) -> str:
    return "".join([_form(word, segmenter) for word in words])


@lru_cache(maxsize=1 << 16)
def _form(word: str, segmenter: Segmenter) -> str:
    """Return what one word of a text adds to its words; the same few thousand make up most of all texts."""
    parts = [*(part for part, _ in subwords(word, segmenter)), word] if is_indexed(word) else []
    return "".join(f" {part} " for part in parts) + "\n" * is_counted(word)


def count_words(words: str) -> int:
    """Return the number of words in a string that `words_of` made."""
    return words.count(" ") // 2


def cluster_document(document: Mapping[str, Any], number: int, segmenter: Segmenter) -> dict[str, Any]:
    """Return a document of the schema as a cluster keeps it.

    `number` is 0 for a record and for the facts of a release, then that of the passage from 1 on.
    """
    found = {name: document[name] for name in _SAME if document.get(name) is not None}
    found["place"] = _place(document, number)
    if document["kind"] == RECORD_KIND:
        return found
    if (shown := document.get("_stored_path")) and shown != document["path"]:
        found["shown_path"] = shown
    if document["kind"] == RELEASE_KIND:
        sketch = np.frombuffer(document.get("sketch") or b"", "<u4")
        return found | {"facts": _facts_to_json(document["facts"])} | _sketch_fields(sketch)
    published = document.get("published")
    found["published"] = datetime_to_long(published) if published else UNDATED
    if published:
        found["month"] = f"{published:%Y-%m}"
    for name in TEXTS:
        found |= _text_fields(name, document, segmenter)
    folded = found["text" + FOLDED]
    if separated := _separated(folded):
        found[SEPARATED] = separated
    found["length_text"] = len(folded)
    if packed := document.get("figures"):
        found |= _figure_fields(packed)
    enclosed = {match[1] for pattern in _enclosing() for match in pattern.finditer(folded)}
    if enclosed:
        found[ENCLOSED] = sorted(enclosed)
    return found


def terms_of(words: str) -> str:
    """Return the words in a string that `words_of` made as a cluster indexes them."""
    return " ".join(words.split())


def around_of(passages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the document of a release has of its passages: their words, and their day."""
    counts = Counter(" ".join(passage["text" + WORDS] for passage in passages).split())
    words = (word if count == 1 else f"{word}{TIMES}{count}" for word, count in counts.items())
    found: dict[str, Any] = {AROUND: " ".join(words)}
    days = days_of(np.array([passage["published"] for passage in passages[:1]], np.int64)).tolist()
    return found | {name: day // size for day in days for name, size in ((DAY, 1), (WEEK, 7))}


def key_of(found: Mapping[str, Any], number: int) -> str:
    """Return the id of a document on the cluster, the same whenever its file is written."""
    if found["kind"] == RECORD_KIND:
        return "file-" + hashlib.sha256(found["record"].encode()).hexdigest()[:40]
    return f"{found['release']}-{number}"


def stored_of(source: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the array engine would return as stored of a document."""
    found = dict(original(source))
    found["path"] = source.get("shown_path", source.get("path"))
    if published := source.get("published"):
        found["published"] = long_to_datetime(published)
    else:
        found.pop("published", None)
    if facts := source.get("facts"):
        found["facts"] = _facts_from_json(facts)
    return found


def _place(document: Mapping[str, Any], number: int) -> int:
    """Return the number of a document among all: `sequence` for passages, as far as that has numbers.

    Other documents, and passages beyond, have a negative one.
    """
    if document["kind"] not in (RECORD_KIND, RELEASE_KIND) and number <= _LAST:
        return int(document["sequence"])
    named = f"{document.get('release', document.get('record'))} {number}".encode()
    return -1 - (int.from_bytes(hashlib.sha256(named).digest()[:8], "big") >> 1)


def _text_fields(name: str, document: Mapping[str, Any], segmenter: Segmenter) -> dict[str, Any]:
    """Return a text, its folded characters and its words.

    What is shown but not searched, such as the title of a title, has no words.
    """
    searched = document.get(name)
    shown = document.get(f"_stored_{name}", searched)
    if shown is None:
        return {}
    if name == "text":
        folded = fold(shown)
        cut = [*segmenter.cut(folded)] if searched else []
        words = _words_string(cut, segmenter)
        found: dict[str, Any] = {CUTS: cuts_of(cut, segmenter), name + WORDS: words}
    else:
        folded, words = _folded_and_words_of_title(shown, bool(searched), segmenter)
        found = {name + WORDS: words} if words else {}
    if count := count_words(words):
        found[f"length_{name}_words"] = count
    return found | {name: shown, name + FOLDED: folded}


def _sketch_fields(sketch: NDArray[Any]) -> dict[str, Any]:
    """Return the sketch of a release, the number of its windows and the least of their hashes (uint32)."""
    if len(sketch) < 2:
        return {}
    count, *hashes = sketch.tolist()
    return {
        WINDOW_COUNT: count,
        WINDOWS: sketch[1:].astype(">u4").tobytes().hex(" ", 4),
        WINDOW_NUMBERS: hashes,
    }


# The passages of a release have the same title, and those of a section the same heading.
@lru_cache(maxsize=1 << 12)
def _folded_and_words_of_title(text: str, is_searched: bool, segmenter: Segmenter) -> tuple[str, str]:
    folded = fold(text)
    return folded, words_of(folded, segmenter) if is_searched else ""


def _figure_fields(packed: bytes) -> dict[str, Any]:
    """Return the figures of a passage, and the values and units by which they are found."""
    rows = np.frombuffer(packed, FIGURE_ROW)
    values = np.clip(rows["value"], -sys.float_info.max, sys.float_info.max)  # JSON has no infinity
    return {
        FIGURES: base64.b64encode(packed).decode("ascii"),
        FIGURE_VALUES: sorted(set(values.tolist())),
        FIGURE_UNITS: sorted(set(rows["unit"].tolist())),
    }


def figures_of(value: str) -> Any:
    """Return the rows of the figures of a passage (a structured array), from the value of their field."""
    # A cluster gives it back without the padding; more of that than is needed is ignored.
    return np.frombuffer(base64.b64decode(f"{value}=="), FIGURE_ROW)


@cache
def _enclosing() -> tuple[re.Pattern[str], ...]:
    """Return the patterns of what is in marks: all that is as long as a coinage or title may be."""
    found = []
    for form in quotation_forms():
        for left, right in map(tuple, form.marks):
            inside = f"[^{re.escape(left + right)}]{{{form.shortest},{form.longest}}}"
            # Looked ahead at: one may begin within another, where both marks are the same.
            found.append(re.compile(f"(?=({re.escape(left)}{inside}{re.escape(right)}))"))
    return tuple(found)


def _separated(folded: str) -> str:
    """Return the pairs of letters of a folded text with nothing but punctuation and blanks between them."""
    gaps = (match.span() for match in _marks().finditer(folded))
    pairs = {folded[start - 1] + folded[end] for start, end in gaps if start and end < len(folded)}
    return " ".join(sorted(pairs))


@cache
def _marks() -> re.Pattern[str]:
    """Return the expression for runs of punctuation and blanks."""
    marks = "".join(map(re.escape, map(chr, np.flatnonzero(mark_table()).tolist())))
    return re.compile(f"[{marks}]+")


def _facts_to_json(facts: Mapping[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False, default=lambda moment: moment.isoformat())


def _facts_from_json(text: str) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(text)
    facts |= {name: datetime.fromisoformat(facts[name]) for name in _MOMENTS if facts.get(name)}
    facts |= {name: date.fromisoformat(facts[name]) for name in _DAYS if facts.get(name)}
    return facts
