import subprocess
import sys
from pathlib import Path

import pytest

from jsisa_search import page
from jsisa_search.errors import PageError, PageTooLargeError, UnsupportedFormatError
from jsisa_search.page import reader

TEXT = "平安建设取得新成效\n2022-09-06\n全市推进网格化社会治理。\n"


def test_public_names() -> None:
    """The package offers its functions for one release and for several, the reasons, and two limits."""
    assert page.__all__ == [
        "MAX_BYTES",
        "SUFFIXES",
        "Doubt",
        "ExplainedLine",
        "Explanation",
        "Finding",
        "MemberReading",
        "Reading",
        "explain_file",
        "explain_page",
        "explain_release",
        "is_clutter",
        "may_be_indexed",
        "parse_release",
        "parse_releases",
        "read_bytes",
        "read_release",
        "read_releases",
        "suffix_of",
    ]


def test_a_file_is_read_under_the_path_that_was_given(tmp_path: Path) -> None:
    """A release keeps the path as given; file and bytes give the same."""
    path = tmp_path / "a.TXT"
    path.write_text(TEXT, encoding="utf-8")
    assert page.read_release(path) == page.parse_release(TEXT.encode(), str(path))
    assert page.read_release(str(path)).path == str(path)


def test_html_saved_as_txt(tmp_path: Path) -> None:
    """A page of HTML that was saved with the suffix of a text is read as HTML."""
    release = page.parse_release(
        "<!DOCTYPE html><html><body><h1>平安建设</h1><p>网格化治理。</p></body></html>".encode(), "a.txt"
    )
    assert (release.title, release.paragraphs[0].text) == ("平安建设", "网格化治理。")


@pytest.mark.parametrize("name", ["a.xyz", "a", "a.txt.bin"])
def test_unknown_suffix(name: str) -> None:
    """A file of an unknown format is refused with the known ones."""
    with pytest.raises(UnsupportedFormatError, match=r"\.txt .*\.markdown"):
        page.parse_release(b"\0\1\2", name)


def test_missing_file_folder_and_impossible_name(tmp_path: Path) -> None:
    """What can not be opened is refused with the reason of the system."""
    (tmp_path / "folder.txt").mkdir()
    for path in (tmp_path / "none.txt", tmp_path / "folder.txt", "a\0.txt"):
        with pytest.raises(PageError, match=r"can not be read|is a folder"):
            page.read_release(path)


def test_empty_file() -> None:
    """A file without text is refused and says so."""
    for data in (b"", b" \n\r\n\t", b"\xef\xbb\xbf", "\u3000\n".encode()):
        with pytest.raises(PageError, match=r"a\.txt: holds no text"):
            page.parse_release(data, "a.txt")


def test_large_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file above the limit is refused before it is read."""
    monkeypatch.setattr(reader, "MAX_BYTES", 10)
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    with pytest.raises(PageTooLargeError, match="more than the 10"):
        page.read_release(path)


@pytest.mark.slow
def test_importing_loads_no_parser() -> None:
    """Importing the package and reading a text loads neither lxml nor anything of the engine."""
    code = (
        "import sys; from jsisa_search.page import parse_release;"
        "parse_release('标题\\n正文。'.encode(), 'a.txt');"
        "print([m for m in ('lxml', 'numpy', 'whoosh', 'jieba', 'rjieba') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
