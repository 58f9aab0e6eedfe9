"""No answer lasts longer than its call may: not its head, not its body, however it trickles."""

import io
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from http import client
from typing import Any

_until: ContextVar[float | None] = ContextVar("answered_until", default=None)


@contextmanager
def within(seconds: float) -> Iterator[float]:
    """Let every answer that this thread reads meanwhile end in time; yield the end (monotonic)."""
    end = time.monotonic() + seconds
    token = _until.set(end)
    try:
        yield end
    finally:
        _until.reset(token)


class _Bounded(io.RawIOBase):
    """What comes from a socket; each wait for more is as long as usual, or as what is left."""

    def __init__(self, source: socket.socket) -> None:
        self._source = source
        self._usual = source.gettimeout()
        self._raw = source.makefile("rb", buffering=0)

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what is there; raises TimeoutError when the time of the call is over."""
        end = _until.get()
        if end is not None:
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError("The answer takes too long.")
            self._source.settimeout(left if self._usual is None else min(left, self._usual))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        """Let go of the socket."""
        self._raw.close()
        super().close()


class _Tap:
    """The one thing that an answer asks of its socket: something to read from."""

    def __init__(self, source: socket.socket) -> None:
        self._source = source

    def makefile(self, *_mode: object) -> io.BufferedReader:
        """Return what the answer reads."""
        return io.BufferedReader(_Bounded(self._source))


class BoundedResponse(client.HTTPResponse):
    """An answer that is read within the time of its call."""

    def __init__(self, sock: socket.socket, *args: Any, **named: Any) -> None:
        super().__init__(_Tap(sock), *args, **named)  # type: ignore[arg-type]  # all it asks for
