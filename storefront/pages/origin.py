"""Where something comes from: the shop and the number of an order, the store of a trouble."""

from collections.abc import Callable, Mapping

import msgspec
from sqlalchemy import Connection

from connector.model.errors import NotFound
from connector.platforms import Shop
from connector.store import connections
from connector.store.connections import Shopfront
from storefront.fulfillment.hold import Hold
from storefront.fulfillment.job.job import DeliveryJob
from storefront.fulfillment.order.order import FulfillmentOrder
from storefront.fulfillment.store import holds, jobs, orders
from storefront.fulfillment.store.troubles import HOLD, INTAKE, JOB, ORDER, PAYBACK, Trouble


def shop_names(connection: Connection, merchant_id: str) -> Mapping[str, str]:
    """Return the names of the connected shops, by connection."""
    return {it.id: _name(it) for it in connections.all_of(connection, merchant_id)}


def _name(shopfront: Shopfront) -> str:
    """Return what a shop calls itself; its address until it was read."""
    facts = shopfront.shop_facts
    return msgspec.json.decode(facts, type=Shop).name if facts else shopfront.shop


def origin(trouble: Trouble, shops: Mapping[str, str]) -> tuple[str, str] | None:
    """Return shop and number of an order that was not taken in; None where they are not known."""
    shop = shops.get(trouble.subject_id.partition("/")[0])
    if trouble.kind != INTAKE or shop is None or trouble.number is None:
        return None
    return shop, trouble.number


_FOUND_BY: Mapping[str, Callable[[Connection, str, str], FulfillmentOrder | DeliveryJob | Hold]] = {
    ORDER: orders.get,
    PAYBACK: orders.get,
    JOB: jobs.get,
    HOLD: holds.get,
}


def store_of(connection: Connection, merchant_id: str, kind: str, subject_id: str) -> str | None:
    """Return the store that a trouble belongs to, None where it is of no single one."""
    found_by = _FOUND_BY.get(kind)
    if found_by is None:
        return None
    try:
        return found_by(connection, merchant_id, subject_id).store_id
    except NotFound:
        return None
