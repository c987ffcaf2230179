"""Certificates, users and tokens, checked by a gate before a real cluster; busy clusters; snapshots."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from jsisa_search import Index
from jsisa_search.cluster import connection
from jsisa_search.cluster.address import parse_address
from jsisa_search.cluster.connection import Connection
from jsisa_search.errors import ClusterError, IndexNotFoundError
from tests.cluster.engines import NewAddress
from tests.cluster.gate import PASSWORD, TOKEN, USER, Gate, make_certificate, opened

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates"),
]

_NAMES = ("USER", "PASSWORD", "TOKEN", "TLS", "CA")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the files of an authority, and of a certificate for localhost with its key."""
    return make_certificate(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def gate(hosts: str, certificates: tuple[Path, Path]) -> Iterator[Gate]:
    """Return a gate with TLS and users before the cluster."""
    with opened(Gate(hosts.split(",")[0], certificates[1])) as made:
        yield made


@pytest.fixture
def secured(
    gate: Gate, certificates: tuple[Path, Path], new_address: NewAddress, monkeypatch: pytest.MonkeyPatch
) -> str:
    """Return an address behind the gate, as the right user who trusts the right authority."""
    for name in _NAMES:
        monkeypatch.delenv(f"JSISA_OPENSEARCH_{name}", raising=False)
    monkeypatch.setenv("JSISA_OPENSEARCH_TLS", "on")
    monkeypatch.setenv("JSISA_OPENSEARCH_CA", str(certificates[0]))
    monkeypatch.setenv("JSISA_OPENSEARCH_USER", USER)
    monkeypatch.setenv("JSISA_OPENSEARCH_PASSWORD", PASSWORD)
    monkeypatch.setattr(connection, "PATIENCE", 60.0)
    return f"opensearch://localhost:{gate.port}/{parse_address(new_address()).name}"


def test_a_user_writes_and_searches_over_tls(secured: str, gate: Gate) -> None:
    """With the authority's file, a name and a password, everything is as without; no request goes without."""
    with Index.create(secured) as index:
        index.add_text("全市推进网格化管理。", id="a")
        assert index.search("网格化").total == 1
    assert gate.statuses
    assert 401 not in gate.statuses


def test_a_token_takes_the_place_of_a_user(secured: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bearer token is let in as well."""
    monkeypatch.delenv("JSISA_OPENSEARCH_USER")
    monkeypatch.delenv("JSISA_OPENSEARCH_PASSWORD")
    monkeypatch.setenv("JSISA_OPENSEARCH_TOKEN", TOKEN)
    with Index.create(secured) as index:
        assert index.search("网格化").total == 0


@pytest.mark.parametrize("name", ["PASSWORD", "TOKEN"])
def test_who_is_not_let_in_is_told_at_once(
    secured: str, gate: Gate, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A wrong password or token is not tried again; the message names what to check, not what was sent."""
    if name == "TOKEN":
        monkeypatch.delenv("JSISA_OPENSEARCH_USER")
        monkeypatch.delenv("JSISA_OPENSEARCH_PASSWORD")
    monkeypatch.setenv(f"JSISA_OPENSEARCH_{name}", "falsch")
    with pytest.raises(ClusterError, match="does not let this user in") as caught:
        Index.open(secured)
    assert "falsch" not in str(caught.value)
    assert gate.statuses == [401]


def test_an_unknown_authority_is_refused(secured: str, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate of somebody else gets neither a password nor a second try."""
    monkeypatch.delenv("JSISA_OPENSEARCH_CA")
    waited: list[float] = []
    monkeypatch.setattr("jsisa_search.cluster.connection.time.sleep", waited.append)
    with pytest.raises(ClusterError, match=r"(?i)certificate"):
        Index.open(secured)
    assert (gate.statuses, waited) == ([], [])


def test_a_certificate_for_another_host_is_refused(secured: str, gate: Gate) -> None:
    """It is for localhost, not for the number that leads there as well."""
    with pytest.raises(ClusterError, match=r"(?i)certificate"):
        Index.open(secured.replace("localhost", "127.0.0.1"))
    assert gate.statuses == []


def test_a_gate_that_has_had_enough_is_asked_again(
    hosts: str, new_address: NewAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers of 429 and 503 are waited out with growing pauses, by writers and by readers."""
    turn = count()

    def refusal(path: str) -> int | None:
        return (429, 503, None)[next(turn) % 3] if "_bulk" in path or "_msearch" in path else None

    with opened(Gate(hosts.split(",")[0], None, refusal)) as gate:
        address = f"opensearch://127.0.0.1:{gate.port}/{parse_address(new_address()).name}"
        with Index.create(address) as index:
            index.add({"id": str(number), "text": f"第{number}批推进网格化。"} for number in range(40))
            assert index.search("网格化", limit=0).total == 40
        assert {429, 503} <= set(gate.statuses)
    # What stays busy is told in the end.
    with (
        opened(Gate(hosts.split(",")[0], None, lambda _: 429)) as gate,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(connection, "PATIENCE", 0.5)
        with pytest.raises(ClusterError, match="429"):
            Index.open(f"opensearch://127.0.0.1:{gate.port}/{parse_address(new_address()).name}")


def test_a_full_queue_is_waited_for(new_address: NewAddress) -> None:
    """Where more writers come than a node takes (429), each tries again, and nothing is lost."""
    address = new_address()
    Index.create(address).close()
    watching = Connection(parse_address(address))

    def rejected() -> int:
        nodes = watching.request("GET", "/_nodes/stats/thread_pool")["nodes"].values()
        return sum(node["thread_pool"]["write"]["rejected"] for node in nodes)

    def write(number: int) -> None:
        with Index.open(address) as index:
            for batch in range(3):
                index.add(
                    {"id": f"{number}-{batch}-{each}", "text": f"第{number}批推进网格化管理，设第{each}格。"}
                    for each in range(60)
                )

    before, rounds, writers = rejected(), 0, 12
    with ThreadPoolExecutor(writers) as pool:
        while rejected() == before and rounds < 5:
            list(pool.map(write, range(rounds * writers, (rounds + 1) * writers)))
            rounds += 1
    assert rejected() > before
    watching.close()
    with Index.open(address) as index:
        assert index.search("网格化", limit=0).total == rounds * writers * 3 * 60


def test_a_snapshot_brings_an_index_back(new_address: NewAddress) -> None:
    """What docs/scale.md says of snapshots: taken while others write, restored under the same name."""
    address = new_address()
    parsed = parse_address(address)
    with Index.create(address) as index:
        index.add({"id": str(number), "text": f"第{number}批推进网格化。"} for number in range(30))
        before = index.search("网格化").to_dict() | {"took_ms": 0}
        request = index._cluster.connection.request  # type: ignore[union-attr]
        request("PUT", f"/_snapshot/{parsed.name}", {"type": "fs", "settings": {"location": parsed.name}})
        path = f"/_snapshot/{parsed.name}/first"
        request("PUT", path, {"indices": f"{parsed.name}*"}, wait_for_completion=True)
        index.remove(["text:1"])
        request("DELETE", f"/{parsed.name}-*")
        with pytest.raises(IndexNotFoundError):
            Index.open(address)
        restored = {"indices": f"{parsed.name}*", "include_aliases": True}
        request("POST", f"{path}/_restore", restored, wait_for_completion=True)
    with Index.open(address) as index:
        assert index.search("网格化").to_dict() | {"took_ms": 0} == before
        assert Index.verify(address).problems == ()
        index.add_text("第百批推进网格化。", id="100")
        assert index.search("网格化", limit=0).total == 31
        index._cluster.connection.request("DELETE", path)  # type: ignore[union-attr]
        index._cluster.connection.request("DELETE", f"/_snapshot/{parsed.name}")  # type: ignore[union-attr]
