"""Who asks, and what they may do: people at this machine everything, others with the password what is set.

A session is a signed text in a cookie, so that every process of the server can check it and none has to
remember it. It ends with the server, with a change of the password, or after twelve hours.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from starlette.datastructures import Headers

from jsisa_search.web.requests.cookies import cookie_of
from jsisa_search.web.requests.passwords import PasswordFile
from jsisa_search.web.settings import LOOPBACK_NAMES, ServerSettings

if TYPE_CHECKING:
    from starlette.types import Scope

#: Name of the cookie.
COOKIE = "jsisa_session"

#: Seconds that a session lasts: a day at the office.
SESSION_SECONDS = 12 * 60 * 60

#: Addresses that guests may send forms to: nothing is changed but what is theirs. A draft has a secret key.
READING = frozenset(("/logout", "/check", "/api/check"))
_READING_BELOW = "/check/"

#: The same for guests who may edit: what all who use the server share, but nothing of its machine.
EDITING = READING | {"/clippings", "/saved", "/words", "/api/update"}

# What shows or changes the machine, and is for people at it alone.
_OF_MACHINE = ("/folders", "/folders/state", "/reading", "/sharing")

# What people see before they have signed in.
_OPEN = ("/login", "/language")
_OPEN_BELOW = "/static/"

# What a proxy adds: who asks is then somewhere else, whatever address the connection comes from.
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")

_SAFE_METHODS = ("GET", "HEAD")

Role = Literal["owner", "guest", "stranger"]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who sent a request; `token` is what their forms must have, `may_edit` whether they change anything."""

    role: Role
    token: str
    may_edit: bool = True

    def sees(self, page: str) -> bool:
        """Return whether a page of the site, by its name, is for them."""
        hidden = ("folders",) if self.may_edit else ("folders", "words")
        return self.is_owner or (self.role == "guest" and page not in hidden)

    @property
    def is_owner(self) -> bool:
        """Whether they sit at the machine where the program runs."""
        return self.role == "owner"


#: Somebody who has not signed in.
STRANGER = Visitor("stranger", "", may_edit=False)


class Access:
    """What the settings of a server let people do."""

    def __init__(self, settings: ServerSettings) -> None:
        """Decide by `settings`, and by the password in the index folder."""
        self._settings = settings
        self._password = PasswordFile(Path(settings.index_dir))
        self._owner = Visitor("owner", settings.token)

    def visitor_of(self, scope: Scope) -> Visitor:
        """Return who sent a request."""
        headers = Headers(scope=scope)
        if not self._settings.is_open or _is_local(scope, headers):
            return self._owner
        session = cookie_of(headers, COOKIE)
        if self._is_valid(session):
            return Visitor("guest", self._signed(f"form {session}"), self._settings.guests == "edit")
        return STRANGER

    def is_allowed(self, visitor: Visitor, method: str, path: str) -> bool:
        """Return whether a visitor may send a request; what is not known to be harmless is not for guests."""
        if visitor.is_owner:
            return True
        if path in _OPEN or path.startswith(_OPEN_BELOW):
            return True
        if visitor.role == "stranger" or path in _OF_MACHINE:
            return False
        if method in _SAFE_METHODS:
            return visitor.may_edit or path != "/words"
        return path.startswith(_READING_BELOW) or path in (EDITING if visitor.may_edit else READING)

    def new_session(self) -> str:
        """Return the text of a session that begins now."""
        content = f"{int(time.time()) + SESSION_SECONDS}.{secrets.token_urlsafe(12)}"
        return f"{content}.{self._signed(content)}"

    def _is_valid(self, session: str) -> bool:
        content, _, signature = session.rpartition(".")
        if not secrets.compare_digest(signature.encode(), self._signed(content).encode()):
            return False
        return int(content.partition(".")[0]) > time.time()

    def _signed(self, text: str) -> str:
        key = f"{self._settings.secret} {self._password.revision()}".encode()
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _is_local(scope: Scope, headers: Headers) -> bool:
    """Return whether a request comes from this machine itself, as far as its connection shows."""
    client, server = scope.get("client"), scope.get("server")
    if not client or any(name in headers for name in _FORWARDED):
        return False
    name = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
    is_same = server is not None and client[0] == server[0] and name.strip("[]") == server[0]
    return is_same or (_is_loopback(client[0]) and name.lower() in LOOPBACK_NAMES)


def _is_loopback(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback
