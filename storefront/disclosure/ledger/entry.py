"""One answered or refused request, and how it is chained to the one before."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from hashlib import _Hash as HASH

ANSWERED = "answered"
NOT_MODIFIED = "not_modified"
REFUSED = "refused"
FAILED = "failed"
OPENED = "opened"
"""The first entry of a chain; its detail names the ends of the chains before it."""

OPERATOR = "operator"
ANONYMOUS = "anonymous"


class Detail(Struct, frozen=True):
    """What an answer showed, kept once however often it is shown; `payload` is canonical JSON."""

    digest: bytes
    payload: bytes


class Part(Struct, frozen=True):
    """Some products of an answer of which less went out than of others, and what did."""

    fields: tuple[str, ...] = ()
    products: tuple[str, ...] = ()


class Shown(Struct, frozen=True):
    """The content of a detail: schema coordinates, ids of products and of stores, sorted.

    `parts` are there only where products differ; what lies in none of them showed all `fields`.
    """

    fields: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


class Note(Struct, frozen=True):
    """What is to be put on record of one request; `operation` is the SHA-256 of its text, hex.

    `agent` is an id of the register, OPERATOR or ANONYMOUS. `code` is the error's. `size` is the
    bytes of the body before any compression.
    """

    merchant_id: str
    surface: str
    agent: str
    tier: int
    key_id: str | None
    purpose: str
    region: str | None
    operation: str | None
    decision: str
    code: str | None
    status: int
    terms: int | None
    size: int
    detail: Detail | None


class Entry(Struct, frozen=True, array_like=True):
    """A row of the ledger; `at` is epoch milliseconds; digests are raw bytes."""

    merchant_id: str
    writer: str
    seq: int
    at: int
    surface: str
    agent: str
    tier: int
    key_id: str | None
    purpose: str
    region: str | None
    operation: str | None
    decision: str
    code: str | None
    status: int
    terms: int | None
    size: int
    detail: bytes | None
    prev: bytes
    hash: bytes = b""


_encode = msgspec.json.Encoder().encode
START = bytes(32)


def detail_of(
    fields: Iterable[str],
    products: Iterable[str],
    stores: Iterable[str],
    parts: Mapping[frozenset[str], Iterable[str]] | None = None,
) -> Detail:
    """Return the detail of an answer, whatever the order in which its parts are given.

    `parts` are products by their fields, where these are fewer than those of the others.
    """
    begun, hashed = _begun(frozenset(fields))
    rest = b'%b,"stores":%b' % (_encode(_ordered(products)), _encode(_ordered(stores)))
    rest += b',"parts":%b}' % _encode(_sorted(parts)) if parts else b"}"
    digest = hashed.copy()
    digest.update(rest)
    return Detail(digest.digest(), begun + rest)


def _ordered(ids: Iterable[str]) -> list[str]:
    return sorted(ids if isinstance(ids, frozenset) else frozenset(ids))


def _sorted(parts: Mapping[frozenset[str], Iterable[str]]) -> list[Part]:
    """Return the parts in one order, whatever order they are in."""
    found = sorted((sorted(fields), sorted(set(products))) for fields, products in parts.items())
    return [Part(tuple(fields), tuple(products)) for fields, products in found]


@lru_cache(maxsize=1024)
def _begun(fields: frozenset[str]) -> "tuple[bytes, HASH]":
    """Return the beginning of a payload and its hash: the same query shows the same fields."""
    text = b'{"fields":%b,"products":' % _encode(sorted(fields))
    return text, sha256(text)


def chained(note: Note, writer: str, seq: int, at: int, prev: bytes) -> Entry:
    """Return the entry that follows the one with hash `prev`."""
    values = (
        note.merchant_id,
        writer,
        seq,
        at,
        note.surface,
        note.agent,
        note.tier,
        note.key_id,
        note.purpose,
        note.region,
        note.operation,
        note.decision,
        note.code,
        note.status,
        note.terms,
        note.size,
        note.detail.digest if note.detail else None,
        prev,
    )
    return Entry(*values, sha256(_encode(values)).digest())


def hash_of(entry: Entry) -> bytes:
    """Return the hash that the entry must have."""
    values = tuple(getattr(entry, name) for name in Entry.__struct_fields__[:-1])
    return sha256(_encode(values)).digest()
