from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.filenames import find_readable, readable
from jsisa_search.indexing.paths import StoredPaths, member_path
from jsisa_search.surrogates import is_unicode

bytes_as_names = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are Unicode there")


def as_name(raw: bytes) -> str:
    """Return the bytes of a name as Python gives them on Linux."""
    return raw.decode("utf-8", "surrogateescape")


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("网格化治理.txt", "gbk"),
        ("关于印发《办法》的通知（2024）.html", "gbk"),
        ("关于李喆、陈镕同志任职的通知.eml", "gb18030"),
        ("中.txt", "gbk"),
        ("網格化治理與地方.txt", "big5"),
        ("國務院辦公廳.txt", "big5"),
    ],
)
def test_names_in_chinese_encodings_are_decoded(name: str, encoding: str) -> None:
    """Names that unzip leaves in the bytes of Windows are shown as they were there."""
    assert readable(f"/数据/{as_name(name.encode(encoding))}/a.txt") == f"/数据/{name}/a.txt"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("网格化治理".encode()[:-1], "网格化治\\xe7\\x90"),
        (b"caf\xe9.txt", "caf\\xe9.txt"),
        (b"\xff\xfe", "\\xff\\xfe"),
    ],
)
def test_other_bytes_are_shown_as_numbers(raw: bytes, shown: str) -> None:
    """What is no plausible name in any encoding can still be told apart."""
    assert readable(as_name(raw)) == shown


def test_half_a_pair_is_shown_as_a_question_mark() -> None:
    """Windows allows half an emoji in a name."""
    assert readable("a\ud83d.txt") == "a?.txt"


@given(st.text(st.characters(exclude_characters="/\0", codec=None), min_size=1).filter(is_unicode))
def test_valid_names_are_shown_as_they_are(name: str) -> None:
    """Whatever is Unicode is left alone."""
    assert readable(name) == name


@given(
    st.lists(st.binary(min_size=1).filter(lambda raw: not {0, 47} & set(raw)), min_size=1),
    st.text(max_size=20),
)
def test_stored_paths_lead_back_to_the_file(raw: list[bytes], member: str) -> None:
    """Any bytes but `/` and NUL are a name on Linux; a stored path is Unicode and loses nothing of it."""
    names = [as_name(name) for name in raw if name not in (b".", b"..")]
    path = Path("/数据/pages", *names)
    paths = StoredPaths(Path("/数据/index"))
    stored = paths.stored(path)
    assert is_unicode(stored)
    assert paths.file(stored) == path
    if not member.startswith("/") and names and "/" not in member:
        assert str(paths.file(member_path(stored, f"#{member}"))) == f"{path}#{member}"


@pytest.mark.parametrize("name", ["%:a", "%:%DC80", "text:1", "a%DC80.txt", "%E7%BD%91.html"])
def test_names_that_look_like_stored_ones_are_not_mistaken(name: str) -> None:
    """A name may begin like an escaped path, or hold percent signs."""
    paths = StoredPaths(Path("/index"))
    assert paths.file(paths.stored(Path("/index") / name)) == Path("/index") / name


@bytes_as_names
def test_a_shown_name_finds_its_file(tmp_path: Path) -> None:
    """What is copied from the screen names the file, its folder and its members."""
    folder = tmp_path / as_name("材料".encode("gbk"))
    folder.mkdir()
    path = folder / as_name("网格化.zip".encode("gbk"))
    path.write_bytes(b"")
    assert find_readable(f"{tmp_path}/材料/网格化.zip") == str(path)
    assert find_readable(f"{tmp_path}/材料/网格化.zip!/a.txt") == f"{path}!/a.txt"
    assert find_readable(f"{tmp_path}/材料/无.zip") == f"{tmp_path}/材料/无.zip"
    assert find_readable(str(path)) == str(path)
    assert os.path.lexists(find_readable(readable(str(path))))
