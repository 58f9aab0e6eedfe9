"""A finished answer as it is kept: bytes, also compressed, and what goes on record with it."""

import gzip
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from hashlib import blake2b

from msgspec import Struct
from zstandard import ZstdCompressor

from gateway.weight import Weight
from storefront.disclosure.ledger.entry import Detail

_SMALL = 1000
_LONG = 200
_ENCODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "zstd": lambda body: ZstdCompressor(level=1).compress(body),
    "gzip": lambda body: gzip.compress(body, compresslevel=1, mtime=0),
}


class Answer(Struct, frozen=True, dict=True):
    """What an operation said; `code` is that of its first error.

    `status` is as for the media type application/graphql-response+json; `retry_after` is seconds.
    `lasting` says that it holds as long as the catalogue stands as it does, and `key` says all
    that shapes it, where it is kept.
    """

    body: bytes
    status: int = 200
    weight: Weight | None = None
    detail: Detail | None = None
    code: str | None = None
    retry_after: int | None = None
    lasting: bool = True
    key: object = None

    def encoded(self, accepted: str) -> tuple[bytes, str | None]:
        """Return the body in an encoding that is accepted, made once for all who want it."""
        if not accepted or len(self.body) < _SMALL:
            return self.body, None
        name = _chosen(accepted) if len(accepted) > _LONG else _remembered(accepted)
        if name is None:
            return self.body, None
        held = self.__dict__.setdefault("encodings", {})
        if name not in held:
            held[name] = _ENCODERS[name](self.body)
        return held[name], name

    @cached_property
    def etag(self) -> str | None:
        """Its validator, made only when somebody wants it."""
        return None if self.key is None else etag_of(self.key)

    @property
    def size(self) -> int:
        """Bytes that it holds."""
        held = self.__dict__.get("encodings", {})
        return len(self.body) + sum(map(len, held.values())) + _SMALL


def etag_of(key: object) -> str:
    """Return the validator of an answer: its key says all that shapes it."""
    return f'"{blake2b(repr(key).encode(), digest_size=16).hexdigest()}"'


def _chosen(accepted: str) -> str | None:
    """Return our best encoding that a field Accept-Encoding allows."""
    return next((name for name in _ENCODERS if _accepts(accepted, name)), None)


_remembered = lru_cache(maxsize=256)(_chosen)


def _accepts(accepted: str, name: str) -> bool:
    """Tell whether a field Accept-Encoding names an encoding and does not refuse it."""
    for part in accepted.split(","):
        token, _, weight = part.partition(";")
        if token.strip().lower() == name:
            return weight.strip().lower() not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
