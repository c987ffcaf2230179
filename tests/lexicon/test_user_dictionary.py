from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.errors import LexiconError
from jsisa_search.lexicon import user_lexicon as lines
from jsisa_search.lexicon.user_lexicon import read_user_words


def _read(folder: Path, text: str | bytes) -> frozenset[str]:
    path = folder / "user-words.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return read_user_words(path).words


def test_words_with_frequency_and_part_of_speech(tmp_path: Path) -> None:
    """The word of a line is taken, its frequency and part of speech are read over."""
    text = "三降三升 5 n\n网格长 3\n片长 nz\n一网统揽\n大 模型 12 n\n"
    assert _read(tmp_path, text) == {"三降三升", "网格长", "片长", "一网统揽", "大模型"}


def test_words_are_folded(tmp_path: Path) -> None:
    """Traditional characters, capitals and full width become what texts are searched as."""
    assert _read(tmp_path, "網格長\nＡＰＰ\n") == {"网格长", "app"}


def test_comments_and_blank_lines(tmp_path: Path) -> None:
    """What follows a number sign is a comment, unless the sign is part of a word."""
    text = "# 各部门\n\n  网格长  # 楼栋一级\nC# 3\n＃ 全角\n"
    assert _read(tmp_path, text) == {"网格长", "c#"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    """A file is read in the encodings that editors save Chinese text in."""
    assert _read(tmp_path, "网格长 3 n\r\n片长\r\n".encode(encoding)) == {"网格长", "片长"}


def test_a_word_without_anything_to_search_is_refused(tmp_path: Path) -> None:
    """A line of mere punctuation is an error that names file and line."""
    with pytest.raises(LexiconError, match=r"user-words\.txt, line 2: “——” has no letter"):
        _read(tmp_path, "网格长\n——\n")


def test_a_word_that_is_too_long_is_refused(tmp_path: Path) -> None:
    """A line without end is an error: somebody pasted a text."""
    with pytest.raises(LexiconError, match=r"line 1: .* more than 100 characters"):
        _read(tmp_path, "网" * 101)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """A file in no known encoding is an error that says what to do."""
    with pytest.raises(LexiconError, match="save it as UTF-8"):
        _read(tmp_path, b"\xff\x00\xff")


def test_a_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than a bounded part of a file is ever read."""
    monkeypatch.setattr(lines, "MAX_BYTES", 1 << 20)
    with pytest.raises(LexiconError, match="larger than 1 MB"):
        _read(tmp_path, b"a\n" * (1 << 20))


def test_a_folder_instead_of_a_file_is_told(tmp_path: Path) -> None:
    """What can't be read is an error of ours."""
    with pytest.raises(LexiconError, match="can't be read"):
        read_user_words(tmp_path)


@given(st.binary(max_size=200))
def test_any_bytes_are_words_or_an_error(tmp_path: Path, data: bytes) -> None:
    """Whatever is in the file: a set of words, or `LexiconError`."""
    try:
        words = _read(tmp_path, data)
    except LexiconError:
        return
    assert all(word == word.strip() and word for word in words)
