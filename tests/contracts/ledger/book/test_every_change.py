"""Whatever one value of the ledger is changed into, verifying names its row and goes on."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import Struct
from sqlalchemy import Column, Connection, LargeBinary, Table, exc, text

from connector.store.database import Database
from storefront.disclosure.ledger.book import Book
from storefront.disclosure.ledger.entry import Entry
from storefront.disclosure.ledger.verify import Finding, verify
from storefront.disclosure.store import heads
from storefront.disclosure.store.ledger_file import where
from storefront.disclosure.store.rows import plain, rows
from storefront.disclosure.store.tables import ledger_detail, ledger_end, ledger_entry, ledger_head
from tests.kit.ledger import MERCHANT, SEAL, SHOWN, Clock, drop_guards, note

pytestmark = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
PLAUSIBLE = ["opened", "answered", "compare", MERCHANT, "mer_2", "", "7", 0, 7, 2**40, -1]
OF_ANOTHER_TYPE = ["zz", b"\x01\x02", b"zz", 7, 1.5]
AFTER = 3
"""Another row, which is altered besides and must be named all the same."""


class Ledger(Struct, frozen=True):
    """A ledger on a connection: two chains, a signed head, and the row that is to be changed."""

    connection: Connection
    entry: Entry

    def findings(self) -> list[Finding]:
        return list(verify(heads.reading(self.connection, MERCHANT), SEAL))

    def try_to(self, statement: str, values: dict[str, Any]) -> bool:
        """Change something, unless the database refuses to hold it."""
        try:
            with self.connection.begin_nested():
                self.connection.execute(text(statement), values)
        except (exc.DBAPIError, UnicodeEncodeError):
            return False
        return True


@pytest.fixture
def ledger(database: Database, entries: list[Entry], clock: Clock) -> Iterator[Ledger]:
    Book(where(database, SEAL), clock).append(note())
    with database.write() as connection:
        heads.sign_heads(connection, MERCHANT, SEAL, 5_000)
        drop_guards(connection)
    with database.write() as connection:
        yield Ledger(connection, entries[9])


KEYS = {
    "ledger_entry": lambda it: {"writer": it.writer, "seq": it.seq},
    "ledger_detail": lambda it: {"digest": it.detail},
    "ledger_end": lambda it: {"writer": it.writer},
    "ledger_head": lambda it: {"writer": it.writer},
}


def variants(value: Any, *, is_text: bool) -> Iterator[tuple[str, Any]]:
    """Yield what a value may be changed into, with the expression that stores it."""
    raw = value.encode() if isinstance(value, str) else value
    if isinstance(raw, bytes):
        for place in range(len(raw)):
            other = raw[place] ^ (1 if place % 2 else 1 << 7)
            expression = "CAST(:new AS TEXT)" if is_text else ":new"
            yield expression, raw[:place] + bytes([other]) + raw[place + 1 :]
    elif isinstance(value, int):
        yield from ((":new", value ^ 1 << bit) for bit in range(0, 63, 3))
    yield from ((":new", it) for it in (None, *PLAUSIBLE, *OF_ANOTHER_TYPE))


def places(found: list[Finding]) -> set[tuple[str, int]]:
    return {(it.writer, it.seq) for it in found}


def changed(ledger: Ledger, table: Table, column: Column[Any]) -> Iterator[tuple[Any, set[Any]]]:
    """Change a value in every way that the database lets in; yield it and what is then named."""
    connection, key = ledger.connection, KEYS[table.name](ledger.entry)
    match = " AND ".join(f"{name} = :{name}" for name in key)
    mine = plain([column]).where(*(table.c[name] == it for name, it in key.items()))
    before = held(connection, mine)
    is_text = not isinstance(column.type, LargeBinary) and isinstance(before[0][1], str)
    for expression, new in variants(before[0][1], is_text=is_text):
        if expression != ":new" and connection.dialect.name != "sqlite":
            expression, new = ":new", new.decode(errors="surrogateescape")  # noqa: PLW2901 - the same, for Postgres
        nested = connection.begin_nested()
        statement = f"UPDATE {table.name} SET {column.name} = {expression} WHERE {match}"  # noqa: S608 - our own names
        if ledger.try_to(statement, {**key, "new": new}) and held(connection, mine) != before:
            yield new, places(ledger.findings())
        nested.rollback()


def held(connection: Connection, query: Any) -> list[tuple[type, Any]]:
    """Return the values with their types; a number may have been turned into text, or back."""
    return [(type(value), value) for (value,) in rows(connection, query)]


def of(table: Table) -> list[Any]:
    return [pytest.param(table, it, id=f"{table.name}.{it.name}") for it in table.c]


@pytest.mark.parametrize(("table", "column"), of(ledger_entry))
def test_an_entry_that_was_changed_in_any_way_is_named(
    ledger: Ledger, table: Table, column: Column[Any]
) -> None:
    assert ledger.findings() == []
    spoilt = (ledger.entry.writer, AFTER)
    spoil = f"UPDATE ledger_entry SET size = size + 1 WHERE writer = :w AND seq = {AFTER}"  # noqa: S608 - our own number
    ledger.connection.execute(text(spoil), {"w": ledger.entry.writer})
    wanted = {spoilt, (ledger.entry.writer, ledger.entry.seq)}

    found = list(changed(ledger, table, column))

    assert len(found) > 3
    assert [new for new, named in found if not wanted <= named] == []
    if not column.primary_key:
        assert [(new, named - wanted) for new, named in found if named != wanted] == []


@pytest.mark.parametrize(("table", "column"), of(ledger_detail))
def test_what_was_shown_is_not_changed_unseen(
    ledger: Ledger, table: Table, column: Column[Any]
) -> None:
    found = list(changed(ledger, table, column))

    assert len(found) > 3
    place = (ledger.entry.writer, ledger.entry.seq)
    assert [new for new, named in found if place not in named] == []


@pytest.mark.parametrize(("table", "column"), [*of(ledger_end), *of(ledger_head)])
def test_ends_and_heads_are_not_changed_unseen(
    ledger: Ledger, table: Table, column: Column[Any]
) -> None:
    found = list(changed(ledger, table, column))

    assert len(found) > 3
    assert [new for new, named in found if not named] == []


@pytest.mark.parametrize("table", [ledger_entry, ledger_detail, ledger_end])
def test_a_row_that_is_gone_is_named(ledger: Ledger, table: Table) -> None:
    key = KEYS[table.name](ledger.entry)
    match = " AND ".join(f"{name} = :{name}" for name in key)

    ledger.connection.execute(text(f"DELETE FROM {table.name} WHERE {match}"), key)  # noqa: S608 - our own names

    assert ledger.entry.writer in {it.writer for it in ledger.findings()}


def test_all_rows_that_are_missing_before_the_end_are_named(ledger: Ledger) -> None:
    writer = ledger.entry.writer

    ledger.connection.execute(
        text("DELETE FROM ledger_entry WHERE writer = :w AND seq > 15"), {"w": writer}
    )

    gone = {it.seq for it in ledger.findings() if it.writer == writer and it.what == "is missing"}
    assert gone == set(range(16, 22))


def test_a_payload_that_went_before_its_time_is_named(ledger: Ledger) -> None:
    forgotten = ledger_detail.update().where(ledger_detail.c.digest == SHOWN.digest)

    ledger.connection.execute(forgotten.values(payload=None))

    assert {it.what for it in ledger.findings()} == {
        "has lost what it showed before its time was up"
    }
