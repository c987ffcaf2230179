"""The address of an index on a cluster, `opensearch://host:9200/name`, and how to be let in.

Who may come in is said by the environment and never by the address, which ends up in logs and histories.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

from jsisa_search.errors import ArgumentError, NotOnClusterError
from jsisa_search.translation import gettext as tr

SCHEME = "opensearch://"

_DEFAULT_PORT = 9200
_HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?")
# What OpenSearch admits as a name, without what it reserves at the beginning.
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,199}")
_LOCAL = ("localhost", "127.0.0.1", "[::1]")

_USER, _PASSWORD = "JSISA_OPENSEARCH_USER", "JSISA_OPENSEARCH_PASSWORD"
_TOKEN, _TLS, _CA = "JSISA_OPENSEARCH_TOKEN", "JSISA_OPENSEARCH_TLS", "JSISA_OPENSEARCH_CA"


@dataclass(frozen=True, slots=True)
class Address:
    """Hosts of a cluster, each with its port, and the name of an index there."""

    hosts: tuple[tuple[str, int], ...]
    name: str

    def __str__(self) -> str:
        hosts = ",".join(f"{host}:{port}" for host, port in self.hosts)
        return f"{SCHEME}{hosts}/{self.name}"

    @property
    def is_local(self) -> bool:
        """Whether all hosts are this machine."""
        return all(host in _LOCAL for host, _ in self.hosts)

    @property
    def folder(self) -> Path:
        """The folder on this machine for what belongs to its user: words, synonyms, reports of updates."""
        base = os.environ.get("JSISA_CLUSTER_FOLDER")
        if base is None:
            base = os.environ.get("LOCALAPPDATA") or str(Path.home() / ".local" / "share")
            base = str(Path(base) / "jsisa-search")
        host, port = self.hosts[0]
        return Path(base) / f"{host.strip('[]').replace(':', '_')}_{port}_{self.name}"


@dataclass(frozen=True, slots=True, repr=False)
class Access:
    """How to be let in: a user with a password, or a token; and whether connections are encrypted."""

    user: str | None = None
    password: str | None = None
    token: str | None = None
    uses_tls: bool = False
    authorities: str | None = None

    @classmethod
    def of(cls, address: Address) -> Access:
        """Read the environment. Connections are encrypted unless the cluster is on this machine.

        Raises `ArgumentError` where it contradicts itself, or would send a password unencrypted.
        """
        user, password, token = (os.environ.get(name) for name in (_USER, _PASSWORD, _TOKEN))
        tls = os.environ.get(_TLS, "")
        if tls not in ("", "on", "off"):
            raise ArgumentError(
                tr("{name} can't be {value}; set it to on or off").format(name=_TLS, value=tls)
            )
        if (user is None) != (password is None) or (user is not None and token is not None):
            raise ArgumentError(
                tr("set either {user} with {password}, or {token}").format(
                    user=_USER, password=_PASSWORD, token=_TOKEN
                )
            )
        uses_tls = tls == "on" or (not tls and not address.is_local)
        if not uses_tls and not address.is_local and (user is not None or token is not None):
            raise ArgumentError(
                tr("a password or token is not sent to {address} unencrypted; set {name} to on").format(
                    address=address, name=_TLS
                )
            )
        return cls(user, password, token, uses_tls, os.environ.get(_CA))


def is_address(text: object) -> TypeGuard[str]:
    """Return whether an argument names an index on a cluster rather than a folder."""
    return isinstance(text, str) and text.startswith(SCHEME)


def parse_address(text: str) -> Address:
    """Return the address in a text; raises `ArgumentError` for what is none, and for one with credentials."""
    hosts, _, name = text.removeprefix(SCHEME).partition("/")
    if "@" in hosts:
        raise ArgumentError(
            tr(
                "the address of a cluster must not contain a user or password; set {user} and {password}, "
                "or {token}, in the environment"
            ).format(user=_USER, password=_PASSWORD, token=_TOKEN)
        )
    found = [_HOST.fullmatch(host) for host in hosts.split(",")]
    ports = [int(host["port"] or _DEFAULT_PORT) for host in found if host]
    if None in found or not _NAME.fullmatch(name) or not all(0 < port < 1 << 16 for port in ports):
        raise ArgumentError(
            tr("“{text}” is no address of an index on a cluster; write opensearch://host:9200/name").format(
                text=text
            )
        )
    names = [host["name"] for host in found if host]
    return Address(tuple(zip(names, ports, strict=True)), name)


def not_on_cluster(what: str) -> NotOnClusterError:
    """Return the error for what an index on a cluster does not offer."""
    return NotOnClusterError(
        tr("{what} can't be had from an index on a cluster; docs/scale.md says what to do instead").format(
            what=what
        )
    )
