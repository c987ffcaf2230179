"""Grams: the characters and pairs of a text, on arrays as token by token."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from whoosh.fields import Schema

from jsisa_search.analysis.analyzers import GRAMS, GramAnalyzer, grams
from jsisa_search.analysis.fold import fold
from jsisa_search.codec.segment.term_dictionary import as_bytes
from jsisa_search.codec.writing.inverter import gram_terms, invert_grams

TEXTS = st.lists(
    st.text(st.sampled_from("网格化理治，。 Ａａ１𠮷國Ⅲ\n\u200b"), max_size=12), min_size=1, max_size=6
)


def test_pairs_overlap_and_reach_over_punctuation_and_blanks() -> None:
    """Whatever stands side by side is a pair."""
    assert grams("网格, 化", 2) == ["网格", "格,", ", ", " 化"]


def test_a_text_shorter_than_a_gram_has_none() -> None:
    """One character has no pair."""
    assert grams("网", 2) == []


def test_tokens_carry_the_place_of_their_characters() -> None:
    """Offsets point into the original, the text of a token is folded."""
    tokens = [
        (token.text, token.pos, token.startchar, token.endchar, token.original)
        for token in GramAnalyzer(2)("國ＡＢ", positions=True, chars=True, keeporiginal=True)
    ]
    assert tokens == [("国a", 0, 0, 2, "國Ａ"), ("ab", 1, 1, 3, "ＡＢ")]


def test_a_schema_takes_fields_of_grams(tmp_path: Path) -> None:
    """Whoosh gets each gram with its frequency."""
    field = Schema(pairs=GRAMS(2))["pairs"]
    assert {text.decode(): freq for text, freq, _, _ in field.index("哈哈哈")} == {"哈哈": 2}


@given(texts=TEXTS, size=st.sampled_from([1, 2]))
def test_arrays_hold_what_the_analyzer_yields(texts: list[str], size: int) -> None:
    """Terms, documents, frequencies and lengths are those of the tokens, in order."""
    numbers, postings, lengths = invert_grams(texts, np.arange(len(texts)) * 3, size)
    expected = {
        (gram.encode(), 3 * doc): freq
        for doc, text in enumerate(texts)
        for gram, freq in Counter(grams(fold(text), size)).items()
    }
    terms = as_bytes(gram_terms(numbers, size))
    spread = [term for term, count in zip(terms, postings.counts.tolist(), strict=True) for _ in range(count)]
    found = list(zip(spread, postings.docs.tolist(), strict=True))
    assert dict(zip(found, postings.freqs.tolist(), strict=True)) == expected
    assert found == sorted(expected)
    assert lengths.tolist() == [len(grams(fold(text), size)) for text in texts]
