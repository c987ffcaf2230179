from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from jsisa_search import make_filters
from jsisa_search.web.processes.collection import Collection


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


def test_all_passages_are_streamed(client: TestClient, collection: Collection) -> None:
    """Each line is a passage, in the order and with the neighbours that `Index.iter_hits` gives."""
    answer = client.get("/api/passages", params={"q": "网格", "context": 1, "sort": "oldest"})
    assert answer.headers["content-type"].startswith("application/jsonl")
    expected = [hit.to_dict() for hit in collection.index.iter_hits("网格", context=1, sort="oldest")]
    assert len(expected) > 2
    assert [json.loads(line) for line in answer.text.splitlines()] == json.loads(json.dumps(expected))
    two = client.get("/api/passages", params={"q": "网格", "limit": 2, "sort": "oldest"})
    assert len(two.text.splitlines()) == 2
    assert client.get("/api/passages?q=没有的词语").text == ""


def test_a_stream_is_broken_off_in_time(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever does not read to the end in time gets an error, and no end that looks like one."""
    monkeypatch.setattr("jsisa_search.web.api.streams.STREAM_SECONDS", -1.0)
    with pytest.raises(TimeoutError):
        client.get("/api/passages?q=网格")


def test_a_passage_is_read_by_its_place(client: TestClient, collection: Collection) -> None:
    """By paragraph or by line, with as many neighbours as asked for; what is no place is said to be none."""
    hit = collection.index.search("群众满意率", context=1)[0]
    address = f"/api/passages/{hit.id}"
    found = _get(client, address, paragraph=hit.paragraph, context=1)
    assert found == _get(client, address, line=hit.line, context=1)
    assert (found["text"], found["line"], found["kind"]) == (hit.text, hit.line, "paragraph")
    assert found["context"] == {"before": list(hit.before), "after": list(hit.after)}
    assert _get(client, address, line=1)["kind"] == "title"
    assert client.get(address).status_code == 400
    assert client.get(f"{address}?line=1&paragraph=1").status_code == 400
    assert client.get(f"{address}?paragraph=99").status_code == 404


def test_reprints_are_those_of_the_library(client: TestClient, collection: Collection) -> None:
    """A release without reprints is a family of its own."""
    release = next(iter(collection.index.releases()))
    found = _get(client, f"/api/releases/{release.id}/reprints")
    assert found == json.loads(json.dumps(collection.index.reprints(release.id).to_dict()))


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
    from jsisa_search.web.api.routes import json_answer

    body = json_answer({"path": "/\udcb2.txt"}).body
    assert json.loads(bytes(body)) == {"path": "/\udcb2.txt"}
