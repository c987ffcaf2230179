"""Documents as a cluster keeps them; no cluster is needed."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.analysis import default_segmenter
from jsisa_search.analysis.marks import quotation_of
from jsisa_search.cluster.documents import around_of, cluster_document
from jsisa_search.cluster.mapping import AROUND, SEPARATED, TIMES


def _passage(text: str) -> dict[str, Any]:
    passage = {"kind": "paragraph", "release": "0", "path": "a", "sequence": 0, "text": text}
    return cluster_document(passage, 1, default_segmenter())


@given(st.text(alphabet="网格化管理，。“” 5a.-", min_size=1, max_size=30))
def test_letters_follow_each_other_in_the_text_or_are_separated_by_marks(text: str) -> None:
    """So a quotation is found by its pairs of letters, however it is punctuated."""
    found = _passage(text)
    pairs = {*map("".join, pairwise(found["text_folded"])), *found.get(SEPARATED, "").split(" ")}
    quotation = quotation_of(text)
    letters = quotation.letters if quotation else found["text_folded"]
    assert set(map("".join, pairwise(letters))) <= pairs


@given(st.lists(st.text(alphabet="网格化管理工作 \u200b，。a5", max_size=30), min_size=1, max_size=4))
def test_a_release_has_each_of_its_words_with_how_often_it_occurs(texts: list[str]) -> None:
    """What marks the number is in no word, as folded texts have nothing that is invisible."""
    passages = [_passage(text) for text in texts]
    counted = Counter[str]()
    for term in around_of(passages)[AROUND].split():
        word, _, times = term.partition(TIMES)
        counted[word] += int(times or 1)
    assert counted == Counter(word for each in passages for word in each["text_words"].split())
