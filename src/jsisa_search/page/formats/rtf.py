"""Rich text (.rtf) -> `Page`: paragraphs with levels by their styles, rows of tables, notes at the end.

Not by striprtf, which knows no styles and no hidden or deleted text, drops footnotes, reads Chinese bytes
under a Western font as Latin, and takes half a second for each megabyte of a picture.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field, replace

from jsisa_search.errors import PageError
from jsisa_search.page.budget import check_time, count
from jsisa_search.page.formats.docx import stated_properties
from jsisa_search.page.formats.ooxml import Style, name_style, outline_level
from jsisa_search.page.formats.paragraphs import ParagraphWriter
from jsisa_search.page.lines import Page
from jsisa_search.page.rules import load_rules
from jsisa_search.translation import gettext as tr

_SIGNATURE = b"{\\rtf"
_TOKEN = re.compile(
    r"\\([A-Za-z]{1,32})(-?\d{1,10})? ?"  # a word with its number
    r"|((?:\\'[0-9A-Fa-f]{2})+)"  # bytes of text
    r"|\\([^A-Za-z'])|\\'"  # a sign
    r"|([{}])"
    r"|[\r\n\0]+"
    r"|([^\\{}\r\n\0]+)",
    re.DOTALL,
)
# Characters by their numbers, each with one in its place for old readers: most of a Chinese text.
_NUMBERED = re.compile(r"(?:\\u-?\d{1,5} ?(?:\\'[0-9A-Fa-f]{2}|\?))+")
_NUMBER = re.compile(r"\\u(-?\d+)")
_SKIPPED = re.compile(r"[^\\{}]*")  # the bytes of a picture
_CLOCK_EVERY = 4096  # tokens
_DEEPEST = 5_000  # groups within groups; Word writes a dozen
_WIDE = ("gb18030", "cp950", "cp932", "cp949")
_LATIN = "cp1252"
_TEXT, _NOTE, _STYLE_NAME, _FONTS = "text", "note", "style", "fonts"
_PROPERTIES = ("title", "author")


@dataclass(slots=True)
class _State:
    """What a group changes and its end restores. `story` is where text goes, empty for nowhere."""

    story: str = _TEXT
    is_first: bool = False  # whether nothing but \* came in the group so far
    is_starred: bool = False
    hidden: bool = False
    deleted: bool = False
    fallback: int = 1  # characters that replace one that is given by its number
    font: int = 0
    style: int = 0
    outline: int | None = None
    in_table: bool = False
    is_label: bool = False  # the number of a list, with a tab behind it


@dataclass(slots=True)
class _StyleEntry:
    """A style while the table of styles is read."""

    number: int | None = None
    is_character: bool = False
    outline: int | None = None
    hidden: bool = False
    name: list[str] = field(default_factory=list)


def read_rtf(data: bytes) -> Page:
    """Return the lines of a document in rich text, numbered as those of a .docx; footnotes come last.

    Left out are deleted and hidden text, the instructions of fields, headers, footers, comments and
    pictures. Raise `PageError` for what is no rich text.
    """
    if not data.startswith(_SIGNATURE):
        raise PageError(tr("is no rich text, whatever its name says"))
    return _Reader().read(data.decode("latin-1"))


class _Reader:
    """Reads the tokens of a document in order."""

    def __init__(self) -> None:
        rules = load_rules("rtf")
        self._skipped = frozenset(rules["skipped"])
        self._starred = frozenset(rules["starred"])
        self._characters: dict[str, str] = rules["characters"]
        self._charsets: dict[str, str] = rules["charsets"]
        self._writer = ParagraphWriter()
        self._state = _State()
        self._stack: list[_State] = []
        self._bytes = bytearray()  # text whose encoding is that of the font
        self._to_skip = 0
        self._pieces: list[str] = []  # of the paragraph
        self._note: list[str] = []
        self._notes: list[str] = []
        self._properties: dict[str, list[str]] = {name: [] for name in _PROPERTIES}
        self._encoding = _LATIN
        self._default_font = 0
        self._fonts: dict[int, str] = {}
        self._styles: dict[int, Style] = {}
        self._hidden_styles: set[int] = set()
        self._entry = _StyleEntry()
        self._words: dict[str, Callable[[int | None], None]] = {
            name.removeprefix("_on_"): getattr(self, name) for name in dir(self) if name.startswith("_on_")
        }

    def read(self, text: str) -> Page:
        """Return the lines of a document."""
        at = number = 0
        while at < len(text):
            if not self._state.story:
                at = _SKIPPED.match(text, at).end()  # type: ignore[union-attr]
            elif self._state.fallback == 1 and not self._to_skip and (run := _NUMBERED.match(text, at)):
                self._state.is_first = False
                self._add("".join(chr(int(number) & 0xFFFF) for number in _NUMBER.findall(run[0])))
                at = run.end()
                continue
            match = _TOKEN.match(text, at)
            if match is None:  # a backslash at the very end
                break
            at = match.end()
            number += 1
            if not number % _CLOCK_EVERY:
                check_time()
            if match[1] == "bin" and match[2]:
                at += max(int(match[2]), 0)
            else:
                self._take(match)
        self._flush()
        if self._pieces:
            self._end_paragraph()
        self._writer.end_row()
        self._end_note()
        for note in self._notes:
            self._writer.add_paragraph(note, Style(), is_text=False)
        properties = ((name, "".join(pieces)) for name, pieces in self._properties.items())
        return Page(
            tuple(self._writer.lines),
            title_line=self._writer.title_line,
            fallbacks=stated_properties(properties),
        )

    def _take(self, match: re.Match[str]) -> None:
        word, number, code, sign, brace, text = match.groups()
        if code or text:
            self._take_text(bytes.fromhex(code.replace("\\'", "")) if code else text.encode("latin-1"))
        elif word:
            self._take_word(word, int(number) if number else None)
        elif sign:
            self._take_sign(sign)
        elif brace == "{":
            self._open_group()
        elif brace:
            self._close_group()

    def _take_text(self, raw: bytes) -> None:
        self._state.is_first = False
        skipped = min(self._to_skip, len(raw))
        self._to_skip -= skipped
        if self._state.story and not self._state.hidden and not self._state.deleted:
            self._bytes += raw[skipped:]

    def _take_sign(self, sign: str) -> None:
        if sign == "*":
            self._state.is_starred = True
            return
        if self._to_skip:
            self._to_skip -= 1
        elif sign in "{}\\":
            self._take_text(sign.encode())
        elif sign in "\r\n":
            self._on_par(None)
        elif sign in "~_-":
            self._add({"~": " ", "_": "-"}.get(sign, ""))

    def _open_group(self) -> None:
        self._flush()
        self._to_skip = 0
        if len(self._stack) >= _DEEPEST:
            raise PageError(
                tr("has groups within groups that no program writes; open it and save it as .docx")
            )
        self._stack.append(self._state)
        self._state = copy(self._state)
        self._state.is_first, self._state.is_starred = True, False

    def _close_group(self) -> None:
        self._flush()
        self._to_skip = 0
        story = self._state.story
        if self._stack:
            self._state = self._stack.pop()
        if story == _NOTE and self._state.story != _NOTE:
            self._end_note()
        if story == _STYLE_NAME:
            self._end_style()

    def _take_word(self, word: str, number: int | None) -> None:
        is_first, self._state.is_first = self._state.is_first, False
        if is_first and self._begin_destination(word):
            return
        if not self._state.story:
            return
        if self._to_skip and word != "u":
            self._to_skip -= 1
            return
        if word in self._characters:
            self._add(self._characters[word])
        elif word in self._words:
            self._flush()
            self._words[word](number)

    def _begin_destination(self, word: str) -> bool:
        """Whether the first word of a group says where its text goes; note where."""
        state = self._state
        if not state.story:
            return True
        if word in ("stylesheet", "fonttbl", "footnote", *_PROPERTIES):
            state.story = {"stylesheet": _STYLE_NAME, "fonttbl": _FONTS, "footnote": _NOTE}.get(word, word)
        elif state.story == _STYLE_NAME:  # one style: \s1, or \*\cs2
            return False
        elif word in self._skipped or (state.is_starred and word not in self._starred):
            state.story = ""
        else:
            state.is_label = state.is_label or word in ("listtext", "pntext")
            return False
        return True

    def _flush(self) -> None:
        """Decode the bytes that came, by the character set of the font and the code page of the document."""
        if self._bytes:
            encoding = self._fonts.get(self._state.font, "")
            if encoding not in _WIDE and (self._encoding in _WIDE or not encoding):
                encoding = self._encoding  # Chinese under a Western font: programs write that
            text = self._bytes.decode(encoding, "replace")
            self._bytes.clear()
            self._add(text)

    def _add(self, text: str) -> None:
        self._flush()
        state = self._state
        if state.hidden or state.deleted or not text:
            return
        if state.story == _TEXT:
            self._pieces.append(text)
        elif state.story == _NOTE:
            self._note.append(text)
        elif state.story == _STYLE_NAME:
            self._entry.name.append(text)
        elif state.story in self._properties:
            self._properties[state.story].append(text)

    def _end_paragraph(self) -> None:
        self._flush()
        text = "".join(self._pieces)
        self._pieces.clear()
        count("characters", len(text))
        if self._state.in_table:
            self._writer.add_to_cell(text)
            return
        style = self._styles.get(self._state.style, Style())
        if self._state.outline is not None:
            style = replace(style, level=outline_level(str(self._state.outline)))
        self._writer.add_paragraph(text, style)

    def _end_note(self) -> None:
        text = "".join(self._note).strip()
        self._note.clear()
        if text:
            count("characters", len(text))
            count("lines")
            self._notes.append(text)

    def _end_style(self) -> None:
        entry, self._entry = self._entry, _StyleEntry()
        if entry.number is None:
            return
        if entry.is_character:
            if entry.hidden:
                self._hidden_styles.add(entry.number)
            return
        style = name_style(Style(), "".join(entry.name).rstrip("; "))
        level = style.level if entry.outline is None else outline_level(str(entry.outline))
        self._styles[entry.number] = replace(style, level=level, numbering=None)

    # What each word does; `_on_par` is the one of \par.

    def _on_par(self, _: int | None) -> None:
        if self._state.story == _NOTE:
            self._note.append("\n")
        elif self._state.story == _TEXT:
            self._end_paragraph()

    _on_sect = _on_page = _on_par

    def _on_cell(self, _: int | None) -> None:
        if self._state.story == _TEXT:
            self._flush()
            self._writer.add_to_cell("".join(self._pieces))
            self._pieces.clear()
            self._writer.end_cell()

    def _on_nestcell(self, _: int | None) -> None:
        self._add(" ")

    def _on_row(self, _: int | None) -> None:
        self._writer.end_row()

    def _on_pard(self, _: int | None) -> None:
        self._state.style, self._state.outline, self._state.in_table = 0, None, False

    def _on_intbl(self, _: int | None) -> None:
        self._state.in_table = True

    def _on_s(self, number: int | None) -> None:
        if self._state.story == _STYLE_NAME:
            self._entry.number = number
        else:
            self._state.style = number or 0

    def _on_cs(self, number: int | None) -> None:
        if self._state.story == _STYLE_NAME:
            self._entry.number, self._entry.is_character = number, True
        else:
            self._state.hidden = number in self._hidden_styles

    def _on_outlinelevel(self, number: int | None) -> None:
        if self._state.story == _STYLE_NAME:
            self._entry.outline = number
        else:
            self._state.outline = number

    def _on_v(self, number: int | None) -> None:
        if self._state.story == _STYLE_NAME:
            self._entry.hidden = number != 0
        else:
            self._state.hidden = number != 0

    def _on_deleted(self, number: int | None) -> None:
        self._state.deleted = number != 0

    def _on_plain(self, _: int | None) -> None:
        self._state.hidden = self._state.deleted = False
        self._state.font = self._default_font

    def _on_tab(self, _: int | None) -> None:
        is_wide = self._state.is_label and self._pieces and not self._pieces[-1].isascii()
        self._add("" if is_wide else "\t")

    def _on_f(self, number: int | None) -> None:
        self._state.font = number or 0

    def _on_deff(self, number: int | None) -> None:
        self._default_font = self._state.font = number or 0

    def _on_fcharset(self, number: int | None) -> None:
        if self._state.story == _FONTS:
            self._fonts[self._state.font] = self._charsets.get(str(number), "")

    def _on_ansicpg(self, number: int | None) -> None:
        encoding = {936: "gb18030", 65001: "utf-8"}.get(number or 0, f"cp{number}")
        try:
            self._encoding = codecs.lookup(encoding).name
        except LookupError:
            self._encoding = _LATIN

    def _on_uc(self, number: int | None) -> None:
        self._state.fallback = max(number or 0, 0)

    def _on_u(self, number: int | None) -> None:
        self._add(chr((number or 0) & 0xFFFF))
        self._to_skip = self._state.fallback
