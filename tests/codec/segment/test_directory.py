"""A directory that lies under a right checksum: refused on opening, whatever it says."""

from __future__ import annotations

import json
import shutil
import struct
import zlib
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest

from jsisa_search import Index, JsisaSearchError
from jsisa_search.codec.segment.directory import DirectoryError, check_segment, parse_directory
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.errors import IndexDamagedError
from tests.codec.damage_trials import answers, make_damageable
from tests.codec.sample_index import make_index

Directory = dict[str, Any]


def read_directory(segment: Path) -> tuple[bytes, Directory]:
    """Return what comes before the directory of a segment, and the directory."""
    content = segment.read_bytes()
    start, length = struct.unpack_from("<QQ", content, 16)
    return content[:start], json.loads(content[start : start + length])


def write_directory(segment: Path, before: bytes, directory: bytes) -> None:
    """Replace the directory of a segment, with right checksums."""
    head = before[:12] + struct.pack("<IQQ", zlib.crc32(directory), len(before), len(directory))
    segment.unlink()  # the old one may still be mapped
    segment.write_bytes(head + struct.pack("<I", zlib.crc32(head)) + before[36:] + directory)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    """Return the directory of a segment with every kind of field."""
    folder = tmp_path_factory.mktemp("sample")
    make_index(folder, fillers=40)
    return read_directory(max(folder.glob("*.segment"), key=lambda path: path.stat().st_size))[1]


def check(directory: Any, end: int = 1 << 40) -> None:
    """Check a directory as opening a segment does."""
    check_segment(*parse_directory(json.dumps(directory).encode(), 64, end))


def test_what_a_writer_writes_is_accepted(sample: Directory) -> None:
    """Every array and every field of a whole segment passes."""
    check(sample)


LIES: dict[str, tuple[Callable[[Directory], Any], str]] = {
    "no object": (lambda it: [it], "another form"),
    "no arrays": (lambda it: it.pop("arrays"), "another form"),
    "arrays in a list": (lambda it: it.update(arrays=[]), "another form"),
    "a number for meta": (lambda it: it.update(meta=3), "another form"),
    "documents below none": (lambda it: it["meta"].update(docs=-1), "number of documents"),
    "documents in a text": (lambda it: it["meta"].update(docs="5"), "number of documents"),
    "half a document": (lambda it: it["meta"].update(docs=2.5), "number of documents"),
    "true documents": (lambda it: it["meta"].update(docs=True), "number of documents"),
    "other documents": (lambda it: it["meta"].update(docs=77), "another length"),
    "fields in a list": (lambda it: it["meta"].update(fields=["text"]), "another form"),
    "a field without settings": (lambda it: it["meta"]["fields"].update(text={}), "another form"),
    "a parameter that is no number": (
        lambda it: it["meta"]["fields"]["text"].update(k1=float("nan")),
        "form",
    ),
    "no texts": (lambda it: it["meta"].pop("texts"), "another form"),
    "numbers for columns": (lambda it: it["meta"].update(columns=[1]), "another form"),
    "an object": (lambda it: put(it, "stored/data", 0, "|O"), "impossible type"),
    "a type in a list": (lambda it: put(it, "stored/data", 0, ["<u4"]), "impossible type"),
    "a long type": (lambda it: put(it, "stored/data", 0, "S" * 1000000), "impossible type"),
    "floats for integers": (lambda it: put(it, "stored/starts", 0, "<f4"), "another type"),
    "signed for unsigned": (lambda it: put(it, "stored/starts", 0, "|i1"), "another type"),
    "three dimensions": (lambda it: put(it, "stored/data", 1, [1, 1, 1]), "impossible shape"),
    "no dimension": (lambda it: put(it, "stored/data", 1, []), "impossible shape"),
    "two dimensions for one": (lambda it: put(it, "stored/data", 1, [1, 1]), "another type"),
    "less than nothing": (lambda it: put(it, "stored/data", 1, [-1]), "impossible shape"),
    "a huge shape": (lambda it: put(it, "stored/data", 1, [1 << 62]), "impossible shape"),
    "a huge product": (lambda it: put(it, "stored/data", 1, [1 << 40, 1 << 40]), "impossible place"),
    "beyond the file": (lambda it: put(it, "stored/data", 1, [1 << 42]), "outside|overlap"),
    "in the preamble": (lambda it: put(it, "stored/data", 2, 0), "outside"),
    "not aligned": (lambda it: put(it, "stored/data", 2, it["arrays"]["stored/data"][2] + 1), "place"),
    "below the file": (lambda it: put(it, "stored/data", 2, -64), "place"),
    "a checksum in a text": (lambda it: put(it, "stored/data", 3, "0"), "place"),
    "over another": (lambda it: put(it, "stored/data", 2, it["arrays"]["stored/starts"][2]), "overlap"),
    "nothing of an array": (lambda it: it["arrays"].update({"stored/data": None}), "another form"),
    "an array of nothing": (lambda it: it["arrays"].update({"other": ["|u1", [0], 64, 0]}), "to nothing"),
    "a text that is not told": (lambda it: it["meta"]["texts"].remove("text"), "belongs to nothing"),
    "a text that is not there": (lambda it: it["meta"]["texts"].append("other"), "no arrays of text/other"),
    "too few buckets": (lambda it: put(it, "field/text/terms.buckets", 1, [4]), "another length"),
    "fewer starts": (lambda it: put(it, "field/text/starts", 1, [1]), "another length"),
    "no starts": (lambda it: put(it, "field/text/starts", 1, [0]), "another length"),
    "fewer groups": (lambda it: put(it, "stored/groups", 1, [1]), "another length"),
}


def put(directory: Directory, array: str, part: int, value: Any) -> None:
    """Replace a part of what a directory says of an array."""
    directory["arrays"][array][part] = value


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_refused(sample: Directory, lie: str) -> None:
    """The message says what is impossible."""
    directory = deepcopy(sample)
    tell, what = LIES[lie]
    told = tell(directory)
    with pytest.raises(DirectoryError, match=what):
        check(told if lie == "no object" else directory)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000, b"9" * 100_000, b"null"])
def test_what_is_no_directory_is_refused(content: bytes) -> None:
    """Broken, deep and huge JSON is told from a directory."""
    with pytest.raises(DirectoryError):
        parse_directory(content, 64, 1 << 20)


_VALUES: list[Any] = [None, True, -1, 0, 1, 2.5, 1 << 31, 1 << 62, "", "<u8", "|O", [], [0], [1 << 40], {}]


def lied(directory: Directory, random: Random) -> Directory:
    """Return a directory with one or two values replaced."""
    directory = deepcopy(directory)
    for _ in range(random.randint(1, 2)):
        node: Any = directory
        while True:
            keys = list(node) if isinstance(node, dict) else range(len(node))
            key = random.choice(keys)
            inner = node[key]
            if not isinstance(inner, dict | list) or not inner or random.random() < 0.15:
                break
            node = inner
        if isinstance(node, dict) and random.random() < 0.3:
            node[f"{key}x"] = node.pop(key)
        else:
            other = random.choice(list(node.values())) if isinstance(node, dict) else random.choice(node)
            node[key] = random.choice([*_VALUES, other])
    return directory


@pytest.fixture(scope="module")
def damageable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an index of several segments."""
    return make_damageable(tmp_path_factory.mktemp("lies"), paragraphs=40)


def lying_copies(folder: Path, work: Path, trials: int) -> Iterator[Path]:
    """Yield copies of an index, in each of which the directory of one segment lies."""
    segment = max(folder.glob("*.segment"), key=lambda path: path.stat().st_size)
    before, directory = read_directory(segment)
    copy = work / "copy"
    shutil.copytree(folder, copy)
    for trial in range(trials):
        content = json.dumps(lied(directory, Random(trial))).encode()
        write_directory(copy / segment.name, before, content)
        yield copy


@pytest.mark.slow
def test_any_lie_is_damage_or_harmless(damageable: Path, tmp_path: Path) -> None:
    """Whatever is replaced in a directory, opening and searching gives answers or an error of ours."""
    refused = 0
    for copy in lying_copies(damageable, tmp_path, trials=60):
        try:
            Index.open(copy).close()
        except JsisaSearchError:
            refused += 1
        else:
            list(answers(copy))  # which raises whatever is not an error of ours
            Index.verify(copy)
    assert refused > 30


def test_a_segment_of_other_documents_than_the_table_of_contents_is_damage(tmp_path: Path) -> None:
    """A segment file that was exchanged for another one is noticed on opening."""
    index = make_index(tmp_path, fillers=7)
    first, second = sorted(tmp_path.glob("*.segment"))
    content = first.read_bytes()
    first.unlink()
    first.write_bytes(second.read_bytes())
    second.unlink()
    second.write_bytes(content)
    with pytest.raises(IndexDamagedError, match=r"it has \d documents, not \d"):
        ArrayIndex(tmp_path).reader()
    index.close()
