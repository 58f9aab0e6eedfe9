"""Money that is owed to customers: paid orders that were called off here and not refunded yet."""

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from connector.store.database.upsert import insert_missing
from storefront.fulfillment.order.order import FulfillmentOrder
from storefront.fulfillment.store import orders
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.tables import trouble
from storefront.fulfillment.store.troubles import PAYBACK, clear

_trouble = trouble.trouble


_WHOLE = "whole"


def owe(here: Floor, order_id: str, *, whole: bool) -> None:
    """Remember that the money of an order is to go back; it stands until it is settled.

    `whole` says that it is the order's total: nothing of it was given back before.
    """
    row = {
        "merchant_id": here.merchant_id,
        "kind": PAYBACK,
        "subject_id": order_id,
        "reason": _WHOLE if whole else "",
        "failures": 0,
        "until": 0,
        "began_at": here.now,
    }
    insert_missing(here.connection, _trouble, row)


def some_back(here: Floor, order_id: str) -> None:
    """Note that some of the money went back: how much is still owed, only the shop knows."""
    mine = (
        _trouble.c.merchant_id == here.merchant_id,
        _trouble.c.kind == PAYBACK,
        _trouble.c.subject_id == order_id,
    )
    here.connection.execute(update(_trouble).where(*mine).values(reason=""))


def settle(here: Floor, order_id: str) -> None:
    """Note that the money went back, or that there is none to give back."""
    clear(here, PAYBACK, order_id)


def stands(connection: Connection, merchant_id: str, order_id: str) -> bool:
    """Tell whether the money of an order is still to go back."""
    query = select(_trouble.c.subject_id).where(
        _trouble.c.merchant_id == merchant_id,
        _trouble.c.kind == PAYBACK,
        _trouble.c.subject_id == order_id,
    )
    return connection.execute(query).first() is not None


def owed(
    connection: Connection, merchant_id: str, store_ids: Sequence[str], limit: int = 100
) -> Sequence[FulfillmentOrder]:
    """Return the orders of stores whose money is to go back, the longest owed first."""
    return orders.in_trouble(connection, merchant_id, PAYBACK, store_ids, limit)


def whole(connection: Connection, merchant_id: str) -> frozenset[str]:
    """Return the orders of which the whole total is to go back."""
    query = select(_trouble.c.subject_id).where(
        _trouble.c.merchant_id == merchant_id,
        _trouble.c.kind == PAYBACK,
        _trouble.c.reason == _WHOLE,
    )
    return frozenset(connection.execute(query).scalars())
