"""Evidence cards in words: their facts by name, and a page of HTML that prints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from jsisa_search.export.citation import date_text, joined_headings, place_citation
from jsisa_search.export.gbt7714 import gbt7714
from jsisa_search.export.pages import page_template
from jsisa_search.export.plain import json_text, one_line, plain_text
from jsisa_search.export.references import make_reference
from jsisa_search.filenames import readable
from jsisa_search.research.evidence import Evidence
from jsisa_search.translation import current_language, mark
from jsisa_search.translation import gettext as tr

# The words of the template.
_WORDS = (
    mark("Evidence card"),
    mark("Citation"),
    mark("Release"),
    mark("Place"),
    mark("File"),
    mark("Index"),
    mark("To compare the file with this card:"),
)

#: Facts by name, under a heading.
Facts = list[tuple[str, str]]


def card_citation(card: Evidence) -> str:
    """Return the citation of the passage of a card in one line, in Chinese."""
    passage, release = card.passage, card.release
    return place_citation(
        release,
        section=joined_headings(passage.heading, passage.subheading),
        page=passage.page,
        paragraph=passage.paragraph,
        number=release.document_number,
        url=release.url,
    )


def card_reference(card: Evidence) -> str:
    """Return the release of a card after GB/T 7714-2015, cited on the day of the card."""
    day = datetime.fromisoformat(card.made).date()
    return gbt7714(make_reference(card.release, cited=day, page=card.passage.page))


def card_facts(card: Evidence) -> Iterator[tuple[str, Facts]]:
    """Yield what a card says by heading, in the language of the user: release, place, file and index."""
    for heading, facts in (
        ("Release", _release_facts(card)),
        ("Place", _place_facts(card)),
        ("File", _file_facts(card)),
        ("Index", _index_facts(card)),
    ):
        yield tr(heading), [(name, plain_text(one_line(value))) for name, value in facts if value]


def _release_facts(card: Evidence) -> Facts:
    release = card.release
    return [
        (tr("title"), release.title or ""),
        (tr("source"), release.source or ""),
        (tr("publisher"), release.publisher or ""),
        (tr("author"), release.author or ""),
        (tr("issuer"), release.issuer or ""),
        (tr("number"), release.document_number or ""),
        (tr("date"), date_text(release)),
        (tr("date from"), tr(release.date_from) if release.date_from else ""),
        (tr("url"), release.url or ""),
        (tr("id"), release.id),
    ]


def _place_facts(card: Evidence) -> Facts:
    passage = card.passage
    paragraph = tr("{number}; {number_in_section} in its section").format(
        number=passage.paragraph, number_in_section=passage.paragraph_in_section
    )
    return [
        (tr("heading"), joined_headings(passage.heading, passage.subheading)),
        (tr("paragraph"), paragraph if passage.paragraph else ""),
        (tr("page"), str(passage.page or "")),
        (tr("line"), str(passage.line)),
        (
            tr("characters"),
            tr("{start} to {end} of {number}").format(
                start=card.start + 1, end=card.end, number=len(passage.text)
            ),
        ),
    ]


def _file_facts(card: Evidence) -> Facts:
    if card.file is None:
        return [(tr("file"), tr("none: the release was added to the index without one"))]
    return [
        (tr("file"), readable(card.file.path)),
        (tr("member"), card.file.member),
        (tr("size"), tr("{number:,} bytes").format(number=card.file.size)),
        ("SHA-256", card.file.sha256),
        (tr("indexed"), _shown_time(card.file.indexed)),
        (tr("card made"), _shown_time(card.made)),
    ]


def _index_facts(card: Evidence) -> Facts:
    index = card.index
    versions = tr("state {generation}, schema {schema}, folding {folding}, {segmenter}, made {created}")
    return [
        (tr("folder"), index.folder),
        (
            tr("version"),
            versions.format(
                generation=index.generation,
                schema=index.schema,
                folding=index.folding,
                segmenter=index.segmenter,
                created=index.created,
            ),
        ),
        (tr("program"), f"jsisa-search {index.program}"),
    ]


def _shown_time(text: str) -> str:
    return text.replace("T", " ")


def card_json(card: Evidence) -> str:
    """Return a card as JSON text that is safe to print."""
    return json_text(json.dumps(card.to_dict(), ensure_ascii=False, indent=2))


def card_page(card: Evidence) -> str:
    """Return a card as a page of HTML in the language of the user, which has the JSON of the card in it."""
    text = card.passage.text
    return page_template("evidence.html").render(
        lang=current_language().replace("_", "-"),
        card=card,
        parts=(text[: card.start], text[card.start : card.end], text[card.end :]),
        citation=card_citation(card),
        reference=card_reference(card),
        facts=list(card_facts(card)),
        data=card_json(card).replace("<", "\\u003c"),
    )
