"""The pages of a check (引文核对): a draft is handed in, and shown with a verdict on everything it quotes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from jsisa_search import CheckedItem, CheckedPassage, DraftReport
from jsisa_search.errors import PageError
from jsisa_search.export import checked
from jsisa_search.web.api.routes import to_json
from jsisa_search.web.checking import run_check
from jsisa_search.web.kept.drafts import Draft, Drafts
from jsisa_search.web.pages.rendering import render, shown_path, texts_of
from jsisa_search.web.requests.forms import Body

if TYPE_CHECKING:
    from starlette.requests import Request

# What the classes of verdicts are called in the style sheet, from the best to the worst.
_CLASSES = {
    "exact": "exact",
    "exact but for punctuation": "punctuation",
    "exact but for notation": "punctuation",
    "exact but for omissions": "punctuation",
    "pieced together": "pieced",
    "altered": "altered",
    "not found": "missing",
}
#: The forms of a report that can be downloaded, with their media types.
_FORMS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
}
_RANK = {verdict: rank for rank, verdict in enumerate(_CLASSES)}

# Characters of a passage that the page of its release is asked for.
_MOST_ASKED = 60
# What would end a quotation in a query.
_QUOTES = re.compile('[“”"「」『』]')


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the draft: the class of the worst verdict on it, the number of that item, 0 for none."""

    text: str
    style: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class PassageView:
    """A passage that a verdict rests on: its text in parts that differ or not, citation, and links."""

    parts: tuple[checked.Marked, ...]
    citation: str
    url: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class ItemView:
    """Something that the draft quotes, as it is shown; `number` counts from 1."""

    number: int
    item: CheckedItem
    style: str
    verdict: str
    kind: str
    parts: tuple[checked.Marked, ...]
    passages: tuple[PassageView, ...]
    remarks: tuple[str, ...]
    search_url: str


@dataclass(frozen=True, slots=True)
class CheckView:
    """A report as it is shown: `items` are those to be seen, `wrong` counts what is not right."""

    key: str
    report: DraftReport
    summary: str
    words: str
    paragraphs: tuple[tuple[Segment, ...], ...]
    items: tuple[ItemView, ...]
    wrong: int
    is_wrong_only: bool


def check_page(request: Request, *, error: str = "", text: str = "", status: int = 200) -> Response:
    """Answer with the form to which a draft is handed in."""
    return render(request, "check.html", status=status, error=error, text=text)


def hand_in(request: Request) -> Response:
    """Store the draft of a form, a file or pasted text, and lead to the page of its check."""
    body: Body = request.state.body
    texts, drafts = texts_of(request), _drafts(request)
    text = "\n".join(body.fields.get("text", [""])[0].splitlines())
    every_sentence = "all" in body.fields
    file = body.files.get("file")
    if file is not None and (file.name or file.content):
        draft = Draft(file.name, file.content, every_sentence)
    elif text.strip():
        draft = Draft(texts("check.pasted") + ".md", text.encode("utf-8", "replace"), every_sentence)
    else:
        return check_page(request, error=texts("check.nothing"), status=400)
    return RedirectResponse(f"/check/{drafts.add(draft)}", 303)


async def report_page(request: Request) -> Response:
    """Answer with the verdicts on a draft."""
    key, texts = request.path_params["key"], texts_of(request)
    draft = await run_in_threadpool(_drafts(request).get, key)
    if draft is None:
        return check_page(request, error=texts("check.gone"), status=404)
    try:
        report = await run_check(request, draft.content, draft.name, every_sentence=draft.every_sentence)
    except PageError as error:
        return check_page(request, error=str(error), status=422)
    view = view_report(key, report, is_wrong_only=request.query_params.get("show") == "wrong")
    return await run_in_threadpool(render, request, "checked.html", view=view, draft=draft)


async def export_report(request: Request) -> Response:
    """Answer with the verdicts on a draft as a file: comments in the draft, a page that prints, JSON."""
    key, form = request.path_params["key"], request.path_params["form"]
    draft = await run_in_threadpool(_drafts(request).get, key)
    if draft is None or form not in _FORMS:
        return check_page(request, error=texts_of(request)("check.gone"), status=404)
    report = await run_check(request, draft.content, draft.name, every_sentence=draft.every_sentence)
    content = await run_in_threadpool(_exported, form, report, draft)
    name = quote(f"{texts_of(request)('check.title')}-{PurePath(draft.name).stem}.{form}")
    headers = {"Content-Disposition": f"attachment; filename=check.{form}; filename*=UTF-8''{name}"}
    return Response(content, media_type=_FORMS[form], headers=headers)


def _exported(form: str, report: DraftReport, draft: Draft) -> bytes:
    """Return a report as a file; what writes one is loaded by the first."""
    if form == "docx":
        from jsisa_search.export.checked_docx import comment_draft

        return comment_draft(report, draft.content)
    if form == "html":
        from jsisa_search.export import checked_page

        return checked_page.check_page(report, shown_path).encode("utf-8", "replace")
    return to_json(report.to_dict())


def remove_draft(request: Request) -> Response:
    """Delete a draft."""
    _drafts(request).remove(request.path_params["key"])
    return RedirectResponse("/check", 303)


def view_report(key: str, report: DraftReport, *, is_wrong_only: bool = False) -> CheckView:
    """Return what the page of a check shows, in the language of the request."""
    items = [_item_view(number, item) for number, item in enumerate(report.items, start=1)]
    wrong = [view for view in items if not view.item.is_right and view.item.kind != "word"]
    shown = wrong if is_wrong_only else [view for view in items if view.item.kind != "word"]
    return CheckView(
        key,
        report,
        checked.summary(report),
        checked.words_line(report),
        tuple(_segments(report, items)),
        tuple(shown),
        len(wrong),
        is_wrong_only,
    )


def _item_view(number: int, item: CheckedItem) -> ItemView:
    remarks = (
        checked.likeness_text(item),
        *checked.difference_lines(item),
        *checked.claim_lines(item),
        checked.count_text(item),
    )
    return ItemView(
        number,
        item,
        # A quotation that is exact beside a wrong date is not right.
        "stated" if item.verdict == "exact" and not item.is_right else _CLASSES[item.verdict],
        checked.verdict_name(item.verdict),
        checked.kind_name(item),
        tuple(checked.marked_draft(item)),
        tuple(_passage_view(item, each) for each in checked.near_passages(item)),
        tuple(filter(None, remarks)),
        f"/?{urlencode({'q': _asked(item.text)})}",
    )


def _passage_view(item: CheckedItem, passage: CheckedPassage) -> PassageView:
    hit = passage.hit
    start, end = passage.range
    asked = {"q": _asked(hit.text[start:end]), "at": hit.paragraph or ""}
    return PassageView(
        tuple(checked.marked_passage(item, passage)),
        checked.source_text(passage),
        f"/release/{hit.id}?{urlencode(asked)}",
        hit.path,
        hit.line,
    )


def _asked(text: str) -> str:
    """Return a quotation as a query: its first words, up to a quotation mark within it."""
    found = max(_QUOTES.split(text.strip()), key=len, default="")[:_MOST_ASKED].strip()
    return f"“{found}”" if found else text.strip()[:_MOST_ASKED]


def _segments(report: DraftReport, items: list[ItemView]) -> Iterator[tuple[Segment, ...]]:
    """Yield the paragraphs of the draft, cut wherever an item begins or ends."""
    inside: defaultdict[int, list[ItemView]] = defaultdict(list)
    for view in items:
        if view.item.kind != "word":
            inside[view.item.paragraph].append(view)
    for number, paragraph in enumerate(report.paragraphs):
        yield tuple(_cut(paragraph.text, inside[number]))


def _cut(text: str, views: list[ItemView]) -> Iterator[Segment]:
    places = {0, len(text), *(place for view in views for place in (view.item.start, view.item.end))}
    bounds = sorted(places)
    for start, end in pairwise(bounds):
        over = [view for view in views if view.item.start <= start and end <= view.item.end]
        if not over:
            yield Segment(text[start:end])
            continue
        worst = max(over, key=lambda view: (not view.item.is_right, _RANK[view.item.verdict]))
        yield Segment(text[start:end], worst.style, worst.number)


def _drafts(request: Request) -> Drafts:
    drafts: Drafts = request.app.state.drafts
    return drafts
