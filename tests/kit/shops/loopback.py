"""A web server on this machine that answers as a test tells it to."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from threading import Thread
from typing import Any

import msgspec


class Asked(msgspec.Struct, frozen=True):
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


class Reply(msgspec.Struct, frozen=True):
    """`length` replaces the true Content-Length; -1 leaves the header out."""

    body: bytes = b"{}"
    status: int = 200
    headers: Mapping[str, str] = {}
    length: int | None = None


Answer = Callable[[Asked], Reply]


@contextmanager
def loopback(answer: Answer, wrap: Callable[[socket], socket] = lambda sock: sock) -> Iterator[int]:
    """Serve on a free port of 127.0.0.1, yield the port, and close every socket at the end."""

    class Handler(BaseHTTPRequestHandler):
        def serve(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            asked = Asked(self.command, self.path, dict(self.headers), self.rfile.read(size))
            reply = answer(asked)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.length != -1:
                length = len(reply.body) if reply.length is None else reply.length
                self.send_header("Content-Length", str(length))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

        do_GET = do_POST = do_HEAD = do_DELETE = serve  # noqa: N815  # the library's own names

        def log_message(self, *args: object) -> None:
            del args

    class Server(ThreadingHTTPServer):
        request_queue_size = 64

        def handle_error(self, *args: object) -> None:
            """Say nothing when a client hangs up, as the tests make it do."""

    server = Server(("127.0.0.1", 0), Handler)
    server.socket = wrap(server.socket)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
