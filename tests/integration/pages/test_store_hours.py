"""The hours of a store in its editor: weeks, other days, holidays, and OpenStreetMap's."""

import datetime as dt

import pytest
from msgspec import structs

from storefront.fulfillment.place.hours import DayException, ExceptionSource, Service, Weekday
from storefront.fulfillment.store import places
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.editor import beside
from tests.kit.pages.world import World, send


def test_a_week_is_saved_with_its_breaks_and_its_nights(world: World) -> None:
    fields = {"weekly.mo": "09:00-12:00, 13:00-18:00", "weekly.fr": "18:00-02:00", "weekly.su": ""}

    send(world.signed_in("manager"), "/stores/sto_1/hours", "week", {"service": "STORE"}, **fields)

    with world.floor.database.read() as connection:
        week = next(
            it for it in places.hours(connection, MERCHANT, "sto_1") if it.service is Service.STORE
        ).weekly
    assert week.on(Weekday.MO) == ((540, 720), (780, 1080))
    assert week.on(Weekday.FR) == ((1080, 1560),)
    assert week.on(Weekday.SU) == ()


@pytest.mark.parametrize("typed", ["nine to six", "09:00", "09:00-25:70", "9-18", "31:00-32:00"])
def test_hours_that_cannot_be_read_are_named_beside_their_day(world: World, typed: str) -> None:
    answer = send(world.signed_in("manager"), "/stores/sto_1/hours", "week", **{"weekly.we": typed})

    assert answer.status_code == 400
    assert beside(answer.text, "weekly.we")


def test_a_day_that_differs_is_added_and_removed(world: World) -> None:
    client, path = world.signed_in("manager"), "/stores/sto_1/hours"

    send(client, path, "day", {"service": "STORE"}, date="2026-12-24", intervals="09:00-16:00")
    assert "2026-12-24" in client.get(path).text
    send(client, path, "drop", {"date": "2026-12-24"})

    assert "2026-12-24" not in client.get(path).text


def test_hours_are_taken_over_from_openstreetmap(world: World) -> None:
    client, path = world.signed_in("manager"), "/stores/sto_1/hours"

    send(client, path, "osm", {"service": "STORE"}, osm="Mo-Fr 08:30-17:00; Sa,Su off")

    assert 'value="08:30-17:00"' in client.get(path).text


def test_a_text_of_openstreetmap_that_cannot_be_read_is_told_beside_it(world: World) -> None:
    answer = send(
        world.signed_in("manager"), "/stores/sto_1/hours", "osm", {"service": "STORE"}, osm="always"
    )

    assert answer.status_code == 400
    assert beside(answer.text.partition('name="osm"')[0][-60:] + answer.text, "osm")


def test_a_proposed_holiday_counts_only_once_it_is_confirmed(world: World) -> None:
    day = dt.date(2026, 12, 25)
    proposed = DayException(day, source=ExceptionSource.HOLIDAY_PROPOSAL, confirmed=False)
    with world.floor.write(MERCHANT) as here:
        known = places.hours(here.connection, MERCHANT, "sto_1")
        store = next(one for one in known if one.service is Service.STORE)
        places.put_hours(here, structs.replace(store, exceptions=(proposed,)))
    assert store.on(day) != ()

    send(world.signed_in("manager"), "/stores/sto_1/hours", "confirm", {"date": "2026-12-25"})

    with world.floor.database.read() as connection:
        after = places.hours(connection, MERCHANT, "sto_1")
    assert next(one for one in after if one.service is Service.STORE).on(day) == ()
