"""New phrases (新提法) on the page of wordings: what appeared, rose and vanished, and the same as files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import Response

from jsisa_search import Index, NewPhrases, Phrase, make_filters
from jsisa_search.errors import JsisaSearchError
from jsisa_search.export.escaping import spreadsheet_cell
from jsisa_search.export.trends import PHRASE_COLUMNS, phrase_rows
from jsisa_search.translation import gettext as tr
from jsisa_search.web.api.routes import to_json
from jsisa_search.web.api.streams import BoundedStream
from jsisa_search.web.pages.rendering import rendered, texts_of
from jsisa_search.web.pages.trend_form import TrendForm
from jsisa_search.web.phrase_lists import PhraseLists, PhrasesAsked
from jsisa_search.web.requests.problems import problem

if TYPE_CHECKING:
    from starlette.requests import Request

# Phrases of a list that are seen at once; the others are unfolded.
_SEEN = 20

# Passages among which phrases are looked for without being asked: they take three seconds.
_MOST_UNASKED = 250_000

_KINDS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@dataclass(frozen=True, slots=True)
class PhraseRow:
    """A phrase as it is shown, with the addresses of its curve and of its passages."""

    phrase: Phrase
    curve: str
    passages: str


@dataclass(frozen=True, slots=True)
class PhraseList:
    """One of the three lists: its name, what is seen of it at once, and the rest."""

    name: str
    seen: tuple[PhraseRow, ...]
    rest: tuple[PhraseRow, ...]


@dataclass(frozen=True, slots=True)
class PhrasesView:
    """The lists of new phrases, or why there are none."""

    found: NewPhrases | None = None
    lists: tuple[PhraseList, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class PhrasesPart:
    """What the page of wordings says of new phrases.

    `years` are those with text, `folders` those that may be chosen. `view` is there where the lists are known
    already; otherwise a script asks for them, at once if `is_wanted`.
    """

    years: tuple[str, ...]
    folders: tuple[str, ...]
    view: PhrasesView | None
    is_wanted: bool


def phrases_part(request: Request, form: TrendForm, view: PhrasesView | None = None) -> PhrasesPart:
    """Return what the page says of new phrases; nothing is looked for."""
    collection = request.app.state.collection
    index: Index = collection.index
    folders = tuple(str(folder) for folder in collection.folders)
    if view is None:
        try:
            known = _lists(request).known(asked_of(form))
        except JsisaSearchError as error:
            view = PhrasesView(error=str(error))
        else:
            view = view_phrases(form, known) if known else None
    is_wanted = bool(form.new) or (not form.wordings and index.info().paragraphs <= _MOST_UNASKED)
    return PhrasesPart(tuple(index.count_by("year")), folders if len(folders) > 1 else (), view, is_wanted)


def asked_of(form: TrendForm) -> PhrasesAsked:
    """Return what a form asks for. Raises `QueryError` for a date that is none."""
    since = make_filters(since=form.new or None).since
    return PhrasesAsked(since, form.filters, form.fold != "0")


def view_phrases(form: TrendForm, found: NewPhrases) -> PhrasesView:
    """Return the lists as they are shown."""
    lists = []
    for name in ("appeared", "risen", "vanished"):
        rows = tuple(_row(form, phrase) for phrase in getattr(found, name))
        lists.append(PhraseList(name, rows[:_SEEN], rows[_SEEN:]))
    return PhrasesView(found, tuple(lists))


def _row(form: TrendForm, phrase: Phrase) -> PhraseRow:
    wording = f"“{phrase.text}”" if " " in phrase.text or "·" in phrase.text else phrase.text
    return PhraseRow(phrase, form.url("/trend", q=wording), form.search_url(phrase.text))


async def found_phrases(request: Request, form: TrendForm) -> PhrasesView:
    """Return the lists once they are known, or why there are none."""
    try:
        return view_phrases(form, await _lists(request).found(request, asked_of(form)))
    except JsisaSearchError as error:
        return PhrasesView(error=str(error))


def lists_stream(request: Request) -> Response:
    """Answer with how far the search for phrases is, a JSON object a line, and at last the lists as HTML."""
    form = TrendForm.of(request.query_params)
    return BoundedStream(_lines(request, form), media_type="application/jsonl")


async def _lines(request: Request, form: TrendForm) -> AsyncIterator[bytes]:
    try:
        async with aclosing(_lists(request).follow(request, asked_of(form))) as steps:
            async for step in steps:
                if isinstance(step, NewPhrases):
                    yield _shown(request, form, view_phrases(form, step))
                else:
                    yield to_json({"phase": step.phase, "share": step.share}) + b"\n"
    except JsisaSearchError as error:
        yield _shown(request, form, PhrasesView(error=str(error)))


def _shown(request: Request, form: TrendForm, view: PhrasesView) -> bytes:
    html = rendered(request, "phrases.html", lists=view, form=form)
    return to_json({"html": html}) + b"\n"


async def export_lists(request: Request) -> Response:
    """Answer with the lists as a file: CSV for a spreadsheet, or the JSON of the command."""
    form, kind = TrendForm.of(request.query_params), request.path_params["kind"]
    if kind not in _KINDS:
        return problem(404, tr("new phrases are exported as {forms}").format(forms=", ".join(_KINDS)))
    found = await _lists(request).found(request, asked_of(form))
    content = _csv(found) if kind == "csv" else json.dumps(found.to_dict(), ensure_ascii=False, indent=2)
    name = quote(f"{texts_of(request)('phrases.title')}-{found.since.date().isoformat()}.{kind}")
    headers = {"Content-Disposition": f"attachment; filename=phrases.{kind}; filename*=UTF-8''{name}"}
    return Response(content, media_type=_KINDS[kind], headers=headers)


def _csv(found: NewPhrases) -> str:
    """Return a table, with the mark by which Excel recognises UTF-8."""
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(PHRASE_COLUMNS)
    for row in phrase_rows(found):
        writer.writerow([spreadsheet_cell(cell) if isinstance(cell, str) else cell for cell in row])
    return "\ufeff" + table.getvalue()


def _lists(request: Request) -> PhraseLists:
    lists: PhraseLists = request.app.state.phrases
    return lists
