"""`check_draft`: everything that a draft quotes, with a verdict on each."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice

from whoosh import query as wq

from jsisa_search.analysis import fold
from jsisa_search.model import Hit, Range
from jsisa_search.page.lines import Line
from jsisa_search.progress import OnProgress, Progress, no_progress
from jsisa_search.query import parse_query
from jsisa_search.research.check.aligning import Alignment
from jsisa_search.research.check.attributions import is_periodical, sources_in
from jsisa_search.research.check.candidates import Candidates
from jsisa_search.research.check.claims import Origin, find_claims, stated_around
from jsisa_search.research.check.differing import differences
from jsisa_search.research.check.judgement import Judgement, Piece
from jsisa_search.research.check.lettered import Lettered, typeset
from jsisa_search.research.check.measured import claims_beside, judge_figure, period_before
from jsisa_search.research.check.quotes import Quote, find_quotes
from jsisa_search.research.check.report import CheckedItem, CheckedPassage, Claim, DraftParagraph, DraftReport
from jsisa_search.research.check.verdicts import judge
from jsisa_search.search.interface import Searcher
from jsisa_search.search.ranking.answer import RankedPassage
from jsisa_search.search.results.hits import read_hit
from jsisa_search.search.results.snippet import cut_snippet

# Passages that have a quotation, and may be of the source and date that the draft states beside it.
_MOST_STATED = 50


def check_draft(
    searcher: Searcher,
    lines: Sequence[Line],
    name: str,
    *,
    every_sentence: bool,
    path_of: Callable[[str], str],
    progress: OnProgress | None = None,
) -> DraftReport:
    """Return what a draft of some lines quotes, with a verdict on each; `name` is that of the draft.

    `path_of` converts stored paths to shown ones; `progress` is called before each item.
    """
    began = time.perf_counter()
    check = _Check(searcher, lines, path_of)
    found = find_quotes(lines, every_sentence=every_sentence)
    # A paper beside a quotation is stated as its source.
    quotes = [
        each
        for each in found
        if each.kind != "title" or not is_periodical(lines[each.paragraph].text[each.start : each.end])
    ]
    items = []
    for number, quote in enumerate(quotes):
        (progress or no_progress)(Progress.of("matching", number, len(quotes)))
        items.append(check.item(quote, quotes))
    paragraphs = tuple(DraftParagraph(line.text, line.number, line.is_quoted) for line in lines)
    return DraftReport(name, paragraphs, tuple(items), (time.perf_counter() - began) * 1e3)


class _Check:
    """The check of one draft; what is quoted twice is looked for once."""

    def __init__(self, searcher: Searcher, lines: Sequence[Line], path_of: Callable[[str], str]) -> None:
        self._searcher = searcher
        self._lines = lines
        self._path_of = path_of
        self._candidates = Candidates(searcher)
        self._judged: dict[tuple[bool, str], Judgement] = {}
        self._releases: dict[str, str] = {}

    @cached_property
    def _sources(self) -> tuple[str, ...]:
        draft = fold("\n".join(line.text for line in self._lines))
        values = (
            value for field in ("source", "publisher", "issuer") for value in self._searcher.values_of(field)
        )
        return sources_in(draft, values)

    def item(self, quote: Quote, quotes: Sequence[Quote]) -> CheckedItem:
        """Return what was found for one of the quotes of the draft."""
        paragraph = self._lines[quote.paragraph].text
        text = paragraph[quote.start : quote.end]
        quoted = Lettered(text)
        judged = self._judge(quote, quoted, paragraph)
        is_found = judged.verdict != "not found"
        passages = tuple(self._passage(piece, quoted, is_found=is_found) for piece in judged.pieces)
        claims: tuple[Claim, ...] = ()
        if quote.kind == "figure" and judged.verdict == "altered":
            claims = self._figure_claims(quote, judged, paragraph)
        if quote.kind in ("quotation", "block") and passages and is_found:
            passages, claims = self._with_claims(quote, quotes, judged, passages, quoted)
        return CheckedItem(
            quote.kind,
            text,
            quote.paragraph,
            quote.start,
            quote.end,
            judged.verdict,
            passages,
            claims,
            judged.count,
        )

    def _judge(self, quote: Quote, quoted: Lettered, paragraph: str) -> Judgement:
        if not len(quoted):
            return Judgement("not found")
        if quote.kind == "figure":
            return judge_figure(self._candidates, paragraph, (quote.start, quote.end))
        key = (quote.kind == "title", quoted.original)
        if key not in self._judged:
            self._judged[key] = judge(self._candidates, quoted, is_title=quote.kind == "title")
        return self._judged[key]

    def _figure_claims(self, quote: Quote, judged: Judgement, paragraph: str) -> tuple[Claim, ...]:
        """Return what the draft says of a figure and the passage otherwise."""
        (piece,) = judged.pieces
        there = self._candidates.text(piece.doc).folded_range(*piece.alignment.passage)
        return claims_beside(self._candidates, paragraph, (quote.start, quote.end), piece.doc, there)

    def _with_claims(
        self,
        quote: Quote,
        quotes: Sequence[Quote],
        judged: Judgement,
        passages: tuple[CheckedPassage, ...],
        quoted: Lettered,
    ) -> tuple[tuple[CheckedPassage, ...], tuple[Claim, ...]]:
        """Return what the draft states beside a quotation, with the passage that agrees with it best."""
        paragraph = self._lines[quote.paragraph].text
        others = [
            (each.start, each.end)
            for each in quotes
            if each.paragraph == quote.paragraph and each.kind in ("quotation", "block")
        ]
        parts = stated_around(
            paragraph, (quote.start, quote.end), [each for each in others if each != (quote.start, quote.end)]
        )
        best, claims = passages, self._claims(quote, parts, judged.pieces[0], passages[0].hit)
        if judged.verdict.startswith("exact") and any(claim.is_right is False for claim in claims):
            for piece in self._others(judged, quoted):
                other = self._passage(piece, quoted)
                own = self._claims(quote, parts, piece, other.hit)
                if sum(claim.is_right is False for claim in own) < sum(
                    claim.is_right is False for claim in claims
                ):
                    best, claims = (other,), own
        return best, claims

    def _others(self, judged: Judgement, quoted: Lettered) -> list[Piece]:
        """Return the other passages that have a quotation as the first one has it."""
        docs = islice(self._candidates.literal(quoted), _MOST_STATED)
        pieces = (
            judge(self._candidates, quoted, [doc]).pieces[0] for doc in docs if doc != judged.pieces[0].doc
        )
        return list(pieces)

    def _claims(self, quote: Quote, parts: Sequence[Range], piece: Piece, hit: Hit) -> tuple[Claim, ...]:
        if not parts:
            return ()
        paragraph, quoted = self._lines[quote.paragraph].text, (quote.start, quote.end)
        issuer = self._searcher.document(piece.doc).get("issuer")
        names = tuple(dict.fromkeys(name for name in (hit.source, hit.publisher, issuer) if name))
        origin = Origin(hit.date, hit.date_precision, names, self._release_text(hit.id))
        claims = tuple(find_claims(paragraph, quoted, parts, self._sources, origin))
        return claims + period_before(self._candidates, paragraph, quoted, piece)

    def _release_text(self, release: str) -> str:
        """Return all passages of a release, folded."""
        if release not in self._releases:
            docs = self._searcher.documents(wq.Term("release", release))
            texts = (self._candidates.text(doc).folded.text for doc in self._searcher.read_ahead(docs))
            self._releases[release] = "\n".join(texts)
        return self._releases[release]

    def _passage(self, piece: Piece, quoted: Lettered, *, is_found: bool = True) -> CheckedPassage:
        """Return a piece as a passage with its citation facts and, if it has the quotation, what differs."""
        text = self._candidates.text(piece.doc)
        span = _with_marks(quoted, text, piece.alignment)
        return CheckedPassage(
            hit=self._hit(piece, span),
            range=span,
            quoted=quoted.original_range(*piece.alignment.quoted),
            likeness=piece.likeness,
            differences=differences(quoted, text, piece.edited) if is_found else (),
        )

    def _hit(self, piece: Piece, span: tuple[int, int]) -> Hit:
        passage = RankedPassage(piece.doc, piece.likeness, matches_all=True)
        hit = read_hit(self._searcher, parse_query(""), passage, context=0, path_of=self._path_of)
        marked = (span,) if span[0] < span[1] else ()
        heading = None if hit.kind in ("title", "heading") else hit.subheading or hit.heading
        return replace(hit, highlights=marked, snippet=cut_snippet(hit.text, marked, heading=heading))


def _with_marks(quoted: Lettered, text: Lettered, alignment: Alignment) -> Range:
    """Return where the quoted letters of a passage are, with the marks that the quotation has at its ends.

    5.4万件(套) ends with its bracket, not before it.
    """
    start, end = text.original_range(*alignment.passage)
    head, tail = quoted.outer_marks
    before, behind = text.original[max(start - len(head), 0) : start], text.original[end : end + len(tail)]
    if alignment.quoted[0] == 0 and fold(typeset(before)) == fold(head):
        start -= len(before)
    if alignment.quoted[1] == len(quoted) and fold(typeset(behind)) == fold(tail):
        end += len(behind)
    return start, end
