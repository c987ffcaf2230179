"""What the HTTP API has beyond search: drafts checked, wordings and figures through time, evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response

from jsisa_search import Index, make_filters
from jsisa_search.errors import ArgumentError
from jsisa_search.translation import gettext as tr
from jsisa_search.web.api.description import read_parameters
from jsisa_search.web.api.routes import filters_of, json_answer, read_json
from jsisa_search.web.checking import run_check
from jsisa_search.web.phrase_lists import PhrasesAsked
from jsisa_search.web.requests.forms import JSON, MULTIPART, Body

if TYPE_CHECKING:
    from starlette.requests import Request

# What a text is called that has no name.
_TEXT_NAME = "draft.md"


async def check(request: Request) -> Response:
    """Answer with the verdicts on what a draft quotes, as `Index.check_draft`."""
    read_parameters(request)
    body: Body = request.state.body
    if body.media_type == MULTIPART:
        content, name, every_sentence = _uploaded(body)
    elif body.media_type == JSON:
        wanted = read_json(request, {"text": str, "all": bool})
        if "text" not in wanted:
            raise ArgumentError(tr("{name} is missing").format(name="text"))
        content = wanted["text"].encode("utf-8", "replace")
        name, every_sentence = _TEXT_NAME, wanted.get("all", False)
    else:
        line = tr("send the draft as a file ({form}) or its text ({json})")
        raise HTTPException(415, line.format(form=MULTIPART, json=JSON))
    report = await run_check(request, content, name, every_sentence=every_sentence)
    return json_answer(report.to_dict())


def _uploaded(body: Body) -> tuple[bytes, str, bool]:
    """Return the file of a form, its name, and whether every sentence is to be checked."""
    if "file" not in body.files:
        raise ArgumentError(tr("{name} is missing").format(name="file"))
    wanted = body.fields.get("all", ["false"])[-1]
    if wanted not in ("true", "false"):
        line = tr("{name} can't be {text!r}; give {expected}")
        raise ArgumentError(line.format(name="all", text=wanted[:40], expected=tr("true or false")))
    file = body.files["file"]
    return file.content, file.name or _TEXT_NAME, wanted == "true"


def trend(request: Request) -> Response:
    """Answer with wordings through time, as `Index.trend`."""
    found = read_parameters(request)
    index: Index = request.app.state.collection.index
    answer = index.trend(
        found["wording"],
        by=found["by"],
        by_source=found["by_source"],
        filters=filters_of(found),
        fold=found["fold"],
        companions=found["companions"],
        companions_since=make_filters(since=found["companions_since"]).since,
        lines=found["lines"],
        line_order=found["line_order"],
    )
    return json_answer(answer.to_dict())


async def new_phrases(request: Request) -> Response:
    """Answer with the set phrases that appeared, rose or vanished, as `Index.new_phrases`."""
    found = read_parameters(request)
    asked = PhrasesAsked(make_filters(since=found["new"]).since, filters_of(found), found["fold"])
    phrases = await request.app.state.phrases.found(request, asked)
    values = phrases.to_dict()
    lists = ("appeared", "risen", "vanished")
    return json_answer(values | {name: values[name][: found["limit"]] for name in lists})


def figures(request: Request) -> Response:
    """Answer with figures through time, as `Index.figures`."""
    found = read_parameters(request)
    index: Index = request.app.state.collection.index
    table = index.figures(
        found["q"],
        value=found["value"],
        filters=filters_of(found),
        limit=found["limit"],
        synonyms=found["synonyms"],
    )
    return json_answer(table.to_dict())


def similar(request: Request) -> Response:
    """Answer with the releases like one, as `Index.similar`."""
    found = read_parameters(request)
    index: Index = request.app.state.collection.index
    answer = index.similar(
        request.path_params["id"],
        paragraph=found["paragraph"],
        limit=found["limit"],
        filters=filters_of(found),
    )
    return json_answer(answer.to_dict())


def evidence(request: Request) -> Response:
    """Answer with an evidence card of a paragraph, as `Index.evidence`."""
    found = read_parameters(request)
    index: Index = request.app.state.collection.index
    info = index.find_release(request.path_params["id"])
    card = index.evidence(info.id, paragraph=found["paragraph"], quotation=found["quotation"])
    return json_answer(card.to_dict())
