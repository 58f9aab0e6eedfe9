"""The line of a merchant's changes: whose turn it is, and which number each change gets."""

from sqlalchemy import Connection, select, update

from connector.store import tables


def take_turn(connection: Connection, merchant_id: str) -> None:
    """Queue behind the merchant's other writers; only then is what one reads what will stand.

    SQLite's write transaction does that already. On Postgres this row is locked before any
    product is read or written, or two writers would mix their rows or wait for each other forever.
    """
    row = select(tables.merchant.c.id).where(tables.merchant.c.id == merchant_id)
    connection.execute(row.with_for_update())


def take_sequence(connection: Connection, merchant_id: str, count: int) -> int:
    """Take `count` numbers and return the first; concurrent writers queue here, in order."""
    query = (
        update(tables.merchant)
        .where(tables.merchant.c.id == merchant_id)
        .values(sequence=tables.merchant.c.sequence + count)
        .returning(tables.merchant.c.sequence)
    )
    last: int = connection.execute(query).scalar_one()
    return last - count + 1
