"""Which shop an order came from, and its number there, as people know both."""

from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection

from connector.platforms import Shop
from connector.store import connections
from connector.store.connections import Shopfront
from storefront.fulfillment.store.troubles import INTAKE, Trouble


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
