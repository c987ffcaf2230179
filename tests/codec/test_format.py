"""The page about the file format: a parser made from it reads what the codec writes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jsisa_search.codec.segment.container import ContainerWriter
from jsisa_search.codec.segment.term_dictionary import write_terms
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from tests.codec.format_parser import Parser, parse_toc
from tests.codec.sample_index import DELETED, DOCUMENTS, SPARSE, make_index, schema
from tests.documentation import read

BEYOND_ONE_CHUNK = 66_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an index with every kind of field, of which one segment has two chunks."""
    path = tmp_path_factory.mktemp("index")
    make_index(path, fillers=BEYOND_ONE_CHUNK)
    return path


@pytest.fixture(scope="module")
def parsers(folder: Path) -> list[Parser]:
    """Return its segments, parsed."""
    _, segments = parse_toc((folder / "_MAIN_3.toc").read_bytes())
    return [Parser(folder / f"{segment['indexname']}_{segment['segid']}.segment") for segment in segments]


def test_the_table_of_contents_is_as_described(folder: Path) -> None:
    """It gives generation, segments and the numbers of the deleted documents."""
    generation, segments = parse_toc((folder / "_MAIN_3.toc").read_bytes())
    assert generation == 3
    assert [set(segment) for segment in segments] == [
        {"indexname", "segid", "compound", "_doc_count", "_deleted"}
    ] * 2
    deleted = [np.frombuffer(segment["_deleted"], "<u4").tolist() for segment in segments]
    assert deleted == [[[document["key"] for document in DOCUMENTS].index(DELETED)], []]
    assert [segment["_doc_count"] for segment in segments] == [len(DOCUMENTS), BEYOND_ONE_CHUNK]
    assert all(re.fullmatch(r"[0-9a-f]{16}", segment["segid"]) for segment in segments)


def test_every_array_is_on_the_page_and_the_other_way_round(parsers: list[Parser]) -> None:
    """No array lacks a row with its dtype, and no row is of an array that does not exist."""
    rows = {
        f"{section}/{name}"
        for section, body in re.findall(
            r"^### `(\w+)/[^\n]*\n(.*?)(?=^##|\Z)", read("docs/format.md"), re.MULTILINE | re.DOTALL
        )
        for name in re.findall(r"^\| `([\w.]+)` \| [^|]+ \| [^|]+ \|$", body, re.MULTILINE)
        if section in ("field", "text", "column", "stored")
    }
    found = {
        re.sub(r"^(\w+)/.*/", r"\1/", re.sub(r"(freqs|first|rest)\.(low|at|high)$", r"\1", _named(name)))
        for parser in parsers
        for name in parser.arrays
    }
    assert rows >= found
    assert rows - found <= {f"stored/{name}" for name in ("datetime", "bytes", "tuple", "dict")}


def _named(array: str) -> str:
    """Return the name of an array with `name` for that of a number of rows."""
    return re.sub(r"/rows\.\w+$", "/rows.name", array)


@pytest.mark.parametrize("name", [name for name, field in schema().items() if field.indexed])
def test_postings_are_what_the_field_gives(parsers: list[Parser], name: str) -> None:
    """Documents, frequencies and positions are those of Whoosh's own `FieldType.index`."""
    field = schema()[name]
    expected: dict[bytes, list[tuple[int, int, list[int]]]] = {}
    lengths = [0] * len(DOCUMENTS)
    for number, document in enumerate(DOCUMENTS):
        for term, freq, _, value in field.index(document[name]) if name in document else ():
            positions = field.format.decode_positions(value) if name in ("text", "boosted") else []
            expected.setdefault(term, []).append((number, freq, positions))
            lengths[number] += freq
    if name == "filler":
        assert f"field/{name}/starts" not in parsers[0].arrays
        return
    assert parsers[0].postings(name) == expected
    assert [parsers[0].number_of(name, term) for term in sorted(expected)] == list(range(len(expected)))
    assert parsers[0].number_of(name, b"nowhere") == -1
    if field.scorable:
        assert parsers[0].arrays[f"field/{name}/lengths"].tolist() == lengths
        assert parsers[0].meta["fields"][name]["length"] == sum(lengths)


def test_values_and_weights_are_what_the_field_gives(parsers: list[Parser]) -> None:
    """Formats beyond positions keep Whoosh's encoding; a boost shows in the weights."""
    field = schema()["latin"]
    posts = [
        (term, number, value)
        for number, document in enumerate(DOCUMENTS)
        for term, _, _, value in field.index(document.get("latin", ""))
    ]
    assert parsers[0].values("latin") == [value for _, _, value in sorted(posts)]
    assert parsers[0].arrays["field/boosted/weights"].tolist() == [2.0, 2.0, 1.0]


def test_steps_are_as_described(parsers: list[Parser]) -> None:
    """Every 32nd posting of the field has the number of further occurrences before it."""
    assert parsers[0].arrays["field/text/positions.steps"].tolist() == parsers[0].steps("text")


@pytest.mark.slow
def test_long_terms_are_as_described(parsers: list[Parser]) -> None:
    """Chunks, blocks and their bounds are what the page says of them."""
    parser = parsers[1]
    postings = parser.postings("filler")
    common = [(number, 1 + number % 3, []) for number in range(BEYOND_ONE_CHUNK)]
    assert postings["常见".encode()] == common
    assert postings["少见".encode()] == [(number, 1, []) for number in range(0, BEYOND_ONE_CHUNK, 1000)]
    prefix = "field/filler/"
    sparse = list(range(SPARSE - 1, BEYOND_ONE_CHUNK, SPARSE))
    assert postings["间或".encode()] == [(number, 1, []) for number in sparse]
    in_first = sum(number < 65536 for number in sparse)
    assert parser.arrays[prefix + "long.chunks"].tolist() == [
        [0, 65536, BEYOND_ONE_CHUNK],
        [0, in_first, len(sparse)],
    ]
    assert parser.arrays[prefix + "docs.bitmap"].shape == (1, -(-BEYOND_ONE_CHUNK // 64))
    assert parser.arrays[prefix + "long.offsets"].tolist() == [0, 0]
    blocks = [-(-count // 128) for count in (BEYOND_ONE_CHUNK, len(sparse))]
    assert parser.arrays[prefix + "long.blockstarts"].tolist() == [0, blocks[0], sum(blocks)]
    bounds = parser.arrays[prefix + "long.blocks"].tolist()
    assert bounds == pytest.approx(parser.block_impacts("filler"), rel=1e-6)


def test_texts_columns_and_stored_fields_come_back(parsers: list[Parser]) -> None:
    """Every character and every value is that of the document."""
    parser, fields = parsers[0], schema()
    for name in parser.meta["texts"]:
        assert parser.texts(name) == [document.get(name) for document in DOCUMENTS]
    for name in parser.meta["columns"]:
        expected = [
            fields[name].to_column_value(document[name]) if name in document else None
            for document in DOCUMENTS
        ]
        if name == "rows":
            dtype = fields[name].column_type.dtype
            expected = [np.frombuffer(value or b"", dtype).tolist() for value in expected]
        assert parser.column(name) == expected
    stored: list[dict[str, Any]] = [
        {
            name: value
            for name, value in document.items()
            if name in fields and fields[name].stored and name not in parser.meta["texts"]
        }
        for document in DOCUMENTS
    ]
    assert parser.stored() == stored
    assert parsers[1].stored() == [{}] * BEYOND_ONE_CHUNK


def test_a_merged_segment_is_as_described(folder: Path, tmp_path: Path) -> None:
    """What a merge writes from older segments parses alike, without the deleted document."""
    index = make_index(tmp_path, fillers=3)
    with index.writer() as writer:
        writer.commit(optimize=True)
    parser = Parser(next(tmp_path.glob("*.segment")))
    kept = [document for document in DOCUMENTS if document["key"] != DELETED]
    assert parser.texts("text") == [document.get("text") for document in kept] + [None] * 3
    assert parser.postings("text")["服务".encode()] == [(2, 1, [1])]
    assert [fields.get("key") for fields in parser.stored()] == [d["key"] for d in kept] + [None] * 3


@pytest.mark.parametrize(("count", "buckets"), [(0, 2), (1, 2), (2, 2), (3, 4), (4, 4), (5, 8), (1025, 2048)])
def test_the_hash_table_has_the_buckets_that_are_described(tmp_path: Path, count: int, buckets: int) -> None:
    """There are the least power of two that is no less than the number of terms, and at least two."""
    path = tmp_path / "terms"
    with ContainerWriter(path) as writer:
        write_terms(writer, "field/x/", sorted(str(number).encode() for number in range(count)))
        writer.finish({"docs": 1})
    parser = Parser(path)
    assert len(parser.arrays["field/x/terms.buckets"]) == buckets + 1
    assert all(parser.number_of("x", term) >= 0 for term in parser.terms("x"))


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([1] * 5, [5]),
        ([256] * 5, [256] * 5),
        ([256] * 6, [1536]),
        ([300] * 5 + [10], [300] * 5 + [10]),
        ([10, 300], [10, 300]),
        ([300] * 4 + [10, 300], [1510]),
        ([1536] * 5 + [256] * 5, [1536] * 5 + [256] * 5),
        ([1536] * 5 + [256] * 6, [9216]),
    ],
)
def test_commits_merge_as_described(tmp_path: Path, sizes: list[int], expected: list[int]) -> None:
    """Levels go up by factors of six from 256; at level 0 one segment is enough, above it takes five."""
    index = ArrayIndex.create(tmp_path, schema())
    for size in sizes:
        with index.writer() as writer:
            for _ in range(size):
                writer.add_document(note="x")
    _, segments = parse_toc(next(tmp_path.glob("*.toc")).read_bytes())
    assert sorted(segment["_doc_count"] for segment in segments) == sorted(expected)


@pytest.mark.parametrize(("words", "size"), [(250, 1), (300, 1), (500, 2), (70_000, 2)])
def test_positions_beyond_the_small_type_are_as_described(tmp_path: Path, words: int, size: int) -> None:
    """What does not fit one byte, in long texts two, stands in the list of exceptions."""
    index = ArrayIndex.create(tmp_path, schema())
    with index.writer() as writer:
        writer.add_document(text="网格" * words + "治理")
    parser = Parser(next(tmp_path.glob("*.segment")))
    assert parser.arrays["field/text/positions.first.low"].itemsize == size
    assert parser.postings("text")["治理".encode()] == [(0, 1, [words])]
    ((_, count, positions),) = parser.postings("text")["网格".encode()]
    assert (count, positions) == (words, list(range(words)))
