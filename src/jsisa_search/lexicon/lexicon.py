"""`Lexicon`: what users tell about words, read from two files beside the index."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from jsisa_search.analysis import WordSet
from jsisa_search.lexicon.synonyms import Synonyms, read_synonyms
from jsisa_search.lexicon.user_dictionary import read_user_words

#: Names of the files in the index folder.
USER_WORDS_FILE = "user-words.txt"
SYNONYMS_FILE = "synonyms.txt"
FILE_NAMES = (USER_WORDS_FILE, SYNONYMS_FILE)

# Time of the last change in nanoseconds and size in bytes; `None` where there is no such file.
_Stamp = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """User words and synonyms; empty, or made with `load`. `folder` is where they were read."""

    user_words: WordSet = field(default_factory=WordSet)
    synonyms: Synonyms = field(default_factory=Synonyms)
    folder: Path | None = None
    stamps: tuple[_Stamp, ...] = ()

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return what the files in `folder` say; a file that is not there says nothing.

        Raises `LexiconError`, which names file and line, where one can't be understood.
        """
        # The stamps are taken first: a file that changes while it is read is read again.
        stamps = _stamps(folder)
        user_stamp, synonyms_stamp = stamps
        user_words = read_user_words(folder / USER_WORDS_FILE) if user_stamp else WordSet()
        synonyms = read_synonyms(folder / SYNONYMS_FILE) if synonyms_stamp else Synonyms()
        return cls(user_words, synonyms, folder, stamps)

    def refreshed(self) -> Self:
        """Return what the files say now: this lexicon itself where they have not changed."""
        if self.folder is None or _stamps(self.folder) == self.stamps:
            return self
        return type(self).load(self.folder)


def _stamps(folder: Path) -> tuple[_Stamp, ...]:
    return tuple(_stamp(folder / name) for name in FILE_NAMES)


def _stamp(path: Path) -> _Stamp:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
