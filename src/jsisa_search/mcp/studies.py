"""The tools of an assistant beyond search: quotations checked, wordings and figures through time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from jsisa_search.errors import PageBudgetError
from jsisa_search.export.citation import date_text
from jsisa_search.export.figures import conflicting
from jsisa_search.export.plain import one_line
from jsisa_search.index import Index
from jsisa_search.mcp.fitting import cut, length_of, place, that_fit
from jsisa_search.model import Hit
from jsisa_search.progress import Progress, stopping_after
from jsisa_search.query import Filters, make_filters
from jsisa_search.research.check.report import CheckedItem, CheckedPassage
from jsisa_search.research.figures import FigureFact, FigureTable
from jsisa_search.research.trend.trend import Trend
from jsisa_search.research.trend.wordings import Wording
from jsisa_search.translation import gettext as tr

# Seconds of one check: hosts give up after a minute or so.
_CHECK_SECONDS = 45.0
# Wordings side by side in one answer, with their first and last passages.
_MOST_WORDINGS = 5
# Passages of an item, differences and statements beside it, and sources of a wording that are shown.
_MOST_PASSAGES, _MOST_DIFFERENCES, _MOST_SOURCES = 3, 5, 5

# Figures that are read, names and other values that are shown, and characters around a figure.
_MOST_FIGURES, _MOST_NAMES, _MOST_OTHERS, _REACH = 2_000, 12, 5, 100

_TEXT = {"type": "string"}
_OFFSET = {"type": "integer", "minimum": 0, "default": 0, "description": "`next_offset` of the answer before"}
_READ_ONLY = {"readOnlyHint": True, "openWorldHint": False}

STUDIES: tuple[dict[str, Any], ...] = (
    {
        "name": "check",
        "title": "核对引文",
        "description": (
            "Check the quotations of a draft against the releases: text in “…”, block quotations (> …), "
            "titles in 《》, document numbers and figures. Each gets a verdict (exact, exact but for "
            "punctuation, notation or omissions, altered, pieced together, not found) with the passage it "
            "rests on and what differs. Run it on a text before you hand it over."
        ),
        "inputSchema": {
            "type": "object",
            "properties": {
                "text": {**_TEXT, "description": "the draft, plain or Markdown"},
                "every_sentence": {"type": "boolean", "default": False},
                "only_wrong": {"type": "boolean", "default": False, "description": "leave out what is right"},
                "offset": _OFFSET,
            },
            "required": ["text"],
            "additionalProperties": False,
        },
        "annotations": _READ_ONLY,
    },
    {
        "name": "trend",
        "title": "提法的历年变化",
        "description": (
            "Count literal wordings through time: passages, releases, occurrences, and occurrences per "
            "million characters in each period, with the first and the last passage that has each, and who "
            "used it first. `next_offset` continues the periods."
        ),
        "inputSchema": {
            "type": "object",
            "properties": {
                "wordings": {
                    "type": "array",
                    "items": _TEXT,
                    "minItems": 1,
                    "maxItems": _MOST_WORDINGS,
                    "description": "e.g. 网格化, 平安建设",
                },
                "by": {"enum": ["year", "quarter", "month"], "description": "by default what fits the time"},
                "since": {**_TEXT, "description": "first day, month or year, e.g. 2022-09"},
                "until": {**_TEXT, "description": "last day, month or year"},
                "source": {**_TEXT, "description": "来源, e.g. 新华社"},
                "offset": _OFFSET,
            },
            "required": ["wordings"],
            "additionalProperties": False,
        },
        "annotations": _READ_ONLY,
    },
    {
        "name": "figures",
        "title": "数字的历年变化",
        "description": (
            "Follow a figure through the years: each value of an indicator with its period, place, passage "
            "and citation, values that disagree for one period, and stated changes that do not follow from "
            "their levels. `written` is the figure as it stands there: quote that. Those that "
            "are `is_doubtful`, which come last, may be of something else. `next_offset` continues."
        ),
        "inputSchema": {
            "type": "object",
            "properties": {
                "indicator": {**_TEXT, "description": "e.g. 群众安全感, 江苏 群众安全感, 群众安全感 > 99%"},
                "value": {**_TEXT, "description": "only this value, or above or below: 15.89亿元, >99%"},
                "since": {**_TEXT, "description": "releases from this day, month or year on, e.g. 2022-09"},
                "until": {**_TEXT, "description": "releases up to this day, month or year"},
                "source": {**_TEXT, "description": "来源, e.g. 新华社"},
                "offset": _OFFSET,
            },
            "required": [],
            "additionalProperties": False,
        },
        "annotations": _READ_ONLY,
    },
)


def check_text(index: Index, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the verdicts on what a text quotes."""
    report = index.check_draft(
        arguments["text"].encode("utf-8", "replace"),
        name="draft.md",
        every_sentence=arguments.get("every_sentence", False),
        progress=stopping_after(_CHECK_SECONDS, _too_long),
    )
    offset = arguments.get("offset", 0)
    wanted = [item for item in report.items if not (arguments.get("only_wrong") and item.is_right)]
    answer: dict[str, Any] = {"is_right": report.is_right, "counts": dict(report.counts), "items": []}
    answer["items"] = that_fit(map(_item, wanted[offset:]), length_of(answer))
    return answer | _next(offset, len(answer["items"]), len(wanted))


def _too_long(progress: Progress) -> PageBudgetError:
    line = tr("{done} of {total} places were checked in time; send it in parts")
    return PageBudgetError(line.format(done=progress.done, total=progress.total))


def _item(item: CheckedItem) -> dict[str, Any]:
    wrong = [claim for claim in item.claims if claim.is_right is False]
    found: dict[str, Any] = {
        "kind": item.kind,
        "text": cut(item.text, 600),
        "verdict": item.verdict,
        "is_right": item.is_right,
        "passages": [_passage(each) for each in item.passages[:_MOST_PASSAGES]],
    }
    if wrong:
        found["stated_otherwise"] = [
            {"kind": claim.kind, "draft": cut(claim.text, 100), "release": cut(claim.stated or "", 100)}
            for claim in wrong[:_MOST_DIFFERENCES]
        ]
    return found


def _passage(checked: CheckedPassage) -> dict[str, Any]:
    start, end = checked.range
    differences = [
        {"kind": each.kind, "release": cut(each.before, 60), "draft": cut(each.after, 60)}
        for each in checked.differences[:_MOST_DIFFERENCES]
    ]
    return {
        **place(checked.hit, most=160),
        "text": cut(checked.hit.text[start:end], 300),
        "likeness": round(checked.likeness, 3),
        **({"differences": differences} if differences else {}),
    }


def trend(index: Index, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return wordings through time: each as a whole, then by period as far as it fits."""
    found = index.trend(
        arguments["wordings"],
        by=arguments.get("by"),
        filters=_filters(arguments),
    )
    offset = arguments.get("offset", 0)
    answer: dict[str, Any] = {"by": found.by, "undated_left_out": found.undated_left_out, "periods": []}
    if not offset:
        answer["wordings"] = [_wording(wording) for wording in found.wordings]
    answer["periods"] = that_fit(islice(_rows(found), offset, None), length_of(answer))
    return answer | _next(offset, len(answer["periods"]), len(found.periods))


def _filters(arguments: Mapping[str, Any]) -> Filters:
    return make_filters(
        source=[arguments["source"]] if "source" in arguments else (),
        since=arguments.get("since"),
        until=arguments.get("until"),
    )


def figures(index: Index, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return figures through time, with what disagrees."""
    offset = arguments.get("offset", 0)
    table = index.figures(
        arguments.get("indicator"),
        value=arguments.get("value"),
        filters=_filters(arguments),
        limit=_MOST_FIGURES,
    )
    names = [f"{name} {count}" for name, count in table.names[:_MOST_NAMES]]
    answer: dict[str, Any] = {
        "total": table.total,
        "without_period": table.unresolved,
        "doubtful": table.doubtful,
        "names": [cut(name, 80) for name in names],
        "figures": [],
    }
    if table.expansions:
        answer["also_searched"] = [cut(wording, 80) for _, wording in table.expansions]
    answer["figures"] = that_fit(islice(_facts(table), offset, None), length_of(answer))
    return answer | _next(offset, len(answer["figures"]), len(table.facts))


def _facts(table: FigureTable) -> Iterator[dict[str, Any]]:
    others, checks = conflicting(table), {check.change: check for check in table.checks}
    for at, fact in enumerate(table.facts):
        found: dict[str, Any] = {
            "period": cut(fact.period_name, 60),
            "written": cut(fact.written, 80),
            "value": fact.value,
            "unit": fact.unit,
            "kind": fact.kind,
            "indicator": cut(fact.indicator or "", 100),
            "place": cut(fact.place_name or fact.place or "", 60),
            "id": fact.id,
            "paragraph": fact.paragraph,
            "line": fact.line,
            "path": cut(fact.path, 200),
            "citation": cut(_cited(fact), 200),
            "text": cut(_around(fact), 300),
        }
        if fact.is_doubtful:
            found["is_doubtful"] = True
        if fact.copy_count:
            found["same_text_in_other_releases"] = fact.copy_count
        if fact.bound:
            found["bound"] = fact.bound
        if at in others:
            found["other_values"] = [cut(table.facts[each].written, 60) for each in others[at][:_MOST_OTHERS]]
        if (check := checks.get(at)) is not None and not check.agrees:
            found["expected_from_levels"] = check.expected
        yield found


def _cited(fact: FigureFact) -> str:
    """Return title, source, date and paragraph, in Chinese like every citation."""
    title = one_line(fact.title or "").replace("《", "〈").replace("》", "〉")
    paragraph = f"第{fact.paragraph}段" if fact.paragraph else ""
    parts = (f"《{title}》" if title else "", fact.source or fact.publisher or "", date_text(fact), paragraph)
    return "，".join(one_line(part) for part in parts if part)


def _around(fact: FigureFact) -> str:
    """Return the text around a figure, in which it is found word for word."""
    start, end = max(fact.span[0] - _REACH, 0), fact.span[1] + _REACH
    return one_line(fact.text[start:end])


def _wording(wording: Wording) -> dict[str, Any]:
    by_first = [source for source in wording.sources if source.first is not None][:_MOST_SOURCES]
    return {
        "text": cut(wording.text, 100),
        "passages": wording.total.passages,
        "releases": wording.total.releases,
        "occurrences": wording.total.occurrences,
        "undated_passages": wording.undated.passages,
        "first": _end(wording.first),
        "last": _end(wording.last),
        "first_sources": [
            {"source": cut(each.source or "", 40), "since": str(each.first)[:10], "passages": each.passages}
            for each in by_first
        ],
    }


def _end(hit: Hit | None) -> dict[str, Any] | None:
    """Return the first or last passage that has a wording, as short as it can be cited."""
    if hit is None:
        return None
    shown = place(hit, most=120)
    kept = ("id", "citation", "paragraph", "source", "line")
    text = cut(one_line(hit.snippet.text), 100)
    return {name: shown[name] for name in kept} | {"date": date_text(hit), "text": text}


def _rows(found: Trend) -> Iterator[dict[str, Any]]:
    """Yield the periods, each with the counts of the wordings in their order."""
    for number, period in enumerate(found.periods):
        usages = [wording.by_period[number] for wording in found.wordings]
        yield {
            "period": period.name,
            "passages": [usage.passages for usage in usages],
            "releases": [usage.releases for usage in usages],
            "occurrences": [usage.occurrences for usage in usages],
            "per_million": [usage.per_million and round(usage.per_million, 2) for usage in usages],
        }


def _next(offset: int, shown: int, total: int) -> dict[str, int]:
    return {"next_offset": offset + shown} if shown and offset + shown < total else {}
