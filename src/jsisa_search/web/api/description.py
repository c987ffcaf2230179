"""What openapi.json says of the API, and the parameters of a request read by it, so that the two agree."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from jsisa_search.errors import ArgumentError
from jsisa_search.package_data import read_data
from jsisa_search.translation import gettext as tr

if TYPE_CHECKING:
    from starlette.requests import Request

_NUMBER = re.compile(r"[0-9]{1,9}")
_FLAGS = {"true": True, "false": False}

Schema = dict[str, Any]


@cache
def description() -> dict[str, Any]:
    """Return the content of openapi.json; callers must not modify it."""
    content: dict[str, Any] = json.loads(read_data("jsisa_search.web", "openapi.json"))
    return content


def resolved(value: Schema) -> Schema:
    """Return what a `$ref` stands for; what is written beside it comes on top."""
    if "$ref" not in value:
        return value
    target: Any = description()
    for name in value["$ref"].removeprefix("#/").split("/"):
        target = target[name]
    return resolved(target) | {key: item for key, item in value.items() if key != "$ref"}


def read_parameters(request: Request) -> dict[str, Any]:
    """Return the parameters of the address by name, with the types and defaults that openapi.json states.

    Optional ones without a default are `None`, repeatable ones lists. Raises `ArgumentError` for one that
    is missing, unknown, given twice or out of range: a misspelt one would otherwise be ignored.
    """
    method = "get" if request.method == "HEAD" else request.method.lower()
    operation = description()["paths"][request.scope["route"].path][method]
    wanted = {each["name"]: each for each in map(resolved, operation["parameters"]) if each["in"] == "query"}
    for name in request.query_params:
        if name not in wanted:
            line = tr("there is no parameter {name!r}; those here are: {known}")
            raise ArgumentError(line.format(name=name[:40], known=", ".join(wanted) or tr("none")))
    return {name: _read(each, request.query_params.getlist(name)) for name, each in wanted.items()}


def _read(parameter: Schema, texts: list[str]) -> Any:
    """Return the value of a parameter from its texts in the address."""
    name, schema = parameter["name"], resolved(parameter["schema"])
    if not texts and parameter.get("required"):
        raise ArgumentError(tr("{name} is missing").format(name=name))
    if schema["type"] == "array":
        items = resolved(schema["items"])
        return [_value(name, text, items) for text in dict.fromkeys(texts)]
    if not texts:
        return schema.get("default")
    if len(texts) > 1:
        raise ArgumentError(tr("{name} is given twice").format(name=name))
    return _value(name, texts[0], schema)


def _value(name: str, text: str, schema: Schema) -> Any:
    """Return one value; raise `ArgumentError` where it is not as described."""
    if schema["type"] == "integer":
        least, most = schema["minimum"], schema["maximum"]
        if not _NUMBER.fullmatch(text) or not least <= int(text) <= most:
            raise _refused(name, text, tr("a number from {least} to {most}").format(least=least, most=most))
        return int(text)
    if schema["type"] == "boolean":
        if text not in _FLAGS:
            raise _refused(name, text, tr("true or false"))
        return _FLAGS[text]
    if "enum" in schema and text not in schema["enum"]:
        raise _refused(name, text, tr("one of {values}").format(values=", ".join(schema["enum"])))
    if len(text) > schema.get("maxLength", len(text)):
        raise _refused(name, text, tr("at most {most} characters").format(most=schema["maxLength"]))
    return text


def _refused(name: str, text: str, expected: str) -> ArgumentError:
    line = tr("{name} can't be {text!r}; give {expected}")
    return ArgumentError(line.format(name=name, text=text[:40], expected=expected))
