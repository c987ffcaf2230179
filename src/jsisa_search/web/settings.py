"""How a server is run: what all of its processes must agree on."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

#: What people at other machines may do: search and read, or also collect, save searches and edit words.
Guests = Literal["read", "edit"]
GUESTS: tuple[Guests, ...] = get_args(Guests)

#: What addresses call this machine.
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What the processes of a server agree on.

    `index_dir` is the folder of the index, or of an index on a cluster that of this machine for what people
    keep beside it; then `address` is where the index is, and else empty.

    `hosts` are the names and addresses, with ports, that a request may be for; where `is_open`, other
    machines can reach the server, and any address of its own that a connection comes to is one as well.
    `token` is in the forms of this machine, `secret` signs sessions; both are new at each start.
    """

    index_dir: str
    hosts: tuple[str, ...]
    token: str
    secret: str
    is_open: bool = False
    guests: Guests = "read"
    certfile: str = ""
    keyfile: str = ""
    log: str = ""
    logs_queries: bool = False
    workers: int = 1
    address: str = ""

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> ServerSettings:
        """Return the settings that `to_dict` gave."""
        return cls(**values | {"hosts": tuple(values["hosts"])})

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as JSON values."""
        return asdict(self)


def local_settings(index_dir: Path, port: int, *, token: str = "") -> ServerSettings:
    """Return the settings of a server that this machine alone reaches."""
    hosts = hosts_of(LOOPBACK_NAMES, port, is_secure=False)
    return ServerSettings(
        str(index_dir), hosts, token or secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    )


def hosts_of(names: Iterable[str], port: int, *, is_secure: bool) -> tuple[str, ...]:
    """Return what the Host header of a request to one of `names` may be."""
    found = [f"{name}:{port}".lower() for name in names]
    if port == (443 if is_secure else 80):  # browsers leave it out
        found += [name.lower() for name in names]
    return tuple(dict.fromkeys(found))
