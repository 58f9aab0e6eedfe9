"""Texts of operations that are asked for by their hash alone."""

from hashlib import sha256

from sqlalchemy import Connection, select

from connector.store.database.upsert import insert_missing
from storefront.disclosure.store.tables import operation


def keep(connection: Connection, merchant_id: str, text: str, now_ms: int) -> str:
    """Store the text of an operation and return its hash."""
    digest = sha256(text.encode()).hexdigest()
    values = {"merchant_id": merchant_id, "hash": digest, "text": text, "created_at": now_ms}
    insert_missing(connection, operation, values)
    return digest


def text_of(connection: Connection, merchant_id: str, digest: str) -> str | None:
    """Return the text of a kept operation."""
    query = select(operation.c.text).where(
        operation.c.merchant_id == merchant_id, operation.c.hash == digest
    )
    found: str | None = connection.execute(query).scalar_one_or_none()
    return found
