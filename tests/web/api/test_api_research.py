from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from jsisa_search import make_filters
from jsisa_search.web import checking
from jsisa_search.web.processes.collection import Collection
from tests.web.api.test_openapi import closed_schema
from tests.web.conftest import ORIGIN, TOKEN

_OURS = {"Origin": ORIGIN, "X-Token": TOKEN}
_DRAFT = "据微讯江苏报道，“全市推进网格化管理，群众满意率达97.43%。”\n\n> 网格员入户走访，排查隐患。\n"


def _without_time(report: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in report.items() if name != "took_ms"}


def test_a_draft_is_checked_as_text_and_as_a_file(client: TestClient, collection: Collection) -> None:
    """Both answers are the report of the library, as openapi.json describes it."""
    text = client.post("/api/check", json={"text": _DRAFT}, headers=_OURS)
    assert text.status_code == 200
    Draft202012Validator(closed_schema({"$ref": "#/components/schemas/DraftReport"})).validate(text.json())
    expected = collection.index.check_draft(_DRAFT.encode(), name="draft.md").to_dict()
    assert [item["verdict"] for item in text.json()["items"]][:1] == ["altered"]
    assert _without_time(text.json()) == json.loads(json.dumps(_without_time(expected)))
    file = {"file": ("draft.md", _DRAFT.encode())}
    uploaded = client.post("/api/check", files=file, headers=_OURS)
    assert _without_time(uploaded.json()) == _without_time(text.json())


def test_every_sentence_is_checked_where_asked(client: TestClient) -> None:
    """`all` adds the sentences, as a field of JSON and of a form."""
    draft = "网格员入户走访，排查隐患。"
    body = client.post("/api/check", json={"text": draft, "all": True}, headers=_OURS).json()
    assert [item["kind"] for item in body["items"]] == ["sentence"]
    form = client.post("/api/check", data={"all": "true"}, files={"file": ("a.txt", draft)}, headers=_OURS)
    assert form.json()["items"] == body["items"]


@pytest.mark.parametrize(
    ("sent", "status", "word"),
    [
        ({"json": {}}, 400, "text is missing"),
        ({"json": {"text": 1}}, 400, "text must be text"),
        ({"json": {"text": "", "every": True}}, 400, "every"),
        ({"content": b"x", "headers": {"Content-Type": "text/plain"}}, 415, "multipart"),
        ({"files": {"other": ("a.txt", b"x")}}, 400, "file is missing"),
        ({"files": {"file": ("a.txt", b"x")}, "data": {"all": "1"}}, 400, "all"),
        ({"files": {"file": ("a.docx", b"PK\3\4 no archive")}}, 422, "a.docx"),
        ({"files": {"file": ("a.xlsx", b"PK\3\4")}}, 422, "a.xlsx"),
    ],
)
def test_what_can_not_be_checked_is_refused(
    client: TestClient, sent: dict[str, Any], status: int, word: str
) -> None:
    """Each refusal is a problem that says what to send."""
    headers = _OURS | {"Accept-Language": "en"} | sent.pop("headers", {})
    answer = client.post("/api/check", headers=headers, **sent)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert word in answer.json()["detail"]


def test_a_check_ends_in_time(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft that takes too long is refused, with how far it came."""
    monkeypatch.setattr(checking, "CHECK_SECONDS", -1.0)
    answer = client.post("/api/check", json={"text": _DRAFT}, headers=_OURS | {"Accept-Language": "en"})
    assert answer.status_code == 422
    assert "check it in parts" in answer.json()["detail"]


@pytest.mark.slow
def test_searches_are_answered_during_a_check(running: TestClient) -> None:
    """A long check takes one thread; searches and the pages do not wait for it, and a second check does."""
    draft = "\n".join(
        f"文中称“第{number}条：网格员入户走访，群众满意率上升，设置网格{number}个”。" for number in range(400)
    )
    finished: list[int] = []

    def check() -> None:
        finished.append(running.post("/api/check", json={"text": draft}, headers=_OURS).status_code)

    checks = [threading.Thread(target=check) for _ in range(2)]
    for thread in checks:
        thread.start()
    answered = 0
    while len(finished) < 2:
        assert running.get("/api/search?q=网格").status_code == 200
        answered += len(finished) == 0
    for thread in checks:
        thread.join()
    assert finished == [200, 200]
    assert answered > 5


def test_a_trend_is_that_of_the_library(client: TestClient, collection: Collection) -> None:
    """Wordings, period, filters, companions and lines are those that were asked for."""
    parameters = {"wording": ["网格化", "平安"], "by": "year", "source": "微讯", "lines": 3, "companions": 2}
    found = client.get("/api/trend", params=parameters).json()
    expected = collection.index.trend(
        ["网格化", "平安"], by="year", filters=make_filters(source=["微讯"]), lines=3, companions=2
    )
    assert expected.wordings[0].lines
    assert found == json.loads(json.dumps(expected.to_dict()))
    since = {"wording": "网格", "companions": 3, "companions_since": "2022-05"}
    companions = client.get("/api/trend", params=since).json()["wordings"][0]["companions"]
    assert companions["since"].startswith("2022-05-01")
    assert client.get("/api/trend").status_code == 400
    assert client.get("/api/trend?wording=").status_code == 400


def test_figures_are_those_of_the_library(client: TestClient, collection: Collection) -> None:
    """By indicator and by value; neither is an error."""
    found = client.get("/api/figures?q=群众满意率").json()
    assert found == json.loads(json.dumps(collection.index.figures("群众满意率").to_dict()))
    assert found["facts"][0]["value"] == 97.42
    assert client.get("/api/figures", params={"value": ">97%"}).json()["total"] == 1
    assert client.get("/api/figures").status_code == 400
    assert client.get("/api/figures", params={"value": "多少"}).status_code == 400


def test_releases_like_one_and_evidence(client: TestClient, collection: Collection) -> None:
    """Both answers are those of the library; what is not in the paragraph is refused."""
    hit = collection.index.search("群众满意率")[0]
    similar = client.get(f"/api/releases/{hit.id}/similar", params={"paragraph": hit.paragraph}).json()
    assert similar == json.loads(
        json.dumps(collection.index.similar(hit.id, paragraph=hit.paragraph).to_dict())
    )
    address = f"/api/releases/{hit.id}/evidence"
    card = client.get(address, params={"paragraph": hit.paragraph, "quotation": "群众满意率达97.42%"}).json()
    expected = collection.index.evidence(hit.id, paragraph=hit.paragraph, quotation="群众满意率达97.42%")
    assert card | {"made": ""} == json.loads(json.dumps(expected.to_dict())) | {"made": ""}
    assert client.get(address, params={"paragraph": 1, "quotation": "没有的话"}).status_code == 400
    assert client.get(address, params={"paragraph": 99}).status_code == 404
    assert client.get("/api/releases/ffff/similar").status_code == 404
