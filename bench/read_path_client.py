"""Connections that ask one server at once and as cheaply as can be: they share the machine."""

import contextlib
import http.client
import selectors
import socket
import time
from collections.abc import Callable, Iterator, Sequence

from harness import require

Ask = Callable[[int], bytes]


class Line:
    """One keep-alive connection: what was sent, and as much of the answer as has come."""

    def __init__(self, port: int, head: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.body = b""
        self.began = 0.0
        self._head = head
        self._parts: list[bytes] = []
        self._missing = 0

    def send(self, body: bytes) -> None:
        """Ask; nothing else may be under way."""
        self._parts, self._missing = [], 0
        self.began = time.perf_counter()
        self.socket.sendall(self._head + str(len(body)).encode() + b"\r\n\r\n" + body)

    def receive(self) -> bool:
        """Take in what has come; return whether the answer is whole, and stands in `body`."""
        found = self.socket.recv(262_144)
        require(bool(found), "the server keeps the connection")
        if self._parts:
            self._parts.append(found)
            self._missing -= len(found)
        else:
            self._begin(found)
        if self._missing:
            return False
        self.body = b"".join(self._parts)
        return True

    def _begin(self, found: bytes) -> None:
        head, end, rest = found.partition(b"\r\n\r\n")
        require(bool(end), "the head of an answer comes in one piece")
        require(head.startswith(b"HTTP/1.1 200"), f"an answer: {head[:200]!r} {rest[:300]!r}")
        _, _, length = head.lower().partition(b"content-length:")
        self._parts = [rest]
        self._missing = int(length.partition(b"\r\n")[0]) - len(rest)


class Client:
    """One connection for each key to one server; each asks again as soon as it has its answer."""

    def __init__(self, port: int, keys: Sequence[str]) -> None:
        self._port = port
        self._lines: list[Line] = []
        self._heads = [
            (
                f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
                f"Authorization: Bearer {key}\r\nContent-Type: application/json\r\n"
                "Accept: application/json\r\nContent-Length: "
            ).encode()
            for key in keys
        ]
        connected(port).close()

    def connect(self) -> None:
        """Open new connections: the server closes one that was silent for half a minute."""
        for line in self._lines:
            line.socket.close()
        self._lines = [Line(self._port, head) for head in self._heads]

    def ask(self, asks: Iterator[bytes]) -> Iterator[tuple[float, bytes]]:
        """Yield seconds and body of each answer, in the order in which they come."""
        with selectors.DefaultSelector() as ready:
            for line in self._lines:
                ready.register(line.socket, selectors.EVENT_READ, line)
                _next(line, asks, ready)
            while ready.get_map():
                for key, _ in ready.select():
                    line = key.data
                    if line.receive():
                        yield time.perf_counter() - line.began, line.body
                        _next(line, asks, ready)


def _next(line: Line, asks: Iterator[bytes], ready: selectors.BaseSelector) -> None:
    body = next(asks, None)
    if body is None:
        ready.unregister(line.socket)
    else:
        line.send(body)


def connected(port: int) -> socket.socket:
    """Return a connection to a server, once it answers at all."""
    for _ in range(300):
        with contextlib.suppress(OSError, http.client.HTTPException):
            probe = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            probe.request("OPTIONS", "/graphql")
            probe.getresponse().read()
            probe.close()
            return socket.create_connection(("127.0.0.1", port), timeout=60)
        time.sleep(0.1)
    raise SystemExit("The server did not start.")
