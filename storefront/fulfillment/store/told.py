"""What a customer was told of an order: the messages that arrived, wait, or were given up."""

from collections.abc import Iterator, Sequence
from enum import Enum

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, RowMapping, select

from connector.model.order import News
from connector.store import connections, tables
from connector.store.work import queue
from storefront.fulfillment.store import hooks, orders

_outbox = tables.outbox
_BEHIND_SLASH = "0"  # the sign that follows "/": where the keys of a subject end
ASKS = frozenset({"order.remind", "order.proposeSubstitute"})
"""What only the merchant's own webhooks bring to a customer."""
_FOR_THE_SHOP = frozenset({News.CANCELLED.value})


class Progress(Enum):
    """How far a message is."""

    DELIVERED = "DELIVERED"
    WAITING = "WAITING"
    FAILED = "FAILED"


class Message(Struct, frozen=True):
    """One message: its kind, and the web shop it goes through (None: the merchant's webhook).

    It holds nothing of the customer: where he reads it only the web shop knows. `at` is when it
    arrived, else when it was written; `tries` failed so far.
    """

    kind: str
    shop: str | None
    progress: Progress
    at: int
    tries: int

    @property
    def shop_only(self) -> bool:
        """Whether the web shop does not pass it on by itself."""
        return self.kind in _FOR_THE_SHOP


def of_order(connection: Connection, merchant_id: str, order_id: str) -> Sequence[Message]:
    """Return the messages about an order that are on record, the oldest first.

    What arrived is dropped after a week; what was given up stays until somebody sends it again.
    """
    found = [
        *_by_shop(connection, merchant_id, order_id),
        *_by_webhook(connection, merchant_id, order_id),
    ]
    return sorted(found, key=lambda it: it.at)


def _by_shop(connection: Connection, merchant_id: str, order_id: str) -> Iterator[Message]:
    source = orders.source_of(connection, merchant_id, order_id)
    if source is None:
        return
    shops = {it.id: it.shop for it in connections.all_of(connection, merchant_id)}
    for row in _rows(connection, merchant_id, f"{source.connection_id}/{order_id}/"):
        yield _message(row, shops.get(source.connection_id, ""))


def _by_webhook(connection: Connection, merchant_id: str, order_id: str) -> Iterator[Message]:
    asking = _outbox.c.kind.in_(sorted(ASKS))
    for endpoint in hooks.all_of(connection, merchant_id):
        for row in _rows(connection, merchant_id, f"{endpoint.id}/{order_id}/", asking):
            yield _message(row, None, endpoint.disabled_at)


def _rows(
    connection: Connection, merchant_id: str, begins: str, *also: ColumnElement[bool]
) -> Sequence[RowMapping]:
    """Return the messages whose key begins so; a stretch of the index on both databases."""
    key = _outbox.c.idempotency_key
    names = ("kind", "state", "attempts", "created_at", "done_at")
    query = select(*[_outbox.c[name] for name in names]).where(
        _outbox.c.merchant_id == merchant_id,
        key >= begins,
        key < f"{begins[:-1]}{_BEHIND_SLASH}",
        *also,
    )
    return connection.execute(query).mappings().all()


def _message(row: RowMapping, shop: str | None, shut_at: int | None = None) -> Message:
    """Show a row; what ended at or after `shut_at` went to an address that was switched off."""
    progress = _PROGRESS[row["state"]]
    if shut_at is not None and (row["done_at"] or 0) >= shut_at:
        progress = Progress.FAILED
    underway = row["state"] == queue.LEASED
    return Message(
        kind=row["kind"],
        shop=shop,
        progress=progress,
        at=row["done_at"] if progress is Progress.DELIVERED else row["created_at"],
        tries=max(0, row["attempts"] - int(underway)),
    )


_PROGRESS: dict[str, Progress] = {
    queue.DONE: Progress.DELIVERED,
    queue.WAITING: Progress.WAITING,
    queue.LEASED: Progress.WAITING,
    queue.DEAD: Progress.FAILED,
}
