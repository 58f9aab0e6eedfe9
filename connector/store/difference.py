"""From what stands to what should stand: only the rows that differ are touched."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from connector.model.document import ProductDocument
from connector.store import rows, tables
from connector.store.bulk import delete_rows, insert_rows, upsert_rows
from connector.store.rows import Row, ms

# What stands (None: nothing) and what should stand.
Pair = tuple[ProductDocument | None, ProductDocument]


def store_rows(connection: Connection, merchant: str, pairs: Iterable[Pair]) -> None:
    """Write only the index rows and facts that differ from what stands."""
    keys: list[Row] = []
    facets: list[Row] = []
    words: list[Row] = []
    offers: list[Row] = []
    levels: list[Row] = []
    for old, new in pairs:
        keys += rows.variant_keys(merchant, new) - (
            rows.variant_keys(merchant, old) if old else set()
        )
        facets += rows.facets(merchant, new) - (rows.facets(merchant, old) if old else set())
        words += rows.word_rows(merchant, new) - (rows.word_rows(merchant, old) if old else set())
        offers += _differing(rows.offers(merchant, new), rows.offers(merchant, old) if old else {})
        levels += _differing(rows.levels(merchant, new), rows.levels(merchant, old) if old else {})
    insert_rows(connection, tables.variant_key, keys)
    upsert_rows(connection, tables.facet, facets)
    insert_rows(connection, tables.word, words)
    upsert_rows(connection, tables.offer, offers)
    upsert_rows(connection, tables.inventory_level, levels)


def _differing(new: Mapping[Row, Row], old: Mapping[Row, Row]) -> list[Row]:
    return [row for key, row in new.items() if old.get(key) != row]


def remove_rows(
    connection: Connection, merchant: str, old: ProductDocument, new: ProductDocument | None
) -> None:
    """Delete the index rows and facts that the new document (None: none at all) lacks."""
    tables_and_rows = (
        (tables.variant_key, rows.variant_keys),
        (tables.word, rows.word_rows),
        (tables.offer, rows.offers),
        (tables.inventory_level, rows.levels),
    )
    for table, rows_of in tables_and_rows:
        after = rows_of(merchant, new) if new else ()
        delete_rows(connection, table, rows.gone(rows_of(merchant, old), after))
    after_keys = rows.facet_keys(new) if new else set()
    lost = rows.facet_keys(old) - after_keys
    delete_rows(connection, tables.facet, [(merchant, key, old.id) for key in sorted(lost)])


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
    changed = [(*key, seq, ms(now), *row) for key, row in after.items() if before.get(key) != row]
    ended = [(*key, seq, ms(now), None, None, None) for key in before if key not in after]
    return changed + ended
