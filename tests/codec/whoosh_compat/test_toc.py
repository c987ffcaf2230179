"""The table of contents: what it may consist of, and what is said when it was tampered with."""

from __future__ import annotations

import pickle
import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from whoosh import analysis, fields
from whoosh.columns import FixedBytesColumn, RefBytesColumn
from whoosh.filedb.structfile import StructFile
from whoosh.index import open_dir
from whoosh.writing import IndexingError

from jsisa_search import Index
from jsisa_search.analysis.analyzers import WordAnalyzer
from jsisa_search.cli import main
from jsisa_search.codec.whoosh_compat import array_index as index_module
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.codec.whoosh_compat.toc import read_toc, remove_stale_files
from jsisa_search.errors import IndexDamagedError, IndexNotFoundError, IndexVersionError


def every_kind_of_field() -> fields.Schema:
    """Return a schema with the field types and analyzers that come with Whoosh."""
    return fields.Schema(
        words=fields.TEXT(analyzer=WordAnalyzer(), stored=True),
        plain=fields.TEXT,
        stemmed=fields.TEXT(analyzer=analysis.StemmingAnalyzer()),
        fancy=fields.TEXT(analyzer=analysis.FancyAnalyzer()),
        simple=fields.TEXT(analyzer=analysis.SimpleAnalyzer(), chars=True),
        identifier=fields.ID(unique=True, sortable=True),
        keyword=fields.KEYWORD(commas=True, lowercase=True, scorable=True),
        number=fields.NUMERIC(int, 64, sortable=True),
        real=fields.NUMERIC(float),
        moment=fields.DATETIME(sortable=True),
        flag=fields.BOOLEAN,
        grams=fields.NGRAM,
        word_grams=fields.NGRAMWORDS,
        stored=fields.STORED,
    )


def test_every_kind_of_field_is_admitted(tmp_path: Path) -> None:
    """What Whoosh's own schemas consist of passes the restricted unpickler."""
    schema = every_kind_of_field()
    index = ArrayIndex.create(tmp_path, schema)
    for opened in (index.schema, open_dir(str(tmp_path)).schema):
        kinds = {name: type(field) for name, field in opened.items()}
        assert kinds == {name: type(field) for name, field in schema.items()}


class Bomb:
    """Creates a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return (Path.touch, (self.path,))


def replace_segments(toc: Path, payload: bytes, *, checksum: bool = True) -> None:
    """Put another pickle where the segments are, with the checksum made right again."""
    body = toc.read_bytes()[:-12]
    stream = StructFile(BytesIO(body))
    stream.seek(14)  # sizes, byte order, format and version
    stream.read_string()  # the schema
    stream.read(8)  # generation and a zero
    start = stream.tell()
    body = body[:start] + payload
    toc.write_bytes(body + struct.pack("<8sI", b"JSISATOC", zlib.crc32(body) if checksum else 0))


@pytest.mark.parametrize("payload", ["bomb", "os", "eval", "getattr"])
def test_a_pickle_that_would_run_code_is_refused(tmp_path: Path, payload: str) -> None:
    """Nothing runs, whatever the pickle names, and the error says which name it was."""
    folder, trap = tmp_path / "index", tmp_path / "ran"
    ArrayIndex.create(folder, fields.Schema(text=fields.TEXT))
    command = f"touch {trap}".encode()
    pickles = {
        "bomb": pickle.dumps([Bomb(trap)], 2),
        "os": b"cos\nsystem\n(S'" + command + b"'\ntR.",
        "eval": b"c__builtin__\neval\n(S'open(\"" + str(trap).encode() + b'","w")\'\ntR.',
        "getattr": b"c__builtin__\ngetattr\n(cwhoosh.fields\nSchema\nS'__init__'\ntR.",
    }
    replace_segments(folder / "_MAIN_0.toc", pickles[payload])
    with pytest.raises(IndexDamagedError, match=r"it names .*, which no index consists of"):
        ArrayIndex(folder)
    assert not trap.exists()


def test_nothing_runs_whichever_way_the_index_is_opened(tmp_path: Path) -> None:
    """`Index` and every command refuse a table that would run code, in one sentence."""
    folder, trap = tmp_path / "index", tmp_path / "ran"
    Index.create(folder).close()
    replace_segments(folder / "_MAIN_0.toc", pickle.dumps([Bomb(trap)], 2))
    for opening in (Index.open, Index.verify):
        with pytest.raises(IndexDamagedError, match="which no index consists of"):
            opening(folder)
    pages = tmp_path / "pages"
    pages.mkdir()
    for command in (["query", "网格"], ["info"], ["verify"], ["show", "0"], ["index", str(pages)]):
        result = CliRunner().invoke(main, [*command, "--index-dir", str(folder)])
        assert result.exit_code == 2
        assert "which no index consists of" in result.output
        assert "Traceback" not in result.output
    assert not trap.exists()


@pytest.mark.parametrize("payload", [b"N.", b"(lp0\nI1\na.", b"]q\x00.junk"[:3], b"", b"\x80\x02}q\x00."])
def test_nonsense_in_place_of_segments_is_named(tmp_path: Path, payload: bytes) -> None:
    """A pickle of harmless things that are no segments is damage, not a crash."""
    ArrayIndex.create(tmp_path, fields.Schema(text=fields.TEXT))
    replace_segments(tmp_path / "_MAIN_0.toc", payload)
    with pytest.raises(IndexDamagedError, match="damaged"):
        ArrayIndex(tmp_path)


def test_an_altered_or_truncated_table_is_named(tmp_path: Path) -> None:
    """Each flipped byte and each truncation of the file is noticed."""
    ArrayIndex.create(tmp_path, fields.Schema(text=fields.TEXT))
    toc = tmp_path / "_MAIN_0.toc"
    content = toc.read_bytes()
    for at in range(0, len(content), 7):
        for altered in (content[:at], content[:at] + bytes([content[at] ^ 0x20]) + content[at + 1 :]):
            toc.write_bytes(altered)
            with pytest.raises(IndexDamagedError, match=r"_MAIN_0\.toc is damaged.*--rebuild"):
                read_toc(tmp_path, "MAIN")


def test_another_format_is_refused_with_the_command_that_helps(tmp_path: Path) -> None:
    """A newer Whoosh table of contents is a matter of versions, not damage."""
    ArrayIndex.create(tmp_path, fields.Schema(text=fields.TEXT))
    toc = tmp_path / "_MAIN_0.toc"
    body = toc.read_bytes()[:-12].replace(struct.pack("!i", -111), struct.pack("!i", -112), 1)
    toc.write_bytes(body + struct.pack("<8sI", b"JSISATOC", zlib.crc32(body)))
    with pytest.raises(IndexVersionError, match=r"-112.*--rebuild"):
        ArrayIndex(tmp_path)


def test_an_index_of_stock_whoosh_is_refused(tmp_path: Path) -> None:
    """What plain Whoosh wrote has no checksum and is not taken for ours."""
    from whoosh.index import create_in

    create_in(str(tmp_path), fields.Schema(text=fields.TEXT))
    with pytest.raises(IndexDamagedError, match="not written by jsisa-search"):
        ArrayIndex(tmp_path)
    with pytest.raises(IndexNotFoundError):
        ArrayIndex(tmp_path / "none")


class OwnFilter(analysis.Filter):  # type: ignore[misc]  # Whoosh has no annotations
    """A filter of somebody's own."""

    def __call__(self, tokens: Any) -> Any:
        """Let every token pass."""
        return tokens


def test_a_schema_that_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    """Analyzers of one's own are refused before anything changes, in a new index and in an old one."""
    field = fields.TEXT(analyzer=analysis.RegexTokenizer() | OwnFilter())
    with pytest.raises(IndexingError, match=r"names tests\.[a-z_.]+\.test_toc\.OwnFilter.*come with Whoosh"):
        ArrayIndex.create(tmp_path / "new", fields.Schema(text=field))
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["MAIN_WRITELOCK"]

    index = ArrayIndex.create(tmp_path / "old", fields.Schema(text=fields.TEXT(stored=True)))
    writer = index.writer()
    writer.add_document(text="kept out")
    writer.add_field("own", field)
    with pytest.raises(IndexingError, match="OwnFilter"):
        writer.commit()
    with index.writer() as writer:
        writer.add_document(text="kept")
    with ArrayIndex(tmp_path / "old").reader() as reader:
        assert list(reader.all_stored_fields()) == [{"text": "kept"}]


def test_columns_with_their_own_defaults_are_admitted(tmp_path: Path) -> None:
    """Bytes of a schema, none among them, come back."""
    columns = {
        "empty": RefBytesColumn(),
        "some": RefBytesColumn(default=b"\xffx"),
        "fixed": FixedBytesColumn(2, default=b"ab"),
    }
    schema = fields.Schema(**{name: fields.COLUMN(column) for name, column in columns.items()})
    read = ArrayIndex.create(tmp_path, schema).schema
    assert [read[name].column_type.default_value() for name in columns] == [b"", b"\xffx", b"ab"]


def test_bytes_in_another_encoding_are_refused(tmp_path: Path) -> None:
    """The one function that old pickles call for bytes can be called in no other way."""
    ArrayIndex.create(tmp_path, fields.Schema(text=fields.TEXT))
    payload = b"c_codecs\nencode\n(X\x01\x00\x00\x00aX\x03\x00\x00\x00hextR."
    replace_segments(tmp_path / "_MAIN_0.toc", payload)
    with pytest.raises(IndexDamagedError, match="encodes text as hex"):
        ArrayIndex(tmp_path)


def rewrite(toc: Path, *replacements: tuple[bytes, bytes]) -> None:
    """Replace bytes of a table of contents and make its checksum right."""
    body = toc.read_bytes()[:-12]
    for old, new in replacements:
        assert body.count(old) == 1
        body = body.replace(old, new)
    toc.write_bytes(body + struct.pack("<8sI", b"JSISATOC", zlib.crc32(body)))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (
            b"\x04\x08\x04" + struct.pack("!i", -12345),
            b"\x04\x04\x04" + struct.pack("!i", -12345),
            "architec",
        ),
        (struct.pack("!i", -12345), struct.pack("<i", -12345), "another architecture"),
        (struct.pack("!ii", 1, 0), struct.pack("!ii", 2, 0), "another generation"),
        (b"0123456789abcdef", b"../../tmp/sneaky", "impossible name"),
    ],
)
def test_impossible_tables_are_named(tmp_path: Path, old: bytes, new: bytes, what: str) -> None:
    """Numbers and names that no writer gives are damage, and nothing outside the folder is opened."""
    index = ArrayIndex.create(tmp_path, fields.Schema(text=fields.TEXT))
    with index.writer() as writer:
        writer.add_document(text="x")
    toc = tmp_path / "_MAIN_1.toc"
    (segment,) = read_toc(tmp_path, "MAIN").segments
    rewrite(toc, (segment.segid.encode(), b"0123456789abcdef"))
    rewrite(toc, (old, new))
    with pytest.raises(IndexDamagedError, match=what):
        ArrayIndex(tmp_path)


def test_whoosh_s_own_writer_makes_an_index_that_is_refused(tmp_path: Path) -> None:
    """Its table of contents has no trailer: the error says so, and nothing is misread."""
    index = ArrayIndex.create(tmp_path, fields.Schema(text=fields.TEXT))
    with index.writer() as writer:
        writer.add_document(text="alfa")
    plain = open_dir(str(tmp_path)).writer()
    plain.add_document(text="bravo")
    plain.commit(merge=False)
    with pytest.raises(IndexDamagedError, match=r"not written by jsisa-search.*--rebuild"):
        ArrayIndex(tmp_path)


def test_a_reader_goes_after_a_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of contents that is replaced while it is opened is looked for again, for a while."""
    ArrayIndex.create(tmp_path, fields.Schema(text=fields.TEXT))
    attempts: list[int] = []

    def replaced(*arguments: Any) -> Any:
        attempts.append(1)
        if len(attempts) < 3:
            raise FileNotFoundError("_MAIN_0.toc")
        return read_toc(*arguments)

    monkeypatch.setattr(index_module, "read_toc", replaced)
    assert ArrayIndex(tmp_path).schema.names() == ["text"]
    assert len(attempts) >= 3

    def gone(*_: Any) -> Any:
        attempts.append(1)
        raise FileNotFoundError("_MAIN_0.toc")

    attempts.clear()
    monkeypatch.setattr(index_module, "read_toc", gone)
    with pytest.raises(FileNotFoundError):
        ArrayIndex(tmp_path)
    assert len(attempts) == 11


def test_a_file_that_cannot_be_removed_yet_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a reader holds an old file, as on Windows, the commit counts all the same."""
    index = ArrayIndex.create(tmp_path, fields.Schema(text=fields.TEXT(stored=True)))

    def held(*_: Any, **__: Any) -> None:
        raise PermissionError("in use")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", held)
        remove_stale_files(tmp_path, "MAIN", 1, [])
    assert (tmp_path / "_MAIN_0.toc").exists()
    with index.writer() as writer:
        writer.add_document(text="alfa")
    assert not (tmp_path / "_MAIN_0.toc").exists()
