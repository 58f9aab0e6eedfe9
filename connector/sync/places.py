"""The shop's facts and places: stored as told; products follow when a place opens or closes."""

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, select, update

from connector.model.location import Location
from connector.platforms import Context
from connector.store import tables
from connector.store.database import Database
from connector.store.database.bulk import upsert_rows
from connector.store.listing import reader
from connector.store.product import recomposing
from connector.store.product.change import Counts, Scope
from connector.store.product.sequence import take_sequence, take_turn

_CHUNK = 200


def promises_differ(database: Database, scope: Scope, context: Context) -> bool:
    """Tell whether a place began or ceased to sell online since it was stored."""
    with database.read() as connection:
        stored = reader.locations(connection, scope.merchant_id, scope.connection_id)
    before = {found.location.id: found.location for found in stored}
    return _promises(before) != _promises({place.id: place for place in context.locations})


def store_context(
    database: Database, scope: Scope, context: Context, check: Callable[[Connection], None]
) -> None:
    """Store shop facts and places."""
    with database.write() as connection:
        check(connection)
        take_turn(connection, scope.merchant_id)
        before = {
            found.location.id: found.location
            for found in reader.locations(connection, scope.merchant_id, scope.connection_id)
        }
        after = {place.id: place for place in context.locations}
        if before != after:
            _replace(connection, scope, before, after)
        connection.execute(
            update(tables.connection)
            .where(
                tables.connection.c.merchant_id == scope.merchant_id,
                tables.connection.c.id == scope.connection_id,
            )
            .values(shop_facts=msgspec.json.encode(context.shop))
        )


def _promises(places: Mapping[str, Location]) -> Mapping[str, bool]:
    return {place.id: place.sells_online for place in places.values()}


def _replace(
    connection: Connection,
    scope: Scope,
    before: Mapping[str, Location],
    after: Mapping[str, Location],
) -> None:
    changed = [place for key, place in sorted(after.items()) if before.get(key) != place]
    first = take_sequence(connection, scope.merchant_id, len(changed) + 1)
    upsert_rows(
        connection,
        tables.location,
        [
            (scope.merchant_id, place.id, scope.connection_id, msgspec.json.encode(place), seq)
            for seq, place in enumerate(changed, first)
        ],
    )
    gone = [key for key in before if key not in after]
    if gone:
        connection.execute(
            delete(tables.location).where(
                tables.location.c.merchant_id == scope.merchant_id,
                tables.location.c.id.in_(gone),
            )
        )


def recompose_all(
    database: Database,
    scope: Scope,
    locations: Mapping[str, Location],
    now: datetime,
    check: Callable[[Connection], None],
) -> Counts:
    """Compose every product of the connection anew, a few hundred per transaction."""
    total, after = Counts(), ""
    while ids := _ids(database, scope, after):
        with database.write() as connection:
            check(connection)
            total += recomposing.recompose(connection, scope.merchant_id, ids, locations, now)
        after = ids[-1]
    return total


def _ids(database: Database, scope: Scope, after: str) -> list[str]:
    table = tables.product.c
    query = (
        select(table.id)
        .where(
            table.merchant_id == scope.merchant_id,
            table.connection_id == scope.connection_id,
            table.id > after,
            table.deleted.is_(False),
        )
        .order_by(table.id)
        .limit(_CHUNK)
    )
    with database.read() as connection:
        return list(connection.execute(query).scalars())
