"""The HTTP API: the answers of `Index` as the JSON of the command line, errors as RFC 9457 problems.

`data/openapi.json` describes it, and decides what parameters a request may have (`read_parameters`).
"""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from jsisa_search import Filters, Index, make_filters
from jsisa_search.errors import ArgumentError
from jsisa_search.package_data import read_data
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import mark
from jsisa_search.web.api.description import read_parameters
from jsisa_search.web.api.streams import BoundedStream, chunked
from jsisa_search.web.passages import find_passage
from jsisa_search.web.requests.forms import JSON

if TYPE_CHECKING:
    from starlette.requests import Request

_JSON_TYPES = {bool: mark("{name} must be true or false"), str: mark("{name} must be text")}


def search(request: Request) -> Response:
    """Answer with the passages that `q` asks for, as `Index.search`."""
    found = read_parameters(request)
    results = _index(request).search(
        found["q"],
        limit=found["limit"],
        offset=found["offset"],
        sort=found["sort"],
        filters=filters_of(found),
        context=found["context"],
        synonyms=found["synonyms"],
        explain=found["explain"],
        facets=found["facet"],
        group_by=found["group_by"],
        fold=found["fold"],
        copies=found["copies"],
    )
    return json_answer(results.to_dict())


def suggest(request: Request) -> Response:
    """Answer with completions of `q`, as `Index.suggest`."""
    found = read_parameters(request)
    suggestions = _index(request).suggest(found["q"], found["limit"])
    return json_answer({"suggestions": [each.to_dict() for each in suggestions]})


def passages(request: Request) -> Response:
    """Answer with all passages of a query, one JSON object a line, as `Index.iter_hits`."""
    found = read_parameters(request)
    hits = _index(request).iter_hits(
        found["q"],
        sort=found["sort"],
        filters=filters_of(found),
        context=found["context"],
        synonyms=found["synonyms"],
    )
    lines = (to_json(hit.to_dict()) + b"\n" for hit in islice(hits, found["limit"]))
    return BoundedStream(chunked(lines), media_type="application/jsonl")


def passage(request: Request) -> Response:
    """Answer with the passage at a place of a release, and its neighbours."""
    found = read_parameters(request)
    paragraph, line = found["paragraph"], found["line"]
    if (paragraph is None) == (line is None):
        raise ArgumentError(tr("give the place of the passage: its paragraph, or its line"))
    index = _index(request)
    info = index.find_release(request.path_params["id"])
    hit = find_passage(index.release(info.id), info.id, line or 0, paragraph, context=found["context"])
    return json_answer(hit.to_dict())


def releases(request: Request) -> Response:
    """Answer with the releases that pass the filters, in the order of the index."""
    found = read_parameters(request)
    limit, offset = found["limit"], found["offset"]
    infos = list(islice(_index(request).releases(filters_of(found)), offset, offset + limit + 1))
    return json_answer(
        {"releases": [info.to_dict() for info in infos[:limit]], "has_more": len(infos) > limit}
    )


def release(request: Request) -> Response:
    """Answer with a whole release."""
    read_parameters(request)
    index = _index(request)
    info = index.find_release(request.path_params["id"])
    return json_answer({"id": info.id, **index.release(info.id).to_dict()})


def reprints(request: Request) -> Response:
    """Answer with a release and its reprints, as `Index.reprints`."""
    read_parameters(request)
    return json_answer(_index(request).reprints(request.path_params["id"]).to_dict())


def facets(request: Request) -> Response:
    """Answer with counts by `field`, as `Index.count_by`; of all, or of what `q` finds."""
    found = read_parameters(request)
    counts = _index(request).count_by(
        found["field"],
        found["q"],
        unit=found["unit"],
        filters=filters_of(found),
        synonyms=found["synonyms"],
    )
    return json_answer({"counts": [{"value": value, "count": count} for value, count in counts.items()]})


def info(request: Request) -> Response:
    """Answer with what the index contains, and what its update is doing."""
    read_parameters(request)
    collection = request.app.state.collection
    state = collection.state
    return json_answer(
        {
            "program": "jsisa-search",
            **collection.index.info().to_dict(),
            "folders": [str(folder) for folder in collection.folders],
            "is_updating": state.is_running,
            "updated": state.finished or None,
            "error": state.error or None,
        }
    )


def openapi(_: Request) -> Response:
    """Answer with the description of the API."""
    return Response(read_data("jsisa_search.web", "openapi.json"), media_type="application/json")


def _index(request: Request) -> Index:
    index: Index = request.app.state.collection.index
    return index


def filters_of(found: dict[str, Any]) -> Filters:
    """Return the filters among the parameters of a request; raises `QueryError` for a date that is none."""
    return make_filters(
        source=found["source"],
        publisher=found["publisher"],
        section=found["section"],
        since=found["since"],
        until=found["until"],
        include_undated=found["undated"],
        folder=found["folder"],
        format=found["format"],
    )


def read_json(request: Request, known: dict[str, type]) -> dict[str, Any]:
    """Return the JSON object that a request may have; raise `ArgumentError` for fields not in `known`."""
    body = request.state.body
    if not body.content:
        return {}
    if body.media_type != JSON:
        raise HTTPException(415, tr("send {media_type}").format(media_type=JSON))
    try:
        found = body.json()
    except ValueError as error:
        raise ArgumentError(tr("the body is no JSON in UTF-8")) from error
    if not isinstance(found, dict):
        raise ArgumentError(tr("the body must be a JSON object"))
    for name, value in found.items():
        if name not in known:
            line = tr("there is no field {name!r}; those here are: {known}")
            raise ArgumentError(line.format(name=name[:40], known=", ".join(known)))
        if not isinstance(value, known[name]):
            raise ArgumentError(tr(_JSON_TYPES[known[name]]).format(name=name))
    return found


def to_json(value: dict[str, Any]) -> bytes:
    """Return a value as JSON; lone surrogates of file names, which UTF-8 does not have, as escapes."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")


def json_answer(value: dict[str, Any], status: int = 200) -> Response:
    """Return a value as an answer."""
    return Response(to_json(value), status, media_type="application/json")
