"""Keys that open Regie's own doors: only their hash is stored, their beginning stays visible."""

import secrets
from collections.abc import Sequence
from hashlib import sha256

from msgspec import Struct
from sqlalchemy import Connection, select, update

from connector.model.ids import new_id
from connector.store import tables

_table = tables.api_key
OPERATOR = "operator"
_SHOWN = 12


class ApiKey(Struct, frozen=True):
    """Who holds a key and what for; times are epoch milliseconds."""

    merchant_id: str
    id: str
    prefix: str
    role: str
    label: str
    created_at: int
    revoked_at: int | None


_columns = [_table.c[name] for name in ApiKey.__struct_fields__]


def create(connection: Connection, merchant_id: str, role: str, label: str, now_ms: int) -> str:
    """Store a new key and return its text, which is shown this once."""
    text = f"rgk_{secrets.token_urlsafe(32)}"
    connection.execute(
        _table.insert().values(
            merchant_id=merchant_id,
            id=new_id("key"),
            prefix=text[:_SHOWN],
            hash=_hash(text),
            role=role,
            label=label,
            created_at=now_ms,
        )
    )
    return text


def find(connection: Connection, text: str) -> ApiKey | None:
    """Return the key if it is known and not revoked."""
    query = select(*_columns).where(_table.c.hash == _hash(text), _table.c.revoked_at.is_(None))
    row = connection.execute(query).first()
    return ApiKey(*row) if row else None


def all_of(connection: Connection, merchant_id: str) -> Sequence[ApiKey]:
    """Return the merchant's keys, oldest first."""
    query = select(*_columns).where(_table.c.merchant_id == merchant_id)
    return [ApiKey(*row) for row in connection.execute(query.order_by(_table.c.created_at))]


def revoke(connection: Connection, merchant_id: str, key_id: str, now_ms: int) -> bool:
    """Close the door for a key; tell whether it was open."""
    done = connection.execute(
        update(_table)
        .where(
            _table.c.merchant_id == merchant_id,
            _table.c.id == key_id,
            _table.c.revoked_at.is_(None),
        )
        .values(revoked_at=now_ms)
    )
    return done.rowcount == 1


def _hash(text: str) -> bytes:
    """Hash a key; it is 256 random bits, so a slow hash would add nothing."""
    return sha256(text.encode()).digest()
