"""Markdown -> `Page`: front matter, headings and paragraphs, without the marks of emphasis and links.

Parsed by markdown-it-py as CommonMark with tables and strikethrough, with three differences that Chinese
notes need: `#标题` is a heading without a space, `**重点。**其后` is bold beside Chinese punctuation, and an
indented line is a paragraph and no code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from jsisa_search.page.budget import check_time, count
from jsisa_search.page.facts.byline import parse_metadata
from jsisa_search.page.formats.front_matter import read_front_matter, read_properties
from jsisa_search.page.formats.text import join_pieces
from jsisa_search.page.html.dom import parse_tree
from jsisa_search.page.html.walk import read_blocks
from jsisa_search.page.lines import NO_HEADING, Line, Page, clean_line, normalize, split_lines, strip
from jsisa_search.page.rules import compile_patterns, load_rules

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_TAG_NAME = re.compile(r"</?([a-z][a-z0-9]*)", re.IGNORECASE)
_HEADING = re.compile(r"(#{1,6})(?=[^#\s\x00-\x7f])")  # without the space that CommonMark wants
_ENDINGS = (("<!--", "-->"), ("<?", "?>"), ("<!", ">"))  # of what is hidden up to its end
_CELL = " | "
_TASKS = ("[ ] ", "[x] ", "[X] ")
_DRAWN = "|-:=*_ \t"  # what rules and the second lines of tables are made of
_LONGEST_HEADING = 200  # characters of an underlined heading; a longer line is a paragraph above a rule
_JOIN_FROM = 20  # characters; a shorter line was ended on purpose, a longer one without a stop was wrapped
_STOPS = tuple("。！？；：.!?;:”）)」』")
_EXCERPT = 20  # characters with which an excerpt and its text begin alike
_MOST_NESTED = 100  # quotations and lists; the rest of a deeper one would be left out


@dataclass(slots=True)
class _Piece:
    """A line of the text: whether it continues the line above within a paragraph, and may be joined to it."""

    text: str
    number: int
    level: int | None = None
    follows: bool = False
    links: tuple[tuple[str, str], ...] = ()


def read_markdown(text: str) -> Page:
    """Return the lines of a Markdown page; the first heading of the first level is its title."""
    raw = split_lines(text)
    count("markdown_lines", len(raw))
    front = read_front_matter(raw)
    reader = _Reader(raw, front.end)
    lines = tuple(_without_excerpt(tuple(_join_wrapped(reader.read()))))
    if not front.end and lines and lines[0].level == 1:
        properties, front = read_properties([line.text for line in lines[1:]])
        lines = (lines[0], *lines[1 + properties :])
    title_line = _find_title_line(lines, front.fields.get("title") or front.fallbacks.get("title"))
    return Page(
        lines,
        front.fields,
        title_line=title_line,
        fallbacks=front.fallbacks,
        links=tuple(reader.originals),
    )


@cache
def _parser() -> MarkdownIt:
    """Return the parser; it is imported with the first Markdown page."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": _MOST_NESTED})
    # A definition (`[来源]: 云浦日报`) would vanish from the text, an indented line is no code.
    parser.enable(["table", "strikethrough"]).disable(["reference", "code"])
    parser.inline.ruler.at("emphasis", _read_emphasis)
    parser.inline.ruler.before("text", "clock", _check_clock)
    parser.block.ruler.before("table", "clock", _check_clock)
    # Links are text here: no address is refused, none is rewritten.
    for name in ("validateLink", "normalizeLink", "normalizeLinkText"):
        setattr(parser, name, _accept if name == "validateLink" else str)
    return parser


def _accept(_: str) -> bool:
    return True


def _check_clock(*_: object) -> bool:
    """Look at the clock wherever the parser tries its rules; a rule that never matches."""
    check_time()
    return False


def _read_emphasis(state: StateInline, silent: bool) -> bool:
    """Read a run of `*` or `_`, like the rule of the parser, but for `*` look at blanks only.

    CommonMark takes a mark between a full stop and a letter for none, which is right where a blank follows
    each full stop.
    """
    from markdown_it.rules_inline.state_inline import Delimiter

    marker = state.src[state.pos]
    if silent or marker not in "_*":
        return False
    scanned = state.scanDelims(state.pos, marker == "*")
    end = state.pos + scanned.length
    is_star = marker == "*"
    opens = scanned.can_open or (is_star and not state.src[end : end + 1].isspace() and end < state.posMax)
    closes = scanned.can_close or (is_star and state.pos > 0 and not state.src[state.pos - 1].isspace())
    for _ in range(scanned.length):
        state.push("text", "", 0).content = marker
        at = len(state.tokens) - 1
        state.delimiters.append(
            Delimiter(marker=ord(marker), length=scanned.length, token=at, end=-1, open=opens, close=closes)
        )
    state.pos = end
    return True


@dataclass(slots=True)
class _Reader:
    """Reads the tokens of a page in order; `raw` are the lines of the file, of which `start` are not text."""

    raw: list[str]
    start: int
    originals: list[str] = field(default_factory=list)  # addresses of links that are named 查看原文
    _heading: Token | None = None
    _nesting: list[str] = field(
        default_factory=list
    )  # for each list item its number, for a quotation nothing
    _label: str = ""  # the number of a list item, up to the text that it precedes
    _row: list[_Piece] | None = None

    def read(self) -> Iterator[_Piece]:
        """Yield the lines of the page that are not empty."""
        for token in _parser().parse("\n".join(self.raw[self.start :])):
            check_time()
            number = self.start + (token.map[0] if token.map else 0) + 1
            if token.type == "inline":
                yield from self._read_inline(token, number)
            elif token.type == "fence":
                lines = enumerate(split_lines(token.content), number + 1)
                yield from (_Piece(strip(line), at) for at, line in lines if strip(line))
            elif token.type == "html_block":
                yield from _read_html(token.content, number)
            elif token.type == "tr_close" and self._row is not None:
                text = _CELL.join(cell.text for cell in self._row).strip(_CELL)
                yield from [_Piece(text, self._row[0].number, NO_HEADING)] if text else []
                self._row = None
            else:
                self._note(token)

    def _note(self, token: Token) -> None:
        """Note what a token means for the text within it."""
        match token.type:
            case "heading_open":
                self._heading = token
            case "heading_close":
                self._heading = None
            case "tr_open":
                self._row = []
            case "list_item_open" | "blockquote_open":
                self._nesting.append(token.info)
                self._label = f"{token.info}{token.markup} " if token.info else ""
            case "list_item_close" | "blockquote_close":
                self._nesting.pop()
                self._label = ""

    def _read_inline(self, token: Token, number: int) -> Iterator[_Piece]:
        self.originals += _originals(token)
        pieces = _pieces(token, number)
        if self._row is not None:
            self._row.append(_Piece(" ".join(piece.text for piece in pieces), number))
        elif self._heading is not None:
            yield from self._read_heading(self._heading, pieces)
        else:
            yield from filter(None, map(self._read_line, pieces))

    def _read_heading(self, heading: Token, pieces: list[_Piece]) -> Iterator[_Piece]:
        """Yield a heading; of lines above an underline the last one is it."""
        level = NO_HEADING if self._nesting else int(heading.tag[1])
        is_underlined = heading.markup[0] in "=-"
        for piece in pieces[:-1]:
            yield from filter(None, [self._read_line(piece)])
        for last in pieces[-1:]:
            underline = self.raw[self.start + heading.map[1] - 1].strip() if heading.map else ""
            if is_underlined and (len(underline) < 2 or len(last.text) >= _LONGEST_HEADING):
                yield from filter(None, [self._read_line(last)])
            else:
                yield replace(last, text=self._label + last.text, level=level, follows=False)
                self._label = ""

    def _read_line(self, piece: _Piece) -> _Piece | None:
        """Return a line of a paragraph; `None` where it only draws a rule."""
        text, raw = piece.text, strip(self.raw[piece.number - 1])
        if not text.strip(_DRAWN):
            return None
        if raw.startswith("|") and raw.endswith("|"):  # of a table without a head
            cells = _CELL.join(strip(cell) for cell in text.strip("|").split("|"))
            return _Piece(strip(cells), piece.number, NO_HEADING)
        mark = _HEADING.match(text) if raw.startswith("#") and not self._nesting else None
        if mark:
            return _Piece(text[mark.end() :].rstrip("# \t"), piece.number, len(mark[1]))
        if self._nesting and text.startswith(_TASKS):
            text = strip(text[len(_TASKS[0]) :])
        label, self._label = self._label, ""
        # A numbered item may be a heading; its number decides.
        level = None if all(self._nesting) and len(self._nesting) < 2 else NO_HEADING
        return replace(piece, text=label + text, level=level)


def _read_html(content: str, number: int) -> Iterator[_Piece]:
    """Yield the lines that a browser shows for a stretch of HTML that begins on line `number`."""
    start = content.lstrip()
    ending = next((end for mark, end in _ENDINGS if start.startswith(mark)), "")
    if ending not in content:  # it would hide the rest of the file
        yield from (
            _Piece(strip(line), at) for at, line in enumerate(split_lines(content), number) if strip(line)
        )
        return
    root = parse_tree(content)
    for block in read_blocks(root).blocks if root is not None else ():
        at = number + block.number - 1
        level = NO_HEADING if block.cells else block.level
        for token in _parser().parseInline(block.text):
            yield from (_Piece(piece.text, at, level) for piece in _pieces(token, at))


def _pieces(token: Token, number: int) -> list[_Piece]:
    """Return the lines of a stretch of text that begins on line `number`, without marks."""
    pieces = [_Piece("", number)]
    address, start = "", 0
    for child in token.children or ():
        at = pieces[-1].number
        if child.type in ("softbreak", "hardbreak"):
            pieces.append(_Piece("", at + 1, follows=child.type == "softbreak"))
        elif child.type == "html_inline":
            at += child.content.count("\n")
            if _makes_line(child.content):
                pieces.append(_Piece("", at))
            pieces[-1].number = at if not pieces[-1].text else pieces[-1].number
            pieces[-1].text += "" if _is_markup(child.content) else child.content
        elif child.type == "link_open":
            address, start = str(child.attrs.get("href", "")), len(pieces[-1].text)
        elif child.type == "link_close":
            pieces[-1].links += ((pieces[-1].text[start:], address),)
            start = 0
        else:
            pieces[-1].text += child.content
    if pieces[-1].number - number != token.content.count("\n") and len(pieces) > 1:
        # Code or an address goes over the end of a line. Lines matter more than that it is one.
        rows = enumerate(token.content.split("\n"), number)
        return [
            piece for at, row in rows for inner in _parser().parseInline(row) for piece in _pieces(inner, at)
        ]
    cleaned = (replace(piece, text=strip(clean_line(piece.text))) for piece in pieces)
    return [piece for piece in cleaned if piece.text]


def _originals(token: Token) -> Iterator[str]:
    """Yield the addresses of the links to the original of the page or a part of it."""
    address, name = "", ""
    for child in token.children or ():
        if child.type == "link_open":
            address, name = str(child.attrs.get("href", "")), ""
        elif child.type == "link_close":
            if compile_patterns("times", "links", "original").fullmatch(strip(name).lower()):
                yield address
        else:
            name += child.content


def _makes_line(tag: str) -> bool:
    rules = load_rules("html")
    return _name_of(tag) in (*rules["blocks"], *rules["cells"])


def _is_markup(tag: str) -> bool:
    """Whether what is in angle brackets is HTML or a comment, and no word that only looks like it."""
    rules = load_rules("html")
    names = (*rules["blocks"], *rules["cells"], *rules["inline"], *rules["dropped"])
    return tag.startswith(("<!", "<?")) or _name_of(tag) in names


def _name_of(tag: str) -> str:
    match = _TAG_NAME.match(tag)
    return match[1].lower() if match else ""


def _join_wrapped(pieces: Iterable[_Piece]) -> Iterator[Line]:
    """Join paragraphs that were wrapped over lines; lines that were ended on purpose stay apart."""
    pending: list[_Piece] = []
    for piece in pieces:
        is_rest = pending and piece.follows and _is_wrapped(pending[-1].text)
        if pending and not (is_rest and not parse_metadata(piece.text, in_head=True)):
            yield _joined(pending)
            pending = []
        pending.append(piece)
    if pending:
        yield _joined(pending)


def _joined(pieces: list[_Piece]) -> Line:
    text = join_pieces([piece.text for piece in pieces])
    links = tuple(link for piece in pieces for link in piece.links)
    return Line(text, pieces[0].number, pieces[0].level, links=links)


def _is_wrapped(text: str) -> bool:
    return len(text) >= _JOIN_FROM and not text.endswith(_STOPS) and not parse_metadata(text, in_head=True)


def _find_title_line(lines: tuple[Line, ...], stated: str | None) -> int | None:
    """Return the line of the title: the line that repeats the front matter's, else the first `#`."""
    if stated:
        repeated = next((line.number for line in lines[:20] if line.text == stated), None)
        if repeated is not None:
            return repeated
    top = [line.number for line in lines if line.level == 1]
    first = next((line.number for line in lines if line.level), None)
    return top[0] if not stated and top and top[0] == first else None


def _without_excerpt(lines: tuple[Line, ...]) -> Iterator[Line]:
    """Yield the lines without the summary that a clipper makes of the words with which the text begins."""
    head = next((at for at, line in enumerate(lines[:6]) if _is_excerpt(line)), None)
    end = head + 2 if head is not None else 0
    if head is not None and end <= len(lines):
        start = normalize(lines[end - 1].text)[:_EXCERPT]
        repeats = any(normalize(line.text).startswith(start) for line in lines[end:])
        end = end if repeats else head + 1
    yield from (line for at, line in enumerate(lines) if head is None or not head <= at < end)


def _is_excerpt(line: Line) -> bool:
    return compile_patterns("clippings", "excerpt").fullmatch(line.text.lower()) is not None
