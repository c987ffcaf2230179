"""The two files of user words and synonyms, reloaded when they change."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Self

from jsisa_search.analysis import WordSet, fold, is_indexed
from jsisa_search.errors import LexiconError
from jsisa_search.lexicon.offices import other_names
from jsisa_search.own_files import open_regular
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import reason_of

#: Bytes of a file: jieba's own dictionary, the largest in use, has 5 million.
MAX_BYTES = 16 << 20

#: Characters of a word: the longest names of offices and laws have about 60.
MAX_CHARS = 100

# A number sign inside a word is part of it: C#.
_COMMENT = re.compile(r"(?:^|(?<=\s))[#＃].*")

# Line ends as editors count them; `splitlines` has eight more.
_LINE_END = re.compile(r"\r\n?|\n")

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file, stripped of its comment and surrounding spaces; `number` counts from 1."""

    path: Path
    number: int
    text: str

    def error(self, what: str) -> LexiconError:
        """Return the error to raise for this line; `what` says what is wrong and what to do."""
        return LexiconError(
            tr("{path}, line {number}: {what}").format(path=self.path, number=self.number, what=what)
        )

    def term(self, text: str) -> str:
        """Return a word of this line folded, with single inner spaces.

        Raises `LexiconError` where it has nothing to search for, or is too long.
        """
        term = " ".join(fold(text).split())
        if len(term) > MAX_CHARS:
            too_long = tr("“{start}…” has more than {most} characters; shorten it")
            raise self.error(too_long.format(start=term[:20], most=MAX_CHARS))
        if not is_indexed(term):
            empty = tr("“{word}” has no letter, digit or Chinese character; correct the line or take it out")
            missing = tr("a word is missing; correct the line or take it out")
            raise self.error(empty.format(word=text.strip()) if term else missing)
        return term


def read_lines(path: Path) -> Iterator[Line]:
    """Yield the lines of a text file that are neither empty nor comments.

    The text is UTF-8, UTF-16 with a byte order mark, or GB18030. Raises `LexiconError` for anything
    else, for a file over `MAX_BYTES`, and for one that can't be read.
    """
    for number, line in enumerate(_LINE_END.split(_decode(path, _read(path))), start=1):
        if text := _COMMENT.sub("", line).strip():
            yield Line(path, number, text)


def _read(path: Path) -> bytes:
    try:
        with open_regular(path) as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise LexiconError(
            tr("{path} can't be read ({strerror}); mend it or take it away").format(
                path=path, strerror=reason_of(error)
            )
        ) from error
    if len(data) > MAX_BYTES:
        raise LexiconError(
            tr("{path} is larger than {max_bytes} MB; shorten it or take it away").format(
                path=path, max_bytes=MAX_BYTES >> 20
            )
        )
    return data


def _decode(path: Path, data: bytes) -> str:
    encodings = ("utf-16",) if data.startswith(_UTF16_MARKS) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise LexiconError(tr("{path} is neither UTF-8 nor GB18030 text; save it as UTF-8").format(path=path))


# A line as jieba has it: a word, possibly with spaces, then a frequency and a part of speech.
# The longest part of speech is nrfg; anything longer is part of the word.
_ENTRY = re.compile(r"(?P<word>.+?)(?:\s+\d+)?(?:\s+[a-zA-Z]{1,4})?")


def read_user_words(path: Path) -> WordSet:
    """Return the folded words of the user dictionary at `path`.

    One word a line; a frequency and a part of speech after it are ignored. Raises `LexiconError`.
    """
    words = []
    for line in read_lines(path):
        entry = _ENTRY.fullmatch(line.text)
        words.append(line.term(entry["word"] if entry else line.text))
    return WordSet.of(words)


#: Maximum synonyms of one piece: each is another query.
MAX_EXPANSIONS = 16

# Synonyms on one line: each is equivalent to each, so the cost is quadratic.
_MAX_WORDINGS = 32

_BOTH_WAYS = "="
_ONE_WAY = "=>"


@dataclass(frozen=True, slots=True)
class Expansion:
    """A synonym of a piece.

    `term` is the whole piece with `replaces`, a part of it, replaced; both are folded.
    `line` is the line of the synonyms file that says so, counted from 1.
    """

    term: str
    replaces: str
    line: int


@dataclass(frozen=True, slots=True)
class Rule:
    """`source` may be replaced by `target`; both are folded, `line` is the line in the file."""

    source: str
    target: str
    line: int


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Synonym rules; make one with `of` or `read_synonyms`."""

    rules: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    terms: WordSet = field(default_factory=WordSet)

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> Self:
        """Return the synonyms of `rules`, those of one source in their order."""
        by_source: dict[str, dict[str, Rule]] = {}
        terms: set[str] = set()
        for rule in rules:
            terms |= {rule.source, rule.target}
            if rule.source != rule.target:
                by_source.setdefault(rule.source, {}).setdefault(rule.target, rule)
        frozen = {source: tuple(found.values()) for source, found in by_source.items()}
        return cls(frozen, WordSet.of(terms))

    def __len__(self) -> int:
        return len(self.rules)

    def expand(self, piece: str) -> tuple[Expansion, ...]:
        """Return the synonyms of a query piece, `MAX_EXPANSIONS` at most.

        A synonym applies where it is the whole piece or part of it. Each expansion replaces one
        term; the replacement is not expanded again, so that two lines are never combined.
        """
        return tuple(islice(self._expansions(fold(piece).strip()), MAX_EXPANSIONS))

    def _expansions(self, piece: str) -> Iterator[Expansion]:
        # Search for all known terms, not only sources: 发展改革委 inside 国家发展改革委 is not one that
        # may become 国家发展改革委.
        found = self.terms.find(piece)
        seen = {piece}
        for source in dict.fromkeys(piece[start:end] for start, end in found):
            for rule in self.rules.get(source, ()):
                spans = [(start, end) for start, end in found if piece[start:end] == source]
                term = _replace(piece, spans, rule.target)
                if term not in seen:
                    seen.add(term)
                    yield Expansion(term, source, rule.line)


def read_synonyms(path: Path) -> Synonyms:
    """Return the synonyms in the file at `path`.

    `发改委 = 国家发展和改革委员会` applies both ways and may continue with further `=`; `北京 => 首都` lets a
    query of 北京 also find 首都. Raises `LexiconError`.
    """
    return Synonyms.of(rule for line in read_lines(path) for rule in _rules(line))


def _rules(line: Line) -> Iterator[Rule]:
    text = fold(line.text)
    if _ONE_WAY in text:
        sides = text.split(_ONE_WAY)
        if len(sides) != 2 or any(_BOTH_WAYS in side for side in sides):
            raise line.error(
                tr("“=>” has one word on either side; write a line of its own for each further word")
            )
        yield Rule(line.term(sides[0]), line.term(sides[1]), line.number)
        return
    terms = [line.term(part) for part in text.split(_BOTH_WAYS)]
    if len(terms) < 2:
        raise line.error(tr("there is no “=” between words; write it like: 发改委 = 国家发展和改革委员会"))
    if len(terms) > _MAX_WORDINGS:
        raise line.error(
            tr("more than {most} wordings for one thing; leave out the rarest").format(most=_MAX_WORDINGS)
        )
    yield from (Rule(source, target, line.number) for source in terms for target in terms)


def _replace(text: str, spans: Iterable[tuple[int, int]], by: str) -> str:
    parts = []
    last = 0
    for start, end in spans:
        parts += [text[last:start], by]
        last = end
    return "".join(parts) + text[last:]


#: Names of the files in the index folder.
USER_WORDS_FILE = "user-words.txt"
SYNONYMS_FILE = "synonyms.txt"
FILE_NAMES = (USER_WORDS_FILE, SYNONYMS_FILE)

# Modification time in nanoseconds and size in bytes; `None` for a missing file.
_Stamp = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """User words and synonyms; empty, or made with `load` from `folder`."""

    user_words: WordSet = field(default_factory=WordSet)
    synonyms: Synonyms = field(default_factory=Synonyms)
    folder: Path | None = None
    stamps: tuple[_Stamp, ...] = ()

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Load the files in `folder`; a missing file is empty.

        Raises `LexiconError`, which names file and line, where one can't be understood.
        """
        # Stamps come first: a file that changes while it is being read is read again.
        stamps = _stamps(folder)
        user_stamp, synonyms_stamp = stamps
        user_words = read_user_words(folder / USER_WORDS_FILE) if user_stamp else WordSet()
        synonyms = read_synonyms(folder / SYNONYMS_FILE) if synonyms_stamp else Synonyms()
        return cls(user_words, synonyms, folder, stamps)

    def synonyms_of(self, piece: str) -> tuple[str, ...]:
        """Return the folded pieces that users' synonyms make of a folded piece."""
        return tuple(other.term for other in self.synonyms.expand(piece)) if self.synonyms else ()

    def other_names(self, piece: str) -> tuple[tuple[str, str, str], ...]:
        """Return the other names that the shipped lexicon has for a folded piece: before it, name, after it.

        None where users' synonyms have a word of the piece: what they say of it is all.
        """
        return () if self.synonyms.terms.find(piece) else other_names(piece)

    def wordings(self, piece: str) -> tuple[str, ...]:
        """Return all folded wordings that may replace a folded piece: users' synonyms, then other names."""
        names = (fold("".join(parts)) for parts in self.other_names(piece))
        return tuple(dict.fromkeys((*self.synonyms_of(piece), *names)))

    def refreshed(self) -> Self:
        """Return the current lexicon: this one if the files have not changed."""
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
