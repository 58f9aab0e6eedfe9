"""Writing the catalogue: facts, document, indexes, history and sequence in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, update

from connector.model.location import Location
from connector.store import tables
from connector.store.clock import ms
from connector.store.database.bulk import insert_rows, upsert_rows
from connector.store.product import difference
from connector.store.product.change import Change, Counts, Known, Scope, Write
from connector.store.product.ready import ready
from connector.store.product.rows import Row, Rows
from connector.store.product.sequence import take_sequence, take_turn
from connector.store.product.standing import known, of, rows_of
from connector.store.product.tombstone import EMPTY

_product = tables.product


def apply(
    connection: Connection,
    scope: Scope,
    changes: Sequence[Change],
    locations: Mapping[str, Location],
    now: datetime,
) -> Counts:
    """Store products as they were read; see `store`."""
    merchant = scope.merchant_id
    writes = [
        Write(
            change.external_id,
            change.digest,
            ms(change.read_at),
            ready(merchant, change.product, locations, now),
        )
        for change in changes
    ]
    return store(connection, scope, writes, now)


def store(connection: Connection, scope: Scope, writes: Sequence[Write], now: datetime) -> Counts:
    """Store products that are ready; what was read earlier than what stands is left out.

    Must run in a write transaction. Unchanged content costs its digest only; everything else gets
    a number of the merchant's change sequence, so that readers and caches learn of it.
    """
    take_turn(connection, scope.merchant_id)
    standing = known(connection, scope, [write.external_id for write in writes])
    fresh = [write for write in writes if not _is_older(write, standing)]
    changed = [write for write in fresh if not _is_same(write, standing)]
    _remember_digests(connection, scope, fresh, standing)
    _store(connection, scope, changed, _rows_before(connection, scope, changed, standing), now)
    created = sum(write.external_id not in standing for write in changed)
    return Counts(created, len(changed) - created, len(writes) - len(changed))


def confirm(
    connection: Connection, scope: Scope, digests: Mapping[str, bytes], read_at: datetime
) -> None:
    """Note that these products still stand as they are, so that no earlier reading may win."""
    for external_id, digest in sorted(digests.items()):
        connection.execute(
            update(_product)
            .where(
                of(scope),
                _product.c.external_id == external_id,
                _product.c.digest == digest,
                _product.c.read_at < ms(read_at),
            )
            .values(read_at=ms(read_at))
        )


def remove(
    connection: Connection,
    scope: Scope,
    external_ids: Sequence[str],
    read_at: datetime,
    now: datetime,
) -> Counts:
    """Leave a tombstone for each of these products that stands and was not read after `read_at`."""
    take_turn(connection, scope.merchant_id)
    standing = known(connection, scope, external_ids).values()
    known_before = ms(read_at)
    ids = sorted(it.id for it in standing if not it.deleted and it.read_at <= known_before)
    before = rows_of(connection, scope.merchant_id, ids)
    first = take_sequence(connection, scope.merchant_id, len(ids))
    for offset, product_id in enumerate(ids):
        _bury(connection, scope.merchant_id, product_id, first + offset, (read_at, now))
    for rows in before.values():
        difference.remove_rows(connection, rows, None)
        history = difference.price_rows(rows, None, first, now)
        insert_rows(connection, tables.price_history, history)
    return Counts(deleted=len(ids))


def _is_older(write: Write, standing: Mapping[str, Known]) -> bool:
    found = standing.get(write.external_id)
    return found is not None and write.read_at < found.read_at


def _is_same(write: Write, standing: Mapping[str, Known]) -> bool:
    found = standing.get(write.external_id)
    same = found is not None and found.content_hash == write.ready.content_hash
    return same and found is not None and not found.deleted


def _remember_digests(
    connection: Connection,
    scope: Scope,
    writes: Iterable[Write],
    standing: Mapping[str, Known],
) -> None:
    """Keep the new digest and the next price edge of products whose content is the same."""
    for write in writes:
        if not _is_same(write, standing):
            continue
        connection.execute(
            update(_product)
            .where(of(scope), _product.c.external_id == write.external_id)
            .values(
                digest=write.digest,
                read_at=write.read_at,
                next_change_at=write.ready.next_change,
            )
        )


def _rows_before(
    connection: Connection,
    scope: Scope,
    writes: Sequence[Write],
    standing: Mapping[str, Known],
) -> Mapping[str, Rows]:
    """Return the rows that stand by product, to find out what has to go."""
    ids = [found.id for write in writes if (found := standing.get(write.external_id))]
    return rows_of(connection, scope.merchant_id, ids)


def _store(
    connection: Connection,
    scope: Scope,
    writes: Sequence[Write],
    before: Mapping[str, Rows],
    now: datetime,
) -> None:
    if not writes:
        return
    first = take_sequence(connection, scope.merchant_id, len(writes))
    pairs = [(before.get(write.ready.id), write.ready.rows) for write in writes]
    for old, new in pairs:
        if old is not None:
            difference.remove_rows(connection, old, new)
    upsert_rows(connection, _product, _product_rows(scope, writes, first, ms(now)))
    difference.store_rows(connection, pairs)
    history = [
        row
        for seq, (old, new) in enumerate(pairs, first)
        for row in difference.price_rows(old, new, seq, now)
    ]
    insert_rows(connection, tables.price_history, history)


def _product_rows(scope: Scope, writes: Iterable[Write], first: int, now_ms: int) -> list[Row]:
    return [
        (
            scope.merchant_id,
            write.ready.id,
            scope.connection_id,
            write.external_id,
            seq,
            False,
            *write.ready.columns,
            now_ms,
            write.read_at,
            write.ready.next_change,
            write.digest,
            write.ready.content_hash,
            write.ready.brief,
            write.ready.data,
        )
        for seq, write in enumerate(writes, first)
    ]


def _bury(
    connection: Connection,
    merchant: str,
    product_id: str,
    seq: int,
    times: tuple[datetime, datetime],
) -> None:
    """Turn a product into a tombstone; `times` are when its end was read, and now."""
    read_at, now = times
    connection.execute(
        update(_product)
        .where(_product.c.merchant_id == merchant, _product.c.id == product_id)
        .values(seq=seq, changed_at=ms(now), read_at=ms(read_at), **EMPTY)
    )
