"""Orders that ended before the upgrade are found after it, too."""

from sqlalchemy import literal, select, text

from connector.store.database import Database
from regie.database import head, upgrade
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.store.tables import order as order_tables
from storefront.fulfillment.store.tables import person as person_tables
from storefront.fulfillment.work import preparing, timers
from tests.kit.floor.orders import STAFF, an_order, bought
from tests.kit.floor.walk import collected, delivered, packed, taken_in
from tests.kit.floor.world import MERCHANT, SetClock, a_floor, a_store, stock

_TABLE = order_tables.fulfillment_order
_CONTACT = person_tables.contact
_BEFORE = (
    "DROP INDEX fulfillment_order_ended",
    "DROP INDEX fulfillment_order_by_number_end",
    "ALTER TABLE fulfillment_order DROP COLUMN ended_at",
    "ALTER TABLE fulfillment_order DROP COLUMN number_from_end",
    "UPDATE fulfillment_order SET due_at = due_at - 1000000000000000 WHERE state = 'NO_SHOW'",
    "UPDATE alembic_version SET version_num = '0011'",
)


def lived(database: Database) -> ShopFloor:
    """Let one order end in each way, and one go on."""
    clock = SetClock()
    floor = a_floor(database, clock)
    stock(database, {1: 50})
    a_store(floor)
    collected(floor, an_order(bought(1), number=1001))
    clock.move(hours=1)
    delivered(floor, 1002)
    unfetched = packed(floor, an_order(bought(1), number=1003))
    clock.move(days=8)
    timers.turn(floor)
    cancelled = taken_in(floor, an_order(bought(1), number=1004))
    taken_in(floor, an_order(bought(1), number=1005))
    with floor.write(MERCHANT) as here:
        preparing.restock(here, unfetched.id, STAFF)
        preparing.cancel(here, cancelled, "closed", STAFF)
    return floor


def rows(floor: ShopFloor) -> list[tuple[object, ...]]:
    columns = (_TABLE.c.number, _TABLE.c.number_from_end, _TABLE.c.ended_at)
    query = _TABLE.select().with_only_columns(*columns).order_by(_TABLE.c.number)
    with floor.database.read() as connection:
        return [tuple(row) for row in connection.execute(query)]


def due(floor: ShopFloor) -> dict[str, int]:
    with floor.database.read() as connection:
        return {
            row[0]: row[1] for row in connection.execute(select(_TABLE.c.number, _TABLE.c.due_at))
        }


def test_the_upgrade_puts_no_shows_behind_what_is_to_be_done(database: Database) -> None:
    floor = lived(database)
    before = due(floor)
    with database.write() as connection:
        for statement in _BEFORE:
            connection.execute(text(statement))

    upgrade(database)

    assert due(floor) == before
    assert max(before, key=before.__getitem__) == "#1003"


def test_the_upgrade_gives_every_order_the_end_that_it_would_have_now(database: Database) -> None:
    floor = lived(database)
    before = rows(floor)
    with database.write() as connection:
        for statement in _BEFORE:
            connection.execute(text(statement))

    assert upgrade(database) == ("0011", head())
    assert rows(floor) == before
    assert [row[2] is not None for row in before] == [True, True, True, True, False]


def test_the_upgrade_lets_who_never_fetched_his_order_be_forgotten(database: Database) -> None:
    floor = lived(database)
    ends = {str(number): int(str(at or 0)) for number, _, at in rows(floor)}
    with database.write() as connection:
        connection.execute(_CONTACT.update().values(purge_at=None))
        for statement in _BEFORE:
            connection.execute(text(statement))

    upgrade(database)

    query = select(_TABLE.c.number, _CONTACT.c.purge_at).where(
        _CONTACT.c.subject == literal("order:") + _TABLE.c.id
    )
    with database.read() as connection:
        found = {row[0]: row[1] for row in connection.execute(query)}
    assert found == {
        **dict.fromkeys(ends),
        "#1003": ends["#1003"] + 90 * 86_400_000,
    }


def test_the_upgrade_of_a_house_without_orders_does_nothing_else(database: Database) -> None:
    with database.write() as connection:
        for statement in _BEFORE:
            connection.execute(text(statement))

    assert upgrade(database) == ("0011", head())
