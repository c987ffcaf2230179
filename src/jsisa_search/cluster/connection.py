"""The connection to a cluster: requests that are repeated where that helps, and errors in our words."""

from __future__ import annotations

import base64
import json
import math
import random
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import Any

from jsisa_search.cluster.address import Access, Address
from jsisa_search.errors import ClusterDownError, ClusterError, IndexNotFoundError
from jsisa_search.translation import gettext as tr

Body = Mapping[str, Any]

#: Seconds in which a request is repeated while nodes are away or too busy; a shard moves in less.
PATIENCE = 90.0
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 3.0
_REQUEST_SECONDS = 60.0
_BUSY = (429, 500, 502, 503, 504)
# From all shards or not at all.
_COMPLETE: dict[str, str | int | bool] = {"allow_partial_search_results": False}
#: Scores with the frequencies of all shards.
RANKED = {"search_type": "dfs_query_then_fetch"}

# A node answers from its own copies where it has any: what another finds is written and read once more.
_FROM_OWN_COPIES: dict[str, str | int | bool] = {"preference": "_local"}

_LINES = {"content-type": "application/x-ndjson"}

# Where somebody waits: seconds after which a cluster of which no host takes a connection counts as away, and
# in which it must then say that it is back.
_AWAY_SECONDS = 5.0
_LOOK_SECONDS = 3.0

# Until when the requests of a call must be answered, by `time.monotonic`.
_END: ContextVar[float | None] = ContextVar("end of a call", default=None)


class Connection:
    """Sends requests about the index of an address; any number of threads may share it."""

    def __init__(self, address: Address, time_limit: float | None = None) -> None:
        """Prepare a connection; nothing is sent yet. Raises `ArgumentError` and `ClusterError`.

        With a `time_limit`, in seconds, no request is repeated for longer. Until the cluster has answered,
        and again after it did not answer, it is asked first whether it is there: nobody waits in vain.
        """
        try:
            import opensearchpy
        except ImportError as error:
            raise ClusterError(
                tr("an index on a cluster needs another package: pip install 'jsisa-search[cluster]'")
            ) from error
        access = Access.of(address)
        self.address = address
        self._time_limit = time_limit
        self._patience = PATIENCE if time_limit is None else time_limit
        self._is_away = time_limit is not None
        self._errors = opensearchpy.exceptions
        self._client = opensearchpy.OpenSearch(
            [{"host": host.strip("[]"), "port": port} for host, port in address.hosts],
            headers=_authorization(access),
            use_ssl=access.uses_tls,
            verify_certs=access.uses_tls,
            ca_certs=access.authorities,
            timeout=_REQUEST_SECONDS,
            max_retries=0,
            http_compress=not address.is_local,
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    @contextmanager
    def in_time(self) -> Iterator[None]:
        """Within this block, all requests of this thread must together be answered within the time limit."""
        if self._time_limit is None:
            yield
            return
        token = _END.set(time.monotonic() + self._time_limit)
        try:
            yield
        finally:
            _END.reset(token)

    def request(
        self,
        method: str,
        path: str,
        body: Body | str | None = None,
        *,
        missing: Any = None,
        **params: str | int | bool,
    ) -> Any:
        """Return the answer to a request; `missing` where what it names does not exist.

        While nodes are away or too busy it is repeated, for up to `PATIENCE` seconds or the time limit. All
        requests of this package may be repeated: documents have ids of their own. Raises `ClusterError`.
        """
        if self._is_away:
            self._look()
        begin, wait = time.monotonic(), _FIRST_WAIT
        end = min(begin + self._patience, _END.get() or math.inf)
        sent: dict[str, Any] = {name: str(value).lower() for name, value in params.items()}
        headers = _LINES if isinstance(body, str) else None
        while True:
            timed: dict[str, Any] = {**sent, "request_timeout": self._seconds_until(end)}
            try:
                return self._client.transport.perform_request(
                    method, path, params=timed, body=body, headers=headers
                )
            except self._errors.NotFoundError as error:
                if missing is not None:
                    return missing
                raise self._failure(error) from error
            except self._errors.TransportError as error:
                if self._time_limit is not None and isinstance(error, self._errors.ConnectionError):
                    end = min(end, begin + _AWAY_SECONDS)
                if time.monotonic() > end or not self._is_passing(error):
                    raise self._failure(error) from error
            time.sleep(wait * random.uniform(0.5, 1.0))
            wait = min(wait * 2, _LONGEST_WAIT)

    def search(self, body: Body, **params: str | int | bool) -> dict[str, Any]:
        """Return the answer to a search, from all shards or not at all."""
        params = {**_COMPLETE, **_FROM_OWN_COPIES, "track_total_hits": True} | params
        found: dict[str, Any] = self.request("POST", f"/{self.address.name}/_search", body, **params)
        return found

    def searches(
        self, bodies: Sequence[Body], *, ranked: int = 0, last_route: str | None = None
    ) -> list[dict[str, Any]]:
        """Return the answers to several searches, sent as one request.

        The first `ranked` are scored with the frequencies of all shards; the last only goes to the shard of
        `last_route`.
        """
        if not bodies:
            return []
        header = {"index": self.address.name, **_COMPLETE, **_FROM_OWN_COPIES}
        headers = [header | RANKED] * ranked + [header] * (len(bodies) - ranked)
        if last_route is not None:
            headers[-1] = headers[-1] | {"routing": last_route}
        lines = "".join(
            f"{json.dumps(header)}\n{json.dumps(body, ensure_ascii=False)}\n"
            for header, body in zip(headers, bodies, strict=True)
        )
        answers = self.request("POST", "/_msearch", lines)["responses"]
        # One that failed alone is sent again alone, with the patience of a single request.
        return [
            self.search(body, **(RANKED if number < ranked else {})) if "error" in answer else answer
            for number, (body, answer) in enumerate(zip(bodies, answers, strict=True))
        ]

    def begin(self, bodies: Sequence[Body]) -> Callable[[], list[dict[str, Any]]]:
        """Send several searches in a thread; return what waits for the answers, or raises their error."""
        found: Future[list[dict[str, Any]]] = Future()

        def send() -> None:
            try:
                found.set_result(self.searches(bodies))
            except BaseException as error:
                found.set_exception(error)

        # It has the interpreter from its start until it waits. A program that ends waits for no answer that
        # nobody has asked for.
        threading.Thread(target=copy_context().run, args=(send,), daemon=True).start()
        return found.result

    def count(self, query: Body) -> int:
        """Return how many documents match a query."""
        found = self.search({"size": 0, "query": query})
        return int(found["hits"]["total"]["value"])

    def bulk(self, index: str, actions: Iterable[tuple[str, str, Body | None]]) -> None:
        """Write documents, (operation, id, content) each, until all are acknowledged."""
        open_actions = list(actions)
        end, wait = time.monotonic() + PATIENCE, _FIRST_WAIT
        while open_actions:
            items = self.request("POST", f"/{index}/_bulk", _lines_of(open_actions))["items"]
            failed = [
                (action, result)
                for action, item in zip(open_actions, items, strict=True)
                if (result := next(iter(item.values())))["status"] >= 300 and result["status"] != 404
            ]
            open_actions = [action for action, _ in failed]
            lasting = [result for _, result in failed if result["status"] not in _BUSY]
            if lasting or (open_actions and time.monotonic() > end):
                reason = (lasting or [result for _, result in failed])[0].get("error", {})
                raise ClusterError(
                    tr("{address} did not take a document: {reason}").format(
                        address=self.address, reason=reason.get("reason", reason)
                    )
                )
            if open_actions:
                time.sleep(wait * random.uniform(0.5, 1.0))
                wait = min(wait * 2, _LONGEST_WAIT)

    def scan(
        self, query: Body, order: str | Sequence[str], size: int, **more: Any
    ) -> Iterator[dict[str, Any]]:
        """Yield all hits of a query in the order of fields whose values differ, read `size` at a time.

        They are of one point in time, unless a node that was read from is lost: then of two.
        """
        wanted: dict[str, Any] = {
            "size": size,
            "query": query,
            "sort": [order] if isinstance(order, str) else order,
            **more,
        }
        hits = self.search(wanted, track_total_hits=False)["hits"]["hits"]
        if len(hits) < size:
            yield from hits
        else:
            yield from self._scan_at_one_time(wanted)

    def _scan_at_one_time(self, wanted: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield all hits of a search that has more than one page of them."""
        after: list[Any] | None = None
        point: dict[str, Any] | None = None
        try:
            while True:
                point = point or self._point()
                body = {**wanted, "pit": point}
                if after is not None:
                    body["search_after"] = after
                found = self.request(
                    "POST",
                    "/_search",
                    body,
                    missing={},
                    **_COMPLETE,
                    track_total_hits=False,
                )
                if not found:
                    point = None
                    continue
                hits = found["hits"]["hits"]
                yield from hits
                if len(hits) < wanted["size"]:
                    return
                after = hits[-1]["sort"]
        finally:
            if point:
                body = {"pit_id": [point["id"]]}
                self.request("DELETE", "/_search/point_in_time", body, missing={})

    def _point(self) -> dict[str, Any]:
        path = f"/{self.address.name}/_search/point_in_time"
        return {"id": self.request("POST", path, keep_alive="5m")["pit_id"], "keep_alive": "5m"}

    def _look(self) -> None:
        """Ask whether the cluster is there, each host once. Raises `ClusterDownError`."""
        for left in reversed(range(len(self.address.hosts))):
            try:
                self._client.transport.perform_request("GET", "/", params={"request_timeout": _LOOK_SECONDS})
            except self._errors.TransportError as error:
                if not left or not self._is_passing(error):
                    raise self._failure(error) from error
            else:
                self._is_away = False
                return

    def _seconds_until(self, end: float) -> float:
        """Return how long a request may take that must be answered at `end`."""
        return min(_REQUEST_SECONDS, max(end - time.monotonic(), _FIRST_WAIT))

    def _is_passing(self, error: Any) -> bool:
        """Return whether an error may be gone when the request is repeated."""
        if isinstance(error, self._errors.ConnectionError):
            return not isinstance(error, self._errors.SSLError)
        # A server error over the request itself stays: too many clauses, an invalid expression.
        return error.status_code in _BUSY and "too_many_clauses" not in str(error.info)

    def _failure(self, error: Any) -> ClusterError | IndexNotFoundError:
        """Return an error of the client in our words."""
        if isinstance(error, self._errors.ConnectionTimeout):
            self._is_away = self._time_limit is not None
            return ClusterDownError(
                tr(
                    "{address} did not answer in time; it may be busy, or what was asked takes too long: "
                    "try again in a moment, or narrow the search"
                ).format(address=self.address)
            )
        if isinstance(error, self._errors.ConnectionError):
            self._is_away = self._time_limit is not None
            return ClusterDownError(
                tr(
                    "{address} can't be reached ({error}); check the address, and that the cluster runs"
                ).format(address=self.address, error=_system_reason(str(error.error)))
            )
        if error.status_code in (401, 403):
            return ClusterError(
                tr(
                    "{address} does not let this user in; check JSISA_OPENSEARCH_USER and "
                    "JSISA_OPENSEARCH_PASSWORD, or JSISA_OPENSEARCH_TOKEN"
                ).format(address=self.address)
            )
        if "index_not_found_exception" in str(error.error):
            return index_not_found(self.address)
        kind = ClusterDownError if self._is_passing(error) else ClusterError
        return kind(
            tr("{address} answered with an error ({status}): {error}").format(
                address=self.address, status=error.status_code, error=_reason(error.info) or error.error
            )
        )


def index_not_found(address: Address) -> IndexNotFoundError:
    """Return the error that there is no index at an address."""
    return IndexNotFoundError(
        tr(
            "there is no index at {address}; make one with: jsisa-search index FOLDER --index-dir {address}"
        ).format(address=address)
    )


def _system_reason(text: str) -> str:
    """Return what the system says in a message of the client: Connection refused, not which object was."""
    found = re.search(r"\[Errno -?\d+\] ([^'\")\]]+)", text)
    return found[1] if found else text


def _authorization(access: Access) -> dict[str, str] | None:
    """Return the header that lets in; the client would write a user and password in Latin-1 only."""
    if access.token is not None:
        return {"authorization": f"Bearer {access.token}"}
    if access.user is None:
        return None
    both = base64.b64encode(f"{access.user}:{access.password}".encode())
    return {"authorization": f"Basic {both.decode('ascii')}"}


def _reason(info: Any) -> str:
    """Return the root cause in the answer to a request that failed."""
    try:
        error = info["error"]
        causes = error.get("root_cause") or [error]
        return str(causes[0]["reason"])
    except (TypeError, KeyError, IndexError, AttributeError):
        return ""


def _lines_of(actions: Iterable[tuple[str, str, Body | None]]) -> str:
    lines = []
    for operation, key, content in actions:
        lines.append(json.dumps({operation: {"_id": key}}))
        if content is not None:
            lines.append(json.dumps(content, ensure_ascii=False, separators=(",", ":")))
    return "\n".join([*lines, ""])
