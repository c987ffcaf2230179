"""For whoever sits at the machine: the password for colleagues, and how they reach the pages."""

from __future__ import annotations

import hashlib
import re
import ssl
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import Response

from jsisa_search.errors import ArgumentError
from jsisa_search.web.pages.rendering import render, texts_of
from jsisa_search.web.processes.server import address, network_address
from jsisa_search.web.requests.passwords import LONGEST, SHORTEST, PasswordFile
from jsisa_search.web.settings import ServerSettings

if TYPE_CHECKING:
    from starlette.requests import Request

# Seconds between two changes of the password: each ends all sessions, and takes 0.1 s of the processor.
_PAUSE = 5.0

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)

# The longest certificate file that is read.
_MAX_CERTIFICATE = 1 << 20

_changing = threading.Lock()


@dataclass(frozen=True, slots=True)
class SharingView:
    """How others reach the pages.

    `addresses` are those to pass on, empty where other machines can't reach the server; `fingerprint` is the
    SHA-256 of its certificate, empty without one.
    """

    is_open: bool
    is_secure: bool
    is_set: bool
    may_edit: bool
    addresses: tuple[str, ...]
    fingerprint: str
    shortest: int = SHORTEST
    longest: int = LONGEST


def sharing_page(request: Request, *, error: str = "", is_saved: bool = False, status: int = 200) -> Response:
    """Answer with the page."""
    settings: ServerSettings = request.app.state.settings
    view = SharingView(
        settings.is_open,
        bool(settings.certfile),
        _password(settings).is_set(),
        settings.guests == "edit",
        _addresses(settings, request.url.port) if settings.is_open else (),
        fingerprint_of(settings.certfile),
    )
    return render(request, "sharing.html", status=status, view=view, error=error, is_saved=is_saved)


def set_password(request: Request) -> Response:
    """Set the password that the form has twice; colleagues who are signed in have to enter it."""
    form: dict[str, list[str]] = request.state.form
    first, again = (form.get(name, [""])[0] for name in ("password", "again"))
    texts = texts_of(request)
    if first != again:
        return sharing_page(request, error=texts("sharing.differ"), status=400)
    password = _password(request.app.state.settings)
    with _changing:  # the check and the change of one request at a time
        elapsed = time.time() - password.changed()
        if 0 <= elapsed < _PAUSE:  # in the future: the clock was put back
            seconds = int(_PAUSE - elapsed) + 1
            answer = sharing_page(request, error=texts("sharing.wait", seconds=seconds), status=429)
            answer.headers["Retry-After"] = str(seconds)
            return answer
        try:
            password.set(first)
        except ArgumentError as refused:
            return sharing_page(request, error=str(refused), status=400)
    return sharing_page(request, is_saved=True)


def fingerprint_of(certfile: str) -> str:
    """Return the SHA-256 of the first certificate of a PEM file, as browsers show it; empty for none."""
    if not certfile:
        return ""
    try:
        with Path(certfile).open(encoding="ascii", errors="replace") as file:
            found = _CERTIFICATE.search(file.read(_MAX_CERTIFICATE))
        content = ssl.PEM_cert_to_DER_cert(found[0]) if found else b""
    except (OSError, ValueError):
        return ""
    return hashlib.sha256(content).digest().hex(":").upper() if content else ""


def _password(settings: ServerSettings) -> PasswordFile:
    return PasswordFile(Path(settings.index_dir))


def _addresses(settings: ServerSettings, port: int | None) -> tuple[str, ...]:
    """Return the addresses for colleagues: the machine's own in its network, then its names."""
    is_secure = bool(settings.certfile)
    number = port or (443 if is_secure else 80)
    named = [host.rpartition(":")[0] for host in settings.hosts if host.endswith(f":{number}")]
    found = [network_address(), *(name for name in named if name not in ("127.0.0.1", "localhost", "[::1]"))]
    hosts = dict.fromkeys(name.strip("[]") for name in found if name)
    return tuple(address(host, number, is_secure=is_secure) for host in hosts)
