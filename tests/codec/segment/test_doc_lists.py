"""The containers of documents: what is written comes back, listed, by rank and looked up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from jsisa_search.codec.segment import doc_lists
from jsisa_search.codec.segment.container import Container, ContainerWriter
from jsisa_search.codec.segment.doc_lists import (
    ArrayContainer,
    BitmapContainer,
    ChunkedContainer,
    DocLists,
    DocListsWriter,
)
from tests.properties import examples

Array = NDArray[Any]

LONG = 100


def write_and_read(path: Path, lists: list[Array], doc_count: int, pieces: int = 2) -> DocLists:
    """Return the lists as they are read from a file to which they were written in some pieces."""
    counts = np.array([len(docs) for docs in lists])
    with ContainerWriter(path) as file:
        writer = DocListsWriter(file, "", counts=counts, doc_count=doc_count, long=LONG)
        for terms in np.array_split(np.arange(len(lists)), pieces):
            if len(terms):
                docs = np.concatenate([lists[term] for term in terms])
                writer.append(int(terms[0]), counts[terms], docs.astype(np.uint32))
        file.finish({})
    return DocLists(Container(path), "", doc_count, LONG)


def spaced(count: int, doc_count: int) -> Array:
    """Return some documents, the first and the last of all among them."""
    return np.unique(np.linspace(0, doc_count - 1, count, dtype=np.int64))


@pytest.mark.parametrize("doc_count", [1, 65_536, 65_537, 140_000, (1 << 24) + 1])
def test_every_container_gives_its_documents(tmp_path: Path, doc_count: int) -> None:
    """Short and long lists lie in one file, and each is listed, taken from and searched alike."""
    sizes = (1, 99, 5000, 20, min(doc_count, 400_000) // 3 + 1, 99, 101)
    lists = [spaced(min(size, doc_count), doc_count) for size in sizes]
    read = write_and_read(tmp_path / "docs", lists, doc_count)
    wanted = np.union1d(spaced(1000, doc_count), lists[2])
    high = Container(tmp_path / "docs").get("docs.array.high")
    assert high is None or high.dtype == np.min_scalar_type(doc_count >> 16)
    for term, docs in enumerate(lists):
        found = read.of(term)
        dtype = np.uint16 if doc_count <= 65_536 else np.uint32
        assert (found.docs().tolist(), found.docs().dtype) == (docs.tolist(), dtype)
        ranks = np.arange(0, len(docs), 3)
        assert found.at(ranks).tolist() == docs[ranks].tolist()
        at, is_there = found.find(wanted.astype(dtype))
        assert at.tolist() == docs.searchsorted(wanted).tolist()
        assert is_there.tolist() == np.isin(wanted, docs).tolist()


@pytest.mark.parametrize(("doc_count", "chunked"), [(65_536, ArrayContainer), (65_537, ChunkedContainer)])
def test_the_smallest_container_is_taken(tmp_path: Path, doc_count: int, chunked: type) -> None:
    """Long lists are chunked, those of more than every twelfth document are bitmaps."""
    lists = [spaced(count, doc_count) for count in (LONG - 1, doc_count // 12, doc_count // 12 + 1)]
    read = write_and_read(tmp_path / "docs", lists, doc_count)
    assert [type(read.of(term)) for term in range(3)] == [ArrayContainer, chunked, BitmapContainer]
    file = Container(tmp_path / "docs")
    assert ("docs.array.high" in file) == ("long.chunks" in file) == (doc_count > 65_536)
    assert file["docs.bitmap"].shape == (1, -(-doc_count // 64))


@pytest.mark.slow
@examples(1 / 15)  # a file is written each time
@pytest.mark.parametrize("doc_count", [60_000, 140_000])
@given(data=st.data())
def test_documents_of_neighbouring_terms(
    tmp_path_factory: pytest.TempPathFactory, doc_count: int, data: st.DataObject
) -> None:
    """What is read in bulk is the concatenation of the lists, wherever long terms lie among short ones."""
    counts = data.draw(st.lists(st.sampled_from([1, 2, 99, 100, 8000, 20_000]), min_size=1, max_size=6))
    lists = [spaced(count, doc_count) for count in counts]
    read = write_and_read(tmp_path_factory.mktemp("x") / "docs", lists, doc_count, pieces=3)
    start = data.draw(st.integers(0, len(lists)))
    end = data.draw(st.integers(start, len(lists)))
    expected = [doc for docs in lists[start:end] for doc in docs.tolist()]
    assert read.between(start, end).tolist() == expected


def test_chunks_without_documents(tmp_path: Path) -> None:
    """Documents that are looked up in an empty chunk have the rank of the next document."""
    docs = np.concatenate([np.arange(150), np.arange(150) + 2 * 65_536])
    read = write_and_read(tmp_path / "docs", [docs], 3 * 65_536)
    wanted = np.array([3, 65_536, 131_071, 131_072, 131_300, 196_607], np.uint32)
    at, found = read.of(0).find(wanted)
    assert at.tolist() == [3, 150, 150, 150, 300, 300]
    assert found.tolist() == [True, False, False, True, False, False]


@pytest.mark.parametrize("count_ones", [doc_lists.count_ones, doc_lists._count_ones])
def test_a_bitmap_counts_its_ones(monkeypatch: pytest.MonkeyPatch, count_ones: Callable[..., Any]) -> None:
    """NumPy's own function and the one for older versions give the same ranks."""
    monkeypatch.setattr(doc_lists, "count_ones", count_ones)
    docs = np.arange(13, 140_000, 14, dtype=np.uint32)
    bits = BitmapContainer(doc_lists.as_bitmap(docs, 140_000), docs.dtype)
    wanted = np.arange(0, 140_000, 17, dtype=np.uint32)
    at, found = bits.find(wanted)
    assert at.tolist() == docs.searchsorted(wanted).tolist()
    assert found.tolist() == np.isin(wanted, docs).tolist()


@given(words=st.lists(st.integers(0, 2**64 - 1), max_size=5))
def test_ones_are_counted_without_numpys_own_function(words: list[int]) -> None:
    """Before NumPy 2 neighbouring bits are added up."""
    assert doc_lists._count_ones(np.array(words, np.uint64)).tolist() == [word.bit_count() for word in words]
