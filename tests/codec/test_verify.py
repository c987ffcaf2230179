"""What a check of the files says of tables that do not fit them, and of arrays that make no sense."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from jsisa_search.codec.segment.container import ContainerWriter
from jsisa_search.codec.verify import verify_segment
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.codec.whoosh_compat.segment import ArraySegment
from jsisa_search.codec.whoosh_compat.toc import read_toc
from tests.codec.format_parser import Parser
from tests.codec.sample_index import make_index


@pytest.fixture
def segment(tmp_path: Path) -> ArraySegment:
    """Return the first segment of an index with every kind of field."""
    make_index(tmp_path, fillers=1)
    segment: ArraySegment = read_toc(tmp_path, "MAIN").segments[0]
    assert verify_segment(tmp_path, segment) == []
    return segment


def told(folder: Path, segment: ArraySegment) -> str:
    """Return everything that is wrong with a segment."""
    return "; ".join(problem.what for problem in verify_segment(folder, segment))


def rewrite(folder: Path, segment: ArraySegment, **changes: Callable[[np.ndarray], np.ndarray]) -> None:
    """Write the file of a segment anew, its checksums right, with some arrays changed."""
    path = folder / segment.file_name()
    parser = Parser(path)
    with ContainerWriter(path) as writer:
        for name, array in parser.arrays.items():
            change = changes.get(name.replace("/", "__").replace(".", "_"))
            writer.add(name, change(array.copy()) if change else array)
        writer.finish(parser.meta)


def test_another_number_of_documents_is_told(tmp_path: Path, segment: ArraySegment) -> None:
    """The table of contents and the file must speak of the same documents."""
    segment.set_doc_count(7)
    assert told(tmp_path, segment) == "it has 5 documents, not 7"


@pytest.mark.parametrize("deleted", [[5], [3, 3], [4, 1]])
def test_an_impossible_list_of_deletions_is_told(
    tmp_path: Path, segment: ArraySegment, deleted: list[int]
) -> None:
    """Deleted documents exist and ascend."""
    segment._deleted = np.array(deleted, "<u4").tobytes()
    assert told(tmp_path, segment) == "the list of deleted documents is wrong"


CHANGES: dict[str, tuple[Callable[[np.ndarray], np.ndarray], str]] = {
    "field__text__terms_hashed": (lambda array: np.roll(array, 1), "terms are not found"),
    "field__pairs__terms_pairs": (lambda array: array[::-1], "terms are not in order"),
    "field__pairs__terms_characters": (lambda array: array[::-1], "terms are not in order"),
    "field__chars__freqs_low": (lambda array: array ^ 1, "frequencies do not add up"),
    "field__text__lengths": (lambda array: array + 1, "lengths and frequencies differ"),
    "field__text__docs_array": (lambda array: array[::-1], "documents are not in order"),
    "text__text__rows": (lambda array: array + 7, "a document has a text that is not there"),
    "text__text__starts": (lambda array: array[::-1], "texts are not in order"),
    "column__tag__codes": (lambda array: array + 7, "a document has a value that is not there"),
    "column__number__values": (lambda array: array[:-1], "'column/number/values' has another length"),
    "stored__data": (lambda array: array[::-1], "its arrays can't be interpreted"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_arrays_that_do_not_fit_together_are_told(tmp_path: Path, segment: ArraySegment, name: str) -> None:
    """Right checksums do not hide wrong orders, counts and offsets."""
    change, what = CHANGES[name]
    rewrite(tmp_path, segment, **{name: change})
    assert what in told(tmp_path, segment)


@pytest.mark.parametrize("name", ["field__filler__docs_bitmap", "field__filler__long_offsets"])
def test_bits_that_do_not_fit_are_told(tmp_path: Path, name: str) -> None:
    """A document more or less than a term has, or another term, makes no sense."""
    make_index(tmp_path)
    segment: ArraySegment = read_toc(tmp_path, "MAIN").segments[1]
    assert verify_segment(tmp_path, segment) == []
    rewrite(tmp_path, segment, **{name: lambda array: array ^ 1})
    assert "its arrays can't be interpreted" in told(tmp_path, segment)


def test_what_follows_from_a_wrong_checksum_is_no_news(tmp_path: Path, segment: ArraySegment) -> None:
    """The arrays that were altered are named, and nothing more is guessed of them."""
    path = tmp_path / segment.file_name()
    data = bytearray(path.read_bytes())
    data[64] ^= 1
    path.write_bytes(data)
    assert told(tmp_path, segment).endswith("does not have its checksum")
    assert ArrayIndex(tmp_path).doc_count() == 5
