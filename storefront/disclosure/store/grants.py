"""Grants: what stands, and what was taken back."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, select, update

from connector.model.errors import NotFound
from storefront.disclosure.grant import Grant
from storefront.disclosure.store.pulse import bump
from storefront.disclosure.store.tables import grant

_grant = msgspec.json.Decoder(Grant)


class NoGrant(NotFound):
    """There is no such grant, or it was revoked before."""

    code = "no_grant"
    remedy = "See `regie grant list`."


def add(connection: Connection, merchant_id: str, new: Grant, now_ms: int) -> Grant:
    """Store a grant that was checked before."""
    connection.execute(
        grant.insert().values(
            merchant_id=merchant_id,
            id=new.id,
            agent_id=new.agent_id,
            document=msgspec.json.encode(new),
            created_at=now_ms,
        )
    )
    bump(connection, merchant_id)
    return new


def standing(connection: Connection, merchant_id: str) -> Sequence[Grant]:
    """Return the grants that stand, oldest first."""
    query = select(grant.c.document).where(
        grant.c.merchant_id == merchant_id, grant.c.revoked_at.is_(None)
    )
    found = connection.execute(query.order_by(grant.c.created_at, grant.c.id)).scalars()
    return [_grant.decode(document) for document in found]


def revoke(connection: Connection, merchant_id: str, grant_id: str, now_ms: int) -> None:
    """Take a grant back, or raise NoGrant."""
    done = connection.execute(
        update(grant)
        .where(
            grant.c.merchant_id == merchant_id,
            grant.c.id == grant_id,
            grant.c.revoked_at.is_(None),
        )
        .values(revoked_at=now_ms)
    )
    if not done.rowcount:
        raise NoGrant(f"There is no grant {grant_id}.", grant=grant_id)
    bump(connection, merchant_id)
