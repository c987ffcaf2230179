"""Lexer: which marks are operators, which are text, and where a quotation ends."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from jsisa_search.analysis import fold_characters
from jsisa_search.query.parser.document_numbers import number_end
from jsisa_search.query.parser.notation import closing_marks, fields, operators
from jsisa_search.query.parser.syntax import Note
from jsisa_search.translation import gettext as tr


def quotation_end(text: str, at: int) -> int | None:
    """Return the index of the closing mark for the opening one at `at`, `None` if there is none.

    A doubled straight mark is part of the quotation.
    """
    closing = closing_marks().get(text[at])
    if closing is None:
        return None
    end = text.find(closing, at + 1)
    while closing == '"' and end >= 0 and text.startswith('""', end):
        end = text.find(closing, end + 2)
    return end if end >= 0 else None


def marks_alone(text: str) -> Iterator[int]:
    """Yield the index of each quotation mark in `text` that has no partner."""
    marks = {*closing_marks(), *closing_marks().values()}
    at = 0
    while at < len(text):
        if text[at] in marks:
            end = quotation_end(text, at)
            if end is None:
                yield at
            else:
                at = end
        at += 1


#: Nesting limit of parentheses; deeper ones are ignored.
MAX_DEPTH = 50

#: Characters between the two pieces of a NEAR without a number.
DEFAULT_DISTANCE = 10

_NEAR = re.compile(r"NEAR|(?i:NEAR)/([0-9]{1,4})")
_FIELD = re.compile(r"([^\W\d]\w{0,30}):")
# Between quotations or groups an operator needs no surrounding spaces: “甲”或“乙”.
_JOINT = re.compile(r"(?:AND|OR|且|或)(?=\s|[(（\"＂“「『〝])")
# Typed characters that exclude; other dashes, which fold to a hyphen, are text.
_MINUS = "-－−﹣"
_NEGATIVE_NUMBER = re.compile(r"-\d+(?:\.\d+|[%‰℃°])")


class Kind(Enum):
    """The kind of a token."""

    WORD = auto()
    QUOTED = auto()
    OPEN = auto()
    CLOSE = auto()
    MINUS = auto()
    NOT = auto()
    AND = auto()
    OR = auto()
    BAR = auto()
    NEAR = auto()
    FIELD = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch `[start, end)` of the typed text.

    `text` is the content of a quotation, the name of a field in the syntax tree, or the distance of NEAR.
    """

    kind: Kind
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Parenthesis:
    """An open parenthesis; `is_text` if it is inside a word."""

    start: int
    tokens_before: int
    is_text: bool
    is_too_deep: bool = False


def tokenize(text: str) -> tuple[list[Token], list[Note]]:
    """Return the tokens of `text` in order, and notes on marks without meaning where they occur."""
    lexer = _Lexer(text, fold_characters(text))
    lexer.run()
    return lexer.tokens, lexer.notes


@dataclass(slots=True)
class _Lexer:
    text: str
    folded: str
    at: int = 0
    word_start: int | None = None
    last_break: int = -1  # the last space or bar, or quotation with a space
    joined: Kind | None = None  # kind of the adjacent previous token; a group counts as QUOTED
    tokens: list[Token] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    open: list[_Parenthesis] = field(default_factory=list)

    def run(self) -> None:
        while self.at < len(self.folded):
            char = self.folded[self.at]
            if char.isspace():
                self._take_blank()
            elif char == "|" and not self._is_in_text_parenthesis():
                self._take_bar()
            elif char == ")":
                self._close()
            elif self.word_start is None:
                self._begin_piece(char)
            else:
                self._continue_word(char)
        self._end_word()
        self._drop_unclosed()

    def _take_blank(self) -> None:
        """Consume a space: it ends a word and any parentheses open inside it."""
        self._end_word()
        while self._is_in_text_parenthesis():
            self.open.pop()
        self._part()

    def _take_bar(self) -> None:
        self._end_word()
        if not (self.tokens and self.tokens[-1].kind is Kind.BAR):  # || is written too
            self._add(Kind.BAR, self.at, self.at + 1)
        self._part()

    def _part(self) -> None:
        self.last_break = self.at
        self.joined = None
        self.at += 1

    def _begin_piece(self, char: str) -> None:
        if self._take_document_number():
            return
        if char == "(":
            self._open()
        elif not (self._take_minus() or self._take_joint() or self._take_field() or self._take_quotation()):
            self.word_start = self.at
            self.at += 1

    def _continue_word(self, char: str) -> None:
        if char == "(":
            self.open.append(_Parenthesis(self.at, len(self.tokens), is_text=True))
        self.at += 1

    def _take_document_number(self) -> bool:
        """Consume a document number, which may contain blanks and any brackets, as one word."""
        end = number_end(self.folded, self.at) if self.joined in (None, Kind.FIELD, Kind.MINUS) else None
        if end is None or not self._ends_piece(end):
            return False
        self._take(Kind.WORD, end)
        self.joined = None
        return True

    def _is_in_text_parenthesis(self) -> bool:
        return bool(self.open) and self.open[-1].is_text

    def _take_minus(self) -> bool:
        following = self.folded[self.at + 1 : self.at + 2]
        is_minus = self.text[self.at] in _MINUS and self.joined in (None, Kind.FIELD)
        if not is_minus or following in ("", "-", ")", "|") or following.isspace():
            return False
        if _NEGATIVE_NUMBER.match(self.folded, self.at):
            message = tr(
                "“-” before a piece excludes it; put a negative number in quotation marks to find it"
            )
            self._note(message, self.at, self.at + 1)
        self._take(Kind.MINUS, self.at + 1)
        return True

    def _take_joint(self) -> bool:
        match = _JOINT.match(self.text, self.at) if self.joined is Kind.QUOTED else None
        if match is None:
            return False
        self._take(Kind[operators()[match[0]]], match.end())
        self.joined = None
        return True

    def _take_field(self) -> bool:
        match = _FIELD.match(self.folded, self.at)
        if match is None or match[1] not in fields() or self.joined in (Kind.FIELD, Kind.QUOTED):
            return False
        self._take(Kind.FIELD, match.end(), text=fields()[match[1]])
        return True

    def _take_quotation(self) -> bool:
        end = quotation_end(self.folded, self.at)
        if end is None:
            return False
        content = self.text[self.at + 1 : end]
        if self.folded[self.at] == '"':
            content = re.sub('["＂](["＂])', r"\1", content)
        if any(map(str.isspace, content)):
            self.last_break = self.at
        if content.strip():
            self._take(Kind.QUOTED, end + 1, text=content)
        else:
            self._note(tr("these quotation marks are empty"), self.at, end + 1)
            self.at, self.joined = end + 1, Kind.QUOTED
        return True

    def _open(self) -> None:
        too_deep = len(self.open) >= MAX_DEPTH  # none is inside a word: a piece begins here
        self.open.append(_Parenthesis(self.at, len(self.tokens), is_text=False, is_too_deep=too_deep))
        if too_deep:
            message = tr("parentheses nest at most {depth} deep; deeper ones are ignored").format(
                depth=MAX_DEPTH
            )
            self._note(message, self.at, self.at + 1)
        else:
            self._add(Kind.OPEN, self.at, self.at + 1)
        self.joined = None
        self.at += 1

    def _close(self) -> None:
        if not self.open:
            self._close_unopened()
        elif self._is_in_text_parenthesis():
            self.open.pop()
            self.at += 1
        elif self._ends_piece(self.at + 1) or self.last_break > self.open[-1].start:
            self._close_group(self.open.pop())
        else:
            # （一）公正执法: no space inside and text after it, so the parentheses belong to the word.
            opening = self.open.pop()
            del self.tokens[opening.tokens_before :]
            self.word_start = opening.start
            self.at += 1

    def _close_group(self, opening: _Parenthesis) -> None:
        self._end_word()
        if not opening.is_too_deep:
            self._add(Kind.CLOSE, self.at, self.at + 1)
        self.joined = Kind.QUOTED
        self.at += 1

    def _close_unopened(self) -> None:
        if self._ends_piece(self.at + 1):
            self._end_word()
            self._note(tr("this closing parenthesis has no opening one"), self.at, self.at + 1)
        elif self.word_start is None:
            self.word_start = self.at
        self.at += 1

    def _ends_piece(self, at: int) -> bool:
        char = self.folded[at : at + 1]
        return char in ("", ")", "|") or char.isspace()

    def _drop_unclosed(self) -> None:
        """Remove unclosed groups; their pieces remain."""
        unclosed = {parenthesis.start for parenthesis in self.open if not parenthesis.is_text}
        for start in sorted(unclosed):
            self._note(tr("this opening parenthesis has no closing one"), start, start + 1)
        self.tokens = [token for token in self.tokens if token.start not in unclosed]

    def _end_word(self) -> None:
        if self.word_start is None:
            return
        start, word = self.word_start, self.text[self.word_start : self.at]
        kind, text = _read_word(word) if self.joined is None else (Kind.WORD, word)
        self._add(kind, start, self.at, text=text)
        if kind is Kind.WORD:
            self._note_word(start)
        self.word_start = self.joined = None

    def _note_word(self, start: int) -> None:
        word = self.folded[start : self.at]
        for mark in marks_alone(word):
            message = tr("this quotation mark is unpaired or inside a word; it is searched as text")
            self._note(message, start + mark, start + mark + 1)
        if word.startswith("near/"):
            self._note(tr("NEAR/ takes a number of characters below 10,000: NEAR/5"), start, self.at)
        if self.text[start : self.at] in _MINUS and self.folded[self.at :].strip():
            self._note(
                tr("“-” alone is searched as text; to exclude a piece write it directly before"),
                start,
                self.at,
            )

    def _take(self, kind: Kind, end: int, text: str | None = None) -> None:
        self._add(kind, self.at, end, text)
        self.at, self.joined = end, kind

    def _add(self, kind: Kind, start: int, end: int, text: str | None = None) -> None:
        self.tokens.append(Token(kind, self.text[start:end] if text is None else text, start, end))

    def _note(self, message: str, start: int, end: int) -> None:
        self.notes.append(Note(message, start, end))


def _read_word(word: str) -> tuple[Kind, str]:
    """Classify a word between spaces; operators may be typed in full width."""
    narrow = unicodedata.normalize("NFKC", word)
    if operator := operators().get(narrow):
        return Kind[operator], word
    if near := _NEAR.fullmatch(narrow):
        return Kind.NEAR, near[1] or str(DEFAULT_DISTANCE)
    return Kind.WORD, word
