"""Documents of short lists in segments of every size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from jsisa_search.codec.segment.container import Container, ContainerWriter
from jsisa_search.codec.segment.doc_lists import ShortDocs, ShortDocsWriter


@pytest.mark.parametrize(
    ("doc_count", "sizes"),
    [
        (0, {"docs.short": 2}),
        (65_536, {"docs.short": 2}),
        (65_537, {"docs.short": 2, "docs.short.halves": 1}),
        (1 << 20, {"docs.short": 2, "docs.short.halves": 1}),
        ((1 << 20) + 1, {"docs.short": 2, "docs.short.high": 1}),
        (1 << 24, {"docs.short": 2, "docs.short.high": 1}),
        ((1 << 24) + 1, {"docs.short": 2, "docs.short.high": 2}),
        (1 << 32, {"docs.short": 2, "docs.short.high": 2}),
    ],
)
def test_documents_come_back(tmp_path: Path, doc_count: int, sizes: dict[str, int]) -> None:
    """The first and the last document of a segment are kept in the smallest form, in pieces of any size."""
    docs = (
        np.unique(np.linspace(0, doc_count - 1, 99, dtype=np.int64)) if doc_count else np.zeros(0, np.int64)
    )
    path = tmp_path / "docs"
    with ContainerWriter(path) as writer:
        short = ShortDocsWriter(writer, "", count=len(docs), doc_count=doc_count)
        for piece in (docs[:1], docs[1:7], docs[7:]):
            short.append(piece.astype(np.uint32))
        short.finish()
        writer.finish({})
    file = Container(path)
    assert {name: file[name].itemsize for name in file.names()} == sizes
    read = ShortDocs(file, "", doc_count)
    assert len(read) == len(docs)
    for start, end in ((0, len(docs)), (0, 0), (1, 2), (3, 20), (8, 8), (len(docs) // 2, len(docs))):
        assert read.between(start, end).tolist() == docs[start:end].tolist()
        assert read.between(start, end).dtype == (np.uint16 if doc_count <= 65_536 else np.uint32)
