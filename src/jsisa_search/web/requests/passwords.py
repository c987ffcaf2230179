"""The password of a server that other machines reach: stored as a hash, checked as often as people mistype.

One password for all who may search, in a file of the index folder. It is hashed with scrypt, where Python has
it, so that who reads the file has to spend a tenth of a second on each guess.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import threading
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any

from jsisa_search.errors import ArchiveError, ArgumentError
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import reason_of
from jsisa_search.web.kept.store import read_json

#: Name of the file in the index folder.
PASSWORD_FILE = "jsisa-search-password.json"  # a name

#: Characters of a password.
SHORTEST, LONGEST = 8, 200

# 32 MB and 0.1 s for each check (OWASP, Password Storage Cheat Sheet, 2025); PBKDF2 without OpenSSL's scrypt.
_SCRYPT = {"n": 1 << 15, "r": 8, "p": 3}
_SCRYPT_MEMORY = 64 << 20
_PBKDF2_ROUNDS = 600_000

# Wrong passwords of one address, and of all together, before it or everybody has to wait: so many are free,
# then each doubles the wait.
_FREE_TRIES = 5
_FREE_TRIES_OF_ALL = 50
_FIRST_WAIT = 5.0
_LONGEST_WAIT = 15 * 60.0

# Addresses that are remembered; the oldest are forgotten first.
_MOST_ADDRESSES = 10_000


class PasswordFile:
    """The password of an index folder; may be used by any thread and process."""

    def __init__(self, index_dir: Path) -> None:
        """Keep it in a file of `index_dir`."""
        self._path = index_dir / PASSWORD_FILE
        self._known: tuple[tuple[int, int], str] = ((0, 0), "")

    def is_set(self) -> bool:
        """Return whether there is a password. Raises `ArchiveError` where the file can't be read."""
        return bool(self._read())

    def set(self, password: str) -> None:
        """Replace the password. Raises `ArgumentError` for one that is too short, and `ArchiveError`."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise ArgumentError(
                tr("a password has {least} to {most} characters").format(least=SHORTEST, most=LONGEST)
            )
        salt = secrets.token_bytes(16)
        scheme: dict[str, Any] = (
            {"scheme": "scrypt", **_SCRYPT}
            if hasattr(hashlib, "scrypt")
            else {"scheme": "pbkdf2", "rounds": _PBKDF2_ROUNDS}
        )
        content = scheme | {"salt": salt.hex()}
        content["hash"] = _hash(password, content).hex()
        _write_privately(self._path, json.dumps(content).encode("ascii"))

    def is_right(self, password: str) -> bool:
        """Return whether this is the password; takes a tenth of a second."""
        content = self._read()
        try:
            expected = bytes.fromhex(content["hash"])
            return secrets.compare_digest(_hash(password[:LONGEST], content), expected)
        except (KeyError, ValueError, TypeError) as error:
            raise ArchiveError(
                tr("{path} is damaged; set the password again with serve --set-password").format(
                    path=self._path
                )
            ) from error

    def changed(self) -> float:
        """Return when the password was set (seconds since 1970); 0 where there is none."""
        try:
            return self._path.stat().st_mtime
        except OSError:
            return 0.0

    def revision(self) -> str:
        """Return a text that is another one after each change of the password; cheap."""
        try:
            found = self._path.stat()
        except OSError:
            return ""
        stamp = (found.st_mtime_ns, found.st_size)
        if self._known[0] != stamp:
            self._known = (stamp, str(self._read().get("salt", "")))
        return self._known[1]

    def _read(self) -> dict[str, Any]:
        return read_json(self._path)


@dataclass(slots=True)
class _Tries:
    """Wrong passwords in a row, and when the next one may be tried (monotonic)."""

    wrong: int = 0
    next: float = 0.0

    def failed(self, now: float, free: int) -> None:
        """Count a wrong one."""
        self.wrong += 1
        if self.wrong >= free:
            self.next = now + min(_FIRST_WAIT * 2.0 ** min(self.wrong - free, 20), _LONGEST_WAIT)


class SignIn:
    """Checks passwords for all processes of a server, one at a time, and makes who guesses wait."""

    def __init__(self, password: PasswordFile, clock: Callable[[], float] = time.monotonic) -> None:
        """Check against `password`; `clock` returns seconds."""
        self._password = password
        self._clock = clock
        self._lock = threading.Lock()
        self._of_all = _Tries()
        self._by_address: OrderedDict[str, _Tries] = OrderedDict()

    def check(self, password: str, address: str) -> float | None:
        """Return 0 for the right password, `None` for a wrong one, or the seconds to wait without a check."""
        with self._lock:
            now = self._clock()
            tries = self._tries_of(address)
            if (wait := max(tries.next, self._of_all.next) - now) > 0:
                return wait
            if self._password.is_right(password):
                del self._by_address[_network(address)]
                self._of_all = _Tries()
                return 0.0
            tries.failed(now, _FREE_TRIES)
            self._of_all.failed(now, _FREE_TRIES_OF_ALL)
            return None

    def _tries_of(self, address: str) -> _Tries:
        tries = self._by_address.setdefault(_network(address), _Tries())
        self._by_address.move_to_end(_network(address))
        while len(self._by_address) > _MOST_ADDRESSES:
            self._by_address.popitem(last=False)
        return tries


def _network(address: str) -> str:
    """Return what one machine can't choose freely of its address: of IPv6, the first 64 bits."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(IPv6Address(int(found) >> 64 << 64))
    return address


def _hash(password: str, scheme: dict[str, Any]) -> bytes:
    """Return the hash of a password by a scheme, whose numbers come from a file: they are bounded."""
    # Full-width letters, as an input method gives them, count as ordinary ones.
    secret = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    salt = bytes.fromhex(scheme["salt"])
    if scheme["scheme"] == "pbkdf2":
        rounds = min(int(scheme["rounds"]), 10 * _PBKDF2_ROUNDS)
        return hashlib.pbkdf2_hmac("sha256", secret, salt, rounds)
    if scheme["scheme"] != "scrypt":
        raise ValueError(f"there is no scheme {scheme['scheme']!r}")
    n, r, p = (int(scheme[name]) for name in ("n", "r", "p"))
    return hashlib.scrypt(secret, salt=salt, n=n, r=r, p=p, maxmem=_SCRYPT_MEMORY, dklen=32)


def _write_privately(path: Path, content: bytes) -> None:
    """Replace a file that only its owner can read. Raises `ArchiveError`."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        temporary.unlink(missing_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        message = tr("{path} can't be written: {strerror}").format(path=path, strerror=reason_of(error))
        raise ArchiveError(message) from error
