"""Read an answer piece by piece, and notice when it is too large, damaged or cut off."""

import zlib
from collections.abc import Callable, Iterator

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from connector.platforms.errors import (
    BadEncoding,
    BodyTooLarge,
    TimedOut,
    Truncated,
    Unreachable,
)

CHUNK = 64 * 1024
ACCEPT_ENCODING = "gzip"  # the one compression whose end we can verify ourselves


class BodyReader:
    """The body of one streamed answer, decompressed and bounded; use it once.

    `cap` is in bytes after decompression; `deadline` is a value of `clock` (seconds), after which
    even a body that trickles in byte by byte is given up.
    """

    def __init__(
        self,
        response: requests.Response,
        host: str,
        *,
        cap: int,
        deadline: float,
        clock: Callable[[], float],
    ) -> None:
        self._response = response
        self._host = host
        self._cap = cap
        self._deadline = deadline
        self._clock = clock
        self._raw = 0
        self._size = 0

    def __iter__(self) -> Iterator[bytes]:
        """Yield decompressed pieces; raise a typed error on the first fault."""
        encoding = self._response.headers.get("Content-Encoding", "").strip().lower()
        if encoding in {"", "identity"}:
            pieces = self._wire()
        elif encoding in {"gzip", "x-gzip"}:
            pieces = gunzip(self._wire(), self._host)
        else:
            raise BadEncoding(self._host, encoding[:40])
        for piece in pieces:
            self._size += len(piece)
            if self._size > self._cap:
                raise BodyTooLarge(self._host, self._cap)
            yield piece

    def _wire(self) -> Iterator[bytes]:
        pieces = self._response.raw.stream(CHUNK, decode_content=False)
        while piece := self._next(pieces):
            self._raw += len(piece)
            yield piece
            if self._clock() > self._deadline:
                raise TimedOut(self._host, "finish its answer")
        expected = self._expected()
        if expected is not None and self._raw != expected:
            raise Truncated(self._host, self._raw, expected)

    def _next(self, pieces: Iterator[bytes]) -> bytes:
        """Return the next piece, b"" at the end. Raises outside `except`: no text of others."""
        try:
            return next(pieces, b"")
        except (ReadTimeoutError, TimeoutError):
            failure: Exception = TimedOut(self._host, "answer")
        except (HTTPError, OSError, ValueError) as error:
            failure = self._broken(error)
        raise failure

    def _broken(self, error: Exception) -> Exception:
        if "IncompleteRead" in repr(error) or "InvalidChunkLength" in repr(error):
            return Truncated(self._host, self._raw, self._expected())
        return Unreachable(self._host, "the line broke")

    def _expected(self) -> int | None:
        """Return the announced length in bytes on the wire; None when there is none to compare."""
        announced = self._response.headers.get("Content-Length", "")
        if self._response.request.method == "HEAD" or not announced.isascii():
            return None
        return int(announced) if announced.isdigit() else None


def gunzip(pieces: Iterator[bytes], host: str) -> Iterator[bytes]:
    """Yield the content of a gzip stream of one or more members in pieces of at most 64 kB."""
    decoder = zlib.decompressobj(wbits=31)
    received = 0
    for piece in pieces:
        received += len(piece)
        rest = piece
        while rest:
            if decoder.eof:  # another member follows
                decoder = zlib.decompressobj(wbits=31)
            yield from _inflate(decoder, rest, host)
            rest = decoder.unused_data
    if received and not decoder.eof:
        raise Truncated(host, received)


def _inflate(decoder: "zlib._Decompress", data: bytes, host: str) -> Iterator[bytes]:
    """Yield all that `data` decompresses to; a full piece means that more may be waiting."""
    full = True
    while (full or data) and not decoder.eof:
        try:
            out = decoder.decompress(data, CHUNK)
        except zlib.error:
            raise BadEncoding(host, "gzip") from None
        yield out
        full = len(out) == CHUNK
        data = decoder.unconsumed_tail
