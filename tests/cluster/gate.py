"""A gate before a cluster, as security plugins and load balancers are one: TLS, users, and refusals."""

from __future__ import annotations

import base64
import http.client
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

USER, PASSWORD, TOKEN = "mei", "sè cret:网格", "eyJhbGciOiJub25lIn0.e30."

#: Returns the status with which a request is refused instead of being passed on, by its path; or none.
Refusal = Callable[[str], int | None]


def make_certificate(folder: Path, host: str = "localhost") -> tuple[Path, Path]:
    """Make a certificate authority and a certificate of it for a host; return the files of both."""
    authority, key = folder / "authority.pem", folder / "authority.key"
    _openssl(
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=Test authority",
        "-addext",
        "keyUsage=critical,keyCertSign",
        "-keyout",
        str(key),
        "-out",
        str(authority),
    )
    request, own_key, made = folder / "request.pem", folder / "own.key", folder / "made.pem"
    _openssl(
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        f"/CN={host}",
        "-keyout",
        str(own_key),
        "-out",
        str(request),
    )
    names = folder / "names"
    names.write_text(f"subjectAltName=DNS:{host}\nauthorityKeyIdentifier=keyid\n")
    _openssl(
        "x509",
        "-req",
        "-in",
        str(request),
        "-CA",
        str(authority),
        "-CAkey",
        str(key),
        "-days",
        "2",
        "-CAcreateserial",
        "-extfile",
        str(names),
        "-out",
        str(made),
    )
    chain = folder / "chain.pem"
    chain.write_text(made.read_text() + own_key.read_text())
    return authority, chain


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def _never(_: str) -> int | None:
    return None


class Gate:
    """Passes requests on to a node of a cluster: from who is let in, unless `refusal` says otherwise."""

    def __init__(self, node: str, chain: Path | None, refusal: Refusal = _never) -> None:
        self.refusal = refusal
        self.statuses: list[int] = []
        basic = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        allowed = {f"Basic {basic}", f"Bearer {TOKEN}"} if chain else None
        gate = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                size = int(self.headers.get("content-length", 0))
                body = self.rfile.read(size)
                status = gate.refusal(self.path)
                if allowed is not None and self.headers.get("authorization") not in allowed:
                    status = 401
                if status is None:
                    self._pass_on(body)
                else:
                    self._send(status, "application/json", b'{"error": "refused"}')

            def _pass_on(self, body: bytes) -> None:
                kept = ("content-type", "accept", "accept-encoding", "content-encoding")
                sent = {name: value for name in kept if (value := self.headers.get(name))}
                connection = http.client.HTTPConnection(node, timeout=60)
                connection.request(self.command, self.path, body, sent)
                answer = connection.getresponse()
                content = answer.read()
                self._send(answer.status, answer.getheader("content-type", ""), content)
                connection.close()

            def _send(self, status: int, kind: str, content: bytes) -> None:
                gate.statuses.append(status)
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Be quiet."""

        for method in ("GET", "POST", "PUT", "DELETE", "HEAD"):
            setattr(Handler, f"do_{method}", Handler._answer)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if chain:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(chain)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)

    @property
    def port(self) -> int:
        """The port of the gate."""
        return int(self.server.server_address[1])


@contextmanager
def opened(gate: Gate) -> Iterator[Gate]:
    """Let a gate answer until the block ends."""
    thread = threading.Thread(target=gate.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield gate
    finally:
        gate.server.shutdown()
        gate.server.server_close()
        thread.join()
