"""The merchant's terms, version by version."""

from sqlalchemy import Connection, func, select

from storefront.disclosure.store.pulse import bump
from storefront.disclosure.store.tables import terms
from storefront.disclosure.term import EmptyTerms, Terms


def publish(connection: Connection, merchant_id: str, text: str, now_ms: int) -> Terms:
    """Store the next version of the terms, or raise EmptyTerms."""
    if not text.strip():
        raise EmptyTerms("The terms have no text.", field="text")
    newest = select(func.max(terms.c.version)).where(terms.c.merchant_id == merchant_id)
    version = (connection.execute(newest).scalar_one_or_none() or 0) + 1
    connection.execute(
        terms.insert().values(
            merchant_id=merchant_id, version=version, text=text, published_at=now_ms
        )
    )
    bump(connection, merchant_id)
    return Terms(version, text, now_ms)


def current(connection: Connection, merchant_id: str) -> Terms | None:
    """Return the newest version, None where the merchant never published any."""
    query = select(terms.c.version, terms.c.text, terms.c.published_at).where(
        terms.c.merchant_id == merchant_id
    )
    row = connection.execute(query.order_by(terms.c.version.desc()).limit(1)).first()
    return Terms(*row) if row else None


def digest(connection: Connection, merchant_id: str, version: int | None) -> str | None:
    """Return the digest of a version, None where it was never published."""
    query = select(terms.c.version, terms.c.text, terms.c.published_at).where(
        terms.c.merchant_id == merchant_id, terms.c.version == version
    )
    row = connection.execute(query).first()
    return Terms(*row).digest if row else None
