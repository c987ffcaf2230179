from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from jsisa_search.web.application import API_ROUTES, PAGE_ROUTES, create_app
from jsisa_search.web.processes.collection import Collection
from jsisa_search.web.requests import access, passwords
from jsisa_search.web.requests.passwords import PasswordFile
from jsisa_search.web.settings import Guests, ServerSettings, local_settings
from tests.web.conftest import PORT, TOKEN, write_pages

SITE = f"http://192.0.2.7:{PORT}"
COLLEAGUE = ("192.0.2.99", 50_000)
PASSWORD = "一二三四五六七八"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    """Return a collection with a password; nothing happens in the background."""
    root = tmp_path_factory.mktemp("shared")
    write_pages(root / "pages")
    made = Collection(root / "index", [root / "pages"], is_watching=False)
    made.index.update([root / "pages"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_SCRYPT", {"n": 16, "r": 1, "p": 1})
        PasswordFile(made.index_dir).set(PASSWORD)
        yield made
    made.close()


def _settings(shared: Collection, guests: Guests = "read") -> ServerSettings:
    made = local_settings(shared.index_dir, PORT, token=TOKEN)
    return replace(made, is_open=True, guests=guests, hosts=(*made.hosts, f"192.0.2.7:{PORT}"))


def _client(
    shared: Collection, guests: Guests = "read", site: str = SITE, address: tuple[str, int] = COLLEAGUE
) -> TestClient:
    return TestClient(
        create_app(shared, _settings(shared, guests)),
        base_url=site,
        client=address,
        follow_redirects=False,
        headers={"Accept-Language": "zh-CN"},
    )


@pytest.fixture
def colleague(shared: Collection) -> TestClient:
    """Return a browser at another machine."""
    shared._sign_in = passwords.SignIn(PasswordFile(shared.index_dir))
    return _client(shared)


def _sign_in(client: TestClient, **fields: str) -> Any:
    return client.post("/login", data={"password": PASSWORD} | fields, headers={"Origin": SITE})


def _token(client: TestClient) -> str:
    found = re.search(r'name="token" content="([^"]*)"', client.get("/?q=网格").text)
    assert found is not None
    return found[1]


def _send(client: TestClient, path: str, **fields: str) -> int:
    data = {"token": _token(client)} | fields
    return client.post(path, data=data, headers={"Origin": SITE}).status_code


@pytest.mark.parametrize("path", ["/", "/?q=网格", "/clippings", "/folders", "/release/0", "/openapi.json"])
def test_a_stranger_reads_nothing(colleague: TestClient, path: str) -> None:
    """Without the password every page leads to the one where it is asked for, and back."""
    answer = colleague.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")
    assert "网格员" not in answer.text
    assert colleague.get("/api/search?q=网格").status_code == 401
    assert colleague.get("/?q=网格", headers={"X-Part": "results"}).status_code == 401


def test_every_address_is_closed_to_strangers(colleague: TestClient) -> None:
    """No route is forgotten, whatever its method."""
    for route in (*API_ROUTES, *PAGE_ROUTES):
        path = route.path.replace("{id}", "0").replace("{form}", "csv")
        if path in ("/login", "/language"):
            continue
        for method in route.methods or ():
            answer = colleague.request(method, path, headers={"Origin": SITE, "X-Token": TOKEN})
            assert answer.status_code in (303, 401), (method, path)


def test_the_password_opens_the_pages(colleague: TestClient) -> None:
    """A cookie that no script reads and no other site sends; one is led to what was asked for."""
    asked = colleague.get("/?q=网格&sort=newest").headers["location"]
    page = colleague.get(asked)
    assert page.status_code == 200
    after = re.search(r'name="next" value="([^"]*)"', page.text)
    assert after is not None
    answer = _sign_in(colleague, next=after[1].replace("&amp;", "&"))
    assert answer.status_code == 303
    assert answer.headers["location"] == "/?q=%E7%BD%91%E6%A0%BC&sort=newest"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie
    assert "网格" in colleague.get("/?q=网格").text
    assert colleague.get("/login?next=/clippings").headers["location"] == "/clippings"


def test_a_wrong_password_is_told_and_then_made_to_wait(colleague: TestClient) -> None:
    """The page says so; after five, also to wait, in the language of the browser."""
    for _ in range(5):
        answer = _sign_in(colleague, password="falsch und lang")
        assert answer.status_code == 401
        assert "密码不对" in answer.text
        assert "set-cookie" not in answer.headers
    waiting = _sign_in(colleague)
    assert waiting.status_code == 429
    assert int(waiting.headers["retry-after"]) > 0
    assert "秒后再试" in waiting.text


@pytest.mark.parametrize(
    "after",
    [
        "//evil.example/",
        "/\\evil.example",
        "https://evil.example/",
        "/%5cevil",
        "%2F%2Fevil",
        "",
        "/\r\nX: y",
    ],
)
def test_one_is_led_to_our_own_pages_only(colleague: TestClient, after: str) -> None:
    """A link to the sign-in page can't send people to another site."""
    assert _sign_in(colleague, next=after).headers["location"] == "/"


def test_a_reader_searches_and_changes_nothing(colleague: TestClient, shared: Collection) -> None:
    """Folders, files of the machine, words and what others collected are out of reach."""
    _sign_in(colleague)
    page = colleague.get("/?q=网格").text
    assert 'href="/folders"' not in page
    assert 'href="/words"' not in page
    release = next(iter(shared.index.releases())).id
    assert colleague.get(f"/release/{release}").status_code == 200
    assert colleague.get(f"/release/{release}/file").status_code == 200
    assert colleague.get("/api/search?q=网格").json()["total"] > 0
    for path in ("/folders", "/folders/state", "/words"):
        assert colleague.get(path).status_code == 403
    for path in ("/folders", "/words", "/clippings", "/saved", f"/release/{release}/open", "/api/update"):
        assert _send(colleague, path, action="clear") == 403
    assert TOKEN not in page


def test_an_editor_collects_but_does_not_touch_the_machine(shared: Collection) -> None:
    """With --guests edit clippings, searches and words can be changed, folders and files still not."""
    client = _client(shared, "edit")
    _sign_in(client)
    assert _send(client, "/clippings", action="clear") == 303
    assert client.get("/words").status_code == 200
    release = next(iter(shared.index.releases())).id
    assert _send(client, "/folders", action="add", folder="/") == 403
    assert _send(client, f"/release/{release}/open") == 403
    assert client.get("/folders").status_code == 403


def test_a_session_has_its_own_token(colleague: TestClient, shared: Collection) -> None:
    """A form with the token of another session or of the machine changes nothing."""
    client, other = _client(shared, "edit"), _client(shared, "edit")
    _sign_in(client)
    _sign_in(other)
    assert _token(client) not in (TOKEN, _token(other))
    for token in (TOKEN, _token(other), ""):
        answer = client.post("/clippings", data={"token": token, "action": "clear"}, headers={"Origin": SITE})
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "cookie",
    ["", "x", "9999999999.a.b", "9999999999", "é", "..", "9" * 5000, 'a"b; ;=;'],
)
def test_a_forged_session_is_none(colleague: TestClient, cookie: str) -> None:
    """Whatever is in the cookie, only what the server has signed opens anything."""
    headers = {"Cookie": f"{access.COOKIE}={cookie}".encode()}
    assert colleague.get("/api/info", headers=headers).status_code == 401


def test_a_session_ends(colleague: TestClient, shared: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends by signing out, after its time, and with the password."""
    _sign_in(colleague)
    assert colleague.get("/api/info").status_code == 200
    assert _send(colleague, "/logout") == 303
    assert colleague.get("/api/info").status_code == 401
    with monkeypatch.context() as patch:
        patch.setattr(access, "SESSION_SECONDS", -1)
        _sign_in(colleague)
    assert colleague.get("/api/info").status_code == 401
    _sign_in(colleague)
    PasswordFile(shared.index_dir).set(PASSWORD)
    assert colleague.get("/api/info").status_code == 401


def test_people_at_the_machine_need_no_password(shared: Collection) -> None:
    """By a loopback address, or by its own one, everything can be done as before."""
    here = _client(shared, site=f"http://127.0.0.1:{PORT}", address=("127.0.0.1", 1))
    assert here.get("/folders").status_code == 200
    assert TOKEN in here.get("/?q=网格").text


@pytest.mark.parametrize(
    ("site", "address", "headers"),
    [
        (SITE, ("127.0.0.1", 1), {}),
        (f"http://127.0.0.1:{PORT}", COLLEAGUE, {}),
        (f"http://127.0.0.1:{PORT}", ("127.0.0.1", 1), {"X-Forwarded-For": "198.51.100.1"}),
        (f"http://127.0.0.1:{PORT}", ("127.0.0.1", 1), {"Via": "1.1 proxy"}),
    ],
)
def test_what_only_looks_like_the_machine_is_not(
    shared: Collection, site: str, address: tuple[str, int], headers: dict[str, str]
) -> None:
    """A foreign connection with our name, and one that a proxy passes on, need the password."""
    client = _client(shared, site=site, address=address)
    assert client.get("/api/info", headers=headers).status_code == 401


def test_a_link_in_another_site_finds_the_session(colleague: TestClient) -> None:
    """Browsers send no strict cookie with it; our page asks once more, and then it is sent or not."""
    linked = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    page = colleague.get("/?q=网格", headers=linked)
    assert page.status_code == 200
    assert 'http-equiv="refresh"' in page.text
    assert "网格员" not in page.text
    assert colleague.get("/?q=网格", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_a_page_for_a_foreign_host_has_no_token(shared: Collection) -> None:
    """A site that points its name to this machine could read it."""
    here = _client(shared, site=f"http://127.0.0.1:{PORT}", address=("127.0.0.1", 1))
    answer = here.get("/", headers={"Host": f"evil.example:{PORT}"})
    assert answer.status_code == 421
    assert TOKEN not in answer.text


def test_refusals_are_in_the_language_of_the_browser(colleague: TestClient) -> None:
    """People get a page in Chinese or English, programs a problem."""
    _sign_in(colleague)
    chinese = colleague.get("/folders")
    assert "只能在运行本程序的电脑上" in chinese.text
    english = colleague.get("/folders", headers={"Accept-Language": "en"})
    assert "at the machine where the program runs" in english.text
    part = colleague.post("/clippings", headers={"Origin": SITE, "X-Part": "1"})
    assert "只能在运行本程序的电脑上" in part.json()["detail"]


def test_sessions_are_checked_by_every_process(shared: Collection, tmp_path: Path) -> None:
    """What one process has signed another accepts; a server with another secret does not."""
    settings = _settings(shared)
    session = access.Access(settings).new_session()
    scope = {
        "type": "http",
        "client": COLLEAGUE,
        "server": ("192.0.2.7", PORT),
        "headers": [(b"host", b"192.0.2.7"), (b"cookie", f"{access.COOKIE}={session}".encode())],
    }
    assert access.Access(settings).visitor_of(scope).role == "guest"
    assert access.Access(replace(settings, secret="another")).visitor_of(scope).role == "stranger"
