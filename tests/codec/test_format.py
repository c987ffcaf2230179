from __future__ import annotations

import shutil
import struct
import zlib
from datetime import datetime
from pathlib import Path

import pytest
import whoosh.index
from whoosh import query

from jsisa_search.codec import container
from jsisa_search.codec.index import ArrayIndex
from jsisa_search.codec.verify import verify
from jsisa_search.errors import IndexVersionError
from jsisa_search.search.searcher import ArraySearcher

FIXTURE = Path(__file__).parents[1] / "fixtures" / "index-v1"

ANSWERS: list[tuple[query.Query, set[str]]] = [
    (query.Term("text", "网格"), {"a", "b"}),
    (query.Phrase("text", ["社会", "治理"]), {"a"}),
    (query.Term("text", "营商"), {"c"}),
    (query.Term("tag", "基层"), {"a", "b"}),
    (query.NumericRange("number", -5, 3), {"a", "b"}),
    (query.DateRange("moment", datetime(2022, 1, 1), datetime(2022, 12, 31)), {"a"}),
    (query.Prefix("key", "g"), set()),
    (query.Every(), {"a", "b", "c"}),
]


@pytest.fixture
def fixture(tmp_path: Path) -> Path:
    """Return a copy of the committed index, which nothing may change."""
    return Path(shutil.copytree(FIXTURE, tmp_path / "index"))


@pytest.mark.parametrize(("q", "keys"), ANSWERS, ids=str)
def test_an_index_of_this_version_gives_known_answers(fixture: Path, q: query.Query, keys: set[str]) -> None:
    """On arrays and through plain Whoosh: what an earlier build of this version wrote is read."""
    with ArraySearcher(ArrayIndex(fixture)) as searcher:
        docs = searcher.documents(q).tolist()
        assert {searcher.document(doc)["key"] for doc in docs} == keys
    with whoosh.index.open_dir(str(fixture)).searcher() as plain:
        assert {hit["key"] for hit in plain.search(q, limit=None)} == keys


def test_stored_fields_come_back_as_they_were_given(fixture: Path) -> None:
    """Original characters, those beyond the basic plane too; times and numbers with their types."""
    with ArraySearcher(ArrayIndex(fixture)) as searcher:
        (doc,) = searcher.documents(query.Term("key", "c")).tolist()
        assert searcher.document(doc) == {
            "key": "c",
            "text": "优化營商環境，服务企業𠮷家。",
            "number": 7,
            "moment": datetime(2023, 1, 10, 8),
        }


def test_the_committed_index_is_whole(fixture: Path) -> None:
    """Verification knows this version."""
    found = verify(fixture)
    assert (found.segments, found.documents, found.problems) == (2, 3, ())


def test_it_can_be_written_to(fixture: Path) -> None:
    """A new commit goes on from what an earlier build wrote."""
    with ArrayIndex(fixture).writer() as writer:
        writer.update_document(key="b", text="换成安全生产。")
        writer.commit(optimize=True)
    with ArraySearcher(ArrayIndex(fixture)) as searcher:
        assert searcher.count(query.Term("text", "网格")) == 1
        assert searcher.count(query.Term("text", "安全")) == 1


def test_another_format_version_is_refused_with_what_helps(fixture: Path) -> None:
    """The message names the command; nothing is read by guess."""
    segment = next(fixture.glob("*.segment"))
    content = bytearray(segment.read_bytes())
    content[8:12] = struct.pack("<I", container.FORMAT_VERSION + 1)
    content[32:36] = struct.pack("<I", zlib.crc32(content[:32]))
    segment.write_bytes(content)
    with pytest.raises(IndexVersionError, match=r"format 2, this version reads 1.*--rebuild"):
        ArraySearcher(ArrayIndex(fixture))
