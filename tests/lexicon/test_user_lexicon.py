from __future__ import annotations

import os
from pathlib import Path

import pytest

from jsisa_search.errors import LexiconError
from jsisa_search.lexicon.user_lexicon import SYNONYMS_FILE, USER_WORDS_FILE, Lexicon


def _write(path: Path, text: str, modified_ns: int) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(modified_ns, modified_ns))


def test_a_folder_without_files_says_nothing(tmp_path: Path) -> None:
    """Nobody needs to write a lexicon."""
    lexicon = Lexicon.load(tmp_path)
    assert not lexicon.user_words
    assert not lexicon.synonyms
    assert lexicon.refreshed() is lexicon


def test_both_files_are_read(tmp_path: Path) -> None:
    """User words and synonyms come from the files with those names."""
    _write(tmp_path / USER_WORDS_FILE, "网格长", 1)
    _write(tmp_path / SYNONYMS_FILE, "网格长 = 片长", 1)
    lexicon = Lexicon.load(tmp_path)
    assert lexicon.user_words.words == {"网格长"}
    assert [each.term for each in lexicon.synonyms.expand("片长")] == ["网格长"]


def test_a_change_is_noticed(tmp_path: Path) -> None:
    """A file that was changed, made or taken away is read anew; until then nothing is read."""
    words = tmp_path / USER_WORDS_FILE
    _write(words, "网格长", 1)
    first = Lexicon.load(tmp_path)
    assert first.refreshed() is first
    _write(words, "楼栋长", 2)
    second = first.refreshed()
    assert second.user_words.words == {"楼栋长"}
    words.unlink()
    assert not second.refreshed().user_words


def test_an_error_stays_until_it_is_mended(tmp_path: Path) -> None:
    """A malformed file is told each time, and a mended one is read."""
    synonyms = tmp_path / SYNONYMS_FILE
    lexicon = Lexicon.load(tmp_path)
    _write(synonyms, "网格长", 1)
    for _ in range(2):
        with pytest.raises(LexiconError, match="line 1"):
            lexicon.refreshed()
    _write(synonyms, "网格长 = 片长", 2)
    assert lexicon.refreshed().synonyms


def test_an_empty_lexicon_needs_no_folder() -> None:
    """A lexicon without a folder stays as it is."""
    lexicon = Lexicon()
    assert lexicon.refreshed() is lexicon
