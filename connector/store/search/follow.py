"""Keeping the index behind the merchant's changes: small steps, each all or nothing."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct, structs
from sqlalchemy import Connection, delete, select, update

from connector.model import document as documents
from connector.store import tables
from connector.store.database import Database
from connector.store.database.bulk import upsert_rows
from connector.store.database.upsert import insert_missing
from connector.store.listing.reader import StoredProduct, sequence
from connector.store.search.entry import VERSION, Entry, Origin, entry_of
from connector.store.search.inverted import Inverted
from connector.store.search.tables import search_entry, search_position

_entry = search_entry.c
_position = search_position.c
_product = tables.product.c
_CHUNK = 500


class Position(Struct, frozen=True):
    """Up to which change a merchant is indexed, in which generation, and by whom."""

    seq: int
    last_id: str
    generation: int
    engine: str
    version: int
    swept: bool


class _Change(Struct, frozen=True):
    """A product that changed, and whose it is."""

    product: StoredProduct
    connection_id: str


def position(connection: Connection, merchant_id: str) -> Position | None:
    """Return how far the merchant is indexed, None where nothing is."""
    columns = [column for column in search_position.c if column.name != "merchant_id"]
    query = select(*columns).where(_position.merchant_id == merchant_id)
    row = connection.execute(query).first()
    return Position(*row) if row else None


def follow(database: Database, inverted: Inverted, merchant_id: str, limit: int) -> int:
    """Index the next changes, at most `limit`, and return how many there were.

    The words are taken apart before the write transaction, which is short. Two processes may
    follow at once: whoever finds that the other was quicker leaves it at that.
    """
    with database.read() as connection:
        start = _start(connection, inverted, merchant_id)
        changes = _changes(connection, merchant_id, start.seq, limit)
    entries = [_entry_of(merchant_id, change, start) for change in changes]
    with database.write() as connection:
        if not _take_turn(connection, merchant_id, start):
            return 0
        _store(connection, inverted, merchant_id, entries, changes)
        _move(connection, merchant_id, start, changes)
        if len(changes) < limit and not start.swept:
            _sweep(connection, inverted, merchant_id, start.generation)
    return len(changes)


def renew(database: Database, inverted: Inverted, merchant_id: str) -> None:
    """Begin again at the first change; what is indexed is found until it is written anew."""
    with database.write() as connection:
        start = _start(connection, inverted, merchant_id)
        if _take_turn(connection, merchant_id, start):
            _put_position(connection, merchant_id, _again(start, inverted))


def hold(connection: Connection, merchant_id: str) -> None:
    """Let nobody else go on with the merchant's index until this transaction ends."""
    query = select(_position.seq).where(_position.merchant_id == merchant_id)
    connection.execute(query.with_for_update())


def anew(connection: Connection, merchant_id: str) -> None:
    """Let whoever indexes the merchant begin again at the first change."""
    generation = _position.generation + 1
    mine = update(search_position).where(_position.merchant_id == merchant_id)
    connection.execute(mine.values(seq=0, last_id="", generation=generation, swept=False))


def _start(connection: Connection, inverted: Inverted, merchant_id: str) -> Position:
    """Return where to go on, which is the beginning when what stands cannot be gone on from."""
    found = position(connection, merchant_id)
    if found is None:
        return Position(0, "", 1, inverted.name, VERSION, swept=True)
    fits = found.engine == inverted.name and found.version == VERSION
    if fits and _still_ahead(connection, merchant_id, found):
        return found
    return _again(found, inverted)


def _again(found: Position, inverted: Inverted) -> Position:
    return Position(0, "", found.generation + 1, inverted.name, VERSION, swept=False)


def _still_ahead(connection: Connection, merchant_id: str, found: Position) -> bool:
    """Tell whether the catalogue is where the index left it, or further; a restore sets it back."""
    if found.seq > sequence(connection, merchant_id):
        return False
    query = select(_product.seq).where(
        _product.merchant_id == merchant_id, _product.id == found.last_id
    )
    stands_at = connection.execute(query).scalar_one_or_none()
    return not found.last_id or (stands_at is not None and stands_at >= found.seq)


def _changes(connection: Connection, merchant_id: str, since: int, limit: int) -> Sequence[_Change]:
    columns = ("id", "seq", "deleted", "publishable", "document", "connection_id")
    query = (
        select(*(tables.product.c[name] for name in columns))
        .where(_product.merchant_id == merchant_id, _product.seq > since)
        .order_by(_product.seq)
        .limit(limit)
    )
    return [_Change(StoredProduct(*row[:5]), row[5]) for row in connection.execute(query)]


def _entry_of(merchant_id: str, change: _Change, start: Position) -> Entry | None:
    data, seq = change.product.document, change.product.seq
    if change.product.deleted or data is None:
        return None
    origin = Origin(start.generation, start.engine, change.connection_id)
    return entry_of(merchant_id, documents.decode(data), seq, origin)


def _take_turn(connection: Connection, merchant_id: str, start: Position) -> bool:
    """Lock the merchant's position; False if it is no longer where the work began."""
    if position(connection, merchant_id) is None:
        values = {"merchant_id": merchant_id, **structs.asdict(start)}
        insert_missing(connection, search_position, values)
    query = select(_position.seq, _position.generation).where(_position.merchant_id == merchant_id)
    seq, generation = connection.execute(query.with_for_update()).one()
    began_anew = bool(start.generation == generation + 1 and start.seq == 0)
    return began_anew or (seq, generation) == (start.seq, start.generation)


def _move(
    connection: Connection, merchant_id: str, start: Position, changes: Sequence[_Change]
) -> None:
    reached = start
    if changes:
        last = changes[-1].product
        reached = structs.replace(start, seq=last.seq, last_id=last.id)
    _put_position(connection, merchant_id, reached)


def _put_position(connection: Connection, merchant_id: str, reached: Position) -> None:
    values = structs.asdict(reached)
    mine = _position.merchant_id == merchant_id
    connection.execute(update(search_position).where(mine).values(**values))


def _store(
    connection: Connection,
    inverted: Inverted,
    merchant_id: str,
    entries: Sequence[Entry | None],
    changes: Sequence[_Change],
) -> None:
    """Write what differs: the same texts and the same keys leave the inverted index alone."""
    ids = [change.product.id for change in changes]
    before = stored(connection, merchant_id, ids)
    come = [it for it in entries if it]
    fresh = [it for it in come if not _same_tokens(before.get(it.product_id), it)]
    kept = {it.product_id for it in come} - {it.product_id for it in fresh}
    gone = [it for key, it in before.items() if key not in kept]
    fresh = _with_free_numbers(connection, merchant_id, fresh)
    inverted.put(connection, merchant_id, gone, fresh)
    _delete(connection, merchant_id, sorted(set(before) - {it.product_id for it in come}))
    rewritten = {it.product_id: it for it in fresh}
    rows = [rewritten.get(it.product_id) or _numbered(it, before) for it in come]
    upsert_rows(connection, search_entry, [(merchant_id, *structs.astuple(it)) for it in rows])


def _numbered(found: Entry, before: dict[str, Entry]) -> Entry:
    return structs.replace(found, number=before[found.product_id].number)


def _same_tokens(before: Entry | None, now: Entry) -> bool:
    if before is None:
        return False
    aside: dict[str, Any] = {"seq": before.seq, "number": before.number}
    return structs.replace(now, **aside) == before


def _with_free_numbers(
    connection: Connection, merchant_id: str, wanted: Sequence[Entry]
) -> list[Entry]:
    """Move on from numbers that other products have: 48 bits seldom meet, but they may."""
    holders = _holders(connection, [it.number for it in wanted])
    numbered: list[Entry] = []
    for it in wanted:
        number = it.number
        while holders.get(number, (merchant_id, it.product_id)) != (merchant_id, it.product_id):
            number += 1
            holders |= _holders(connection, [number])
        holders[number] = (merchant_id, it.product_id)
        numbered.append(structs.replace(it, number=number))
    return numbered


def _holders(connection: Connection, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return whose these numbers are, as far as they are anyone's."""
    query = select(_entry.number, _entry.merchant_id, _entry.product_id)
    rows = connection.execute(query.where(_entry.number.in_(numbers)))
    return {row[0]: (row[1], row[2]) for row in rows}


def stored(connection: Connection, merchant_id: str, ids: Sequence[str]) -> dict[str, Entry]:
    """Return the entries of these products, by id."""
    columns = [column for column in search_entry.c if column.name != "merchant_id"]
    query = select(*columns).where(
        _entry.merchant_id == merchant_id, _entry.product_id.in_(list(ids))
    )
    return {row[0]: Entry(*row) for row in connection.execute(query)}


def _delete(connection: Connection, merchant_id: str, ids: Sequence[str]) -> None:
    if ids:
        mine = _entry.merchant_id == merchant_id
        connection.execute(delete(search_entry).where(mine, _entry.product_id.in_(ids)))


def _sweep(connection: Connection, inverted: Inverted, merchant_id: str, generation: int) -> None:
    """Take away what an earlier generation left and this one did not meet."""
    query = select(_entry.product_id).where(
        _entry.merchant_id == merchant_id, _entry.generation != generation
    )
    ids = connection.execute(query).scalars().all()
    for start in range(0, len(ids), _CHUNK):
        some = list(ids[start : start + _CHUNK])
        gone = list(stored(connection, merchant_id, some).values())
        inverted.put(connection, merchant_id, gone, ())
        _delete(connection, merchant_id, some)
    mine = _position.merchant_id == merchant_id
    connection.execute(update(search_position).where(mine).values(swept=True))
