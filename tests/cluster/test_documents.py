"""Documents as a cluster keeps them; no cluster is needed."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.analysis import default_segmenter
from jsisa_search.analysis.marks import quotation_of
from jsisa_search.cluster.documents import cluster_document
from jsisa_search.cluster.mapping import SEPARATED


@given(st.text(alphabet="网格化管理，。“” 5a.-", min_size=1, max_size=30))
def test_letters_follow_each_other_in_the_text_or_are_separated_by_marks(text: str) -> None:
    """So a quotation is found by its pairs of letters, however it is punctuated."""
    passage = {"kind": "paragraph", "release": "0", "path": "a", "sequence": 0, "text": text}
    found = cluster_document(passage, 1, default_segmenter())
    pairs = {*map("".join, pairwise(found["text_folded"])), *found.get(SEPARATED, "").split(" ")}
    quotation = quotation_of(text)
    letters = quotation.letters if quotation else found["text_folded"]
    assert set(map("".join, pairwise(letters))) <= pairs
