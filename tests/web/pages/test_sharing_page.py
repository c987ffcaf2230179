from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from jsisa_search.web.application import create_app
from jsisa_search.web.pages import sharing_page
from jsisa_search.web.processes.collection import Collection
from jsisa_search.web.requests import passwords
from jsisa_search.web.requests.passwords import PASSWORD_FILE, PasswordFile
from jsisa_search.web.settings import ServerSettings, local_settings
from tests.web.conftest import ORIGIN, PORT, TOKEN, Post

PASSWORD = "一二三四五六七八"


@pytest.fixture
def password(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> Iterator[PasswordFile]:
    """Return the password of the collection, which has none before and after a test."""
    monkeypatch.setattr(passwords, "_SCRYPT", {"n": 16, "r": 1, "p": 1})
    yield PasswordFile(collection.index_dir)
    (collection.index_dir / PASSWORD_FILE).unlink(missing_ok=True)


def _client(collection: Collection, settings: ServerSettings, *, address: str = "127.0.0.1") -> TestClient:
    site = ORIGIN if address == "127.0.0.1" else f"http://192.0.2.7:{PORT}"
    app = create_app(collection, settings)
    return TestClient(
        app,
        base_url=site,
        client=(address, 50_000),
        headers={"Accept-Language": "zh-CN"},
        follow_redirects=False,
    )


def _open(collection: Collection) -> ServerSettings:
    made = local_settings(collection.index_dir, PORT, token=TOKEN)
    return replace(made, is_open=True, hosts=(*made.hosts, f"192.0.2.7:{PORT}"))


def test_a_password_is_set_and_replaced_on_the_page(
    client: TestClient, post: Post, password: PasswordFile
) -> None:
    """The first one is set without a terminal; another one replaces it."""
    assert "还没有密码" in client.get("/sharing").text
    assert "密码已设定" in post("/sharing", password=PASSWORD, again=PASSWORD).text
    assert password.is_right(PASSWORD)
    os.utime(password._path, (1, 1))
    assert "已经设有密码" in client.get("/sharing").text
    post("/sharing", password="another one", again="another one")
    assert password.is_right("another one")


@pytest.mark.parametrize(
    ("first", "again", "said"), [("短", "短", "密码须有"), (PASSWORD, "x", "不一样"), ("", "", "密码须有")]
)
def test_a_password_that_will_not_do_changes_nothing(
    post: Post, password: PasswordFile, first: str, again: str, said: str
) -> None:
    """One that is too short, or typed differently, is refused with the reason, and shown nowhere."""
    answer = post("/sharing", password=first, again=again)
    assert answer.status_code == 400
    assert said in answer.text
    assert PASSWORD not in answer.text
    assert not password.is_set()


def test_the_password_is_not_changed_again_and_again(post: Post, password: PasswordFile) -> None:
    """A second change at once has to wait, whichever process is asked."""
    post("/sharing", password=PASSWORD, again=PASSWORD)
    answer = post("/sharing", password="another one", again="another one")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= 6
    assert password.is_right(PASSWORD)


def test_only_our_own_page_sets_a_password(client: TestClient, password: PasswordFile) -> None:
    """The token and the origin of our pages are needed."""
    fields = {"password": PASSWORD, "again": PASSWORD}
    assert client.post("/sharing", data=fields, headers={"Origin": ORIGIN}).status_code == 403
    elsewhere = client.post(
        "/sharing", data=fields | {"token": TOKEN}, headers={"Origin": "https://e.example"}
    )
    assert elsewhere.status_code == 403
    assert not password.is_set()


def test_colleagues_neither_see_nor_set_it(collection: Collection, password: PasswordFile) -> None:
    """Whoever is signed in from another machine is refused: it is for the people at this one."""
    password.set(PASSWORD)
    os.utime(password._path, (1, 1))
    colleague = _client(collection, _open(collection), address="192.0.2.99")
    origin = {"Origin": f"http://192.0.2.7:{PORT}"}
    assert colleague.get("/sharing").status_code == 303
    assert colleague.post("/login", data={"password": PASSWORD}, headers=origin).status_code == 303
    assert colleague.get("/sharing").status_code == 403
    assert 'href="/sharing"' not in colleague.get("/").text
    assert (
        colleague.post("/sharing", data={"password": "x" * 9, "again": "x" * 9}, headers=origin).status_code
        == 403
    )
    assert password.is_right(PASSWORD)


def test_the_page_says_how_it_is_reached(
    client: TestClient, collection: Collection, password: PasswordFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closed, it says how to let others in; open, the addresses to pass on, and what colleagues may do."""
    monkeypatch.setattr(sharing_page, "network_address", lambda: "192.0.2.7")
    assert "--host 0.0.0.0" in client.get("/sharing").text
    html = _client(collection, _open(collection)).get("/sharing").text
    assert f">http://192.0.2.7:{PORT}/<" in html
    assert "127.0.0.1:" not in html
    assert "连接没有加密" in html
    assert "只能检索和阅读" in html
    editing = replace(_open(collection), guests="edit")
    assert "还可以一起收集摘录" in _client(collection, editing).get("/sharing").text


def test_a_certificate_has_a_fingerprint_to_compare(tmp_path: Path) -> None:
    """It is that of the first certificate, in the form that browsers show; a damaged file has none."""
    file = tmp_path / "cert.pem"
    file.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    assert sharing_page.fingerprint_of(str(file)).startswith("70:9E:80:C8:84:87:A2:41")
    file.write_text("none")
    assert sharing_page.fingerprint_of(str(file)) == ""
    assert sharing_page.fingerprint_of("") == ""
