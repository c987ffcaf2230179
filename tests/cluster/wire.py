"""A wire to a cluster that can be cut, held up and mended: what happens to its users when it is away."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Wire:
    """Passes on what is sent to a port of its own, in both directions."""

    def __init__(self, host: str, port: int) -> None:
        """Lead to a port of a cluster."""
        self._target = (host, port)
        self._open: list[socket.socket] = []
        self._passes = threading.Event()
        self._passes.set()
        self._listener: socket.socket | None = None
        self.port = 0
        self.mend()

    def mend(self) -> None:
        """Take connections, and pass on what they say, from now on."""
        self._passes.set()
        if self._listener is None:
            self._listener = socket.create_server(("127.0.0.1", self.port))
            self.port = self._listener.getsockname()[1]
            threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def hold(self) -> None:
        """Take what is sent, and answer nothing."""
        self._passes.clear()

    def cut(self) -> None:
        """Close all connections, and refuse new ones."""
        if self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._open = []
        self._passes.set()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self._target)
                self._open += (near, far)
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                self._passes.wait()
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)
