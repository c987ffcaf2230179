"""How documents lie in an index of a cluster: fields, analysis, similarity, and the version of all that."""

from __future__ import annotations

from typing import Any

from jsisa_search.analysis import FOLDING_VERSION
from jsisa_search.query.evidence import weights
from jsisa_search.schema import SCHEMA_VERSION

#: Incremented whenever documents on a cluster change their fields.
MAPPING_VERSION = 9

#: BM25's parameters of words and single characters, as `search/ranking/scoring.py` has them on arrays.
K1, B = 0.9, 0.4

#: The text fields of a passage.
TEXTS = ("text", "title", "heading", "subheading")

#: Suffixes of the fields of a text: its words as terms, and the pairs of its folded characters.
WORDS, FOLDED = "_words", "_folded"

#: Where the words of a text are in its folded characters.
CUTS = "text_cuts"
#: The pairs of letters of a text that punctuation separates: for quotations with other punctuation.
SEPARATED = "text_separated"
#: What a text puts in marks, with the marks.
ENCLOSED = "enclosed"
#: The distinct words of a release, in the document of the release; behind one that occurs several times, how
#: often it does. Folded texts have nothing that is invisible, so that no word contains what is between.
AROUND, TIMES = "around", "\u200b"

#: The figures of a passage: as rows, and by the value and the unit of each.
FIGURES, FIGURE_VALUES, FIGURE_UNITS = "figures", "figure_values", "figure_units"

#: The sketch of a release: the hashes of its windows, by which others are found that share some, the same as
#: numbers, to be counted, and how many windows it has. Then its day, as `days_of` has it, and the week of it.
WINDOWS, WINDOW_NUMBERS, WINDOW_COUNT, DAY, WEEK = "windows", "window_numbers", "window_count", "day", "week"

#: Fields of strings that are looked up, filtered by and counted as they are.
KEYWORDS = (
    "kind",
    "release",
    "path",
    "record",
    "source",
    "publisher",
    "author",
    "issuer",
    "document_number",
    "section",
    "date_from",
    "month",
    ENCLOSED,
)

#: Fields whose sums and counts BM25 needs: the length of a text in each of its term spaces.
LENGTHS = ("length_text_words", "length_text", *(f"length_{name}_words" for name in TEXTS[1:]))

#: What every document has, empty where it is about something else. Lucene reads the length of a field for
#: every posting that it writes: from an array where all documents of a segment have one, else by a search.
EMPTY = dict.fromkeys(("text" + WORDS, "text" + FOLDED), "")

#: What a passage stores, as one value.
PACKED = "packed"

#: What is not in that value: what files and releases store, and what is only searched.
_OF_RELEASES = ("file", "facts", WINDOWS, WINDOW_COUNT, DAY)
_ONLY_INDEXED = (SEPARATED, ENCLOSED, AROUND, FIGURE_VALUES, FIGURE_UNITS, WINDOW_NUMBERS, PACKED)
_FROM_OTHERS = ("text" + WORDS, *(name + FOLDED for name in TEXTS[1:]), "month")
NOT_PACKED = (*_OF_RELEASES, *_ONLY_INDEXED, FIGURES, *_FROM_OTHERS)

#: What of a passage is nowhere but in that value.
ONLY_PACKED = (*TEXTS, CUTS, "line", "page", "precision", "shown_path", "below_lead")

#: What documents store as they came: files and releases all that is read of them.
_SOURCE = ["kind", "release", "path", "shown_path", "record", "place", "sequence", "said", "generation"]

_WHITESPACE_TERM = 8_191  # characters of the longest term: three bytes each, and Lucene takes 32,766
_MAX_TERMS = 1_000_000


def version() -> dict[str, int]:
    """Return what an index must agree with to be used by this version of the program."""
    return {"mapping": MAPPING_VERSION, "schema": SCHEMA_VERSION, "folding": FOLDING_VERSION}


def index_body(settings: dict[str, Any], *, shards: int, replicas: int) -> dict[str, Any]:
    """Return the body with which an index is made; `settings` are stored with it."""
    return {
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "refresh_interval": "-1",
            # Copies get the finished segments of the first one, which halves the work of writing, and all of
            # them score alike.
            "replication.type": "SEGMENT",
            "max_terms_count": _MAX_TERMS,
            "max_regex_length": 10_000,
            "similarity": _similarities(),
            "analysis": _analysis(),
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"jsisa": {**version(), "settings": settings}},
            "_source": {"includes": [*_SOURCE, *_OF_RELEASES]},
            "properties": _properties(),
        },
    }


def _similarities() -> dict[str, Any]:
    return {
        "words": {"type": "BM25", "k1": K1, "b": B},
        "pairs": {"type": "BM25", "k1": weights().pairs_k1, "b": B},
        # Without the length, and with the rarity of the passages, which the query has as its boost.
        "around": {
            "type": "scripted",
            "script": {"source": f"return query.boost * doc.freq / (doc.freq + {K1})"},
        },
        "default": {"type": "BM25", "k1": K1, "b": B},
    }


def _analysis() -> dict[str, Any]:
    return {
        "tokenizer": {
            "pair": {"type": "ngram", "min_gram": 2, "max_gram": 2},
            "char": {"type": "ngram", "min_gram": 1, "max_gram": 1},
            "blank": {"type": "whitespace", "max_token_length": _WHITESPACE_TERM},
        },
        "filter": {"times": {"type": "delimited_term_freq", "delimiter": TIMES}},
        "analyzer": {
            "pairs": {"type": "custom", "tokenizer": "pair"},
            "chars": {"type": "custom", "tokenizer": "char"},
            "words": {"type": "custom", "tokenizer": "blank"},
            "counted_words": {"type": "custom", "tokenizer": "blank", "filter": ["times"]},
        },
    }


def _properties() -> dict[str, Any]:
    found: dict[str, Any] = {name: {"type": "keyword"} for name in KEYWORDS}
    found["paragraph"] = {"type": "integer"}
    found |= {name: {"type": "long"} for name in ("place", "published", "said")}
    found["sequence"] = {"type": "long", "index": False}
    found |= {name: {"type": "integer", "index": False} for name in LENGTHS}
    unsearched = {"index": False, "doc_values": False}
    found |= {name: {"type": "integer", **unsearched} for name in (WINDOW_COUNT, DAY)}
    found |= {FIGURE_VALUES: {"type": "double", "doc_values": False}}
    found |= {FIGURE_UNITS: {"type": "integer", "doc_values": False}}
    found |= {name: {"type": "long", "index": False} for name in (WINDOW_NUMBERS, WEEK)}
    stored = ("shown_path", "file", "facts", "generation")
    found |= {name: {"type": "keyword", **unsearched} for name in stored}
    # Words of titles and headings are scored as evidence, with what passages store.
    found |= {name + WORDS: _text("words", "docs", None) for name in TEXTS[1:]}
    found["text" + WORDS] = _text("words", "freqs", "words")
    for name in TEXTS:
        similarity = "pairs" if name == "text" else None
        chars = _text("chars", "freqs" if similarity else "docs", "words" if similarity else None)
        found[name + FOLDED] = _text("pairs", "positions", similarity) | {"fields": {"chars": chars}}
    found |= {name: {"type": "binary", "doc_values": True} for name in (PACKED, FIGURES)}
    found |= {name: _text("words", "docs", None) for name in (SEPARATED, WINDOWS)}
    found[AROUND] = _text("counted_words", "freqs", "around") | {"norms": False}
    return found


def _text(analyzer: str, options: str, similarity: str | None) -> dict[str, Any]:
    """Return a text field; without a similarity it is not scored and needs no norms."""
    found: dict[str, Any] = {"type": "text", "analyzer": analyzer, "index_options": options}
    return found | ({"similarity": similarity} if similarity else {"norms": False})
