from __future__ import annotations

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from jsisa_search.web.requests.guard import MAX_BODY
from tests.web.conftest import ORIGIN, PORT, TOKEN, Post


@pytest.mark.parametrize("host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1:80", "localhost", ""])
def test_a_foreign_host_is_refused(client: TestClient, host: str) -> None:
    """A name that somebody points to this machine (DNS rebinding) reads nothing."""
    answer = client.get("/?q=网格", headers={"Host": host})
    assert answer.status_code == 421
    assert "网格员" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "LOCALHOST"])
def test_every_name_of_this_machine_is_served(client: TestClient, host: str) -> None:
    """The page answers under each name of the loopback address."""
    assert client.get("/", headers={"Host": f"{host}:{PORT}"}).status_code == 200


@pytest.mark.parametrize("path", ["/folders", "/clippings", "/saved", "/words", "/release/0/open"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": f"https://127.0.0.1:{PORT}"},
        {"Origin": f"http://127.0.0.1:{PORT}.evil.example"},
    ],
)
def test_a_change_needs_our_origin(client: TestClient, path: str, headers: dict[str, str]) -> None:
    """A form of another site changes nothing, even with the token."""
    data = {"token": TOKEN, "action": "clear"}
    assert client.post(path, data=data, headers=headers).status_code == 403


@pytest.mark.parametrize("token", ["", "x", TOKEN[:-1], f"{TOKEN}a", "密"])
def test_a_change_needs_our_token(client: TestClient, token: str) -> None:
    """Our origin alone is not enough."""
    answer = client.post("/clippings", data={"token": token, "action": "clear"}, headers={"Origin": ORIGIN})
    assert answer.status_code == 403


def test_no_page_is_changed_by_reading(client: TestClient) -> None:
    """What changes something does not exist for GET."""
    assert client.get("/release/0/open").status_code == 405
    assert client.get("/clippings?action=clear").status_code == 200


@pytest.mark.parametrize("path", ["/", "/?q=网格", "/api/info", "/static/style.css", "/nowhere", "/folders"])
def test_every_answer_is_confined(client: TestClient, path: str) -> None:
    """Pages run our own files only, in no frame, and are read by no other site."""
    headers = client.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers


def test_another_site_can_not_make_us_search(client: TestClient) -> None:
    """A request that a page of another site embeds is refused; following its link is not."""
    embedded = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert client.get("/api/search?q=网格", headers=embedded).status_code == 403
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert client.get("/?q=网格", headers=followed).status_code == 200


def test_requests_are_bounded(client: TestClient) -> None:
    """An address or a form that is too long is refused, whatever it says about its length."""
    assert client.get(f"/?q={'a' * 40_000}").status_code == 414
    headers = {"Origin": ORIGIN, "X-Token": TOKEN}
    chunks = (b"a" * (1 << 20) for _ in range((MAX_BODY >> 20) + 2))
    assert client.post("/clippings", content=chunks, headers=headers).status_code == 413
    many = {f"f{number}": "" for number in range(200)}
    assert client.post("/clippings", data=many, headers=headers).status_code == 400


def test_a_web_socket_is_closed(client: TestClient) -> None:
    """There is nothing behind a web socket."""
    with pytest.raises(WebSocketDisconnect) as closed, client.websocket_connect("/"):
        pass
    assert closed.value.code == 1008


def test_the_token_is_in_our_pages_only(client: TestClient) -> None:
    """The API, which programs read, does not give the token away."""
    assert TOKEN in client.get("/").text
    assert all(TOKEN not in client.get(path).text for path in ("/api/info", "/api/search?q=网格"))


def test_our_own_form_is_accepted(post: Post) -> None:
    """The same request with origin and token is answered."""
    assert post("/clippings", action="clear").status_code == 303
