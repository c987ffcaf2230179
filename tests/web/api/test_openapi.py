"""openapi.json is complete and true: routes, parameters, answers, and what random requests find."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, reject, seed
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from starlette import testclient
from starlette.testclient import TestClient

from jsisa_search.web.api.description import description, resolved
from jsisa_search.web.application import API_ROUTES
from jsisa_search.web.processes.collection import Collection
from tests.documentation import ROOT, load_script
from tests.properties import examples
from tests.web.conftest import ORIGIN, TOKEN

_METHODS = ("get", "post")


def _operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in description()["paths"].items():
        for method in _METHODS:
            if method in item:
                yield path, method.upper(), item[method]


def test_every_route_is_described() -> None:
    """The document has the routes of the API with their methods, and no other."""
    routes = {
        (route.path, method) for route in API_ROUTES for method in route.methods or () if method != "HEAD"
    }
    assert {(path, method) for path, method, _ in _operations()} == routes


def test_the_schemas_are_those_of_the_library() -> None:
    """A field that a value gains is in the document, once docs/openapi.py has run."""
    script = load_script("openapi")
    assert (ROOT / script.OPENAPI).read_text(encoding="utf-8") == script.openapi_text()


def test_every_operation_has_a_name_of_its_own_and_its_errors() -> None:
    """Programs that are generated from the document need names; every error is a problem."""
    operations = [operation for _, _, operation in _operations()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    for operation in operations:
        errors = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
        assert {"400", "421", "500"} <= errors.keys()
        for answer in errors.values():
            assert (
                answer["$ref"].removeprefix("#/components/responses/")
                in description()["components"]["responses"]
            )


@pytest.mark.parametrize("path", [path for path, method, _ in _operations() if method == "GET"])
def test_a_parameter_is_refused_unless_it_is_described(client: TestClient, path: str) -> None:
    """What is unknown, given twice, out of range or no choice is refused, each with a sentence that helps."""
    parameters = [resolved(each) for each in description()["paths"][path]["get"]["parameters"]]
    in_query = [each for each in parameters if each["in"] == "query"]
    required = {each["name"]: _right_value(each) for each in in_query if each.get("required")}
    queries = {each["name"]: resolved(each["schema"]) for each in in_query}
    wrong = [(name, value) for name, schema in queries.items() for value in _wrong_values(schema)]
    for name, value in [("colour", "red"), *wrong]:
        answer = client.get(path.replace("{id}", "0"), params={**required, name: value})
        assert (answer.status_code, name, value) == (400, name, value)
        assert name in answer.json()["detail"]


def _right_value(parameter: dict[str, Any]) -> str:
    return "1" if resolved(parameter["schema"])["type"] == "integer" else "year"


def _wrong_values(schema: dict[str, Any]) -> Iterator[str | list[str]]:
    one = resolved(schema["items"]) if schema["type"] == "array" else schema
    if one["type"] == "integer":
        yield from (str(one["maximum"] + 1), "-1", "٣", "")
    elif one["type"] == "boolean":
        yield "1"
    elif "enum" in one:
        yield "no choice"
    if schema["type"] != "array":
        yield ["1", "1"]


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/api/search", "/api/search?q=网格化 满意率&explain=true&facet=year&context=2"),
        ("/api/search", "/api/search?q=来源:微讯 128&group_by=release"),
        ("/api/search", "/api/search?q=没有的词语"),
        ("/api/suggest", "/api/suggest?q=网"),
        ("/api/passages", "/api/passages?q=网格&context=1"),
        ("/api/passages/{id}", "/api/passages/ID?paragraph=2&context=1"),
        ("/api/releases", "/api/releases"),
        ("/api/releases/{id}", "/api/releases/ID"),
        ("/api/releases/{id}/reprints", "/api/releases/ID/reprints"),
        ("/api/facets", "/api/facets?field=month"),
        ("/api/trend", "/api/trend?wording=网格化&wording=平安&companions=3&lines=2&by_source=true"),
        ("/api/figures", "/api/figures?q=群众满意率"),
        ("/api/releases/{id}/similar", "/api/releases/ID/similar?limit=3"),
        ("/api/releases/{id}/evidence", "/api/releases/ID/evidence?paragraph=1"),
        ("/api/info", "/api/info"),
        ("/api/update", "/api/update"),
        ("/api/update/events", "/api/update/events"),
    ],
)
def test_an_answer_has_what_is_described_and_nothing_else(
    client: TestClient, collection: Collection, path: str, address: str
) -> None:
    """Each answer fits its schema, even if that allowed no further fields."""
    release = next(iter(collection.index.releases()))
    answer = client.get(address.replace("ID", release.id))
    assert answer.status_code == 200, answer.text
    ((media_type, content),) = description()["paths"][path]["get"]["responses"]["200"]["content"].items()
    assert answer.headers["content-type"].partition(";")[0] == media_type
    validator = Draft202012Validator(closed_schema(content["schema"]))
    for value in _values(media_type, answer.text):
        validator.validate(value)


def _values(media_type: str, text: str) -> list[Any]:
    """Return the values of an answer: one, one a line, or one an event."""
    if media_type == "application/json":
        return [json.loads(text)]
    if media_type == "application/jsonl":
        return [json.loads(line) for line in text.splitlines()]
    events = [dict(line.split(": ", 1) for line in event.splitlines()) for event in text.split("\n\n")[:-1]]
    states = [json.loads(event["data"]) for event in events]
    Draft202012Validator(closed_schema({"$ref": "#/components/schemas/UpdateState"})).validate(states[-1])
    return events


def closed_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that refuses fields it does not name, wherever it names some."""

    def closed(value: Any, *, is_part: bool = False) -> Any:
        if isinstance(value, list):
            return [closed(each) for each in value]
        if not isinstance(value, dict):
            return value
        found = {
            key: [closed(each, is_part=True) for each in item] if key == "allOf" else closed(item)
            for key, item in value.items()
        }
        is_object = isinstance(value.get("properties"), dict) or "allOf" in value
        return found | {"unevaluatedProperties": False} if is_object and not is_part else found

    components = closed(description()["components"]["schemas"])
    return {**closed(schema), "components": {"schemas": _open_parts(components, schema)}}


def _open_parts(components: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Return the components with those that `allOf` puts together left open; the whole is closed."""
    parts = {each["$ref"].rpartition("/")[2] for each in schema.get("allOf", ()) if "$ref" in each}
    return {
        name: {key: item for key, item in value.items() if key != "unevaluatedProperties"}
        if name in parts
        else value
        for name, value in components.items()
    }


@pytest.mark.slow
@pytest.mark.parametrize(("path", "method"), [(path, method) for path, method, _ in _operations()])
def test_random_requests_are_answered_as_described(running: TestClient, path: str, method: str) -> None:
    """What the document allows, or just does not allow, is answered in the form that it states."""
    import schemathesis
    from schemathesis import Case, GenerationMode
    from schemathesis.checks import negative_data_rejection, positive_data_acceptance

    operation = schemathesis.openapi.from_dict(description())[path][method]
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    cases = st.one_of(operation.as_strategy(mode) for mode in modes)
    headers = {"Origin": ORIGIN} | ({"X-Token": TOKEN} if method == "POST" else {})

    @seed(20261128)  # the same requests each time: a finding is one of the code, not of the day
    @examples(1 / 12)  # each of the dozen operations
    @given(case=cases)
    def try_it(case: Case) -> None:
        asked = case.as_transport_kwargs(base_url=ORIGIN, headers=headers)
        del asked["cookies"]
        if isinstance(asked.get("data"), bytes):
            asked["content"] = asked.pop("data")
        if asked.get("files"):
            asked["files"] = [(name, _sendable(part)) for name, part in _pairs(asked["files"])]
        try:
            answer = running.request(**asked)
        except testclient.httpx.InvalidURL:  # too long for the client to send it
            reject()
        # Whether a date is one, or a release exists, is more than a schema can say.
        excluded = [positive_data_acceptance]
        if answer.status_code == 414:  # refused before it is read; schemathesis does not count that
            excluded.append(negative_data_rejection)
        case.validate_response(answer, excluded_checks=excluded)

    try_it()


def _pairs(files: Any) -> list[tuple[str, Any]]:
    return list(files.items() if isinstance(files, dict) else files)


def _sendable(part: Any) -> Any:
    """Return a part of a form as the client can send it: its content may be drawn as a number or a list."""
    if isinstance(part, tuple):
        name, content, *rest = part
        return (name, _sendable(content), *rest)
    return part if isinstance(part, str | bytes) or hasattr(part, "read") else json.dumps(part)
