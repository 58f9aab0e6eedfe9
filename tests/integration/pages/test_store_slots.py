"""The slots of a store in its editor: cut, closed, opened and shown."""

import datetime as dt
import re

import pytest

from storefront.fulfillment.place.hours import Service
from storefront.fulfillment.store import places, slots
from storefront.pages.store_slots import clock_changes
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.world import World, send

SLOTS = {"days": "mo", "service": "PICKUP", "from": "09:00", "to": "11:00", "lengthMin": "60"}


def test_slots_are_cut_as_the_template_says(world: World) -> None:
    client, path = world.signed_in("manager"), "/stores/sto_2/slots"

    send(client, path, "template", {"id": ""}, **{**SLOTS, "stepMin": "60", "horizonDays": "7"})

    with world.floor.database.read() as connection:
        found = places.templates(connection, MERCHANT, "sto_2")
    fresh = next(it for it in found if it.id != "slt_pickup")
    assert (fresh.from_min, fresh.to_min, fresh.length_min) == (540, 660, 60)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("from", "late"),
        ("to", "49:00"),
        ("lengthMin", "1"),
        ("stepMin", "x"),
        ("caps.orders", "0"),
        ("cutoff.minutesBefore", "-5"),
        ("horizonDays", "400"),
        ("priceDelta", "a lot"),
        ("cutoff.wallTime", "25:00"),
    ],
)
def test_a_slot_that_cannot_be_is_named_beside_its_field(
    world: World, name: str, typed: str
) -> None:
    fields = {**SLOTS, "stepMin": "60", name: typed}

    answer = send(
        world.signed_in("manager"), "/stores/sto_1/slots", "template", {"id": ""}, **fields
    )

    assert answer.status_code == 400
    assert re.search(rf'id="t-new-{re.escape(name)}-error"', answer.text)


def test_staff_close_and_open_a_slot(world: World) -> None:
    client, path = world.signed_in("staff"), "/stores/sto_1/slots"
    send(client, path, "block")
    assert "Closed by hand" in client.get(path).text

    send(client, path, "unblock")

    assert "Closed by hand" not in client.get(path).text


def test_the_preview_shows_the_next_changes_of_the_clock(world: World) -> None:
    page = world.signed_in("staff").get("/stores/sto_1/slots").text

    assert page.count("clocks are changed on this day") >= 2
    assert clock_changes("Europe/Amsterdam", dt.date(2026, 11, 21)) == [
        dt.date(2027, 3, 28),
        dt.date(2027, 10, 31),
    ]


def test_a_zone_without_clock_changes_has_none_to_show() -> None:
    assert clock_changes("Asia/Tokyo", dt.date(2026, 11, 21)) == []


def test_blocked_slots_stand_in_the_rows(world: World) -> None:
    send(world.signed_in("staff"), "/stores/sto_1/slots", "block")

    with world.floor.database.read() as connection:
        coming = slots.coming(connection, world.store, Service.PICKUP, world.floor.now())
    assert sum(slot.blocked for slot in coming) == 1
