"""The Model Context Protocol as messages: both generations, and requests that are none."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search import Index
from jsisa_search.mcp.fitting import MAX_CHARACTERS
from jsisa_search.mcp.messages import MAX_MESSAGE, serve
from tests.cluster.engines import Place

MODERN = {"_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, place: Place) -> Iterator[Index]:
    """Return an index with a few releases, one of them longer than an answer."""
    with Index.create(place(tmp_path_factory.mktemp("mcp") / "index")) as index:
        long = "\n".join(f"第{number}项工作：推进网格化治理，提升群众满意率。" * 12 for number in range(60))
        index.add_text(long, id="long", title="年度工作", source="江苏发布", published="2024-03-05")
        index.add_text("单独一段很长的文字" * 900, id="one", title="一段", source="江苏发布")
        index.add_text("杜苏芮台风登陆。", id="short", title="台风", source="新华社", published="2023-07-28")
        yield index


def lines_of(index: Index, *messages: object) -> list[Any]:
    """Return the answers to messages, each given as JSON or as the bytes of its line."""
    lines = [m if isinstance(m, bytes) else json.dumps(m).encode() + b"\n" for m in messages]
    answers: list[Any] = []
    serve(index, io.BytesIO(b"".join(lines)), lambda line: answers.append(json.loads(line)))
    return answers


def request(method: str, number: int = 1, **params: Any) -> dict[str, Any]:
    """Return a request."""
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def call(index: Index, name: str, **arguments: Any) -> Any:
    """Return what a tool answers, and check its length."""
    (answer,) = lines_of(index, request("tools/call", name=name, arguments=arguments))
    text = answer["result"]["content"][0]["text"]
    assert len(text) <= MAX_CHARACTERS
    return json.loads(text)


def test_a_session_with_a_handshake(index: Index) -> None:
    """The version of the client is taken where it is known; a notification has no answer."""
    first, tools = lines_of(
        index,
        request("initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo={}),
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        request("tools/list", 2),
    )
    assert first["result"]["protocolVersion"] == "2025-06-18"
    assert first["result"]["serverInfo"]["name"] == "jsisa-search"
    assert [tool["name"] for tool in tools["result"]["tools"]] == [
        "search",
        "fetch",
        "check",
        "trend",
        "figures",
    ]
    assert "resultType" not in tools["result"]


def test_requests_that_state_their_version(index: Index) -> None:
    """The stateless protocol is discovered, and each result says that it is complete."""
    found, tools = lines_of(index, request("server/discover", **MODERN), request("tools/list", 2, **MODERN))
    assert found["result"]["supportedVersions"] == ["2026-07-28"]
    assert (tools["result"]["resultType"], tools["result"]["cacheScope"]) == ("complete", "private")


def test_an_unknown_version_is_refused_with_those_that_are_known(index: Index) -> None:
    """The client can choose another one."""
    meta = {"io.modelcontextprotocol/protocolVersion": "2031-01-01"}
    (answer,) = lines_of(index, request("server/discover", _meta=meta))
    assert answer["error"]["code"] == -32022
    assert answer["error"]["data"] == {"supported": ["2026-07-28"], "requested": "2031-01-01"}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{\n", -32700),
        (b"\xff\n", -32700),
        (b"[" * 100_000 + b"\n", -32700),
        (b"[]\n", -32600),
        (b'{"id": [1], "method": "ping"}\n', -32600),
        (b'{"id": 1, "method": 5}\n', -32600),
        (b'{"id": 1, "method": "ping", "params": [1]}\n', -32600),
        (b'{"id": 1, "method": "tools/call", "params": {"name": 5}}\n', -32602),
        (b'{"id": 1, "method": "resources/list"}\n', -32601),
        (b'{"id": 1, "method": "' + b"x" * (MAX_MESSAGE + 10) + b'"}\n', -32600),
    ],
)
def test_what_is_no_request_is_refused_and_the_next_answered(index: Index, line: bytes, code: int) -> None:
    """A bad line costs nothing but its own answer."""
    bad, good = lines_of(index, line, request("ping", 7))
    assert bad["error"]["code"] == code
    assert good == {"jsonrpc": "2.0", "id": 7, "result": {}}


@given(st.lists(st.binary(max_size=200)))
def test_any_bytes_are_answered_or_ignored(index: Index, lines: list[bytes]) -> None:
    """Each line has one answer at most, and the session goes on to its end."""
    answers = lines_of(index, *(line.replace(b"\n", b"") + b"\n" for line in lines), request("ping", 7))
    assert len(answers) <= len(lines) + 1
    assert answers[-1]["result"] == {}


def test_passages_come_with_citation_and_place(index: Index) -> None:
    """What an assistant quotes can be checked by its reader."""
    answer = call(index, "search", query="杜苏芮")
    (hit,) = answer["results"]
    assert hit["text"] == "杜苏芮台风登陆。"
    assert hit["citation"] == "《台风》，新华社，2023-07-28，第1段"
    assert (hit["path"], hit["line"], hit["matches_all"]) == ("text:short", 1, True)


def test_a_passage_of_reprints_comes_once_and_says_who_had_it_first(tmp_path: Path, place: Place) -> None:
    """An assistant neither reads nor counts the same text twice, and can name the source of it."""
    with Index.create(place(tmp_path / "index")) as index:
        for number, (name, day) in enumerate((("转载网", "2024-03-06"), ("江苏发布", "2024-03-05"))):
            text = "全省推进网格化治理，群众安全感达到99.14%，各地细化举措。" * 3
            index.add_text(text, id=str(number), title=f"标题{number}", source=name, published=day)
        answer = call(index, "search", query="“群众安全感达到99.14%”", sort="newest")
        (hit,) = answer["results"]
        assert (hit["source"], hit["same_text_in_other_releases"]) == ("转载网", 1)
        assert hit["published_first_by"] == {
            "source": "江苏发布",
            "date": "2024-03-05",
            "id": index.find_release("text:1").id,
        }


def test_long_lists_continue_with_the_next_offset(index: Index) -> None:
    """All passages come, each once, in answers that no host cuts."""
    seen, offset = [], 0
    while True:
        answer = call(index, "search", query="网格化 满意率", limit=50, offset=offset)
        seen += [(hit["id"], hit["paragraph"]) for hit in answer["results"]]
        if "next_offset" not in answer:
            break
        offset = answer["next_offset"]
    assert len(seen) == len(set(seen)) == answer["total"]


@pytest.mark.parametrize("name", ["text:long", "text:one"])
def test_a_release_is_fetched_whole_in_parts(index: Index, name: str) -> None:
    """The parts put together are the text of the release."""
    start, texts = "1:0", {}
    while True:
        answer = call(index, "fetch", id=name, start=start)
        for part in answer["paragraphs"]:
            texts[part["paragraph"]] = texts.get(part["paragraph"], "") + part["text"]
        if "next" not in answer:
            break
        start = answer["next"]
    assert list(texts.values()) == [paragraph.text for paragraph in index.release(name).paragraphs]


def test_filters_and_order(index: Index) -> None:
    """Time and source restrict, and `oldest` begins with the earliest."""
    assert call(index, "search", query="网格化", since="2024-04")["total"] == 0
    assert call(index, "search", query="台风", source="新华社", sort="oldest")["total"] == 2


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("search", {}, "missing arguments: query"),
        ("search", {"query": "台风", "size": 1}, "unknown arguments: size"),
        ("search", {"query": 5}, "query must be text"),
        ("search", {"query": "台风", "limit": 51}, "limit must be a whole number from 1 to 50"),
        ("search", {"query": "台风", "sort": "best"}, "sort must be one of"),
        ("search", {"query": "台风", "since": "gestern"}, "gestern"),
        ("fetch", {"id": "none"}, "none"),
        ("fetch", {"id": "text:short", "start": "x"}, "start must be"),
        ("write", {}, "there is no tool"),
        ("check", {"text": "", "only_wrong": "yes"}, "true or false"),
        ("check", {"text": 1}, "text must be text"),
        ("trend", {"wordings": []}, "from 1 to 5"),
        ("trend", {"wordings": "网格化"}, "a list"),
        ("trend", {"wordings": [" "]}, "not blank"),
    ],
)
def test_wrong_arguments_are_answered_in_words(
    index: Index, name: str, arguments: dict[str, Any], said: str
) -> None:
    """The assistant reads what to do otherwise."""
    (answer,) = lines_of(index, request("tools/call", name=name, arguments=arguments))
    assert answer["result"]["isError"] is True
    assert said in json.loads(answer["result"]["content"][0]["text"])["error"]


def test_a_draft_is_checked_passage_by_passage(index: Index) -> None:
    """An altered quotation comes with the passage, its place, its citation, and what differs."""
    draft = "新华社2023年7月28日报道“杜苏芮台风登录。”。\n\n> 杜苏芮台风登陆。\n"
    answer = call(index, "check", text=draft)
    assert answer["is_right"] is False
    altered, exact = answer["items"]
    assert (altered["verdict"], exact["verdict"]) == ("altered", "exact")
    (passage,) = altered["passages"]
    assert passage["differences"] == [{"kind": "word", "release": "陆", "draft": "录"}]
    assert (passage["paragraph"], passage["line"], passage["date"]) == (1, 1, "2023-07-28")
    assert "《台风》" in passage["citation"]
    (only,) = call(index, "check", text=draft, only_wrong=True)["items"]
    assert only == altered
    (other_day,) = call(index, "check", text="新华社2022年1月2日报道：“杜苏芮台风登陆。”")["items"]
    stated = {"kind": "date", "draft": "2022年1月2日", "release": "2023-07-28"}
    assert stated in other_day["stated_otherwise"]


def test_a_long_draft_is_continued(index: Index) -> None:
    """Every quotation comes once, in the order of the draft, over all answers."""
    draft = "\n".join(f"文中称“第{number}项工作：推进网格化治理，提升群众满意率”。" for number in range(40))
    seen: list[str] = []
    offset = 0
    while True:
        answer = call(index, "check", text=draft, offset=offset)
        seen += [item["text"] for item in answer["items"]]
        if "next_offset" not in answer:
            break
        offset = answer["next_offset"]
    assert seen == [f"第{number}项工作：推进网格化治理，提升群众满意率" for number in range(40)]


def test_wordings_are_followed_through_time(index: Index) -> None:
    """Counts are those of the library, the first use is cited, and the periods are continued."""
    answer = call(index, "trend", wordings=["网格化", "台风"], by="month")
    first, second = answer["wordings"]
    expected = index.trend(["网格化", "台风"], by="month")
    assert first["occurrences"] == expected.wordings[0].total.occurrences > 0
    assert "《台风》" in second["first"]["citation"]
    assert second["first_sources"] == [{"source": "新华社", "since": "2023-07-28", "passages": 2}]
    assert [row["period"] for row in answer["periods"]] == ["2023-07", "2024-03"]
    assert answer["periods"][0]["occurrences"] == [0, 2]
    rest = call(index, "trend", wordings=["网格化", "台风"], by="month", offset=1)
    assert [row["period"] for row in rest["periods"]] == ["2024-03"]


@pytest.mark.slow
def test_answers_are_bounded_whatever_the_texts_are(tmp_path: Path, place: Place) -> None:
    """Characters that JSON writes as six, in a title, a source and a text, do not make an answer longer."""
    hostile = "\u202e\x01" * 400
    with Index.create(place(tmp_path / "index")) as index:
        for month in range(1, 13):
            index.add_text(
                f"平安建设{hostile}" * 3,
                id=f"r{month}",
                title=f"平安建设{hostile}",
                source=hostile,
                published=f"2022-{month:02d}-01",
            )
        call(index, "search", query="平安建设")
        call(index, "check", text=f"> 平安建设{hostile}。\n\n“平安建设{hostile[:50]}建设平安”")
        answer = call(index, "trend", wordings=["平安建设", "平安", "建设", "安建", "平"], by="month")
        assert answer["periods"]


def test_figures_are_followed_with_what_disagrees(tmp_path: Path, place: Place) -> None:
    """Each value has its period, place, citation and text; other values for the same period are named."""
    with Index.create(place(tmp_path / "index")) as index:
        for number, (value, source) in enumerate([("98.1", "澄川发布"), ("98.7", "江岸报")]):
            text = f"2021年，澄川市群众安全感为{value}%。"
            index.add_text(text, id=f"r{number}", title="年度通报", source=source, published="2022-01-05")
        answer = call(index, "figures", indicator="群众安全感")
        assert answer["total"] == 2
        first, second = answer["figures"]
        assert (first["period"], first["written"], first["place"]) == ("2021", "98.1%", "澄川市")
        assert (first["other_values"], second["other_values"]) == (["98.7%"], ["98.1%"])
        assert first["citation"] == "《年度通报》，澄川发布，2022-01-05，第1段"
        assert first["written"] in first["text"]
        rest = call(index, "figures", indicator="群众安全感", offset=1)
        assert rest["figures"] == [second]
        assert call(index, "figures", value=">98.5%")["total"] == 1
