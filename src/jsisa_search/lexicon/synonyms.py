"""Synonyms: a file of wordings that mean the same, and what a query piece can be put as as well."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Self

from jsisa_search.analysis import WordSet, fold
from jsisa_search.lexicon.lines import Line, read_lines

#: Wordings that one piece is put as at most: each is one more query.
MAX_EXPANSIONS = 16

# Wordings on one line: each stands for each, so their number counts squared.
_MAX_WORDINGS = 32

_BOTH_WAYS = "="
_ONE_WAY = "=>"


@dataclass(frozen=True, slots=True)
class Expansion:
    """Another wording of a piece.

    `term` is the whole piece with `replaces`, which stands in it, put otherwise; both are folded.
    `line` is the line of the synonyms file that says so, counted from 1.
    """

    term: str
    replaces: str
    line: int


@dataclass(frozen=True, slots=True)
class Rule:
    """`source` may also be put as `target`; both are folded, `line` is where that is written."""

    source: str
    target: str
    line: int


@dataclass(frozen=True, slots=True)
class Synonyms:
    """What may be put as what; make one with `of` or `read_synonyms`."""

    rules: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    terms: WordSet = field(default_factory=WordSet)

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> Self:
        """Return the synonyms that `rules` make, those for one source in their order."""
        by_source: dict[str, dict[str, Rule]] = {}
        for rule in rules:
            if rule.source != rule.target:
                by_source.setdefault(rule.source, {}).setdefault(rule.target, rule)
        targets = {target for found in by_source.values() for target in found}
        frozen = {source: tuple(found.values()) for source, found in by_source.items()}
        return cls(frozen, WordSet.of(targets | by_source.keys()))

    def __len__(self) -> int:
        return len(self.rules)

    def expand(self, piece: str) -> tuple[Expansion, ...]:
        """Return the other wordings of a query piece, `MAX_EXPANSIONS` at most.

        A synonym counts where it is the whole piece or stands inside it. Each expansion replaces one
        term; what it brings in is not expanded again, so that nothing follows from two lines.
        """
        return tuple(islice(self._expansions(fold(piece).strip()), MAX_EXPANSIONS))

    def _expansions(self, piece: str) -> Iterator[Expansion]:
        # Every known term is looked for, not only sources: 发展改革委 inside 国家发展改革委 is not one that
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

    `发改委 = 国家发展和改革委员会` holds both ways and may go on with further `=`; `北京 => 首都` lets a
    query of 北京 also find 首都. Raises `LexiconError`.
    """
    return Synonyms.of(rule for line in read_lines(path) for rule in _rules(line))


def _rules(line: Line) -> Iterator[Rule]:
    text = fold(line.text)
    if _ONE_WAY in text:
        sides = text.split(_ONE_WAY)
        if len(sides) != 2 or any(_BOTH_WAYS in side for side in sides):
            raise line.error(
                "“=>” has one word on either side; write a line of its own for each further word"
            )
        yield Rule(line.term(sides[0]), line.term(sides[1]), line.number)
        return
    terms = [line.term(part) for part in text.split(_BOTH_WAYS)]
    if len(terms) < 2:
        raise line.error("there is no “=” between words; write it like: 发改委 = 国家发展和改革委员会")
    if len(terms) > _MAX_WORDINGS:
        raise line.error(f"more than {_MAX_WORDINGS} wordings for one thing; leave out the rarest")
    yield from (Rule(source, target, line.number) for source in terms for target in terms)


def _replace(text: str, spans: Iterable[tuple[int, int]], by: str) -> str:
    parts = []
    last = 0
    for start, end in spans:
        parts += [text[last:start], by]
        last = end
    return "".join(parts) + text[last:]
