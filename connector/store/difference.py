"""From what stands to what should stand: only the rows that differ are touched."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, Table

from connector.model.document import ProductDocument
from connector.store import rows, tables
from connector.store.bulk import delete_rows, insert_rows, upsert_rows
from connector.store.rows import Row, ms

# What stands (None: nothing) and what should stand.
Pair = tuple[ProductDocument | None, ProductDocument]

# Rows that are all key, and facts by their key.
_INDEXES: tuple[tuple[Table, Callable[[str, ProductDocument], set[Row]]], ...] = (
    (tables.variant_key, rows.variant_keys),
    (tables.facet, rows.facets),
    (tables.priced_facet, rows.priced_facets),
    (tables.word, rows.word_rows),
)
_FACTS: tuple[tuple[Table, Callable[[str, ProductDocument], dict[Row, Row]]], ...] = (
    (tables.offer, rows.offers),
    (tables.inventory_level, rows.levels),
)


def store_rows(connection: Connection, merchant: str, pairs: Iterable[Pair]) -> None:
    """Write only the index rows and facts that differ from what stands."""
    added: dict[Table, list[Row]] = {table: [] for table, _ in _INDEXES + _FACTS}
    for old, new in pairs:
        for table, rows_of in _INDEXES:
            after = rows_of(merchant, new)
            added[table] += after - rows_of(merchant, old) if old else after
        for table, facts_of in _FACTS:
            before = facts_of(merchant, old) if old else {}
            added[table] += _differing(facts_of(merchant, new), before)
    for table, _ in _INDEXES:
        insert_rows(connection, table, sorted(added[table]))
    for table, _ in _FACTS:
        upsert_rows(connection, table, added[table])


def _differing(new: Mapping[Row, Row], old: Mapping[Row, Row]) -> list[Row]:
    return [row for key, row in new.items() if old.get(key) != row]


def remove_rows(
    connection: Connection, merchant: str, old: ProductDocument, new: ProductDocument | None
) -> None:
    """Delete the index rows and facts that the new document (None: none at all) lacks."""
    for table, rows_of in _INDEXES + _FACTS:
        after = rows_of(merchant, new) if new else ()
        delete_rows(connection, table, rows.gone(rows_of(merchant, old), after))


def price_rows(
    merchant: str,
    old: ProductDocument | None,
    new: ProductDocument | None,
    seq: int,
    now: datetime,
) -> list[Row]:
    """Return history rows for every offer whose price or strike price is another than before."""
    before = rows.prices(merchant, old) if old else {}
    after = rows.prices(merchant, new) if new else {}
    product_id = new.id if new else old.id if old else ""
    head = (seq, product_id, ms(now))
    changed = [(*key, *head, *row) for key, row in after.items() if before.get(key) != row]
    ended = [(*key, *head, None, None, None) for key in before if key not in after]
    return changed + ended
