"""The editor of stores: what is saved, and which field is named when something cannot stand."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from msgspec import structs

from connector.store.database import Database
from storefront.fulfillment.place.hours import DayException, ExceptionSource, Service, Weekday
from storefront.fulfillment.store import places, slots
from storefront.fulfillment.zone.fee import Component
from storefront.fulfillment.zone.zone import ZoneKind
from storefront.pages.store_slots import clock_changes
from tests.kit.floor.world import MERCHANT, PLACE
from tests.kit.pages.world import World, a_world, form, notice, send


@pytest.fixture
def world(sqlite_url: str, open_at: Callable[[str], Database]) -> World:
    return a_world(open_at(sqlite_url))


def read(world: World, what: str) -> object:
    with world.floor.database.read() as connection:
        return getattr(places, what)(connection, MERCHANT, "sto_1")


def beside(page: str, name: str) -> bool:
    """Tell whether a fault is told beside the field of that name."""
    field = re.search(rf'<(?:input|textarea|select)[^>]* name="{re.escape(name)}"[^>]*>', page)
    told = re.findall(r'<p class="error" id="([^"]+)-error"', page)
    return field is not None and 'aria-invalid="true"' in field[0] and len(told) == 1


PLACE_FIELDS = {"name.en": "Centre", "timezone": "Europe/Amsterdam"}


def test_the_terms_of_a_place_are_saved(world: World) -> None:
    client = world.signed_in("manager")

    answer = send(client, "/stores/sto_1", "place", **{"contact.phone": "+31201234567"})

    assert answer.status_code == 303
    assert 'value="+31201234567"' in client.get("/stores/sto_1").text


def test_a_number_may_be_typed_as_people_write_it(world: World) -> None:
    client = world.signed_in("manager")

    send(client, "/stores/sto_1", "place", **{"contact.phone": "+31 (20) 123-45 67"})

    assert 'value="+31201234567"' in client.get("/stores/sto_1").text


@pytest.mark.parametrize(
    ("do", "name", "typed"),
    [
        ("place", "code", "no blanks"),
        ("place", "address.line1", ""),
        ("place", "address.country", "Holland"),
        ("place", "timezone", "Mars/Olympus"),
        ("place", "contact.phone", "020"),
        ("place", "contact.email", "nobody"),
        ("place", "gln", "123"),
        ("place", "latitude", "north"),
        ("place", "autoAcceptMin", "soon"),
        ("pickup", "pickup.prepMinutes", "-1"),
        ("pickup", "pickup.holdDays", "0"),
        ("pickup", "pickup.remindAfterHours", "72, 24"),
        ("delivery", "delivery.maxJobsOpen", "0"),
        ("delivery", "delivery.minOrder", "1.234"),
        ("stock", "safetyStock.default", "-2"),
        ("stock", "throughput.cap", "0"),
        ("stock", f"hours.{PLACE.id}", "many"),
    ],
)
def test_a_term_that_cannot_stand_is_named_beside_its_field(
    world: World, do: str, name: str, typed: str
) -> None:
    client = world.signed_in("manager")
    more = {
        "pickup.modes": "IN_STORE",
        "partial": "ASK",
        "idCheck": "PIN",
        "throughput.per": "HOUR",
        "throughput.unit": "ORDER",
    }

    answer = send(client, "/stores/sto_1", do, **{**more, name: typed})

    assert answer.status_code == 400
    assert beside(answer.text, name)
    assert f">{typed}</textarea>" in answer.text or f'value="{typed}"' in answer.text


def test_a_store_is_added_as_a_draft_by_its_owner(world: World) -> None:
    client = world.signed_in("owner")

    answer = send(
        client,
        "/stores",
        "add",
        **{"name": "South", "code": "south", "address.line1": "Zuid 1", "address.country": "nl"},
    )

    page = client.get(answer.headers["Location"]).text
    assert "South" in page
    assert "Draft" in page


def test_a_code_that_another_store_has_is_refused(world: World) -> None:
    answer = send(
        world.signed_in("owner"),
        "/stores",
        "add",
        **{"name": "South", "code": "centre", "address.line1": "Zuid 1"},
    )

    assert answer.status_code == 400
    assert beside(answer.text, "code")


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


SQUARE = '{"type":"Polygon","coordinates":[[[4.8,52.3],[5,52.3],[5,52.4],[4.8,52.4],[4.8,52.3]]]}'


@pytest.mark.parametrize(
    ("kind", "fields", "drawn"),
    [
        ("RADIUS", {"radiusM": "2500"}, True),
        ("POSTCODES", {"postcodes": "1011*\n1012"}, False),
        ("POLYGON", {"geojson": SQUARE}, True),
    ],
)
def test_areas_of_every_kind_are_saved_and_drawn(
    world: World,
    kind: str,
    fields: dict[str, str],
    drawn: bool,  # noqa: FBT001
) -> None:
    client, path = world.signed_in("manager"), "/stores/sto_1/zones"
    before = client.get(path).text.count('<svg class="map"')

    send(client, path, "zone", {"id": ""}, name="New", kind=kind, country="NL", **fields)

    with world.floor.database.read() as connection:
        kinds = {zone.kind for zone in places.zones(connection, MERCHANT, "sto_1")}
    assert ZoneKind(kind) in kinds
    assert client.get(path).text.count('<svg class="map"') == before + drawn


@pytest.mark.parametrize(
    ("kind", "name", "typed"),
    [
        ("RADIUS", "radiusM", "0"),
        ("POLYGON", "geojson", "{}"),
        ("POLYGON", "geojson", "not json"),
        ("POSTCODES", "postcodes", ""),
        ("RADIUS", "priority", "first"),
    ],
)
def test_an_area_that_is_none_is_named_beside_its_field(
    world: World, kind: str, name: str, typed: str
) -> None:
    answer = send(
        world.signed_in("manager"),
        "/stores/sto_1/zones",
        "zone",
        {"id": ""},
        **{"kind": kind, name: typed},
    )

    assert answer.status_code == 400
    assert f'id="z-new-{name}-error"' in answer.text


def test_an_area_is_removed(world: World) -> None:
    client, path = world.signed_in("manager"), "/stores/sto_1/zones"

    send(client, path, "drop", {"id": "zon_1"})

    assert "Near" not in client.get(path).text


def test_a_rule_is_added_moved_and_removed(world: World) -> None:
    client, path = world.signed_in("manager"), "/stores/sto_1/fees"
    send(client, path, "rule", {"list": "fee", "id": ""}, component="FREE_OVER", amount="50")
    with world.floor.database.read() as connection:
        found = places.fees(connection, MERCHANT, "sto_1")
    assert found is not None
    fresh = found.rules[-1]
    assert (fresh.component, fresh.amount) == (Component.FREE_OVER, 5000)

    send(client, path, "up", {"id": fresh.id})
    send(client, path, "drop", {"id": "fee_1", "list": "fee"})

    with world.floor.database.read() as connection:
        left = places.fees(connection, MERCHANT, "sto_1")
    assert left is not None
    assert [rule.id for rule in left.rules] == [fresh.id, "fee_2"]


def test_a_fee_by_distance_says_what_its_step_counts(world: World) -> None:
    client, path = world.signed_in("manager"), "/stores/sto_1/fees"

    send(
        client,
        path,
        "rule",
        {"list": "fee", "id": ""},
        component="DISTANCE",
        amount="1",
        step="700",
    )
    send(
        client, path, "rule", {"list": "fee", "id": ""}, component="WEIGHT", amount="1", step="900"
    )

    page = client.get(path).text
    assert "700 m<" in page
    assert "900 g<" in page


def test_the_tester_explains_every_part(world: World) -> None:
    page = world.signed_in("staff").get("/stores/sto_1/fees?postcode=1011NK&subtotal=40").text

    table = re.sub(r"<[^>]+>", " ", page.partition("<table")[2])
    assert "Basic amount" in table
    assert "€4.95" in table


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("postcode=%20", "The postcode cannot be read."),
        ("postcode=1011NK&subtotal=1", "The basket is below the minimum for delivery."),
    ],
)
def test_the_tester_tells_why_there_is_no_delivery(world: World, query: str, words: str) -> None:
    client = world.signed_in("manager")
    send(client, "/stores/sto_1", "delivery", enabled="1", **{"delivery.minOrder": "20"})

    assert words in client.get(f"/stores/sto_1/fees?{query}").text


def test_a_store_is_closed_for_good_only_when_nothing_is_open(world: World) -> None:
    client = world.signed_in("owner")
    send(client, "/stores/sto_2", "status", event="pause")

    send(client, "/stores/sto_2", "status", event="archive")

    assert "Closed for good" in client.get("/stores/sto_2").text


def test_a_step_that_does_not_follow_is_refused(world: World) -> None:
    client = world.signed_in("owner")
    fields = form(client.get("/stores/sto_1").text, "status")

    answer = client.post("/stores/sto_1", data={**fields, "event": "archive"})

    assert answer.status_code == 409
    assert notice(answer.text).startswith("That is not possible")


def test_blocked_slots_stand_in_the_rows(world: World) -> None:
    send(world.signed_in("staff"), "/stores/sto_1/slots", "block")

    with world.floor.database.read() as connection:
        coming = slots.coming(connection, world.store, Service.PICKUP, world.floor.now())
    assert sum(slot.blocked for slot in coming) == 1


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
