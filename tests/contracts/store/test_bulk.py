"""Many rows arrive as they were given, whatever they have in common, on both databases."""

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import Connection, Table, select

from connector.store import tables
from connector.store.database import Database
from connector.store.database.bulk import insert_rows, upsert_rows

Rows = Sequence[tuple[object, ...]]
FIRST, LAST = 0, 1_234


def levels(count: int, on_hand: Callable[[int], int | None], *, tracked: bool = True) -> Rows:
    """Return levels in one place that share most of what they say."""
    shared = (None, 0, 0, None, "DENY")
    return [
        ("m", f"v{at:05d}", "here", "p", tracked or at % 2 == 0, True, on_hand(at), *shared)
        for at in range(count)
    ]


def write(
    database: Database, verb: Callable[[Connection, Table, Rows], object], rows: Rows
) -> None:
    with database.write() as connection:
        verb(connection, tables.inventory_level, rows)


def stored(database: Database) -> Rows:
    query = select(tables.inventory_level).order_by(tables.inventory_level.c.variant_id)
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(query)]


@pytest.mark.parametrize("count", [1, 99, 501, 1_235])
@pytest.mark.parametrize("tracked", [True, False])
def test_rows_arrive_as_they_were_given(database: Database, count: int, *, tracked: bool) -> None:
    given = levels(count, lambda at: None if at % 3 else at, tracked=tracked)

    write(database, upsert_rows, given)

    assert stored(database) == given


def test_later_rows_overwrite_earlier_ones_with_nothing_too(database: Database) -> None:
    write(database, upsert_rows, levels(1_000, lambda at: at))

    write(database, upsert_rows, levels(1_000, lambda _: None))

    assert stored(database) == levels(1_000, lambda _: None)


def test_one_row_unlike_all_others_is_kept(database: Database) -> None:
    given = levels(1_235, lambda at: int(at in {FIRST, LAST}))

    write(database, insert_rows, given)

    assert stored(database) == given


def test_a_row_that_stands_is_left_as_it_is(database: Database) -> None:
    write(database, insert_rows, levels(700, lambda at: at))

    write(database, insert_rows, levels(900, lambda _: 0))

    assert stored(database)[:700] == levels(700, lambda at: at)
