"""A store's places are chosen by their names, and where it lies is entered with help."""

import re
from collections.abc import Callable

import msgspec
import pytest
from msgspec import structs
from werkzeug.test import TestResponse

from connector.model.location import Geo
from connector.store import connections, tables
from connector.store.connections import Shopfront
from connector.store.database import Database
from connector.store.database.bulk import upsert_rows
from storefront.fulfillment.place.store import DeliveryTerms, SourcePolicy, StockSource, Store
from storefront.fulfillment.store import places
from tests.kit.floor.world import BOX, MERCHANT, NOON_MS, PLACE
from tests.kit.pages.world import World, a_world, form, notice, send
from tests.kit.samples import place

DEPOT = structs.replace(place("depot"), name="Depot <Noord>", active=False)
TERMS = {"throughput.per": "HOUR", "throughput.unit": "ORDER", "safetyStock.default": "0"}


@pytest.fixture
def world(sqlite_url: str, open_at: Callable[[str], Database]) -> World:
    found = a_world(open_at(sqlite_url))
    front = Shopfront(MERCHANT, "con_1", "memory", "shop.example", None, "active", *[None] * 8)
    with found.floor.database.write() as connection:
        connections.put(connection, front, {}, "s", BOX, NOON_MS)
        row = (MERCHANT, DEPOT.id, "con_1", msgspec.json.encode(DEPOT), 0)
        upsert_rows(connection, tables.location, [row])
    return found


def store_of(world: World) -> Store:
    with world.floor.database.read() as connection:
        return places.get(connection, MERCHANT, "sto_1")


def save(world: World, *ticked: str, **more: str) -> TestResponse:
    """Send the stock form with these places ticked, and no other."""
    client = world.signed_in("manager")
    fields = form(client.get("/stores/sto_1").text, "stock")
    sent: dict[str, object] = {**fields, **TERMS, **more, "stockSources": list(ticked)}
    return client.post("/stores/sto_1", data=sent)


def test_every_place_of_the_shops_is_offered_by_its_name(world: World) -> None:
    page = world.signed_in("manager").get("/stores/sto_1").text

    ticks = dict(re.findall(r'name="stockSources" value="([^"]+)"( checked)?', page))
    options = re.findall(r'<option value="(loc[^"]*)"( selected)?>([^<]+)<', page)
    assert ticks == {PLACE.id: " checked", DEPOT.id: ""}
    assert set(options) == {
        (PLACE.id, " selected", "Store (shop.example)"),
        (DEPOT.id, "", "Depot &lt;Noord&gt; (shop.example)"),
    }
    assert "closed in the web shop" in page
    assert "Depot &lt;Noord&gt;" in page
    assert "<Noord>" not in page


def test_what_is_ticked_is_sold_from_at_once_or_after_its_hours(world: World) -> None:
    answer = save(world, PLACE.id, DEPOT.id, **{f"hours.{DEPOT.id}": "24"})

    assert answer.status_code == 303
    assert store_of(world).stock_sources == (
        StockSource(PLACE.id),
        StockSource(DEPOT.id, SourcePolicy.TRANSFER, 24),
    )


def test_what_is_not_ticked_is_sold_from_no_more(world: World) -> None:
    save(world, DEPOT.id)

    assert store_of(world).stock_sources == (StockSource(DEPOT.id),)


def test_the_sources_stay_in_their_order(world: World) -> None:
    save(world, DEPOT.id)
    save(world, PLACE.id, DEPOT.id)

    assert [it.location_ref for it in store_of(world).stock_sources] == [DEPOT.id, PLACE.id]


def test_the_shops_own_place_is_chosen(world: World) -> None:
    save(world, PLACE.id, locationId=DEPOT.id)
    chosen = store_of(world).location_id
    save(world, PLACE.id, locationId="")

    assert (chosen, store_of(world).location_id) == (DEPOT.id, None)


def test_a_place_that_the_shop_has_no_more_is_shown_and_can_be_left_out(world: World) -> None:
    gone = structs.replace(store_of(world), stock_sources=(StockSource("loc_gone"),))
    with world.floor.write(MERCHANT) as here:
        places.save(here, gone)
    page = world.signed_in("manager").get("/stores/sto_1").text

    save(world, PLACE.id)

    assert "the web shop has no such place any more" in page
    assert 'value="loc_gone" checked' in page
    assert store_of(world).stock_sources == (StockSource(PLACE.id),)


@pytest.mark.parametrize("field", ["stockSources", "locationId"])
def test_a_place_of_nobody_is_refused(world: World, field: str) -> None:
    ticked = ["loc_other"] if field == "stockSources" else [PLACE.id]
    more = {"locationId": "loc_other"} if field == "locationId" else {}

    answer = save(world, *ticked, **more)

    assert answer.status_code == 400
    assert "This cannot stand as it is." in answer.text
    assert store_of(world).stock_sources == (StockSource(PLACE.id),)


def test_staff_who_do_not_manage_change_no_places(world: World) -> None:
    client = world.signed_in("staff")
    fields = form(client.get("/stores/sto_1").text, "stock")

    answer = client.post("/stores/sto_1", data={**fields, **TERMS, "stockSources": [DEPOT.id]})

    assert answer.status_code == 403
    assert store_of(world).stock_sources == (StockSource(PLACE.id),)


def unplaced(world: World) -> None:
    """Let nobody have said where the store lies; it does not deliver."""
    store = structs.replace(store_of(world), geo=None, delivery=DeliveryTerms())
    with world.floor.write(MERCHANT) as here:
        places.save(here, store)


def test_a_store_that_is_to_deliver_is_told_where_to_enter_its_point(world: World) -> None:
    unplaced(world)
    client = world.signed_in("manager")
    page = client.get("/stores/sto_1").text

    answer = send(client, "/stores/sto_1", "delivery", enabled="1")

    assert 'href="#place-latitude"' in page
    assert "openstreetmap.org" in page
    assert answer.status_code == 400
    assert notice(answer.text).startswith("A store that delivers must be on the map.")
    assert not store_of(world).delivery.enabled


def test_a_store_that_delivers_keeps_its_point(world: World) -> None:
    client = world.signed_in("manager")

    answer = send(client, "/stores/sto_1", "place", latitude="", longitude="")

    assert answer.status_code == 400
    assert notice(answer.text).startswith("A store that delivers must be on the map.")
    assert store_of(world).geo is not None


def test_a_store_on_the_map_is_asked_for_nothing(world: World) -> None:
    assert 'id="no-point"' not in world.signed_in("manager").get("/stores/sto_1").text


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [("52.3731", "4.8926"), ("52,3731", "4,8926"), ("52.3731, 4.8926", ""), ("52.3731,4.8926", "")],
)
def test_a_point_may_be_typed_or_pasted_from_a_map(
    world: World, latitude: str, longitude: str
) -> None:
    unplaced(world)
    client = world.signed_in("manager")

    send(client, "/stores/sto_1", "place", latitude=latitude, longitude=longitude)
    done = send(client, "/stores/sto_1", "delivery", enabled="1")

    found = store_of(world)
    assert done.status_code == 303
    assert found.geo
    assert (found.geo.point, found.delivery.enabled) == (Geo(52.3731, 4.8926), True)


@pytest.mark.parametrize("latitude", ["52,3731", "52.3731 4.8926 1", "52.3731, 4.8926, 3"])
def test_half_a_point_or_three_numbers_are_refused(world: World, latitude: str) -> None:
    answer = send(
        world.signed_in("manager"), "/stores/sto_1", "place", latitude=latitude, longitude=""
    )

    assert answer.status_code == 400


def test_what_the_web_shop_says_of_its_place_is_shown_while_the_store_says_nothing(
    world: World,
) -> None:
    there = structs.replace(PLACE, geo=Geo(53.55, 9.93))
    with world.floor.database.write() as connection:
        row = (MERCHANT, PLACE.id, "con_1", msgspec.json.encode(there), 0)
        upsert_rows(connection, tables.location, [row])
    client = world.signed_in("manager")
    before = "53.55, 9.93" in client.get("/stores/sto_1").text

    unplaced(world)

    assert (before, "53.55, 9.93" in client.get("/stores/sto_1").text) == (False, True)
