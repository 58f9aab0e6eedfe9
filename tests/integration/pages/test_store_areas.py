"""Where a store delivers and for how much: areas, rules, fees, and who tries them out."""

import re

import pytest

from storefront.fulfillment.store import places
from storefront.fulfillment.zone.fee import Component
from storefront.fulfillment.zone.zone import ZoneKind
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.world import World, send

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
