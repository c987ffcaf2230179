"""Addresses of indices on clusters, and who is let in; no cluster is needed."""

from __future__ import annotations

import pytest

from jsisa_search import Index
from jsisa_search.cluster import connection
from jsisa_search.cluster.address import Access, Address, is_address, parse_address
from jsisa_search.errors import ArgumentError, ClusterError


def test_an_address_has_hosts_and_a_name() -> None:
    """The port is OpenSearch's own where none is given."""
    address = parse_address("opensearch://a.example:9201,[::1]/press-2026")
    assert address == Address((("a.example", 9201), ("[::1]", 9200)), "press-2026")
    assert parse_address(str(address)) == address


@pytest.mark.parametrize(
    "text",
    [
        "opensearch://",
        "opensearch://host",
        "opensearch://host:9200/",
        "opensearch://host:99999/name",
        "opensearch://host/Name",
        "opensearch://host/_all",
        "opensearch://host/a,b",
        "opensearch://ho st/name",
        "opensearch://host/name/more",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    """With the form that it should have."""
    with pytest.raises(ArgumentError, match="opensearch://host:9200/name"):
        Index.open(text)


def test_credentials_are_refused_in_an_address() -> None:
    """They belong into the environment, and the message does not repeat them."""
    with pytest.raises(ArgumentError, match="must not contain a user or password") as caught:
        Index.open("opensearch://someone:geheim@host:9200/name")
    assert "geheim" not in str(caught.value)


def test_a_folder_is_no_address() -> None:
    """Only texts that begin with the scheme are."""
    assert not is_address("index")
    assert not is_address(None)
    assert is_address("opensearch://host/name")


def test_connections_are_encrypted_unless_they_stay_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password never goes to another machine in the clear."""
    here, away = parse_address("opensearch://localhost/name"), parse_address("opensearch://host/name")
    assert not Access.of(here).uses_tls
    assert Access.of(away).uses_tls
    monkeypatch.setenv("JSISA_OPENSEARCH_TLS", "off")
    assert not Access.of(away).uses_tls
    monkeypatch.setenv("JSISA_OPENSEARCH_TOKEN", "geheim")
    with pytest.raises(ArgumentError, match="not sent to opensearch://host:9200/name unencrypted"):
        Access.of(away)
    assert Access.of(here).token == "geheim"
    assert "geheim" not in repr(Access.of(here))


@pytest.mark.parametrize(
    "settings",
    [
        {"JSISA_OPENSEARCH_USER": "a"},
        {"JSISA_OPENSEARCH_PASSWORD": "a"},
        {"JSISA_OPENSEARCH_USER": "a", "JSISA_OPENSEARCH_PASSWORD": "b", "JSISA_OPENSEARCH_TOKEN": "c"},
        {"JSISA_OPENSEARCH_TLS": "perhaps"},
    ],
)
def test_settings_that_contradict_each_other_are_refused(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]
) -> None:
    """The message names the variables."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ArgumentError, match="JSISA_OPENSEARCH_"):
        Access.of(parse_address("opensearch://localhost/name"))


def test_a_cluster_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """After some patience, with the address."""
    monkeypatch.setattr(connection, "PATIENCE", 0.3)
    with pytest.raises(ClusterError, match=r"opensearch://127\.0\.0\.1:1/name can't be reached"):
        Index.open("opensearch://127.0.0.1:1/name")
