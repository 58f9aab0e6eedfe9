"""An answer that trickles in byte by byte ends with its call, and not hours later."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from connector.platforms.errors import TimedOut
from connector.platforms.transport import Limits, Transport

QUICK = Limits(read=5.0, total=0.5, attempts=1)
HEAD = b"HTTP/1.1 200 OK\r\n"
PARTS = {
    "head": (HEAD, b"X-More: of this\r\n"),
    "one line": (HEAD + b"X-More: ", b"x"),
    "body": (HEAD + b"Content-Length: 60000\r\n\r\n", b"x"),
    "chunk": (HEAD + b"Transfer-Encoding: chunked\r\n\r\nEA60\r\n", b"x"),
    "until the end": (HEAD + b"Connection: close\r\n\r\n", b"x"),
}


@contextmanager
def trickling(first: bytes, then: bytes) -> Iterator[str]:
    """Serve one answer that never ends: a beginning, then a piece every 20 ms."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        peer, _ = listener.accept()
        with peer:
            peer.recv(65_536)
            piece = first
            while not over.wait(0.02):
                try:
                    peer.sendall(piece)
                except OSError:
                    return
                piece = then

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
    finally:
        over.set()
        thread.join()
        listener.close()


@pytest.mark.parametrize("part", PARTS)
def test_an_answer_that_trickles_is_given_up_when_its_time_is_over(part: str) -> None:
    began = time.monotonic()

    with (
        trickling(*PARTS[part]) as url,
        Transport(allow_private=True, limits=QUICK) as transport,
        pytest.raises(TimedOut),
    ):
        transport.request("POST", url, body=b"{}")

    assert time.monotonic() - began < 3


def test_a_call_that_is_in_time_leaves_its_connection_usable_for_longer_ones() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"

    def serve() -> None:
        peer, _ = listener.accept()
        with peer:
            for wait in (0.0, 0.7):
                peer.recv(65_536)
                time.sleep(wait)
                peer.sendall(HEAD + b"Content-Length: 2\r\n\r\nok")

    thread = threading.Thread(target=serve)
    thread.start()
    with Transport(allow_private=True) as transport:
        first = transport.get(url, limits=QUICK)
        second = transport.get(url, limits=Limits(read=5.0, total=5.0, attempts=1))
    thread.join()
    listener.close()

    assert (first.content, second.content) == (b"ok", b"ok")
