"""Whose house this is: the merchant that owns every row."""

from collections.abc import Mapping

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from connector.model.errors import NotFound
from connector.store import tables
from connector.store.database.upsert import insert_missing

_merchant = tables.merchant
_MOST_HOSTS = 1000


class NoMerchant(NotFound):
    """There is no such merchant, or none yet."""

    code = "no_merchant"
    remedy = "Connect a shop first with `regie connect`."


class Merchant(Struct, frozen=True):
    """A retailer; `settings` are the choices that he made, as JSON values."""

    id: str
    name: str
    settings: Mapping[str, object]


def add(connection: Connection, merchant: Merchant, now_ms: int) -> None:
    """Store a merchant; one that stands is left as it is."""
    values = {
        "id": merchant.id,
        "name": merchant.name,
        "settings": msgspec.json.encode(merchant.settings).decode(),
        "sequence": 0,
        "created_at": now_ms,
    }
    insert_missing(connection, _merchant, values)


def get(connection: Connection, merchant_id: str) -> Merchant:
    """Return a merchant or raise NoMerchant."""
    query = select(_merchant.c.id, _merchant.c.name, _merchant.c.settings)
    row = connection.execute(query.where(_merchant.c.id == merchant_id)).first()
    if row is None:
        raise NoMerchant("There is no such merchant.")
    return Merchant(row[0], row[1], msgspec.json.decode(row[2]))


def first(connection: Connection) -> Merchant | None:
    """Return the oldest merchant: the one that a host without further names serves."""
    order = select(_merchant.c.id).order_by(_merchant.c.created_at, _merchant.c.id).limit(1)
    found = connection.execute(order).scalar_one_or_none()
    return get(connection, found) if found else None


def of_host(connection: Connection, host: str) -> Merchant:
    """Return the merchant that a host speaks for: the only one, or the one that names the host.

    Hosts are listed in the merchant's settings under `hosts`, without port.
    """
    query = select(_merchant.c.id, _merchant.c.settings).order_by(_merchant.c.id).limit(_MOST_HOSTS)
    found = connection.execute(query).all()
    name = host.rpartition(":")[0] or host
    for key, settings in found:
        hosts = msgspec.json.decode(settings).get("hosts") or ()
        if len(found) == 1 or name in hosts:
            return get(connection, key)
    raise NoMerchant("No merchant is served under this host.")
