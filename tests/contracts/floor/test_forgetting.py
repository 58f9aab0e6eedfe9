"""What tells of a person is nowhere in clear, is erased in time, and leaves the numbers alone."""

from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from connector.store.database import Database
from regie.database import METADATA
from storefront.fulfillment.errors.person import LinkDead
from storefront.fulfillment.order.handover import AgeResult
from storefront.fulfillment.store import couriers, handovers, links, orders, people, proofs
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.store.tables import metadata
from storefront.fulfillment.store.tables import order as order_tables
from storefront.fulfillment.store.tables import person as person_tables
from storefront.fulfillment.work import (
    codes,
    contacts,
    counter,
    customer,
    forgetting,
    preparing,
    timers,
)
from storefront.fulfillment.work.forgetting import Person
from tests.kit.floor.orders import BUYER, STAFF, an_order, bought
from tests.kit.floor.walk import collected, delivered, packed, pin_of, taken_in
from tests.kit.floor.world import MERCHANT, SetClock, an_open_floor

PLANTED = (
    "Saskia",
    "Uylenburgh",
    "saskia@example.org",
    "612345678",
    "Jodenbreestraat",
    "zijdeur",
    "4711",
    "Titus",
)
ME = Person(emails=("Saskia@Example.org",))


@pytest.fixture
def floor(database: Database, clock: SetClock) -> ShopFloor:
    return an_open_floor(database, {1: 50, 2: 50}, clock)


def everything(database: Database) -> bytes:
    """Return all that the database holds, row by row; of SQLite also its files as they lie."""
    tables = [table for each in METADATA for table in each.sorted_tables]
    with database.read() as connection:
        rows = [repr(tuple(row)) for table in tables for row in connection.execute(select(table))]
    found = "\n".join(rows).encode()
    path = database.path
    if path is None:
        return found
    files = (path, path.with_name(f"{path.name}-wal"))
    return found + b"".join(Path(it).read_bytes() for it in files if Path(it).exists())


def hits(database: Database) -> list[str]:
    whole = everything(database)
    return [text for text in PLANTED if text.encode() in whole]


def page_token(floor: ShopFloor, order_id: str) -> str:
    with floor.write(MERCHANT) as here:
        return links.token_text(codes.track_token(floor, here, order_id))


def contact_fields(floor: ShopFloor, order_id: str) -> set[str]:
    with floor.database.read() as connection:
        found = people.get(connection, MERCHANT, floor.box, [contacts.subject(order_id)])
    return set(found[contacts.subject(order_id)])


def test_no_row_and_no_file_tells_of_a_person_in_clear(
    floor: ShopFloor, database: Database
) -> None:
    order = collected(floor)
    delivered(floor)
    other = packed(floor, an_order(bought(2), number=3001))
    with floor.write(MERCHANT) as here:
        customer.name_alternate(floor, here, other.id, "Titus")

    assert hits(database) == []
    assert contact_fields(floor, order.id) >= {"name", "email", "phone", "address", "notes"}


def test_no_pin_and_no_token_of_a_page_is_stored(floor: ShopFloor, database: Database) -> None:
    order = packed(floor)
    pin, token = pin_of(floor, f"order:{order.id}"), page_token(floor, order.id)

    whole = everything(database)

    assert pin.encode() not in whole
    assert token.encode() not in whole


def test_who_is_erased_leaves_nothing_but_the_numbers(floor: ShopFloor, database: Database) -> None:
    first, (second, job) = collected(floor), delivered(floor)
    token = page_token(floor, first.id)
    with floor.write(MERCHANT) as here:
        proofs.put_blob(floor, here, job.id, "ab" * 32, b"a picture")

    found = forgetting.erase(floor, MERCHANT, ME)

    assert set(found.erased) == {first.id, second.id}
    assert found.open == ()
    assert contact_fields(floor, first.id) == contact_fields(floor, second.id) == set()
    with database.read() as connection:
        for table in (person_tables.contact, person_tables.person_mark):
            assert connection.execute(select(table)).all() == []
        assert proofs.blobs(connection, MERCHANT, job.id) == frozenset()
        kept = orders.get(connection, MERCHANT, first.id)
    assert (kept.total, kept.lines) == (first.total, first.lines)
    with pytest.raises(LinkDead):
        customer.open_page(floor, token)


def test_an_open_order_keeps_its_contact_until_it_ends_and_not_longer(floor: ShopFloor) -> None:
    order = packed(floor)

    found = forgetting.erase(floor, MERCHANT, ME)
    before = contact_fields(floor, order.id)
    pin = pin_of(floor, f"order:{order.id}")
    with floor.write(MERCHANT) as here:
        counter.find(floor, here, order.store_id, pin, STAFF)
        counter.hand_over(here, order.id, STAFF)

    assert (found.erased, found.open) == ((), (order.id,))
    assert "name" in before
    assert contact_fields(floor, order.id) == set()


def test_a_person_is_found_by_phone_and_by_the_platforms_order_too(floor: ShopFloor) -> None:
    first = collected(floor)

    by_phone = forgetting.export(floor, MERCHANT, Person(phones=("+31612345678",)))
    by_order = forgetting.export(floor, MERCHANT, Person(orders=("order-1001",)))
    nobody = forgetting.export(floor, MERCHANT, Person(emails=("else@example.org",)))

    (found,) = msgspec.json.decode(by_phone)["orders"]
    assert found["order"]["id"] == first.id
    assert found["contact"]["name"] == BUYER.name
    assert by_order == by_phone
    assert msgspec.json.decode(nobody) == {"orders": []}


@pytest.mark.parametrize(
    ("days", "left"),
    [
        (0.9, {"name", "email", "phone", "address", "point", "locale", "notes"}),
        (1.1, {"name", "email", "phone", "address", "point", "locale"}),
        (89, {"name", "email", "phone", "address", "point", "locale"}),
        (91, set()),
    ],
)
def test_each_field_has_its_own_end(
    floor: ShopFloor, clock: SetClock, days: float, left: set[str]
) -> None:
    order = collected(floor)

    clock.move(days=days)
    forgetting.sweep(floor, MERCHANT)

    assert contact_fields(floor, order.id) == left


def test_who_never_fetched_his_order_is_forgotten_too(floor: ShopFloor, clock: SetClock) -> None:
    order = packed(floor)
    clock.move(days=9)
    timers.turn(floor)

    clock.move(days=89)
    forgetting.sweep(floor, MERCHANT)
    before = contact_fields(floor, order.id)
    clock.move(days=2)
    forgetting.sweep(floor, MERCHANT)

    assert "phone" in before
    assert contact_fields(floor, order.id) == set()


def test_an_order_that_is_kept_longer_keeps_its_contact(floor: ShopFloor, clock: SetClock) -> None:
    order = packed(floor)
    clock.move(days=9)
    timers.turn(floor)
    with floor.write(MERCHANT) as here:
        preparing.extend(here, order.id, 3, STAFF)

    clock.move(days=2)
    forgetting.sweep(floor, MERCHANT)

    assert "notes" in contact_fields(floor, order.id)


def test_what_is_not_ended_is_not_forgotten(floor: ShopFloor, clock: SetClock) -> None:
    order_id = taken_in(floor)

    clock.move(days=400)
    forgetting.sweep(floor, MERCHANT)

    assert "notes" in contact_fields(floor, order_id)


def test_a_picture_is_kept_for_a_month_and_half_a_year_where_there_is_a_dispute(
    floor: ShopFloor, clock: SetClock, database: Database
) -> None:
    _, job = delivered(floor)
    with floor.write(MERCHANT) as here:
        proofs.put_blob(floor, here, job.id, "ab" * 32, b"one")
        proofs.put_blob(floor, here, "job_other", "cd" * 32, b"two")
        proofs.keep_longer(here, "job_other")

    clock.move(days=31)
    forgetting.sweep(floor, MERCHANT)

    with database.read() as connection:
        kept = [proofs.blobs(connection, MERCHANT, it) for it in (job.id, "job_other")]
    assert kept == [frozenset(), frozenset({"cd" * 32})]


def test_where_a_courier_was_is_gone_after_a_day(floor: ShopFloor, clock: SetClock) -> None:
    delivered(floor)
    clock.move(hours=25)

    forgetting.sweep(floor, MERCHANT)

    with floor.database.read() as connection:
        assert couriers.presence(connection, MERCHANT, "cou_1", 0) is None


def test_the_result_of_an_age_check_is_gone_after_a_month(
    floor: ShopFloor, clock: SetClock, database: Database
) -> None:
    order = packed(floor)
    with floor.write(MERCHANT) as here:
        counter.check_age(here, order.id, AgeResult.PASS, STAFF)
    clock.move(days=31)

    forgetting.sweep(floor, MERCHANT)

    with database.read() as connection:
        found = handovers.of_subject(connection, MERCHANT, f"order:{order.id}")
        story = connection.execute(select(order_tables.handover_event)).all()
    assert found is not None
    assert found[0].age_result is None
    assert "PASS" not in repr(story)


def test_old_stories_keep_their_steps_and_lose_their_words(
    floor: ShopFloor, clock: SetClock, database: Database
) -> None:
    order = collected(floor)
    steps = len(story_rows(database, order.id))
    clock.move(days=366)

    forgetting.sweep(floor, MERCHANT)
    forgetting.sweep(floor, MERCHANT)

    rows = story_rows(database, order.id)
    assert len(rows) == steps
    assert {len(row) for row in rows} == {16}
    with database.read() as connection:
        told = orders.story(connection, MERCHANT, order.id)
    assert [event.seq for event in told] == list(range(1, steps + 1))


def story_rows(database: Database, order_id: str) -> list[bytes]:
    table = order_tables.order_event
    query = select(table.c.data).where(table.c.order_id == order_id).order_by(table.c.seq)
    with database.read() as connection:
        return list(connection.execute(query).scalars())


def test_every_table_of_the_floor_begins_with_the_merchant() -> None:
    first = {next(iter(table.primary_key.columns)).name for table in metadata.sorted_tables}

    assert first == {"merchant_id"}
