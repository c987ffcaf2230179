"""Stored texts: folded for the search, and back as they were written."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from jsisa_search.analysis import fold
from jsisa_search.analysis.bulk_folding import as_text, default_folder
from jsisa_search.codec.segment.container import Container, ContainerWriter
from jsisa_search.codec.segment.texts import TextBuffer, Texts, write_texts

TEXTS = st.lists(
    st.text(
        st.one_of(
            st.sampled_from("张國　 \t\n\u200b\u00ad1２3,，.ⅢaB℃㈠㎡𠮷🄂"),
            st.characters(exclude_categories=["Cs"]),
        ),
        max_size=20,
    ),
    min_size=1,
    max_size=6,
)


@given(TEXTS)
@example(["\u200b", "", " ", "🄂345", "１,２３４　中", "Ⅲ\u200bⅢ", "中 Ⅲ 1,000 ㎡\u200b"])
def test_texts_come_back_as_they_were_written(texts: list[str]) -> None:
    """All together, one by one, and after a merge; what is searched is the folded text."""
    buffer = TextBuffer()
    for doc, text in enumerate(texts):
        buffer.add(doc, text)
    count = len(texts)
    part = buffer.part(np.arange(count), count, default_folder())
    assert [list(part.originals())[row - 1] for row in part.rows.tolist()] == texts
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "texts.segment"
        with ContainerWriter(path) as writer:
            write_texts(writer, "text/text/", [part, part])
            writer.finish({})
        with closing(Container(path)) as container:
            stored = Texts(container, "text")
            assert [stored.of_document(doc) for doc in range(2 * count)] == texts * 2
            again = stored.part(np.arange(0, 2 * count, 2))
            originals = list(again.originals())
            assert [originals[row - 1] for row in again.rows.tolist()] == (texts * 2)[::2]
            for number in range(len(stored)):
                units = stored.units[int(stored.starts[number]) : int(stored.starts[number + 1])]
                folded = fold(stored.original(number))
                assert as_text(units) == "".join("\ud800" if char > "\uffff" else char for char in folded)
