"""What one release changed of another: sentences added, left out and altered, figures and names first."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from jsisa_search.analysis import fold
from jsisa_search.indexing.sketch import dateline_end
from jsisa_search.model import Change, Range, Release
from jsisa_search.research.mentions import figures_in, names_in

# A sentence with the marks that close it; what is not closed ends with its paragraph.
_SENTENCE = re.compile(r"[^。！？；!?;]+[。！？；!?;]*[”’」』）)]*|[。！？；!?;]+")

# Sentences that only one release has are compared with up to this many of the other: bounds the time.
_MOST_COMPARED = 400
# Characters of a sentence by whose pairs it is compared.
_MOST_CHARACTERS = 1000
# Share of common pairs of characters (Dice) from which a sentence is another form of one, no other.
_LEAST_LIKENESS = 0.5


class _Sentence(NamedTuple):
    """A sentence, its place among all, the number of its paragraph (0: the title), and its letters."""

    text: str
    place: int
    paragraph: int
    letters: str


def differences(before: Release, after: Release) -> tuple[Change, ...]:
    """Return what `after` has otherwise than `before`: figures first, then names, then the rest in order.

    Sentences are compared by their letters and digits alone, without the dateline of the text. One that was
    moved is not changed.
    """
    gone, new = _unmatched(list(_sentences(before)), list(_sentences(after)))
    pairs = _altered(gone, new)
    altered = [_change(old, fresh) for old, fresh in pairs]
    paired = ({old.place for old, _ in pairs}, {fresh.place for _, fresh in pairs})
    left_out = [_change(run, None) for run in _runs(each for each in gone if each.place not in paired[0])]
    added = [_change(None, run) for run in _runs(each for each in new if each.place not in paired[1])]
    changes = sorted((*altered, *added, *left_out), key=lambda change: change.paragraph or 0)
    return tuple(sorted(changes, key=_rank))


def _rank(change: Change) -> int:
    """Return 0 for another title, 1 for other figures, 2 for names, 3 for other words, 4 for the rest."""
    if change.paragraph is None:
        return 0
    if change.kind != "altered":
        return 4
    return 1 if change.figures else 2 if change.names else 3


def _sentences(release: Release) -> Iterator[_Sentence]:
    """Yield the title and the sentences of a release in order."""
    texts = [(0, release.title)] if release.title else []
    body = len(texts)
    for section in release.sections:
        first = section.paragraphs[0].ordinal if section.paragraphs else 1
        texts += [(first, heading) for heading in (section.heading, section.subheading) if heading]
        texts += [(paragraph.ordinal, paragraph.text) for paragraph in section.paragraphs]
    texts[body:] = [
        (number, text[dateline_end(text) :] if number == 1 else text) for number, text in texts[body:]
    ]
    place = 0
    for number, text in texts:
        for part in [text] if number == 0 else _SENTENCE.findall(text):
            letters = "".join(filter(str.isalnum, fold(part)))
            if letters:
                yield _Sentence(part.strip(), place, number, letters)
                place += 1


def _unmatched(before: list[_Sentence], after: list[_Sentence]) -> tuple[list[_Sentence], list[_Sentence]]:
    """Return the sentences of each that the other does not have, a repeated one as often as it has more."""
    counts = [Counter((each.paragraph == 0, each.letters) for each in side) for side in (before, after)]

    def rest(side: list[_Sentence], others: Counter[tuple[bool, str]]) -> Iterator[_Sentence]:
        free = Counter(others)
        for each in side:
            key = each.paragraph == 0, each.letters
            free[key] -= 1
            if free[key] < 0:
                yield each

    return list(rest(before, counts[1])), list(rest(after, counts[0]))


def _altered(gone: list[_Sentence], new: list[_Sentence]) -> list[tuple[_Sentence, _Sentence]]:
    """Return pairs of a sentence and what became of it, the likest first paired; titles with titles."""
    titles = [(old, fresh) for old in gone[:1] for fresh in new[:1] if old.paragraph == fresh.paragraph == 0]
    gone = [each for each in gone if each.paragraph][:_MOST_COMPARED]
    new = [each for each in new if each.paragraph][:_MOST_COMPARED]
    pairs = [_pairs(each.letters) for each in gone]
    owners: dict[str, list[int]] = defaultdict(list)
    for number, found in enumerate(pairs):
        for pair in found:
            owners[pair].append(number)
    likest: list[tuple[float, int, int, int]] = []
    for at, each in enumerate(new):
        own = _pairs(each.letters)
        common = Counter(number for pair in own for number in owners.get(pair, ()))
        for number, count in common.items():
            likeness = 2 * count / (len(own) + len(pairs[number]))
            if likeness >= _LEAST_LIKENESS:
                likest.append((-likeness, abs(gone[number].place - each.place), number, at))
    used: tuple[set[int], set[int]] = (set(), set())
    for _, _, number, at in sorted(likest):
        if number not in used[0] and at not in used[1]:
            used[0].add(number)
            used[1].add(at)
            titles.append((gone[number], new[at]))
    return titles


def _pairs(letters: str) -> set[str]:
    """Return the pairs of characters of a sentence; a single character is its own."""
    letters = letters[:_MOST_CHARACTERS]
    return {letters[at : at + 2] for at in range(max(len(letters) - 1, 1))}


def _runs(sentences: Iterable[_Sentence]) -> Iterator[_Sentence]:
    """Yield sentences that follow each other in one paragraph as one."""
    numbered = enumerate(sentences)
    for _, group in groupby(numbered, key=lambda item: (item[1].paragraph, item[1].place - item[0])):
        run = [sentence for _, sentence in group]
        text, letters = "".join(each.text for each in run), "".join(each.letters for each in run)
        yield _Sentence(text, run[0].place, run[0].paragraph, letters)


def _change(before: _Sentence | None, after: _Sentence | None) -> Change:
    """Return the change from one sentence to another, with the figures and names that only one has."""
    there = after or before
    assert there is not None
    old, new = before.text if before else "", after.text if after else ""
    return Change(
        kind="added" if before is None else "left out" if after is None else "altered",
        before=old or None,
        after=new or None,
        paragraph=there.paragraph or None,
        figures=_only_in_one(*(_texts(figures_in, fold(text)) for text in (old, new))),
        names=_only_in_one(*(_texts(names_in, text) for text in (old, new))),
    )


def _only_in_one(before: list[str], after: list[str]) -> tuple[str, ...]:
    """Return what is in one list and not in the other: of the first, then of the second."""
    gone, new = Counter(before) - Counter(after), Counter(after) - Counter(before)
    return tuple(dict.fromkeys([*gone, *new]))


def _texts(find: Callable[[str], Iterator[Range]], text: str) -> list[str]:
    return [text[start:end] for start, end in find(text)]
