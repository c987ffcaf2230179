"""Tokens to the syntax tree.

Precedence, highest first: `-`, NOT and fields; NEAR; AND; OR; the space between pieces.
An operator that lacks an operand is searched as a word, a mark is dropped, and a note says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from jsisa_search.analysis import fold_characters, is_chinese
from jsisa_search.errors import QueryError
from jsisa_search.query.parser.dates import parse_period_range
from jsisa_search.query.parser.lexer import Kind, Token, tokenize
from jsisa_search.query.parser.notation import operators
from jsisa_search.query.parser.syntax import (
    AllOf,
    AnyOf,
    During,
    FieldName,
    InField,
    Near,
    Node,
    Not,
    Note,
    Piece,
    Prefix,
    make_piece,
)
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import mark

# A “*” inside a piece: between digits it is a sign (4*100), elsewhere probably a wildcard.
_WILDCARD = re.compile(r"(?<!\d)\*|\*(?!\d)")

_HOW_TO_WRITE = {
    Kind.AND: mark("“{}” belongs between two pieces (平安 AND 江苏); here it is searched as a word"),
    Kind.OR: mark("“{}” belongs between two pieces (满意率 OR 满意度); here it is searched as a word"),
    Kind.NOT: mark("“{}” belongs before a piece (平安 NOT 苏州); here it is searched as a word"),
    Kind.NEAR: mark("“{}” belongs between two words (平安 NEAR/5 建设); here it is searched as a word"),
    Kind.FIELD: mark(
        "“{}” belongs before a piece and in no other field (标题:平安); here it is searched as text"
    ),
    Kind.BAR: mark("“{}” belongs between two pieces (满意率|满意度); here it is left out"),
    Kind.MINUS: mark("“{}” belongs before a piece (-苏州); here it is left out"),
}

#: A pasted page could have hundreds.
MAX_NOTES = 10

_BEGIN_OPERAND = frozenset({Kind.WORD, Kind.QUOTED, Kind.OPEN, Kind.MINUS, Kind.NOT, Kind.FIELD})


def parse_tree(text: str) -> tuple[Node | None, tuple[Note, ...]]:
    """Return the syntax tree of `text`, `None` if it is blank, and the notes in the order of the text.

    Text that consists of marks only is searched literally. Only the first `MAX_NOTES` notes are returned.
    """
    tokens, notes = tokenize(text)
    parser = _Parser(text, tokens, notes)
    tree = parser.sequence()
    if tree and len(tokens) > 1 and all(map(_is_character, tokens)):
        tree = _or_joined(tree, tokens)
    if tree is None and (bare := text.strip()):
        start = text.index(bare)
        tree = make_piece(bare, start, start + len(bare), is_quoted=True)
    return tree, tuple(sorted(notes, key=lambda note: note.start)[:MAX_NOTES])


@dataclass(slots=True)
class _Parser:
    text: str
    tokens: list[Token]
    notes: list[Note]
    at: int = 0
    field: str | None = None  # the field whose value is being parsed

    def sequence(self) -> Node | None:
        """Parse pieces up to the end of the group or of the text."""
        parts = []
        while self.at < len(self.tokens) and self.kind() is not Kind.CLOSE:
            parts.append(self.alternatives())
        return _all_of(parts)

    def alternatives(self) -> Node | None:
        parts = [self.conjunction()]
        while self.joins(Kind.OR, Kind.BAR):
            parts.append(self.conjunction())
        return _any_of(parts)

    def conjunction(self) -> Node | None:
        parts = [self.neighbours()]
        while self.joins(Kind.AND):
            parts.append(self.neighbours())
        return _all_of(parts)

    def neighbours(self) -> Node | None:
        """Parse pieces joined by NEAR; in a chain each is near the previous one."""
        last = self.unit()
        parts: list[Node | None] = []
        while self.joins(Kind.NEAR):
            operator = self.tokens[self.at - 1]
            following = self.unit()
            if last and following and _has_position(last) and _has_position(following):
                distance = int(operator.text)
                parts.append(Near(last, following, distance, last.start, following.end))
            else:
                parts += [last, self.as_word(operator), following]
            last = following
        return _all_of(parts) if parts else last

    def unit(self) -> Node | None:
        """Parse one operand; anything else is taken as a word, so that a token is always consumed."""
        start = self.tokens[self.at].start
        is_excluded = False
        while self.kind() in (Kind.NOT, Kind.MINUS) and self.operand_follows():
            is_excluded = not is_excluded
            self.at += 1
        node = self.primary()
        if node is None or not is_excluded:
            return node
        return node.node if isinstance(node, Not) else Not(node, start, node.end)

    def primary(self) -> Node | None:
        token = self.take()
        match token.kind:
            case Kind.WORD:
                return self.date(token, token.start) if self.field == "date" else self.word(token)
            case Kind.QUOTED if self.field == "date":
                return self.date(token, token.start)
            case Kind.QUOTED:
                return make_piece(token.text, token.start, token.end, is_quoted=True)
            case Kind.OPEN:
                return self.group(token)
            case Kind.FIELD:
                return self.in_field(token)
            case _:
                return self.as_word(token)

    def group(self, opening: Token) -> Node | None:
        node = self.sequence()
        closing = self.take()
        if node is None:
            self.note(tr("these parentheses are empty"), opening.start, closing.end)
        return node

    def in_field(self, token: Token) -> Node | None:
        """Parse the value of a field; one without a value, or inside another field, is text."""
        if self.field is not None or self.kind() not in _BEGIN_OPERAND - {Kind.FIELD}:
            return self.as_word(token)
        if token.text == "date" and self.kind() in (Kind.WORD, Kind.QUOTED):
            value = self.take()
            return self.date(value, token.start if value.start == token.end else value.start)
        self.field = token.text
        node = self.unit()
        self.field = None
        if node is None or token.text == "date":
            return node
        name = cast(FieldName, token.text)
        if isinstance(node, Not):
            return Not(InField(name, node.node, token.start, node.end), token.start, node.end)
        return InField(name, node, token.start, node.end)

    def date(self, token: Token, start: int) -> Node:
        """Parse a period; anything else is text from `start` on."""
        end = token.end if token.kind is Kind.QUOTED else self.take_rest_of_range(token)
        typed = token.text if token.kind is Kind.QUOTED else self.text[token.start : end]
        try:
            return During(parse_period_range(typed), start, end)
        except QueryError as error:
            self.note(str(error), token.start, end)
            return make_piece(self.text[start:end], start, end)

    def take_rest_of_range(self, token: Token) -> int:
        """Consume `.. 2022-06` after spaces and return the end of the period."""
        following = self.next_word()
        if following is None or not fold_characters(following.text).startswith(".."):
            return token.end
        self.at += 1
        last = self.next_word()
        if last is None or fold_characters(following.text) != ".." or not last.text[0].isdigit():
            return following.end
        self.at += 1
        return last.end

    def word(self, token: Token) -> Node:
        bare = token.text[:-1]
        folded = fold_characters(token.text)
        if bare and folded.find("*") == len(bare):
            piece = make_piece(bare, token.start, token.end - 1, is_quoted=True)
            return Prefix(piece, token.start, token.end)
        if folded.strip("*") and (wildcard := _WILDCARD.search(folded)):
            at = token.start + wildcard.start()
            self.note(
                tr("“*” means further characters only at the end of a piece (网格*); here it is text"),
                at,
                at + 1,
            )
        self.note_small_letters(token)
        return make_piece(token.text, token.start, token.end)

    def note_small_letters(self, token: Token) -> None:
        """Note that `or` between Chinese words is no operator; between Latin words it is surely text."""
        if token.text.upper() not in operators() or token.text.upper() == token.text:
            return
        beside = self.tokens[max(self.at - 2, 0) : self.at + 1]
        if len(beside) == 3 and not any(other.text.isascii() for other in (beside[0], beside[2])):
            message = (
                f"“{token.text}” is searched as a word; as an operator it has capitals: {token.text.upper()}"
            )
            self.note(message, token.start, token.end)

    def as_word(self, token: Token) -> Node | None:
        """Return a misplaced operator or field as text; a misplaced mark is left out."""
        typed = self.text[token.start : token.end]
        self.note(tr(_HOW_TO_WRITE[token.kind]).format(typed), token.start, token.end)
        if token.kind in (Kind.BAR, Kind.MINUS):
            return None
        end = token.end
        following = self.next_word()
        if token.kind is Kind.FIELD and following and following.start == end:
            end = self.take().end
        return make_piece(self.text[token.start : end], token.start, end)

    def kind(self) -> Kind | None:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else None

    def next_word(self) -> Token | None:
        return self.tokens[self.at] if self.kind() is Kind.WORD else None

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def joins(self, *operators: Kind) -> bool:
        """Consume an operator if an operand follows; return whether there was one."""
        if self.kind() not in operators or not self.operand_follows():
            return False
        self.at += 1
        return True

    def operand_follows(self) -> bool:
        following = self.tokens[self.at + 1 : self.at + 2]
        return bool(following) and following[0].kind in _BEGIN_OPERAND

    def note(self, message: str, start: int, end: int) -> None:
        self.notes.append(Note(message, start, end))


def _or_joined(tree: Node, tokens: Iterable[Token]) -> Node:
    """Return the word that several single Chinese characters spell, or `tree`: 会 议 精 神 is 会议精神."""
    joined = make_piece("".join(token.text for token in tokens), tree.start, tree.end)
    return AnyOf((joined, tree), tree.start, tree.end)


def _is_character(token: Token) -> bool:
    is_single = token.kind is Kind.WORD and len(token.text) == 1 and token.text.isalnum()
    return is_single and is_chinese(fold_characters(token.text))


def _has_position(node: Node) -> bool:
    """Return whether `node` has positions in a text between which a distance can be measured."""
    parts = node.parts if isinstance(node, AnyOf) else (node,)
    return all(isinstance(part, Piece | Prefix) for part in parts)


def _all_of(parts: Iterable[Node | None]) -> Node | None:
    flat: list[Node] = []
    for part in parts:
        flat += part.parts if isinstance(part, AllOf) else [part] if part else []
    flat = list(dict.fromkeys(flat))
    return AllOf(tuple(flat), flat[0].start, flat[-1].end) if len(flat) > 1 else next(iter(flat), None)


def _any_of(parts: Iterable[Node | None]) -> Node | None:
    flat: list[Node] = []
    for part in parts:
        flat += part.parts if isinstance(part, AnyOf) else [part] if part else []
    return AnyOf(tuple(flat), flat[0].start, flat[-1].end) if len(flat) > 1 else next(iter(flat), None)
