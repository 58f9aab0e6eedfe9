"""Let an order that ended be found: by when it did, and by the end of its number."""

from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op
from msgspec import Struct

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_CHUNK = 500
_MOST = 64
_CLOSED, _UNFETCHED = frozenset({"COLLECTED", "DELIVERED", "CANCELLED"}), "NO_SHOW"
_KEPT_MS = 90 * 86_400_000
_NO_SHOWS_LAST = sa.text(
    "UPDATE fulfillment_order SET due_at = due_at + 1000000000000000 "
    "WHERE state = 'NO_SHOW' AND due_at < 1000000000000000"
)
"""Who was waited for in vain stands behind all that is still to be done."""
_contact = sa.table(
    "contact",
    sa.column("merchant_id", sa.Text),
    sa.column("subject", sa.Text),
    sa.column("purge_at", sa.BigInteger),
)
_order = sa.table(
    "fulfillment_order",
    sa.column("merchant_id", sa.Text),
    sa.column("id", sa.Text),
    sa.column("number", sa.Text),
    sa.column("state", sa.Text),
    sa.column("document", sa.LargeBinary),
    sa.column("updated_at", sa.BigInteger),
    sa.column("ended_at", sa.BigInteger),
    sa.column("number_from_end", sa.Text),
)


class _Told(Struct, rename="camel"):
    """What a stored order tells of its end."""

    closed_at: int | None = None
    hold_until: int | None = None


_decode = msgspec.json.Decoder(_Told).decode


def upgrade() -> None:
    """Add the columns, fill them for the orders that stand, and lay the indexes."""
    op.add_column("fulfillment_order", sa.Column("ended_at", sa.BigInteger(), nullable=True))
    op.add_column("fulfillment_order", sa.Column("number_from_end", KEY, nullable=True))
    _fill(op.get_bind())
    op.execute(_NO_SHOWS_LAST)
    op.create_index(
        "fulfillment_order_ended",
        "fulfillment_order",
        ["merchant_id", "store_id", "ended_at", "id"],
        sqlite_where=sa.text("ended_at IS NOT NULL"),
        postgresql_where=sa.text("ended_at IS NOT NULL"),
    )
    op.create_index(
        "fulfillment_order_by_number_end",
        "fulfillment_order",
        ["merchant_id", "store_id", "number_from_end", "ended_at", "id"],
    )


def _fill(connection: sa.Connection) -> None:
    """Go through all orders by their key, a few hundred at a time.

    Who never fetched his order is forgotten, too: until now that waited for somebody to cancel it.
    """
    mine = (_order.c.merchant_id == sa.bindparam("m")) & (_order.c.id == sa.bindparam("i"))
    change = _order.update().where(mine)
    fill = change.values(ended_at=sa.bindparam("at"), number_from_end=sa.bindparam("signs"))
    after = ("", "")
    while rows := _behind(connection, after):
        values = [_values(row) for row in rows]
        connection.execute(fill, values)
        unfetched = [it for it, row in zip(values, rows, strict=True) if row.state == _UNFETCHED]
        if unfetched:
            connection.execute(_forgetting(), unfetched)
        after = (rows[-1].merchant_id, rows[-1].id)


def _forgetting() -> sa.Update:
    theirs = _contact.c.subject == sa.literal("order:") + sa.bindparam("i", type_=sa.Text)
    open_ended = (_contact.c.merchant_id == sa.bindparam("m")) & _contact.c.purge_at.is_(None)
    until = sa.bindparam("at", type_=sa.BigInteger) + _KEPT_MS
    return _contact.update().where(open_ended, theirs).values(purge_at=until)


def _values(row: sa.Row[Any]) -> dict[str, object]:
    return {
        "m": row.merchant_id,
        "i": row.id,
        "at": _ended_at(row),
        "signs": _from_end(row.number),
    }


def _ended_at(row: sa.Row[Any]) -> int | None:
    told = _decode(row.document)
    if row.state in _CLOSED:
        return told.closed_at or int(row.updated_at)
    return told.hold_until or int(row.updated_at) if row.state == _UNFETCHED else None


def _from_end(number: str) -> str:
    signs = [sign for sign in number if sign.isprintable() and not sign.isspace()]
    return "".join(signs).lstrip("#").casefold()[::-1][:_MOST]


def _behind(connection: sa.Connection, after: tuple[str, str]) -> list[sa.Row[Any]]:
    it = _order.c
    query = (
        sa.select(it.merchant_id, it.id, it.number, it.state, it.document, it.updated_at)
        .where(sa.tuple_(it.merchant_id, it.id) > sa.tuple_(*after))
        .order_by(it.merchant_id, it.id)
        .limit(_CHUNK)
    )
    return list(connection.execute(query))
