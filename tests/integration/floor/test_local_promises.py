"""What a shopper nearby may be promised goes out as everything does: by grant, and on record."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from connector.model.location import Address, Geo
from connector.store.clock import system_clock
from connector.store.database import Database
from connector.store.secrets import SecretBox
from storefront.disclosure.field import Group
from storefront.disclosure.grant import ProductSet, Stock
from storefront.fulfillment.place.hours import Hours, Service, Week, Weekday
from storefront.fulfillment.place.point import PlaceSource, Position
from storefront.fulfillment.place.store import (
    DeliveryTerms,
    PickupTerms,
    StockSource,
    Store,
    StoreStatus,
)
from storefront.fulfillment.slot.template import Caps
from storefront.fulfillment.store import goods, holds, places, slots
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.store.holds import Basket
from storefront.fulfillment.store.stock import Wanted
from storefront.fulfillment.zone.fee import Component, FeeList, FeeRule
from storefront.fulfillment.zone.zone import Zone, ZoneKind
from tests.kit.disclosure.shop import FULL, Shop
from tests.kit.floor.world import a_template
from tests.kit.samples import place, product

MUG = product(1).variants[0].id
JUG = product(2).variants[0].id
BASKET = """query($lines: [BasketLine!]!) { pickup(lines: $lines) {
  storeId name readyAt day date time slot reason place { name } } }"""
SLOTS = """query { slots(storeId: "sto_1") { id startAt endAt cutoffAt room } }"""
DELIVERY = """query($to: String!) { delivery(storeId: "sto_1", country: "NL", postcode: $to) {
  certainty fee { amount currency } parts { component amount { amount } } } }"""
POINT = Position(Geo(52.3731, 4.8926), 10, PlaceSource.PIN)
STORE = Store(
    id="sto_1",
    merchant_id="mer_1",
    code="centre",
    name={"en": "Centre"},
    address=Address("Dam 1", None, "1012JS", "Amsterdam", None, "NL"),
    timezone="Europe/Amsterdam",
    status=StoreStatus.ACTIVE,
    geo=POINT,
    location_id=place().id,
    pickup=PickupTerms(enabled=True, prep_minutes=60),
    delivery=DeliveryTerms(enabled=True),
    stock_sources=(StockSource(place().id),),
)


def a_floor(database: Database) -> ShopFloor:
    return ShopFloor(database, SecretBox(["k" * 32]), system_clock)


@pytest.fixture
def shop(sqlite_url: str, open_at: Callable[[str], Database]) -> Shop:
    found = Shop(open_at(sqlite_url))
    with a_floor(found.database).write("mer_1") as here:
        places.add(here, STORE)
        week = Week(**{day.value: ((0, 1440),) for day in Weekday})
        places.put_hours(here, Hours("sto_1", Service.STORE, week))
        places.put_template(here, a_template("sto_1", Service.PICKUP, Caps(orders=1)))
        places.put_zone(
            here,
            Zone(
                "zon_1",
                "sto_1",
                {"en": "City"},
                ZoneKind.POSTCODES,
                postcodes=("101*",),
                country="NL",
            ),
        )
        rule = FeeRule("fee_1", Component.BASE, amount=495)
        places.put_fees(here, FeeList("sto_1", "EUR", (rule,)))
    return found


def basket(shop: Shop, variant: str = MUG, quantity: int = 1) -> dict[str, object]:
    (found,) = shop.agent.data(BASKET, {"lines": [{"variantId": variant, "quantity": quantity}]})[
        "pickup"
    ]
    assert isinstance(found, dict)
    return found


def test_a_basket_is_promised_from_an_instant_in_a_slot(shop: Shop) -> None:
    shop.grant(FULL)

    found = basket(shop)

    assert (found["storeId"], found["name"], found["reason"]) == ("sto_1", "Centre", None)
    assert found["place"] == {"name": place().name}
    assert str(found["slot"]).startswith("sto_1/PICKUP/")
    assert found["readyAt"]


def test_what_the_store_has_not_is_not_promised(shop: Shop) -> None:
    shop.grant(FULL)

    found = basket(shop, JUG)

    assert (found["reason"], found["readyAt"], found["slot"]) == ("OUT_OF_STOCK", None, None)


def test_a_hidden_variant_is_as_if_it_were_not_there(shop: Shop) -> None:
    shop.grant(structs.replace(FULL, include=ProductSet(categories=("jugs",))))
    lines = [{"variantId": MUG, "quantity": 1}]
    nothing = [{"variantId": "var_nobody_has_this", "quantity": 1}]

    hidden, missing = (shop.agent.ask(BASKET, {"lines": it}) for it in (lines, nothing))

    assert hidden["errors"][0]["extensions"]["code"] == "good_not_found"
    assert str(hidden).replace(MUG, "x") == str(missing).replace("var_nobody_has_this", "x")


@pytest.mark.parametrize("without", [Group.STORES, Group.STOCK])
def test_a_promise_needs_stores_and_stock(shop: Shop, without: Group) -> None:
    shop.grant(structs.replace(FULL, fields=FULL.fields - {without}))

    code = shop.agent.code(BASKET, {"lines": [{"variantId": MUG, "quantity": 1}]})

    assert code == "field_not_shared"


def test_a_store_that_is_not_shared_promises_nothing(shop: Shop) -> None:
    shop.grant(structs.replace(FULL, stores=("loc_other",)))

    answer = shop.agent.data(BASKET, {"lines": [{"variantId": MUG, "quantity": 1}]})

    assert answer["pickup"] == []
    assert shop.agent.code(SLOTS) == "store_not_found"
    assert shop.agent.code(DELIVERY, {"to": "1012JS"}) == "store_not_found"


@pytest.mark.parametrize("lines", [[2], [1, 1]])
def test_where_stock_is_told_in_words_a_basket_holds_one_piece_of_each(
    shop: Shop, lines: list[int]
) -> None:
    shop.grant(structs.replace(FULL, stock=Stock.BAND))

    assert basket(shop)["reason"] is None
    more = [{"variantId": MUG, "quantity": it} for it in lines]
    assert shop.agent.code(BASKET, {"lines": more}) == "field_not_shared"


def test_a_store_promises_nothing_of_a_product_whose_stock_there_is_not_told(shop: Shop) -> None:
    mug, jug = (ProductSet(products=(product(it).id,)) for it in (1, 2))
    shop.grant(structs.replace(FULL, include=mug, stores=("loc_other",)))
    shop.grant(structs.replace(FULL, id="grt_2", include=jug))

    lines = [[{"variantId": it, "quantity": 1}] for it in (MUG, JUG)]
    of_mug, of_jug = (shop.agent.data(BASKET, {"lines": it})["pickup"] for it in lines)

    assert (of_mug, [it["storeId"] for it in of_jug]) == ([], ["sto_1"])


def test_slots_tell_how_much_room_there_is_and_no_count(shop: Shop) -> None:
    shop.grant(FULL)
    before = shop.agent.data(SLOTS)["slots"][0]
    floor = a_floor(shop.database)
    with floor.write("mer_1") as here:
        found = goods.goods(here.connection, "mer_1", [MUG])
        slot = slots.one(here.connection, STORE, before["id"], here.now)
        wanted = (Wanted(MUG, 1),)
        holds.take(here, STORE, slot, found, Basket("hld_1", "cart", b"s", None, wanted))

    after = shop.agent.data(SLOTS)["slots"][0]

    assert (before["room"], after["room"]) == ("FEW", "NONE")
    assert before["id"] == after["id"]


@pytest.mark.parametrize(("service", "has_slots"), [("PICKUP", True), ("DELIVERY", False)])
def test_slots_are_told_of_the_service_that_was_asked_for(
    shop: Shop, service: str, *, has_slots: bool
) -> None:
    shop.grant(FULL)

    found = shop.agent.data(f'{{slots(storeId: "sto_1", service: {service}) {{id}}}}')["slots"]

    assert bool(found) is has_slots


def test_an_answer_of_the_floor_is_never_kept(shop: Shop) -> None:
    shop.grant(FULL)

    answer = shop.agent.post({"query": SLOTS})

    assert "ETag" not in answer.headers


def test_a_postcode_gets_a_fee_that_explains_itself(shop: Shop) -> None:
    shop.grant(FULL)

    inside = shop.agent.data(DELIVERY, {"to": "1012 JS"})["delivery"]
    outside = shop.agent.data(DELIVERY, {"to": "9711 AA"})["delivery"]

    assert inside == {
        "certainty": "IN",
        "fee": {"amount": 495, "currency": "EUR"},
        "parts": [{"component": "BASE", "amount": {"amount": 495}}],
    }
    assert outside == {"certainty": "OUTSIDE", "fee": None, "parts": None}


def test_an_area_with_a_lead_says_from_when_a_slot_may_begin(shop: Shop) -> None:
    shop.grant(FULL)
    city = Zone("zon_1", "sto_1", {}, ZoneKind.POSTCODES, postcodes=("101*",), country="NL")
    with a_floor(shop.database).write("mer_1") as here:
        places.put_zone(here, structs.replace(city, lead_min=90))
    before = datetime.now(UTC)

    told = shop.agent.data(
        'query { delivery(storeId: "sto_1", country: "NL", postcode: "1012JS") { startsFrom } }'
    )

    away = datetime.fromisoformat(told["delivery"]["startsFrom"]) - before
    assert timedelta(minutes=89) < away < timedelta(minutes=95)


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        (BASKET, {"lines": []}, "bad_basket"),
        (BASKET, {"lines": [{"variantId": MUG, "quantity": 0}]}, "bad_basket"),
        (SLOTS.replace('"sto_1"', '"sto_1", days: 15'), {}, "bad_basket"),
        (DELIVERY, {"to": "???"}, "bad_postcode"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(
    shop: Shop, query: str, variables: dict[str, object], code: str
) -> None:
    shop.grant(FULL)

    assert shop.agent.code(query, variables) == code


ONE = f'lines: [{{variantId: "{MUG}"}}]'
TO = 'storeId: "sto_1", country: "NL"'


@pytest.mark.parametrize(
    ("query", "names_the_mug", "names_the_store"),
    [
        (f"{{pickup({ONE}) {{storeId name readyAt}}}}", True, True),
        (f"{{pickup({ONE}) {{reason}}}}", True, True),
        (f"{{pickup({ONE}) {{slot}}}}", True, True),
        (f"{{pickup({ONE}) {{name}}}}", False, True),
        (f"{{pickup({ONE}, first: 1) {{place {{name}}}}}}", False, True),
        ('{slots(storeId: "sto_1") {room}}', False, True),
        (f'{{delivery({TO}, postcode: "1012JS") {{certainty}}}}', False, True),
        (f'{{delivery({TO}, postcode: "9711AA") {{certainty}}}}', False, True),
        ('{slots(storeId: "sto_1", service: DELIVERY) {room}}', False, False),
    ],
)
def test_what_the_floor_told_is_on_record_with_its_product_and_its_store(
    shop: Shop, query: str, *, names_the_mug: bool, names_the_store: bool
) -> None:
    shop.grant(FULL)

    shop.agent.data(query)

    shown = shop.shown(shop.entries()[-1])
    assert shown.products == ((product(1).id,) if names_the_mug else ())
    assert shown.stores == ((place().id,) if names_the_store else ())


def test_a_basket_beside_a_product_sets_apart_what_went_out_of_each(shop: Shop) -> None:
    shop.grant(FULL)

    shop.agent.data(f'{{pickup({ONE}) {{readyAt}} product(id: "{product(2).id}") {{title}}}}')

    shown = shop.shown(shop.entries()[-1])
    assert {it.products: it.fields for it in shown.parts} == {
        (product(1).id,): ("PickupPromise.readyAt", "Query.pickup", "Query.product"),
        (product(2).id,): ("Product.title", "Query.pickup", "Query.product"),
    }
