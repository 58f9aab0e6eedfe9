"""Where an agent publishes the keys it signs with, and how long we believe what stood there."""

import json
import re
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import sha256

import msgspec
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from connector.model.errors import RegieError
from connector.platforms.response import Response
from connector.platforms.transport import Limits, Transport

PATH = "/.well-known/http-message-signatures-directory"
MEDIA_TYPES = frozenset(
    {
        "application/http-message-signatures-directory+json",
        "application/jwk-set+json",
        "application/json",
    }
)
LIMITS = Limits(connect=2.0, read=2.0, total=4.0, max_bytes=64 * 1024, attempts=1)
DAY = 86_400.0
_LEAST, _USUAL, _MOST = 60.0, 3600.0, DAY
_PAUSE = 30.0
_FAILED = 60.0
_MOST_KEYS = 100
_MOST_ORIGINS = 1000
_SEATS = 8
_MAX_AGE = re.compile(r'(?:^|[,\s])max-age="?(\d{1,9})"?', re.IGNORECASE)
_log = structlog.get_logger()

Keys = Mapping[str, Ed25519PublicKey]
"""Public keys by their thumbprint (RFC 7638)."""


class _Key(Struct, frozen=True):
    """A JSON Web Key, as far as it can be one of Ed25519."""

    kty: str = ""
    crv: str = ""
    x: str = ""


class _KeySet(Struct, frozen=True):
    keys: list[_Key] = []


class _Shelf:
    """What one directory held when it was read last, and when it may be read again."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.keys: Keys = {}
        self.fresh_until = 0.0
        self.usable_until = 0.0
        self.not_before = 0.0


class Directory:
    """Reads the key directories of registered agents: rarely, bounded, and through the guard.

    Keys are believed for the answer's max-age (a minute to a day, an hour unless told), and for
    at most a day longer while the directory cannot be read.
    """

    def __init__(self, transport: Transport, now: Callable[[], float]) -> None:
        self._transport = transport
        self._now = now
        self._shelves: OrderedDict[str, _Shelf] = OrderedDict()
        self._lock = threading.Lock()
        self._seats = threading.BoundedSemaphore(_SEATS)

    def key(self, origin: str, thumbprint: str) -> Ed25519PublicKey | None:
        """Return a key that stands in the directory of an origin, None where it does not."""
        shelf = self._shelf(origin)
        now = self._now()
        stale = now >= shelf.fresh_until or thumbprint not in shelf.keys
        if stale and now >= shelf.not_before:
            self._refresh(shelf, origin, waits=not _usable(shelf, now, thumbprint))
        return shelf.keys[thumbprint] if _usable(shelf, self._now(), thumbprint) else None

    def _shelf(self, origin: str) -> _Shelf:
        with self._lock:
            found = self._shelves.setdefault(origin, _Shelf())
            self._shelves.move_to_end(origin)
            while len(self._shelves) > _MOST_ORIGINS:
                self._shelves.popitem(last=False)
        return found

    def _refresh(self, shelf: _Shelf, origin: str, *, waits: bool) -> None:
        """Read the directory, one at a time; few may wait, so that no slow one stops us all."""
        if not self._seats.acquire(blocking=False):
            return
        try:
            if shelf.turn.acquire(blocking=waits):
                try:
                    self._read(shelf, origin)
                finally:
                    shelf.turn.release()
        finally:
            self._seats.release()

    def _read(self, shelf: _Shelf, origin: str) -> None:
        if self._now() < shelf.not_before:
            return  # another one has read it meanwhile
        try:
            answer = self._transport.get(origin + PATH, limits=LIMITS)
            keys = _keys(answer)
        except (RegieError, msgspec.MsgspecError, ValueError) as error:
            _log.warning("directory.unreadable", origin=origin, error=type(error).__name__)
            shelf.not_before = self._now() + _FAILED
            return
        now = self._now()
        shelf.keys = keys
        shelf.fresh_until = now + _max_age(answer.headers.get("Cache-Control", ""))
        shelf.usable_until = shelf.fresh_until + DAY
        shelf.not_before = now + _PAUSE


def thumbprint_of(x: str) -> str:
    """Return the thumbprint of an Ed25519 key with this `x` (RFC 7638, RFC 8037)."""
    told = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": x}, separators=(",", ":"))
    return _text(sha256(told.encode()).digest())


def _usable(shelf: _Shelf, now: float, thumbprint: str) -> bool:
    return now < shelf.usable_until and thumbprint in shelf.keys


def _keys(answer: Response) -> Keys:
    """Return the Ed25519 keys of a directory; raise where it is none."""
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if answer.status != 200 or kind not in MEDIA_TYPES:
        raise ValueError(kind)
    found: dict[str, Ed25519PublicKey] = {}
    for key in msgspec.json.decode(answer.content, type=_KeySet).keys[:_MOST_KEYS]:
        with suppress(ValueError):
            found[thumbprint_of(key.x)] = _ed25519(key)
    return found


def _ed25519(key: _Key) -> Ed25519PublicKey:
    """Return a key written in the one way that its thumbprint allows, or raise ValueError."""
    raw = urlsafe_b64decode(key.x + "=" * (-len(key.x) % 4))
    if (key.kty, key.crv) != ("OKP", "Ed25519") or _text(raw) != key.x:
        raise ValueError(key.crv)
    return Ed25519PublicKey.from_public_bytes(raw)


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _max_age(cache_control: str) -> float:
    found = _MAX_AGE.search(cache_control)
    return min(max(float(found[1]), _LEAST), _MOST) if found else _USUAL
