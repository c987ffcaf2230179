"""The messages of the Model Context Protocol, one JSON-RPC message a line.

Both generations of the protocol are answered: with a handshake (`initialize`, versions to 2025-11-25), and
without one, where each request states its version (`server/discover`, from 2026-07-28 on).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Any, BinaryIO

from jsisa_search.errors import JsisaSearchError
from jsisa_search.export.plain import json_text, plain_text
from jsisa_search.index import Index
from jsisa_search.mcp.tools import SCHEMAS, call_tool

HANDSHAKE_VERSIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
STATELESS_VERSION = "2026-07-28"

#: Bytes of one message; a longer one is refused, and read past without being stored.
MAX_MESSAGE = 1 << 20

_VERSION_KEY = "io.modelcontextprotocol/protocolVersion"
_INSTRUCTIONS = (
    "Saved Chinese press releases. `search` finds passages, each with its place and its citation; `fetch` "
    "gives the text of a release. Quote word for word, and cite."
)

# Error codes of JSON-RPC 2.0 and of the protocol.
_PARSE_ERROR, _INVALID_REQUEST, _NO_METHOD, _INVALID_PARAMS = -32700, -32600, -32601, -32602
_INTERNAL_ERROR = -32603
_UNSUPPORTED_VERSION = -32022


class _Refused(Exception):
    """A request that is answered with an error of the protocol."""

    def __init__(self, code: int, message: str, data: object = None) -> None:
        super().__init__(message)
        self.error = {"code": code, "message": message} | ({} if data is None else {"data": data})


def serve(index: Index, requests: BinaryIO, write: Callable[[str], None]) -> None:
    """Answer each line of `requests` until its end, by one call of `write`; notifications have no answer."""
    for line in _lines(requests):
        reply = _reply_to(index, line)
        if reply is not None:
            write(json_text(json.dumps(reply, ensure_ascii=False)))


def _lines(requests: BinaryIO) -> Iterator[bytes | None]:
    """Yield the lines that are not blank; `None` for one that is too long."""
    while line := requests.readline(MAX_MESSAGE + 1):
        is_whole = line.endswith(b"\n") or len(line) <= MAX_MESSAGE
        while not line.endswith(b"\n") and (line := requests.readline(MAX_MESSAGE)):
            pass
        if not is_whole:
            yield None
        elif line.strip():
            yield line


def _reply_to(index: Index, line: bytes | None) -> dict[str, Any] | None:
    request_id: object = None
    try:
        message = _parse(line)
        if "id" not in message:  # a notification
            return None
        request_id = message["id"]
        if isinstance(request_id, bool) or not isinstance(request_id, str | int):
            request_id = None
            raise _Refused(_INVALID_REQUEST, "the id of a request must be text or a whole number")
        return {"jsonrpc": "2.0", "id": request_id, "result": _result_of(index, message)}
    except _Refused as refusal:
        return {"jsonrpc": "2.0", "id": request_id, "error": refusal.error}
    except Exception as error:  # a defect costs one answer, not the session
        failed = {"code": _INTERNAL_ERROR, "message": f"{type(error).__name__} is a defect of jsisa-search"}
        return {"jsonrpc": "2.0", "id": request_id, "error": failed}


def _parse(line: bytes | None) -> dict[str, Any]:
    if line is None:
        raise _Refused(_INVALID_REQUEST, f"a message must not be longer than {MAX_MESSAGE} bytes")
    try:
        message = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise _Refused(_PARSE_ERROR, "the message is not JSON in UTF-8") from error
    if not isinstance(message, dict):
        raise _Refused(_INVALID_REQUEST, "a message must be a JSON object")
    return message


def _result_of(index: Index, message: dict[str, Any]) -> dict[str, Any]:
    method, params = message.get("method"), message.get("params", {})
    if not isinstance(method, str) or not isinstance(params, dict):
        raise _Refused(_INVALID_REQUEST, "a request must have a method, and params that are an object")
    methods: dict[str, Callable[[], dict[str, Any]]] = {
        "initialize": lambda: _initialized(params),
        "server/discover": _discovered,
        "ping": dict,
        "tools/list": lambda: {"tools": list(SCHEMAS)},
        "tools/call": lambda: _called(index, params),
    }
    if method not in methods:
        raise _Refused(_NO_METHOD, f"there is no method {plain_text(method)[:100]}")
    is_stateless = _is_stateless(params)
    result = methods[method]()
    if not is_stateless:
        return result
    cached = {} if method == "tools/call" else {"ttlMs": 0, "cacheScope": "private"}
    return {"resultType": "complete"} | cached | result


def _is_stateless(params: dict[str, Any]) -> bool:
    """Return whether a request states its version. Raises `_Refused` for one that is not supported."""
    meta = params.get("_meta")
    wanted = meta.get(_VERSION_KEY) if isinstance(meta, dict) else None
    if wanted is not None and wanted != STATELESS_VERSION:
        data = {"supported": [STATELESS_VERSION], "requested": str(wanted)[:100]}
        raise _Refused(_UNSUPPORTED_VERSION, "this version of the protocol is not supported", data)
    return wanted is not None


def _server() -> dict[str, str]:
    return {"name": "jsisa-search", "version": version("jsisa-search")}


def _initialized(params: dict[str, Any]) -> dict[str, Any]:
    wanted = params.get("protocolVersion")
    return {
        "protocolVersion": wanted if wanted in HANDSHAKE_VERSIONS else HANDSHAKE_VERSIONS[-1],
        "capabilities": {"tools": {}},
        "serverInfo": _server(),
        "instructions": _INSTRUCTIONS,
    }


def _discovered() -> dict[str, Any]:
    return {
        "supportedVersions": [STATELESS_VERSION],
        "capabilities": {"tools": {}},
        "instructions": _INSTRUCTIONS,
        "_meta": {"io.modelcontextprotocol/serverInfo": _server()},
    }


def _called(index: Index, params: dict[str, Any]) -> dict[str, Any]:
    """Return what a tool answers; an error of ours is an answer too, which the assistant can act upon."""
    name, arguments = params.get("name"), params.get("arguments")
    if not isinstance(name, str) or not isinstance(arguments, dict | None):
        raise _Refused(_INVALID_PARAMS, "tools/call needs the name of a tool, and arguments as an object")
    try:
        text, is_error = call_tool(index, name, arguments or {}), False
    except JsisaSearchError as error:
        text, is_error = json_text(json.dumps({"error": str(error)[:1_000]}, ensure_ascii=False)), True
    return {"content": [{"type": "text", "text": text}], "isError": is_error}
