"""What the passages on a cluster say of words: which begin so, which are nearly so, what is in marks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from jsisa_search.cluster.compiler import Clause, all_of, any_of, string_clause
from jsisa_search.cluster.connection import Body
from jsisa_search.cluster.mapping import ENCLOSED, FOLDED, PACKED, WORDS
from jsisa_search.cluster.packing import original
from jsisa_search.cluster.passages import CANDIDATE_FIELDS, Passage, Passages
from jsisa_search.lexicon.assist.pinyin import load_pinyin
from jsisa_search.lexicon.corpus.harvest import quotation_forms

if TYPE_CHECKING:
    from jsisa_search.cluster.searcher import ClusterSearcher

#: Passages that are read for their words, of those in which one may be.
_SAMPLE = 300
# Of so many passages of a shard the sample is taken, and in so many quotations are counted: frequent words
# are in any of them, and all of a large cluster would take seconds.
_EXAMINED = 50_000

# Passages that are read for the abbreviations they define.
_DEFINING = 100

# Words and quotations that are counted exactly, of those that the sample has most often.
_COUNTED = 60
_MOST_NEAR = 200

# Ways to divide letters into syllables that are looked for: xian is one, or xi and an.
_MOST_READINGS = 4
_LATIN = re.compile(r"[a-z']{1,12}")

# What Lucene's expressions give a meaning to.
_SPECIAL = re.compile(r'([.?+*|{}\[\]()"\\#@&<>~^$-])')


def escaped(text: str) -> str:
    """Return an expression of Lucene for a text as it is."""
    return _SPECIAL.sub(r"\\\1", text)


def sound_patterns(typed: str) -> list[str]:
    """Return expressions for words that Latin letters may stand for by their sound, in full or initials.

    None where the letters are no pinyin, or the optional package for it is missing.
    """
    pinyin = load_pinyin()
    if pinyin is None or not _LATIN.fullmatch(typed):
        return []
    readings = islice(pinyin.readings(typed.replace("'", "")), _MOST_READINGS)
    return ["".join(f"[{characters}]" for characters in reading) for reading in readings]


def words_body(patterns: Sequence[str]) -> Body:
    """Return the search for passages with words that begin as one of some expressions says."""
    return _sample(any_of(_words(patterns)), _SAMPLE)


def words_of(answer: Mapping[str, Any], patterns: Sequence[str]) -> Counter[str]:
    """Return the words in such passages that begin so, with the passages that have each; of each some."""
    counts: Counter[str] = Counter()
    for words in Passages([Passage.of_hit(hit) for hit in answer["hits"]["hits"]]).words("text"):
        counts.update(set(words.split()))
    found: Counter[str] = Counter()
    for pattern in patterns:
        begins = re.compile(pattern)
        beginning = Counter({word: count for word, count in counts.items() if begins.match(word)})
        found |= Counter(dict(beginning.most_common(_COUNTED)))
    return found


def is_whole(answer: Mapping[str, Any]) -> bool:
    """Return whether an answer has all passages that match."""
    hits = answer["hits"]
    return bool(hits["total"]["value"] <= len(hits["hits"]))


def words_near(searcher: ClusterSearcher, word: str, edits: int) -> dict[str, int]:
    """Return the words and quotations that differ from one in some edits, with the passages that have each.

    Those of a few thousand that are as near, the most frequent first.
    """
    asked = {"words": _near("text" + WORDS, word, edits, 0)}
    for number, (left, right) in enumerate(_marks()):
        asked[f"marks{number}"] = _near(ENCLOSED, left + word + right, edits, 1)
    answer = searcher.connection.search({"size": 0, "suggest": asked}, track_total_hits=False)
    found: Counter[str] = Counter()
    for name, (entry,) in answer["suggest"].items():
        for option in entry["options"]:
            text = option["text"] if name == "words" else option["text"][1:-1]
            found[text] = max(found[text], option["freq"])
    return found


def enclosed_body(patterns: Sequence[str]) -> Body:
    """Return the search for what is in marks and begins as one of some expressions says."""
    opening = "|".join(escaped(left) for left, _ in _marks())
    expression = f"({opening})({'|'.join(patterns)}).*"
    values = {"field": ENCLOSED, "include": expression, "size": _COUNTED, "execution_hint": "map"}
    one = {"top_hits": {"size": 1, "_source": False, "docvalue_fields": [PACKED]}}
    return {
        "size": 0,
        "query": _expression(ENCLOSED, expression),
        "terminate_after": _EXAMINED,
        "aggs": {"found": {"terms": values, "aggs": {"one": one}}},
    }


def enclosed_of(answer: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield a text for each, and how many passages have the same in the same marks."""
    for bucket in answer["aggregations"]["found"]["buckets"]:
        (hit,) = bucket["one"]["hits"]["hits"]
        yield _text_of(hit), bucket["doc_count"]


def titles_body(folded: str, sounds: Sequence[str]) -> Body:
    """Return the search for titles of releases that begin with a text, or have words that begin so."""
    pairs = [folded[at : at + 2] for at in range(len(folded) - 1)]
    field = "text" + FOLDED
    begins: Clause
    if pairs:
        terms = [{"span_term": {field: pair}} for pair in pairs]
        begins = {"span_near": {"clauses": terms, "slop": 0, "in_order": True}}
    else:
        prefix = {"prefix": {field: {"value": folded, "rewrite": "top_terms_500"}}}
        begins = {"span_multi": {"match": prefix}}
    first = {"span_first": {"match": begins, "end": max(len(pairs), 1)}}
    return _sample(all_of([any_of([first, *_words(sounds)]), {"term": {"kind": "title"}}]), _SAMPLE)


def defining_body(folded: str, sounds: Sequence[str]) -> Body:
    """Return the search for texts that may define an abbreviation, and contain a text or words like it."""
    named = any_of([string_clause("text", folded), *_words(sounds)])
    return _sample(all_of([string_clause("text", "称"), named]), _DEFINING)


def texts_body(strings: Iterable[str], most: int) -> Body:
    """Return the search for some passages that contain all of some folded strings."""
    return _sample(all_of([string_clause("text", string) for string in strings]), most)


def texts_of(answer: Mapping[str, Any]) -> list[str]:
    """Return the texts of the passages in an answer."""
    return [_text_of(hit) for hit in answer["hits"]["hits"]]


def quoting_texts(searcher: ClusterSearcher, strings: Iterable[str], size: int) -> Iterator[str]:
    """Yield all texts that put something in marks, or contain one of some strings."""
    clause = any_of([{"exists": {"field": ENCLOSED}}, *(string_clause("text", text) for text in strings)])
    for hit in searcher.connection.scan(clause, "place", size, **CANDIDATE_FIELDS):
        yield _text_of(hit)


def _text_of(hit: Mapping[str, Any]) -> str:
    """Return the text of a hit with `CANDIDATE_FIELDS`."""
    text: str = original(Passage.of_hit(hit).source)["text"]
    return text


def _words(patterns: Sequence[str]) -> list[Clause]:
    """Return for each expression what has a word that begins as it says."""
    return [_expression("text" + WORDS, f"{pattern}.*") for pattern in patterns]


def _expression(field: str, pattern: str) -> Clause:
    return {"regexp": {field: {"value": pattern, "flags": "NONE"}}}


def _sample(clause: Clause, size: int) -> Body:
    """Return the search for some of the passages that match, the same whenever it is asked."""
    scored = {"query": {"constant_score": {"filter": clause}}, "random_score": {"seed": 1, "field": "place"}}
    return {
        "size": size,
        "query": {"function_score": {**scored, "boost_mode": "replace"}},
        "terminate_after": _EXAMINED,
        "track_total_hits": True,
        **CANDIDATE_FIELDS,
    }


def _near(field: str, text: str, edits: int, same: int) -> dict[str, Any]:
    """Return the request for terms that differ in some edits, the first `same` characters being equal."""
    options = {
        "field": field,
        "analyzer": "keyword",
        "suggest_mode": "always",
        "sort": "frequency",
        "max_edits": edits,
        "prefix_length": same,
        "min_word_length": 1,
        "accuracy": 0.0,
        "size": _MOST_NEAR,
        "shard_size": 1_000,
        "max_inspections": 20,
    }
    return {"text": text, "term": options}


def _marks() -> list[tuple[str, str]]:
    return [(mark[0], mark[1]) for form in quotation_forms() for mark in form.marks]
