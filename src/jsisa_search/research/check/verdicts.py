"""The verdict on one quotation: exact, altered, pieced together or not found, and on which passages it rests.

Whatever is exact or differs in punctuation only is found by the exact search of the index, which misses
nothing. Next come other notations of numbers, and omissions that the quotation itself marks. Else the
passages with the most in common are aligned letter by letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice, pairwise

from jsisa_search.analysis.marks import ENCLOSING
from jsisa_search.model import Range
from jsisa_search.research.check.aligning import Alignment, Edit, align, best_part, edits, rests, similarity
from jsisa_search.research.check.candidates import Candidates, Having
from jsisa_search.research.check.judgement import Judgement, Piece, limits
from jsisa_search.research.check.lettered import Lettered, occurrences, typeset
from jsisa_search.research.check.notation import NotatedQuotation
from jsisa_search.research.check.omissions import judge_omissions, parts_of

_ENCLOSING = frozenset(ENCLOSING)

# Passages that have a quotation literally, and are looked at for one that has it in the same form.
_MOST_LITERAL = 200


def judge(
    candidates: Candidates, quoted: Lettered, preferred: Sequence[int] = (), *, is_title: bool = False
) -> Judgement:
    """Return the verdict on a quotation of at least one letter.

    Of the passages that have it, one of `preferred` (documents) is taken, else the earliest.
    """
    literal = _equal(candidates, quoted, candidates.literal(quoted), preferred)
    if literal is not None:
        return _without_ends(candidates, quoted, literal)
    if len(quoted) < limits()["word"]:
        return Judgement("not found")
    other = _equal(candidates, quoted, candidates.punctuated(quoted), preferred)
    other = other or _notated(candidates, quoted)
    if not other and not is_title:
        other = judge_omissions(candidates, quoted) or _altered_parts(candidates, quoted)
    return other or _altered(candidates, quoted, is_title=is_title)


def _equal(
    candidates: Candidates, quoted: Lettered, docs: Having, preferred: Sequence[int]
) -> Judgement | None:
    """Return the judgement on a quotation whose letters some of `docs` have, `None` where none has."""
    first: Piece | None = None
    wanted = [doc for doc in preferred if doc in docs]
    for number, doc in enumerate(chain(wanted, docs)):
        if number >= _MOST_LITERAL and first:
            break
        text = candidates.text(doc)
        for at in occurrences(quoted, text):
            piece = _equal_piece(doc, quoted, at)
            if _is_same(quoted, text, at):
                return Judgement("exact", (piece,), len(docs))
            first = first or piece
    return None if first is None else Judgement("exact but for punctuation", (first,), len(docs))


def _notated(candidates: Candidates, quoted: Lettered) -> Judgement | None:
    """Return the judgement on a quotation that differs only in how numbers are written, `None` for others."""
    quotation = NotatedQuotation(quoted)
    if not quotation.has_numbers:
        return None
    others = candidates.in_other_forms(quoted)
    nearest = candidates.nearest(quoted.letters, limits()["candidates"])[: limits()["notated"]]
    for doc in chain(islice(others, _MOST_LITERAL), nearest):
        edited = next(quotation.occurrences(candidates.text(doc)), None)
        if edited:
            return Judgement("exact but for notation", (Piece.of(doc, edited),), max(len(others), 1))
    return None


def _is_same(quoted: Lettered, text: Lettered, at: int) -> bool:
    """Return whether a passage has a quotation as it is, with the marks at both of its ends."""
    start, end = text.original_range(at, at + len(quoted))
    first, last = quoted.original_range(0, len(quoted))
    head, tail = quoted.outer_marks
    before, behind = typeset(text.original[:start]), typeset(text.original[end:])
    core = typeset(quoted.original[first:last]) == typeset(text.original[start:end])
    return core and before.endswith(head) and behind.startswith(tail)


def _without_ends(candidates: Candidates, quoted: Lettered, literal: Judgement) -> Judgement:
    """Return a judgement that minds no marks of omission at the ends of a quotation."""
    parts = parts_of(quoted) if literal.verdict != "exact" else []
    if len(parts) != 1:
        return literal
    inner = judge(candidates, parts[0].text, [piece.doc for piece in literal.pieces])
    is_exact = inner.verdict == "exact"
    return replace(literal, verdict="exact but for omissions") if is_exact else literal


def _altered_parts(candidates: Candidates, quoted: Lettered) -> Judgement | None:
    """Return the judgement on a quotation that marks omissions and has parts that are altered."""
    parts = parts_of(quoted)
    if len(parts) < 2 or min(len(part.text) for part in parts) < limits()["word"]:
        return None
    pieces: list[Piece] = []
    for part in parts:
        judged = judge(candidates, part.text, [piece.doc for piece in pieces])
        if judged.verdict == "not found":
            return None
        pieces += (piece.moved(part.first) for piece in judged.pieces)
    return Judgement("altered", tuple(pieces))


def _equal_piece(doc: int, quoted: Lettered, at: int) -> Piece:
    own, there = (0, len(quoted)), (at, at + len(quoted))
    return Piece(doc, Alignment(own, there, 0), (Edit(True, own, there),))


def _altered(candidates: Candidates, quoted: Lettered, *, is_title: bool) -> Judgement:
    """Return the judgement on a quotation that no passage has."""
    pieces = [_aligned(candidates, doc, quoted) for doc in _likest(candidates, quoted.letters)]
    if not pieces:
        return Judgement("not found")
    best = max(pieces, key=lambda piece: piece.likeness)
    is_term = is_title or len(quoted) < limits()["term"]
    if is_term:
        least = limits()["title_likeness" if is_title else "short_likeness"]
        return _altered_term(candidates, pieces, best, least)
    joined = _joined(candidates, quoted, pieces) if _missing(best) >= limits()["piece"] else None
    if joined:
        return joined
    if best.alignment.distance == 0:
        # Marks within numbers differ, or it begins or ends inside a number.
        is_number = not any(True for _ in occurrences(quoted, candidates.text(best.doc)))
        return Judgement("altered" if is_number else "exact but for punctuation", (best,))
    return Judgement("altered" if _is_near(best, len(quoted)) else "not found", (best,))


def _altered_term(candidates: Candidates, pieces: Sequence[Piece], best: Piece, least: float) -> Judgement:
    """Return the judgement on a title or a short quotation: altered only where a passage quotes one like it.

    So few characters are alike by chance: 一米单车 and 拓宽到6米，单车道.
    """
    quoted_ones = (
        piece for piece in pieces if _is_enclosed(candidates.text(piece.doc), piece.alignment.passage)
    )
    nearest = max(quoted_ones, key=lambda piece: piece.likeness, default=None)
    if nearest and nearest.likeness >= least:
        return Judgement("altered", (nearest,))
    return Judgement("not found", (best,))


def _is_enclosed(text: Lettered, span: Range) -> bool:
    """Return whether some letters of a text are all that is in quotation marks, in 《》, or in the text."""
    first, last = span
    begins = not first or not _ENCLOSING.isdisjoint(text.marks_before(first))
    return begins and (last == len(text) or not _ENCLOSING.isdisjoint(text.marks_before(last)))


def _likest(candidates: Candidates, letters: str) -> list[int]:
    """Return the passages that a quotation may come from, the likest first."""
    rules = limits()
    scored: list[tuple[float, int]] = []
    least = 0.0
    docs = candidates.nearest(letters, rules["candidates"])
    texts = candidates.letters(docs)
    for doc in docs:
        score = similarity(letters, texts[doc], least)
        if score:
            scored.append((score, doc))
            least = max(least, score - rules["margin"])
    scored.sort(key=lambda item: -item[0])
    return [doc for score, doc in scored if score >= least][: rules["aligned"]]


def _aligned(candidates: Candidates, doc: int, quoted: Lettered, part: Range | None = None) -> Piece:
    """Return a passage beside a quotation, or beside some letters of it."""
    start, end = part or (0, len(quoted))
    text = candidates.text(doc)
    letters = quoted.letters[start:end]
    found = align(letters, text.letters)
    alignment = Alignment((start, end), found.passage, found.distance)
    return Piece(doc, alignment, tuple(edits(quoted.letters, text.letters, alignment)))


def _joined(candidates: Candidates, quoted: Lettered, pieces: Sequence[Piece]) -> Judgement | None:
    """Return the judgement on a quotation whose parts several passages have, `None` where they do not."""
    least = limits()["piece"]
    parts = [(best_part(list(piece.edited)), piece) for piece in pieces]
    (_, run), piece = max(parts, key=lambda item: item[0][0])
    if not run:
        return None
    first = Piece.of(piece.doc, run)
    found = [first] if _size(first) >= least else []
    for rest in rests(len(quoted), first.alignment.quoted, least) if found else ():
        found += _pieces_of(candidates, quoted, rest, first.doc)
    covered = sum(map(_size, found))
    if len(found) < 2 or covered < limits()["covered"] * len(quoted):
        return None
    adjoining = tuple(_adjoining(candidates, quoted, found))
    if len({each.doc for each in found}) == 1:
        return Judgement("altered", _with_gaps(adjoining))
    return Judgement("pieced together", adjoining)


def _with_gaps(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return pieces of one passage as one, with what was left out between them, if they are in its order."""
    spans = [piece.alignment.passage for piece in pieces]
    if any(start < end for (_, end), (start, _) in pairwise(spans)):
        return tuple(pieces)
    edited = list(pieces[0].edited)
    for before, piece in pairwise(pieces):
        at = piece.alignment.quoted[0]
        left_out = (before.alignment.passage[1], piece.alignment.passage[0])
        edited += [Edit(False, (at, at), left_out), *piece.edited]
    span = spans[0][0], spans[-1][1]
    quoted = pieces[0].alignment.quoted[0], pieces[-1].alignment.quoted[1]
    distance = sum(piece.alignment.distance for piece in pieces) + span[1] - span[0]
    distance -= sum(end - start for start, end in spans)
    return (Piece(pieces[0].doc, Alignment(quoted, span, distance), tuple(edited)),)


def _adjoining(candidates: Candidates, quoted: Lettered, pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield pieces in order, each up to the next one, so that nothing between them is passed over."""
    ordered = sorted(pieces, key=lambda each: each.alignment.quoted)
    edges = [0, *(each.alignment.quoted[0] for each in ordered[1:]), len(quoted)]
    for piece, span in zip(ordered, pairwise(edges), strict=True):
        yield piece if piece.alignment.quoted == span else _aligned(candidates, piece.doc, quoted, span)


def _pieces_of(candidates: Candidates, quoted: Lettered, rest: Range, first: int) -> list[Piece]:
    """Return the piece that has the rest of a quotation, if one has; best of the passage `first`."""
    letters = quoted.letters[slice(*rest)]
    docs = dict.fromkeys([first, *_likest(candidates, letters)])
    found = [_aligned(candidates, doc, quoted, rest) for doc in docs]
    best = max(found, key=lambda piece: piece.likeness, default=None)
    return [best] if best and best.likeness >= limits()["piece_likeness"] else []


def _missing(piece: Piece) -> int:
    """Return how many letters of the quotation the passage does not have."""
    return sum(edit.quoted[1] - edit.quoted[0] for edit in piece.edited if not edit.is_equal)


def _size(piece: Piece) -> int:
    start, end = piece.alignment.quoted
    return end - start


def _is_near(piece: Piece, length: int) -> bool:
    """Return whether a passage has a quotation of some letters, altered.

    Short ones are alike by chance. One from which much was left out has nearly all of its letters there, in
    long runs.
    """
    rules = limits()
    if piece.likeness >= rules["short_likeness" if length < rules["short"] else "likeness"]:
        return True
    runs = [edit.quoted[1] - edit.quoted[0] for edit in piece.edited if edit.is_equal]
    return bool(sum(run for run in runs if run >= rules["run"]) >= rules["kept"] * length)
