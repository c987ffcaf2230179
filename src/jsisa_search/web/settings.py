"""How a server is run: what all of its processes must agree on."""

from __future__ import annotations

import secrets
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

    `hosts` are the names and addresses, with ports, that a request may be for. `secret` is what tokens and
    sessions are made of, new at each start. `is_open` where other machines can reach the server.
    """

    index_dir: str
    hosts: tuple[str, ...]
    secret: str
    is_open: bool = False
    guests: Guests = "read"
    certfile: str = ""
    keyfile: str = ""
    log: str = ""
    logs_queries: bool = False
    workers: int = 1

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> ServerSettings:
        """Return the settings that `to_dict` gave."""
        return cls(**values | {"hosts": tuple(values["hosts"])})

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as JSON values."""
        return asdict(self)


def local_settings(index_dir: Path, port: int, *, secret: str = "") -> ServerSettings:
    """Return the settings of a server that this machine alone reaches."""
    hosts = tuple(f"{name}:{port}" for name in LOOPBACK_NAMES)
    return ServerSettings(str(index_dir), hosts, secret or secrets.token_urlsafe(32))
