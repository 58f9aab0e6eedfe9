"""What is taken off sale and cannot be read whole: shown to nobody, its last good facts behind."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import structlog
from msgspec import structs
from sqlalchemy import select

from connector.model.document import facts
from connector.model.location import Location
from connector.model.product import Product
from connector.model.publication import Life, Status, Visibility
from connector.platforms import Record
from connector.store import tables
from connector.store.database import Database
from connector.store.product.change import Scope, Write
from connector.store.product.ready import ready
from connector.store.product.standing import of

_UNREADABLE = Life(Status.ACTIVE, Visibility.PRIVATE)
"""Of what does not even say whether it may be shown, nothing is."""
_log = structlog.get_logger()


def withdrawn(
    database: Database,
    scope: Scope,
    records: Sequence[Record],
    locations: Mapping[str, Location],
    times: tuple[datetime, int],
) -> list[Write]:
    """Return what to write of standing products with a problem that may be shown no longer.

    `times` are now, and when they were read in milliseconds. No digest is kept: the next good
    reading is stored whatever it says.
    """
    now, read_at = times
    lives = {record.external_id: _life(record) for record in records}
    off = {key: life for key, life in lives.items() if not life.is_shown(now)}
    return [
        Write(key, None, read_at, ready(scope.merchant_id, _over(last, off[key]), locations, now))
        for key, last in _last_good(database, scope, off)
    ]


def _life(record: Record) -> Life:
    try:
        return record.life()
    except Exception as error:  # noqa: BLE001 - whatever is odd about it must not be shown
        _log.warning("sync.state_unreadable", external_id=record.external_id, error=type(error))
        return _UNREADABLE


def _over(last: Product, life: Life) -> Product:
    return structs.replace(
        last,
        status=life.status,
        visibility=life.visibility,
        withheld=life.withheld,
        published_at=life.comes_at or last.published_at,
    )


def _last_good(
    database: Database, scope: Scope, external_ids: Iterable[str]
) -> list[tuple[str, Product]]:
    table = tables.product.c
    query = select(table.external_id, table.document).where(
        of(scope), table.external_id.in_(list(external_ids)), table.document.is_not(None)
    )
    with database.read() as connection:
        return [(key, facts(data)) for key, data in connection.execute(query)]
