"""The index in tests/fixtures/: what earlier versions wrote opens, verifies and searches."""

from __future__ import annotations

import shutil
import struct
import zlib
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from whoosh import query
from whoosh.index import open_dir

from jsisa_search import Index
from jsisa_search.cli import main
from jsisa_search.codec.segment.container import FORMAT_VERSION
from jsisa_search.codec.verify import verify
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.errors import IndexVersionError
from jsisa_search.search.engine.searcher import ArraySearcher
from tests.codec.sample_index import DELETED, DOCUMENTS, FIXTURES, LONG, make_index

FOLDER = FIXTURES / f"index-v{FORMAT_VERSION}"
LIVE = [document for document in DOCUMENTS if document["key"] != DELETED]

ANSWERS: list[tuple[Any, list[str]]] = [
    (query.Term("text", "网格"), ["一", "二", "四"]),
    (query.Term("text", "网格化"), ["一", "四"]),
    (query.Term("text", "𠮷"), ["一"]),
    (query.And([query.Term("text", "网格"), query.Term("text", "服务")]), ["四"]),
    (query.Or([query.Term("text", "江苏"), query.Term("tag", "平安")]), ["一", "二"]),
    (query.AndNot(query.Term("text", "网格"), query.Term("text", "网格化")), ["二"]),
    (query.Phrase("text", ["网格化", "治理"]), ["一"]),
    (query.Phrase("latin", ["the", "slow", "fox"]), ["一"]),
    (query.Prefix("text", "网格"), ["一", "二", "四"]),
    (query.Term("tag", "治理"), ["一", "二"]),
    (query.NumericRange("number", -10, 0), ["一"]),
    (query.NumericRange("real", 1.0, 2.0), ["一"]),
    (query.NumericRange("price", Decimal(12), Decimal(13)), ["一"]),
    (query.DateRange("moment", datetime(2021, 1, 1), datetime(2021, 12, 31)), ["二"]),
    (query.Term("flag", False), ["二"]),
    (query.Term("grams", "安建"), ["一"]),
    (query.Term("pairs", "推进"), ["一"]),
    (query.Term("pairs", "𠮷林"), ["一"]),
    (query.Term("chars", "又"), ["一"]),
    (query.Term("boosted", "beta"), ["一", "二"]),
    (query.Every("key"), ["一", "二", "四", "五"]),
]


@pytest.mark.parametrize(("q", "keys"), ANSWERS)
def test_arrays_and_plain_whoosh_give_the_known_answers(q: Any, keys: list[str]) -> None:
    """Each kind of field is searched alike by the arrays and by Whoosh's own searcher."""
    with ArraySearcher(ArrayIndex(FOLDER)) as searcher:
        assert sorted(searcher.document(doc)["key"] for doc in searcher.documents(q).tolist()) == sorted(keys)
        found = searcher.search(q, 10)
        assert sorted(searcher.document(doc)["key"] for doc, _ in found.pairs()) == sorted(keys)
    with open_dir(str(FOLDER)).searcher() as whoosh:
        assert sorted(hit["key"] for hit in whoosh.search(q)) == sorted(keys)


def test_it_is_whole_and_of_this_version() -> None:
    """There is an index of the version that is written now, and nothing in it is damaged."""
    found = verify(FOLDER)
    assert (found.problems, found.segments, found.documents) == ((), 2, len(LIVE) + LONG + 4)


def test_stored_fields_and_columns_come_back() -> None:
    """Values have the types they went in with."""
    with open_dir(str(FOLDER)).reader() as reader:
        for number, document in enumerate(DOCUMENTS):
            stored = {name: document[name] for name in document if name in reader.stored_fields(number)}
            assert reader.stored_fields(number) == stored
        assert [reader.column_reader("raw")[number] for number in range(3)] == [b"\x00raw", b"", b"other"]
        assert [reader.column_reader("bit")[number] for number in range(3)] == [True, False, False]
        assert reader.column_reader("number")[0] == -7
        assert reader.column_reader("moment")[1] == datetime(2021, 1, 1)


def test_a_long_term_is_read() -> None:
    """The common term of the second segment is found as often as it occurs, best first."""
    with ArraySearcher(ArrayIndex(FOLDER)) as searcher:
        found = searcher.search(query.Term("filler", "常见"), 5, count=True)
        assert found.total == LONG + 4
        # Every third document has it three times; equal scores come in the order of the documents.
        assert [doc - len(DOCUMENTS) for doc, _ in found.pairs()] == [2, 5, 8, 11, 14]
        both = query.And([query.Term("filler", "常见"), query.Term("filler", "少见")])
        assert [doc - len(DOCUMENTS) for doc in searcher.documents(both)] == [0, 1000, 2000, 3000, 4000]


def test_it_can_be_written_to(tmp_path: Path) -> None:
    """An index of this format takes new documents and merges what it has."""
    folder = tmp_path / "index"
    shutil.copytree(FOLDER, folder)
    with ArrayIndex(folder).writer() as writer:
        writer.update_document(key="二", text="换了一段")
        writer.commit(optimize=True)
    assert verify(folder).problems == ()
    with ArraySearcher(ArrayIndex(folder)) as searcher:
        keys = sorted(searcher.document(doc)["key"] for doc in searcher.documents(query.Every("key")))
        assert keys == sorted(document["key"] for document in LIVE)
        assert searcher.count(query.Term("text", "江苏")) == 0


def test_the_script_still_makes_it(tmp_path: Path) -> None:
    """What is written now differs from the fixture in names only."""
    make_index(tmp_path)
    made = sorted(path.stat().st_size for path in tmp_path.glob("*.segment"))
    assert made == sorted(path.stat().st_size for path in FOLDER.glob("*.segment"))


def set_version(segment: Path, version: int) -> None:
    """Make a segment file one of another format, with the checksum of its preamble made right."""
    data = bytearray(segment.read_bytes())
    struct.pack_into("<I", data, 8, version)
    struct.pack_into("<I", data, 32, zlib.crc32(data[:32]))
    segment.write_bytes(data)


@pytest.mark.parametrize("version", [0, FORMAT_VERSION - 1, FORMAT_VERSION + 1])
def test_another_version_is_refused_with_the_command_that_helps(
    index: Index, write_page: Callable[..., Path], folder: Path, tmp_path: Path, version: int
) -> None:
    """Opening, searching and verifying say `--rebuild`, and that makes the index usable again."""
    write_page("a.txt", "推进网格化管理。")
    index.update([folder])
    index.close()
    made = tmp_path / "index"
    set_version(next(made.glob("*.segment")), version)
    refusal = rf"format {version}, this version reads {FORMAT_VERSION}.*--rebuild"
    with pytest.raises(IndexVersionError, match=refusal):
        Index.open(made)
    with pytest.raises(IndexVersionError, match=refusal):
        open_dir(str(made)).searcher()
    (problem,) = Index.verify(made).problems
    assert "--rebuild" in problem.what

    run = CliRunner()
    place = ["--index-dir", str(made)]
    refused = run.invoke(main, ["query", "网格化", *place])
    assert refused.exit_code == 2
    assert "--rebuild" in refused.output
    assert run.invoke(main, ["index", str(folder), "--rebuild", *place]).exit_code == 0
    assert run.invoke(main, ["query", "网格化", *place]).exit_code == 0
