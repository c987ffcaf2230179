"""`jsisa-search mcp` driven by the client of the official SDK, as an assistant would."""

from __future__ import annotations

import asyncio
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from jsisa_search import Index

pytestmark = pytest.mark.slow


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(("mode", "version"), [("legacy", "2025-11-25"), ("auto", "2026-07-28")])
def test_an_assistant_searches_and_reads(tmp_path: Path, mode: Any, version: str) -> None:
    """With a handshake and without: tools are listed, a passage is found, and its release is read."""
    folder = tmp_path / "存稿 index"
    with Index.create(folder) as index:
        index.add_text("杜苏芮台风登陆。\n群众已经转移。", id="a", title="台风", source="新华社")
    # In a thread of its own: a driver of browsers leaves a loop in the main one.
    with ThreadPoolExecutor(1) as pool:
        found, read, spoken = pool.submit(asyncio.run, _session(folder, mode)).result()
    assert spoken == version
    assert found["results"][0]["text"] == "杜苏芮台风登陆。"
    assert [part["text"] for part in read["paragraphs"]] == ["杜苏芮台风登陆。", "群众已经转移。"]


async def _session(folder: Path, mode: Any) -> tuple[Any, Any, str]:
    """Return what `search` and `fetch` answer, and the version that both sides speak."""
    from mcp import Client, StdioServerParameters
    from mcp.client.stdio import stdio_client

    program = StdioServerParameters(
        command=sys.executable, args=["-m", "jsisa_search", "mcp", "--index-dir", str(folder)]
    )
    async with Client(stdio_client(program), mode=mode) as client:
        tools = [tool.name for tool in (await client.list_tools()).tools]
        assert tools == ["search", "fetch", "check", "trend", "figures"]
        found = await client.call_tool("search", {"query": "台风登陆"})
        first = json.loads(found.content[0].text)  # type: ignore[union-attr]
        read = await client.call_tool("fetch", {"id": first["results"][0]["id"]})
        checked = await client.call_tool("check", {"text": "据报道，“杜苏芮台风登陆。”"})
        assert json.loads(checked.content[0].text)["is_right"] is True  # type: ignore[union-attr]
        trend = await client.call_tool("trend", {"wordings": ["台风"]})
        assert json.loads(trend.content[0].text)["wordings"][0]["occurrences"] == 2  # type: ignore[union-attr]
        return first, json.loads(read.content[0].text), client.protocol_version  # type: ignore[union-attr]
