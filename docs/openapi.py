"""Update the schemas in openapi.json from the values of the library, and lay it out; with --check, tell.

The paths, and the values whose JSON is not simply their fields, are written by hand; tests compare them with
the routes and with answers.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from pathlib import Path, PurePath
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from jsisa_search import (
    DraftReport,
    Evidence,
    Family,
    FigureTable,
    IndexInfo,
    NewPhrases,
    Release,
    ReleaseInfo,
    Results,
    Similar,
    Suggestion,
    Trend,
    UpdateReport,
)
from jsisa_search.model import CountUnit, DateOrder, FacetField, SortOrder
from jsisa_search.research.trend.concordance import LineOrder
from jsisa_search.research.trend.timeline import PeriodUnit
from jsisa_search.web.processes.collection import UpdateState

#: The file, by its path relative to the repository.
OPENAPI = Path("src/jsisa_search/web/data/openapi.json")

ROOT = Path(__file__).resolve().parents[1]

# What the API answers with; what they contain follows.
_VALUES = (
    Results,
    ReleaseInfo,
    Release,
    Family,
    IndexInfo,
    Suggestion,
    UpdateReport,
    UpdateState,
    DraftReport,
    Trend,
    NewPhrases,
    FigureTable,
    Similar,
    Evidence,
)
# Their `to_dict` gives other fields than they have.
_BY_HAND = ("Hit", "Results", "Family", "DoubtfulFile")
# What their `to_dict` adds to the fields.
_ADDED: dict[str, dict[str, Any]] = {
    "FigureFact": {"is_open": {"type": "boolean"}, "period_name": {"type": "string"}},
    "Evidence": {"format": {"type": "string"}, "version": {"type": "integer"}},
    "CheckedItem": {"is_right": {"type": "boolean"}},
    "DraftReport": {
        "is_right": {"type": "boolean"},
        "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
    },
}
_CHOICES = {
    "FacetField": FacetField,
    "CountUnit": CountUnit,
    "SortOrder": SortOrder,
    "DateOrder": DateOrder,
    "PeriodUnit": PeriodUnit,
    "LineOrder": LineOrder,
}

_SIMPLE: dict[object, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    date: {"type": "string"},
    datetime: {"type": "string"},
    Any: {},
}

_WIDTH = 110

Schema = dict[str, Any]


def openapi_text() -> str:
    """Return the text that openapi.json should have."""
    description = json.loads((ROOT / OPENAPI).read_text(encoding="utf-8"))
    written = description["components"]["schemas"]
    schemas: dict[str, Schema] = {}
    for value in _VALUES:
        _add(value, schemas)
    schemas |= {name: written[name] for name in _BY_HAND}
    schemas |= {name: _schema(choice, schemas) for name, choice in _CHOICES.items()}
    description["components"]["schemas"] = dict(sorted((written | schemas).items()))
    return _laid_out(description, 0) + "\n"


def _add(value: type[Any], schemas: dict[str, Schema]) -> None:
    """Add the schema of a class of values, and of those in its fields."""
    name = value.__name__
    if name in schemas:
        return
    schemas[name] = {}
    hints = get_type_hints(value)
    properties = {field.name: _schema(hints[field.name], schemas) for field in fields(value)}
    properties |= _ADDED.get(name, {})
    summary = (value.__doc__ or "").split("\n\n")[0].replace("\n", " ").replace("    ", "").strip()
    schemas[name] = {
        "type": "object",
        "description": summary,
        "required": list(properties),
        "properties": properties,
    }


def _schema(hint: Any, schemas: dict[str, Schema]) -> Schema:
    """Return the JSON schema of a type as `Plain.to_dict` writes its values."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin in (Union, UnionType):
        return _union(arguments, schemas)
    if origin is tuple or origin is list:
        return _array(arguments, schemas)
    if origin in (dict, Mapping):
        return {"type": "object", "additionalProperties": _schema(arguments[1], schemas)}
    if is_dataclass(hint) and isinstance(hint, type):
        _add(hint, schemas)
        return {"$ref": f"#/components/schemas/{hint.__name__}"}
    if isinstance(hint, type) and issubclass(hint, PurePath):
        return {"type": "string"}
    raise TypeError(f"no JSON schema for {hint!r}")


def _union(arguments: tuple[Any, ...], schemas: dict[str, Schema]) -> Schema:
    """Return the schema of a type, or of several, or `None`."""
    only, *others = (_schema(each, schemas) for each in arguments if each is not NoneType)
    if others or "type" not in only:
        return {"anyOf": [only, *others, *([{"type": "null"}] if NoneType in arguments else [])]}
    choices = {"enum": [*only["enum"], None]} if "enum" in only else {}
    return only | {"type": [only["type"], "null"]} | choices


def _array(arguments: tuple[Any, ...], schemas: dict[str, Schema]) -> Schema:
    if len(arguments) == 1 or arguments[1] is Ellipsis:
        return {"type": "array", "items": _schema(arguments[0], schemas)}
    items = [_schema(each, schemas) for each in arguments]
    count = {"minItems": len(items), "maxItems": len(items)}
    if all(each == items[0] for each in items):
        return {"type": "array", "items": items[0], **count}
    return {"type": "array", "prefixItems": items, **count}


def _laid_out(value: Any, depth: int) -> str:
    """Return JSON with whatever fits on a line in one line."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + depth <= _WIDTH or not isinstance(value, dict | list) or not value:
        return line
    inner = " " * (depth + 1)
    if isinstance(value, dict):
        parts = [f"{json.dumps(key)}: {_laid_out(item, depth + 1)}" for key, item in value.items()]
    else:
        parts = [_laid_out(item, depth + 1) for item in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}\n{inner}" + f",\n{inner}".join(parts) + f"\n{' ' * depth}{closing}"


def _main(arguments: list[str]) -> int:
    text = openapi_text()
    is_stale = (ROOT / OPENAPI).read_text(encoding="utf-8") != text
    if arguments == ["--check"]:
        if is_stale:
            print(f"{OPENAPI.as_posix()} is stale; run: python docs/openapi.py", file=sys.stderr)
        return int(is_stale)
    (ROOT / OPENAPI).write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
