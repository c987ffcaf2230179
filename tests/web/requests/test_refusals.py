"""What is not done is said in the language of the reader: on pages, by the HTTP API, of damaged files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from jsisa_search import mcp, web
from jsisa_search.translation import in_language
from jsisa_search.web.api.description import description
from jsisa_search.web.kept.clippings import CLIPPINGS_FILE, Clippings
from jsisa_search.web.kept.saved_searches import SEARCHES_FILE, SavedSearches
from jsisa_search.web.kept.store import read_json, write_json
from jsisa_search.web.requests.problems import problem
from tests.web.conftest import ORIGIN, TOKEN

_OURS = {"Origin": ORIGIN, "X-Token": TOKEN}
_WORD = re.compile(r"[A-Za-z]{2,}")

# What a sentence in Chinese writes like this: names of formats, headers, the values of a flag.
_NAMES = {"JSON", "UTF", "Origin", "MB", "application", "json", "multipart", "form", "data", "true", "false"}


def _names_of_parameters() -> set[str]:
    """Return the words of everything that openapi.json names: parameters, and their values."""
    return set(_WORD.findall(str(description())))


REFUSED: tuple[tuple[str, str, dict[str, Any], int], ...] = (
    ("GET", "/api/search", {}, 400),
    ("GET", "/api/search?q=a&unknown=1", {}, 400),
    ("GET", "/api/search?q=a&q=b", {}, 400),
    ("GET", "/api/search?q=a&limit=x9", {}, 400),
    ("GET", "/api/search?q=a&explain=maybe", {}, 400),
    ("GET", "/api/search?q=a&sort=best", {}, 400),
    ("GET", "/api/search?q=" + "a" * 33_000, {}, 414),
    ("GET", "/api/search?q=a&since=xyz", {}, 400),
    ("GET", "/api/passages/zz", {}, 400),
    ("GET", "/api/passages/zz?line=1", {}, 404),
    ("GET", "/api/releases/ffffffffffff", {}, 404),
    ("GET", "/api/releases/zz/similar", {}, 404),
    ("GET", "/api/releases/zz/evidence?paragraph=1", {}, 404),
    ("GET", "/api/nothing", {}, 404),
    ("PUT", "/api/search", {"headers": _OURS}, 405),
    ("POST", "/api/update", {"headers": {"X-Token": TOKEN}}, 403),
    ("POST", "/api/update", {"headers": {"Origin": ORIGIN}}, 403),
    ("POST", "/api/update", {"headers": _OURS, "json": []}, 400),
    ("POST", "/api/update", {"headers": _OURS, "json": {"other": 1}}, 400),
    ("POST", "/api/update", {"headers": _OURS, "json": {"allow_removal": 1}}, 400),
    ("POST", "/api/update", {"headers": _OURS | {"Content-Type": "text/plain"}, "content": b"x"}, 415),
    ("POST", "/api/update", {"headers": _OURS | {"Content-Type": "application/json"}, "content": b"{"}, 400),
    ("POST", "/api/check", {"headers": _OURS, "json": {}}, 400),
    ("POST", "/api/check", {"headers": _OURS, "json": {"text": 1}}, 400),
    ("POST", "/api/check", {"headers": _OURS, "content": b"x"}, 415),
    ("POST", "/api/check", {"headers": _OURS, "files": {"other": b"x"}}, 400),
    ("POST", "/api/check", {"headers": _OURS, "files": {"file": b"x"}, "data": {"all": "1"}}, 400),
    ("POST", "/api/check", {"headers": _OURS, "content": b"x" * (6 << 20)}, 413),
    ("GET", "/api/info", {"headers": {"Host": "elsewhere.example"}}, 421),
    ("GET", "/api/info", {"headers": {"Sec-Fetch-Site": "cross-site"}}, 403),
    ("GET", "/trend.svg", {"headers": {"X-Part": "1"}}, 400),
    ("GET", "/figures.svg", {"headers": {"X-Part": "1"}}, 400),
    ("GET", "/nothing", {"headers": {"X-Part": "1"}}, 404),
    ("GET", "/reading", {"headers": {"X-Part": "1"}}, 404),
    ("POST", "/clippings", {"headers": _OURS, "data": {"action": "add"}}, 400),
    ("POST", "/clippings", {"headers": _OURS, "data": {"action": "none"}}, 400),
)


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"), REFUSED, ids=[f"{each[0]}{each[1][:40]}" for each in REFUSED]
)
def test_a_refusal_is_in_chinese(
    client: TestClient, method: str, path: str, sent: dict[str, Any], status: int
) -> None:
    """Title and detail of each refusal have no foreign word but names and what was typed."""
    answer = client.request(method, path, **{**sent, "headers": {"X-Part": "1"} | sent.get("headers", {})})
    assert answer.status_code == status
    said = answer.json()
    assert set(said) == {"type", "title", "status", "detail"}
    assert said["status"] == status
    typed = set(_WORD.findall(path)) | {"other", "elsewhere", "example"}
    words = set(_WORD.findall(f"{said['title']} {said['detail']}"))
    assert words - typed - _names_of_parameters() - _NAMES == set(), said
    assert re.search(r"[\u4e00-\u9fff]", said["title"])
    assert re.search(r"[\u4e00-\u9fff]", said["detail"])


def test_a_program_that_asks_for_no_language_is_answered_in_english(client: TestClient) -> None:
    """The words of the standard stay for callers without a language."""
    client.headers.pop("Accept-Language")
    said = client.get("/api/nothing").json()
    assert (said["title"], said["detail"]) == ("Not Found", "there is no page at this address")


def test_every_status_that_is_used_has_a_title_in_chinese() -> None:
    """No status that the source names keeps its English phrase."""
    sources = [path.read_text(encoding="utf-8") for path in Path(web.__file__).parent.rglob("*.py")]
    named = r"(?:refused\(\s*(?:request\.)?scope, |problem\(|HTTPException\()(\d{3})"
    used = {int(number) for text in sources for number in re.findall(named, text)}
    assert used >= {400, 403, 404, 413, 415, 421}
    with in_language("zh_CN"):
        for status in used:
            assert HTTPStatus(status).phrase.encode() not in problem(status, "").body


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b'{"clippings": [{}], "searches": [{}]}'])
def test_a_damaged_file_is_named_in_chinese(tmp_path: Path, content: bytes) -> None:
    """What people collected is never overwritten, and the message says in their language what to do."""
    for name, read in (
        (CLIPPINGS_FILE, Clippings(tmp_path).all),
        (SEARCHES_FILE, SavedSearches(tmp_path).all),
    ):
        (tmp_path / name).write_bytes(content)
        with in_language("zh_CN"), pytest.raises(Exception, match="移到别处") as raised:
            read()
        assert not _WORD.search(str(raised.value).replace(str(tmp_path / name), ""))


def test_what_the_system_refuses_is_said_in_chinese(tmp_path: Path) -> None:
    """A reason of the system is translated, in place of its English words."""
    (tmp_path / "file").write_bytes(b"")
    with in_language("zh_CN"), pytest.raises(Exception, match="路径中有一段不是文件夹"):
        write_json(tmp_path / "file" / "inner.json", {})
    (tmp_path / "folder").mkdir()
    with in_language("zh_CN"), pytest.raises(Exception, match="读不出来"):
        read_json(tmp_path / "folder")


# What is said to people by raising or answering it.
_SAYING = re.compile(r"\w*Error|HTTPException|problem|refused|error|_fail")


def _untranslated(path: Path) -> Iterator[str]:
    """Yield the sentences of a module that are said without being translated."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if not _SAYING.fullmatch(name):
            continue
        for argument in node.args:
            parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
            texts = (part.value for part in parts if isinstance(part, ast.Constant))
            if any(isinstance(text, str) and len(_WORD.findall(text)) > 1 for text in texts):
                yield f"{path.name}:{node.lineno}"


def test_no_sentence_is_said_without_a_translation() -> None:
    """Every sentence that is raised or answered passes the catalogues."""
    modules = [*Path(web.__file__).parent.rglob("*.py"), *Path(mcp.__file__).parent.glob("[!m]*.py")]
    ours = {"clippings.py", "forms.py", "passwords.py", "saved_searches.py"}  # ValueError, which is caught
    found = [place for path in modules for place in _untranslated(path)]
    assert [place for place in found if place.partition(":")[0] not in ours] == []
