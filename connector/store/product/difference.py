"""From what stands to what should stand: only the rows that differ are touched."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Table

from connector.store import tables
from connector.store.clock import ms
from connector.store.database.bulk import delete_rows, insert_rows, upsert_rows
from connector.store.product import rows
from connector.store.product.rows import Row, Rows

# What stands (None: nothing) and what should stand.
Pair = tuple[Rows | None, Rows]

# Rows that are all key; facts, with the length of their key.
_INDEXES: tuple[tuple[Table, str], ...] = (
    (tables.variant_key, "variant_keys"),
    (tables.facet, "facets"),
    (tables.priced_facet, "priced_facets"),
)
_FACTS: tuple[tuple[Table, str, int], ...] = (
    (tables.offer, "offers", 4),
    (tables.inventory_level, "levels", 3),
)


def store_rows(connection: Connection, pairs: Iterable[Pair]) -> None:
    """Write only the index rows and facts that differ from what stands."""
    pairs = list(pairs)
    for table, name in _INDEXES:
        insert_rows(connection, table, sorted(_added(pairs, name)))
    for table, name, _ in _FACTS:
        upsert_rows(connection, table, _added(pairs, name))


def _added(pairs: Iterable[Pair], name: str) -> list[Row]:
    added: list[Row] = []
    for old, new in pairs:
        after: list[Row] = getattr(new, name)
        if old is not None:
            before = set(getattr(old, name))
            after = [row for row in after if row not in before]
        added += after
    return added


def remove_rows(connection: Connection, old: Rows, new: Rows | None) -> None:
    """Delete the index rows and facts that the new rows (None: none at all) lack."""
    for table, name in _INDEXES:
        after = getattr(new, name) if new else ()
        delete_rows(connection, table, rows.gone(getattr(old, name), after))
    for table, name, key in _FACTS:
        after = getattr(new, name) if new else ()
        keys = rows.gone((row[:key] for row in getattr(old, name)), (row[:key] for row in after))
        delete_rows(connection, table, keys)


def price_rows(old: Rows | None, new: Rows | None, seq: int, now: datetime) -> list[Row]:
    """Return history rows for every offer whose price or strike price is another than before."""
    at = ms(now)
    offers = new.offers if new else []
    if old is None:
        return [(*row[:4], seq, row[4], at, *row[5:8]) for row in offers]
    before, after = rows.prices(old.offers), rows.prices(offers)
    changed = [
        (*row[:4], seq, row[4], at, *row[5:8]) for row in offers if before.get(row[:4]) != row[5:8]
    ]
    ended = [(*row[:4], seq, row[4], at) for row in old.offers if row[:4] not in after]
    return changed + [(*row, None, None, None) for row in ended]
