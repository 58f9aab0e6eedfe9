"""Composing stored products anew, when something around them changed and not they."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from connector.model import document as documents
from connector.model.location import Location
from connector.store import tables
from connector.store.clock import ms
from connector.store.product import writer
from connector.store.product.change import Change, Counts, Scope
from connector.store.product.sequence import take_turn

_product = tables.product


def recompose(
    connection: Connection,
    merchant_id: str,
    product_ids: Sequence[str],
    locations: Mapping[str, Location],
    now: datetime,
) -> Counts:
    """Compose stored products anew: a place changed, a sale began or ended, a day has come."""
    take_turn(connection, merchant_id)
    query = select(
        _product.c.connection_id,
        _product.c.external_id,
        _product.c.digest,
        _product.c.read_at,
        _product.c.document,
    ).where(
        _product.c.merchant_id == merchant_id,
        _product.c.id.in_(list(product_ids)),
        _product.c.deleted.is_(False),
    )
    total = Counts()
    by_connection: dict[str, list[Change]] = {}
    for connection_id, external_id, digest, read_at, data in connection.execute(query).all():
        moment = datetime.fromtimestamp(read_at / 1000, UTC)
        change = Change(external_id, digest, documents.facts(data), moment)
        by_connection.setdefault(connection_id, []).append(change)
    for connection_id, changes in by_connection.items():
        scope = Scope(merchant_id, connection_id)
        total += writer.apply(connection, scope, changes, locations, now)
    return total


def due(connection: Connection, now: datetime, limit: int = 200) -> Sequence[tuple[str, str]]:
    """Return (merchant, product) of what has changed by itself: a price, or being published."""
    query = (
        select(_product.c.merchant_id, _product.c.id)
        .where(_product.c.next_change_at.is_not(None), _product.c.next_change_at <= ms(now))
        .order_by(_product.c.next_change_at)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in connection.execute(query)]
