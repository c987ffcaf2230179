"""Sentences and clauses of a Chinese or English text, as ranges: where an excerpt may begin and end."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate, pairwise

from jsisa_search.analysis import query_segmenter
from jsisa_search.model import Hit, Range
from jsisa_search.package_data import load_toml

_PAIRS = {"“": "”", "‘": "’", "「": "」", "『": "』", "（": "）", "(": ")", "《": "》", "【": "】"}
_PAIRS |= {"〈": "〉", "［": "］", "[": "]", "〔": "〕"}
_OPENING = re.escape("".join(_PAIRS))
_CLOSING = re.escape("".join(_PAIRS.values()))

# ASCII marks inside an address (?a=b;c=d) end nothing; a full stop ends a sentence after a word of letters
# and before a blank, so neither in 3.5 nor after the 1. of a list. No sentence ends after a title with a mark
# (《为什么？》) or before a comma: “好！”，他说. A remark in brackets behind it is part of it, as in
# 落实。（市司法局负责）, unless it is the mark of the next item: （二）.
_REMARK = r"[（(](?![一二三四五六七八九十\d]{1,3}[）)])[^（()）。！？；\n]{2,60}[）)]"
# The lookahead and its repetition replace possessive quantifiers of groups, with which the searches of
# Python 3.11.0 to 3.11.4 never end.
_SENTENCE_END = re.compile(
    rf"(?=(?P<end>(?:[。！？；…]|[!?;](?![A-Za-z0-9_=&/])|(?<=[a-z][a-z)”’])\.(?=\s+[A-Z“\u4e00-\u9fff]))+"
    rf"(?:(?![》〉])[{_CLOSING}])*(?:{_REMARK})?))(?P=end)(?![，、,：》〉])[ \t\u3000]*|\n\s*"
)

# No mark between digits: 1,234 and 10:30; none in an address: http://.
_CLAUSE_END = re.compile(rf"(?:，|,(?!\d)|[：:](?![\d/])|(?<!\d)[：:](?!/)|——)+[{_CLOSING}]*\s*")
_LESSER_END = re.compile(rf"、[{_CLOSING}]*\s*|(?<=[^\s，,：:、])\s+")

#: A first clause of fewer characters stays with the next one: 一、 第一， 此外， 据介绍，
_MIN_FIRST = 5

#: Levels of nesting that are searched for the counterpart of a closing mark; it bounds the time.
_DEEPEST = 8

# Part of one word or number, however it is segmented.
_LATIN = re.compile(r"[A-Za-z0-9.,:%％‰+-]{2}")

_BRACKET = re.compile(f"[{_OPENING}{_CLOSING}\n]")

# What a long sentence is cut after, in this order, and whether inside of quotation marks and brackets too.
_CUTS = (
    (_CLAUSE_END, False),
    (_LESSER_END, False),
    (_SENTENCE_END, True),
    (_CLAUSE_END, True),
    (_LESSER_END, True),
)

#: Longest word that segmentation before a cut must know of.
_MAX_WORD = 12


class Boundaries:
    """Where a text may be cut, in order of preference: sentences, clauses, words.

    Nothing is cut inside the ordered, disjoint ranges `whole`. Quotation marks and brackets that enclose
    fewer than `longest` characters are cut only where a part would be too long otherwise.
    """

    def __init__(self, text: str, whole: Iterable[Range], longest: int) -> None:
        self._text = text
        self._whole = _Ranges(whole)
        self._brackets = _Ranges(_outermost(pair for pair in _pairs(text) if pair[1] - pair[0] <= longest))

    def sentences(self) -> list[Range]:
        """Return the sentences, which together are the whole text; blanks belong to the sentence before."""
        return self._split((0, len(self._text)), _SENTENCE_END)

    def clauses(self, sentence: Range, longest: int) -> list[Range]:
        """Return the parts of a sentence that is longer than `longest`, which together are all of it.

        It is split at clause marks; a part that is still too long at 、 and blanks, then at marks inside
        quotation marks and brackets. A part without any mark may be longer.
        """
        parts = [sentence]
        for mark, cuts_brackets in _CUTS:
            finer: list[Range] = []
            for part in parts:
                is_short = part[1] - part[0] <= longest
                finer += [part] if is_short else self._split(part, mark, cuts_brackets=cuts_brackets)
            parts = finer
        return _with_first_words(parts)

    def words(self, span: Range) -> list[int]:
        """Return where words begin in `span`, in order, numbers and Latin words whole."""
        first = max(span[0] - _MAX_WORD, 0)
        words = query_segmenter().cut(self._text[first : span[1]])
        starts = accumulate(map(len, words), initial=first)
        return [at for at in starts if span[0] <= at <= span[1] and self._may_cut(at)]

    def _may_cut(self, at: int) -> bool:
        return not self._whole.split_by(at) and not _LATIN.fullmatch(self._text[max(at - 1, 0) : at + 1])

    def _split(self, span: Range, mark: re.Pattern[str], *, cuts_brackets: bool = False) -> list[Range]:
        ends = (match.end() for match in mark.finditer(self._text, *span))
        cuts = [
            at
            for at in ends
            if span[0] < at < span[1]
            and not self._whole.split_by(at)
            and (cuts_brackets or not self._brackets.split_by(at))
        ]
        return list(pairwise((span[0], *cuts, span[1])))


class _Ranges:
    """Ordered, disjoint ranges."""

    def __init__(self, ranges: Iterable[Range]) -> None:
        self._ranges = tuple(ranges)
        self._starts = [start for start, _ in self._ranges]

    def split_by(self, cut: int) -> bool:
        """Return whether a cut before the character `cut` lies inside a range."""
        number = bisect_left(self._starts, cut) - 1
        return number >= 0 and cut < self._ranges[number][1]


def _pairs(text: str) -> Iterator[Range]:
    """Yield from each opening mark to its counterpart in the same line; marks without one are ignored."""
    opened: list[tuple[str, int]] = []
    for match in _BRACKET.finditer(text):
        mark, at = match.group(), match.start()
        if mark == "\n":
            opened.clear()
        elif mark in _PAIRS:
            opened.append((_PAIRS[mark], at))
        elif any(closing == mark for closing, _ in opened[-_DEEPEST:]):
            while opened[-1][0] != mark:
                opened.pop()
            yield opened.pop()[1], at + 1


def _outermost(pairs: Iterable[Range]) -> Iterator[Range]:
    last = 0
    for start, end in sorted(pairs):
        if start >= last:
            yield start, end
            last = end


def _with_first_words(parts: list[Range]) -> list[Range]:
    """Join a very short first clause with the next."""
    if len(parts) > 1 and parts[0][1] - parts[0][0] < _MIN_FIRST:
        return [(parts[0][0], parts[1][1]), *parts[2:]]
    return parts


def whole_sentences(hit: Hit) -> list[Range]:
    """Return the runs of sentences of which the snippet shows a part, in order."""
    sentences = Boundaries(hit.text, hit.highlights, len(hit.text)).sentences()
    shown = hit.snippet.parts or ((0, len(hit.text)),)
    runs: list[Range] = []
    for start, end in sentences:
        if any(first < end and last > start for first, last in shown):
            follows = bool(runs) and runs[-1][1] == start
            runs[-1:] = [(runs[-1][0], end)] if follows else [*runs[-1:], (start, end)]
    return runs


def begins_referring(sentence: str) -> bool:
    """Return whether a sentence refers to what precedes it: it begins with 该, 其, 对此, 上述, 她 …."""
    return bool(_referring().match(sentence))


@cache
def _referring() -> re.Pattern[str]:
    rules = load_toml("jsisa_search.search", "snippets")
    pattern = f"[{_OPENING}\\s]* (?:{rules['prepositions']})? (?:{rules['referring']})"
    return re.compile(pattern, re.VERBOSE)
