"""The HTTP API: the answers of `Index` as the JSON of the command line, errors as RFC 9457 problems."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from starlette.responses import Response

from jsisa_search import Filters, Index, make_filters
from jsisa_search.errors import ArgumentError
from jsisa_search.model import CountUnit, FacetField, Grouping, SortOrder
from jsisa_search.package_data import read_data
from jsisa_search.web.search_form import number_of

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams
    from starlette.requests import Request

#: Most hits, and most releases, of one answer.
MAX_LIMIT = 200

# Hits that come before an answer: beyond, the order says little.
_MAX_OFFSET = 100_000

_MAX_CONTEXT = 10

_MAX_COPIES = 100

_PAGE = ("q", "limit", "offset", "sort", "group_by", "fold", "copies")
_SEARCH = (*_PAGE, "context", "synonyms", "explain", "facet")
_FILTERS = ("source", "publisher", "section", "since", "until", "undated", "folder", "format")


def search(request: Request) -> Response:
    """Answer with the passages that `q` asks for, as `Index.search`."""
    found = _parameters(request, *_SEARCH, *_FILTERS)
    results = _index(request).search(
        _required(found, "q"),
        limit=number_of(found, "limit", 10, 0, MAX_LIMIT),
        offset=number_of(found, "offset", 0, 0, _MAX_OFFSET),
        sort=cast(SortOrder, found.get("sort", "relevance")),
        filters=_filters(found),
        context=number_of(found, "context", 0, 0, _MAX_CONTEXT),
        synonyms=_flag(found, "synonyms", default=True),
        explain=_flag(found, "explain", default=False),
        facets=[cast(FacetField, name) for name in dict.fromkeys(found.getlist("facet"))],
        group_by=cast(Grouping | None, found.get("group_by")),
        fold=_flag(found, "fold", default=True),
        copies=number_of(found, "copies", 1, 0, _MAX_COPIES),
    )
    return _json(results.to_dict())


def suggest(request: Request) -> Response:
    """Answer with completions of `q`, as `Index.suggest`."""
    found = _parameters(request, "q", "limit")
    limit = number_of(found, "limit", 10, 0, 50)
    suggestions = _index(request).suggest(_required(found, "q"), limit)
    return _json({"suggestions": [each.to_dict() for each in suggestions]})


def releases(request: Request) -> Response:
    """Answer with the releases that pass the filters, in the order of the index."""
    found = _parameters(request, "limit", "offset", *_FILTERS)
    limit = number_of(found, "limit", 50, 0, MAX_LIMIT)
    offset = number_of(found, "offset", 0, 0, 10_000_000)
    infos = list(islice(_index(request).releases(_filters(found)), offset, offset + limit + 1))
    return _json({"releases": [info.to_dict() for info in infos[:limit]], "has_more": len(infos) > limit})


def release(request: Request) -> Response:
    """Answer with a whole release."""
    _parameters(request)
    index = _index(request)
    info = index.find_release(request.path_params["id"])
    return _json({"id": info.id, **index.release(info.id).to_dict()})


def facets(request: Request) -> Response:
    """Answer with counts by `field`, as `Index.count_by`; of all, or of what `q` finds."""
    found = _parameters(request, "field", "q", "unit", "synonyms", *_FILTERS)
    counts = _index(request).count_by(
        cast(FacetField, _required(found, "field")),
        found.get("q"),
        unit=cast(CountUnit, found.get("unit", "passages")),
        filters=_filters(found),
        synonyms=_flag(found, "synonyms", default=True),
    )
    return _json({"counts": [{"value": value, "count": count} for value, count in counts.items()]})


def info(request: Request) -> Response:
    """Answer with what the index contains, and what its update is doing."""
    _parameters(request)
    collection = request.app.state.collection
    state = collection.state
    return _json(
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


def _parameters(request: Request, *allowed: str) -> QueryParams:
    """Return the parameters; raise `ArgumentError` for one that is misspelt, which would be ignored."""
    for name in request.query_params:
        if name not in allowed:
            known = ", ".join(allowed) or "none"
            raise ArgumentError(f"there is no parameter {name[:40]!r}; those here are: {known}")
    return request.query_params


def _required(found: QueryParams, name: str) -> str:
    if (value := found.get(name)) is None:
        raise ArgumentError(f"{name} is missing")
    return value


def _flag(found: QueryParams, name: str, *, default: bool) -> bool:
    value = found.get(name)
    if value not in (None, "true", "false"):
        raise ArgumentError(f"{name} can't be {value[:40]!r}; give true or false")
    return default if value is None else value == "true"


def _filters(found: QueryParams) -> Filters:
    return make_filters(
        source=found.getlist("source"),
        publisher=found.getlist("publisher"),
        section=found.getlist("section"),
        since=found.get("since"),
        until=found.get("until"),
        include_undated=_flag(found, "undated", default=False),
        folder=found.getlist("folder"),
        format=found.getlist("format"),
    )


def _json(value: dict[str, Any]) -> Response:
    # Lone surrogates of file names, which UTF-8 does not have, are written as escapes.
    return Response(
        json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace"),
        media_type="application/json",
    )
