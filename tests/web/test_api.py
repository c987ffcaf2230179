from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from jsisa_search import make_filters
from jsisa_search.web.application import API_ROUTES
from jsisa_search.web.collection import Collection


def _get(client: TestClient, path: str, **parameters: Any) -> Any:
    answer = client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


def test_a_search_answers_as_the_library(client: TestClient, collection: Collection) -> None:
    """The JSON is that of the results of the same search."""
    found = _get(client, "/api/search", q="网格", source="微讯", facet=["year", "source"], context=1, limit=2)
    expected = collection.index.search(
        "网格", filters=make_filters(source=["微讯"]), facets=["year", "source"], context=1, limit=2
    ).to_dict()
    found.pop("took_ms"), expected.pop("took_ms")
    assert found == json.loads(json.dumps(expected))


def test_releases_are_listed_and_read(client: TestClient, collection: Collection) -> None:
    """The list has every release once over its pages, and each of them can be read."""
    pages = [_get(client, "/api/releases", limit=3, offset=offset) for offset in (0, 3)]
    assert [page["has_more"] for page in pages] == [True, False]
    ids = [release["id"] for page in pages for release in page["releases"]]
    assert len(set(ids)) == len(ids) == 4
    release = _get(client, f"/api/releases/{ids[0]}")
    assert release["id"] == ids[0]
    assert release["sections"]


def test_counts_suggestions_and_info(client: TestClient, collection: Collection) -> None:
    """The other answers are those of the library too."""
    counts = _get(client, "/api/facets", field="source", q="网格", unit="releases")["counts"]
    expected = collection.index.count_by("source", "网格", unit="releases")
    assert {each["value"]: each["count"] for each in counts} == expected
    suggestions = _get(client, "/api/suggest", q="网格", limit=3)["suggestions"]
    assert [each["text"] for each in suggestions] == [
        each.text for each in collection.index.suggest("网格", 3)
    ]
    info = _get(client, "/api/info")
    assert (info["program"], info["releases"]) == ("jsisa-search", 4)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/search", 400),
        ("/api/search?q=a&limit=x", 400),
        ("/api/search?q=a&limit=-1", 400),
        ("/api/search?q=a&limit=100000", 400),
        ("/api/search?q=a&limit=٣", 400),
        ("/api/search?q=a&sort=best", 400),
        ("/api/search?q=a&facet=colour", 400),
        ("/api/search?q=a&group_by=site", 400),
        ("/api/search?q=a&since=someday", 400),
        ("/api/search?q=a&since=2023&until=2022", 400),
        ("/api/search?q=a&explain=1", 400),
        ("/api/search?q=a&colour=red", 400),
        (f"/api/search?q={'a' * 3000}", 400),
        ("/api/facets?field=colour", 400),
        ("/api/facets", 400),
        ("/api/info?x=1", 400),
        ("/api/releases/ffffffffffff", 404),
        ("/api/nothing", 404),
    ],
)
def test_an_error_is_a_problem(client: TestClient, path: str, status: int) -> None:
    """What is refused is said in the form of RFC 9457, in one sentence."""
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["detail"]
    assert problem["title"]


def test_names_of_files_that_are_no_unicode_are_json(client: TestClient, collection: Collection) -> None:
    """A lone surrogate in a value is an escape, which JSON parsers read."""
    from jsisa_search.web.api import _json

    body = _json({"path": "/\udcb2.txt"}).body
    assert json.loads(bytes(body)) == {"path": "/\udcb2.txt"}


def test_the_description_names_every_address_and_parameter(client: TestClient) -> None:
    """openapi.json has exactly the addresses of the API, and each parameter it names is accepted."""
    description = _get(client, "/openapi.json")
    assert set(description["paths"]) == {route.path for route in API_ROUTES}
    for path, methods in description["paths"].items():
        refused = client.get(path, params={"no such parameter": "1"}).json()["detail"]
        known = set(refused.partition("those here are: ")[2].split(", ")) - {"none"}
        assert {each["name"] for each in methods["get"]["parameters"] if each["in"] == "query"} == known


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/api/search", {"q": "网格化 满意率", "explain": "true", "facet": "year", "context": "2"}),
        ("/api/search", {"q": "没有的词语"}),
        ("/api/suggest", {"q": "网"}),
        ("/api/releases", {}),
        ("/api/facets", {"field": "month"}),
        ("/api/info", {}),
    ],
)
def test_answers_are_as_described(client: TestClient, path: str, parameters: dict[str, str]) -> None:
    """Each answer has the fields, of the types, that openapi.json promises."""
    description = _get(client, "/openapi.json")
    answer = description["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    _check(_get(client, path, **parameters), answer, description)


_TYPES = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list, "null": type(None)}


def _check(value: Any, schema: dict[str, Any], description: dict[str, Any]) -> None:
    if "$ref" in schema:
        schema = description["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    types = tuple(each for name in names for each in ((int, float) if name == "number" else (_TYPES[name],)))
    assert isinstance(value, types), (value, schema)
    for name in schema.get("required", ()):
        _check(value[name], schema["properties"][name], description)
    for item in value if isinstance(value, list) else ():
        _check(item, schema["items"], description)
