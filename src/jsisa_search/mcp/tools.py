"""The tools of an assistant: `search` finds passages, `fetch` gives the text of a release.

`check`, `trend` and `figures` are in `mcp/studies.py`.

Each answer is JSON of at most `MAX_CHARACTERS`, with the citation and the place of every passage; what does
not fit is named by the argument that continues. Hosts cut longer answers, mostly in the middle of a text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jsisa_search.errors import ArgumentError
from jsisa_search.export.citation import date_evidence, date_text
from jsisa_search.export.plain import one_line
from jsisa_search.index import Index
from jsisa_search.mcp.fitting import cut, length_of, place, that_fit, to_json
from jsisa_search.mcp.studies import STUDIES, check_text, figures, trend
from jsisa_search.model import Hit, Release, Results
from jsisa_search.query import Filters, make_filters
from jsisa_search.translation import gettext as tr

MAX_LIMIT = 50

#: The longest text of one passage in an answer; a longer one continues in the next.
_MAX_TEXT = 3_000

_TEXT = {"type": "string"}

SCHEMAS: tuple[dict[str, Any], ...] = (
    {
        "name": "search",
        "title": "检索新闻稿",
        "description": (
            "Find passages in saved Chinese press releases, best first. Words separated by blanks must all "
            "occur in a passage; “…” finds a string word for word; -词 excludes. Quote `text` or `snippet` "
            "as it is, with `citation`. `next_offset` continues."
        ),
        "inputSchema": {
            "type": "object",
            "properties": {
                "query": {**_TEXT, "description": "what to find, in Chinese, e.g. 网格化 满意率"},
                "limit": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 10},
                "offset": {"type": "integer", "minimum": 0, "default": 0},
                "sort": {"enum": ["relevance", "newest", "oldest"], "default": "relevance"},
                "since": {**_TEXT, "description": "first day, month or year, e.g. 2022-09"},
                "until": {**_TEXT, "description": "last day, month or year"},
                "source": {**_TEXT, "description": "来源, e.g. 新华社"},
                "publisher": {**_TEXT, "description": "发布单位"},
            },
            "required": ["query"],
            "additionalProperties": False,
        },
        "annotations": {"readOnlyHint": True, "openWorldHint": False},
    },
    {
        "name": "fetch",
        "title": "阅读原文",
        "description": (
            "Return the text of a release, paragraph by paragraph, by the `id` of a result of `search`. "
            "`next` continues a long one."
        ),
        "inputSchema": {
            "type": "object",
            "properties": {
                "id": {**_TEXT, "description": "`id` of a result"},
                "start": {**_TEXT, "description": "`next` of the answer before; the beginning if left out"},
            },
            "required": ["id"],
            "additionalProperties": False,
        },
        "annotations": {"readOnlyHint": True, "openWorldHint": False},
    },
    *STUDIES,
)


def call_tool(index: Index, name: str, arguments: Mapping[str, Any]) -> str:
    """Return the answer of tool `name` as JSON text.

    Raises `ArgumentError` for a tool or an argument that does not exist, or a value that can't be used, and
    what `Index` raises.
    """
    tools: dict[str, Callable[[Index, Mapping[str, Any]], dict[str, Any]]] = {
        "search": _search,
        "fetch": _fetch,
        "check": check_text,
        "trend": trend,
        "figures": figures,
    }
    if name not in tools:
        line = tr("there is no tool {name!r}; there are: {known}")
        raise ArgumentError(line.format(name=name, known=", ".join(tools)))
    schema = next(schema for schema in SCHEMAS if schema["name"] == name)
    _check(arguments, schema["inputSchema"])
    return to_json(tools[name](index, arguments))


def _check(arguments: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    """Raise `ArgumentError` where `arguments` do not fit the part of JSON Schema that the tools use."""
    known = schema["properties"]
    if unknown := sorted(set(arguments) - set(known)):
        line = tr("unknown arguments: {unknown}; known are: {known}")
        raise ArgumentError(line.format(unknown=", ".join(unknown), known=", ".join(known)))
    if missing := [name for name in schema["required"] if name not in arguments]:
        raise ArgumentError(tr("missing arguments: {names}").format(names=", ".join(missing)))
    for name, value in arguments.items():
        wanted = known[name]
        if "enum" in wanted and value not in wanted["enum"]:
            line = tr("{name} must be one of: {values}")
            raise ArgumentError(line.format(name=name, values=", ".join(wanted["enum"])))
        if wanted.get("type") == "string" and not isinstance(value, str):
            raise ArgumentError(tr("{name} must be text").format(name=name))
        if wanted.get("type") == "integer":
            _check_integer(name, value, wanted)
        if wanted.get("type") == "boolean" and not isinstance(value, bool):
            raise ArgumentError(tr("{name} must be true or false").format(name=name))
        if wanted.get("type") == "array":
            _check_texts(name, value, wanted)


def _check_integer(name: str, value: object, wanted: Mapping[str, Any]) -> None:
    low, high = wanted["minimum"], wanted.get("maximum", 2**31)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        line = tr("{name} must be a whole number from {least} to {most}")
        raise ArgumentError(line.format(name=name, least=low, most=high))


def _check_texts(name: str, value: object, wanted: Mapping[str, Any]) -> None:
    most = wanted["maxItems"]
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ArgumentError(tr("{name} must be a list of texts").format(name=name))
    if not 1 <= len(value) <= most:
        line = tr("{name} must have from {least} to {most} texts")
        raise ArgumentError(line.format(name=name, least=1, most=most))


def _search(index: Index, arguments: Mapping[str, Any]) -> dict[str, Any]:
    offset = arguments.get("offset", 0)
    results = index.search(
        arguments["query"],
        limit=arguments.get("limit", 10),
        offset=offset,
        sort=arguments.get("sort", "relevance"),
        filters=_filters(arguments),
    )
    answer: dict[str, Any] = {
        "total": results.total,
        "total_all_terms": results.total_all_terms,
        "reading": cut(results.reading, 200),
        "notes": [cut(note, 200) for note in results.notes[:2]],
        "results": [],
    }
    answer["results"] = that_fit((_passage(hit) for hit in results), length_of(answer))
    shown = offset + len(answer["results"])
    if shown < results.total and answer["results"]:
        answer["next_offset"] = shown
    if not results:
        answer["hint"] = _hint(results)
    return answer


def _filters(arguments: Mapping[str, Any]) -> Filters:
    return make_filters(
        source=[arguments["source"]] if "source" in arguments else (),
        publisher=[arguments["publisher"]] if "publisher" in arguments else (),
        since=arguments.get("since"),
        until=arguments.get("until"),
    )


def _hint(results: Results) -> str:
    if results.total:
        return tr("no further passages")
    return tr("nothing found; use fewer or shorter words, or leave out since, until, source and publisher")


def _passage(hit: Hit) -> dict[str, Any]:
    """Return a hit: the whole passage where it is short, its snippet where it is long."""
    text = {"text": hit.text} if length_of(hit.text) <= 1_000 else {"snippet": cut(hit.snippet.text, 1_000)}
    return {**place(hit), **text, "matches_all": hit.matches_all, **_copies(hit)}


def _copies(hit: Hit) -> dict[str, Any]:
    """Return in how many other releases the passage is, and the earliest of them, where there are any."""
    if not hit.copy_count:
        return {}
    first = hit.first
    named = (
        {"source": cut(first.source or "", 100), "date": date_text(first), "id": first.id} if first else None
    )
    return {"same_text_in_other_releases": hit.copy_count, "published_first_by": named}


def _fetch(index: Index, arguments: Mapping[str, Any]) -> dict[str, Any]:
    release = index.release(arguments["id"])
    first, character = _position(arguments.get("start", "1:0"))
    answer: dict[str, Any] = {
        "id": arguments["id"],
        "title": cut(one_line(release.title or ""), 200),
        "source": cut(release.source or "", 100),
        "date": date_text(release),
        "date_from": release.date_from,
        "date_evidence": date_evidence(release),
        "document_number": cut(release.document_number or "", 100),
        "url": cut(release.url or "", 500),
        "path": cut(release.path, 400),
        "paragraphs": [],
    }
    parts = list(_parts(release, first, character))
    answer["paragraphs"] = shown = that_fit((part for part, _ in parts), length_of(answer))
    if len(shown) < len(parts):
        answer["next"] = parts[len(shown)][1]
    return answer


def _position(start: str) -> tuple[int, int]:
    paragraph, _, character = start.partition(":")
    if not (paragraph.isascii() and paragraph.isdigit() and character.isascii() and character.isdigit()):
        raise ArgumentError(tr("start must be `next` of an earlier answer of fetch"))
    if max(len(paragraph), len(character)) > 9:
        raise ArgumentError(tr("start is beyond the end of any release"))
    return int(paragraph), int(character)


def _parts(release: Release, first: int, character: int) -> Iterable[tuple[dict[str, Any], str]]:
    """Yield the paragraphs of a release from a position on, long ones in parts, each with its position."""
    for section in release.sections:
        heading = " / ".join(one_line(text) for text in (section.heading, section.subheading) if text)
        for paragraph in section.paragraphs:
            if paragraph.ordinal < first:
                continue
            place = {"paragraph": paragraph.ordinal, "section": cut(heading, 200), "line": paragraph.line}
            at = character if paragraph.ordinal == first else 0
            while at < len(paragraph.text):
                text = _piece(paragraph.text, at)
                yield {**place, "text": text}, f"{paragraph.ordinal}:{at}"
                at += len(text)


def _piece(text: str, start: int) -> str:
    """Return what of `text` fits into one answer from `start` on; escaped characters take six."""
    end = start + _MAX_TEXT
    while length_of(text[start:end]) > _MAX_TEXT + 2 and end - start > 1:
        end = start + (end - start) // 2
    return text[start:end]
