"""What `regie check` says of a shop floor, on SQLite and on Postgres."""

from datetime import timedelta

from msgspec import structs
from sqlalchemy import update

from connector.model.order import HandingOver
from storefront.fulfillment.place.store import Store, StoreStatus
from storefront.fulfillment.store import hooks, places, troubles
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.store.tables import order
from storefront.fulfillment.work import timers
from tests.kit.command import Command
from tests.kit.floor.orders import an_order
from tests.kit.floor.walk import a_courier, claimed, job_of, packed, picked_up, taken_in
from tests.kit.floor.world import MERCHANT, NOON, SetClock
from tests.kit.samples import rich_place

PLACE = rich_place().name


def of_check(regie: Command, name: str) -> tuple[bool, str]:
    """Return what `regie check` says of one thing."""
    (found,) = [it for it in regie("check", "--json").json if it["name"] == name]
    return found["ok"], found["text"]


def test_check_says_nothing_of_a_floor_that_is_not_there(regie: Command) -> None:
    names = {it["name"] for it in regie("check", "--json").json}

    assert not names & {"staff", "couriers", "floor"}


def test_check_names_a_store_that_delivers_to_nowhere(regie: Command) -> None:
    said = regie.ok("store", "add", "centre", "--location", PLACE, "--radius", "4000")
    store_id, before = said.split()[0], of_check(regie, "store centre")
    with regie.house() as house, house.floor.write("mer_1") as here:
        (zone,) = places.zones(here.connection, "mer_1", store_id)
        places.drop_zone(here, store_id, zone.id)

    ok, text = of_check(regie, "store centre")

    assert before == (True, "open, 0 orders")
    assert not ok
    assert f"add one at /stores/{store_id}/zones" in text


def test_check_wants_an_owner_and_hours(regie: Command) -> None:
    said = regie.ok("store", "add", "centre", "--location", PLACE)
    store_id = said.split()[0]

    assert of_check(regie, "store centre") == (True, "open, 0 orders")
    assert of_check(regie, "staff")[0] is False
    regie.ok("staff", "add", "anna@example.org", "--role", "owner")
    assert of_check(regie, "staff") == (True, "1 person")
    with regie.house() as house, house.floor.write("mer_1") as here:
        for template in places.templates(here.connection, "mer_1", store_id):
            places.drop_template(here, store_id, template.id)
    assert of_check(regie, "store centre") == (False, f"no slots; set them at /stores/{store_id}")
    with regie.house() as house, house.floor.write("mer_1") as here:
        store = places.get(here.connection, "mer_1", store_id)
        places.save(here, _paused(store))
    assert of_check(regie, "store centre") == (True, "paused")


def _paused(store: Store) -> Store:
    return structs.replace(store, status=StoreStatus.PAUSED)


def test_check_counts_what_cannot_go_on_alone(floor: tuple[Command, ShopFloor]) -> None:
    regie, shop_floor = floor
    taken_in(shop_floor)
    assert of_check(regie, "store centre") == (True, "open, 1 order")
    taken_in(shop_floor, an_order(number=1002, test=True))

    fine, text = of_check(regie, "store centre")

    assert (fine, text) == (False, "open, 2 orders; 1 of them cannot go on alone: see /board")


def test_check_says_when_goods_are_with_somebody_who_is_not_heard_of(
    floor: tuple[Command, ShopFloor],
) -> None:
    regie, shop_floor = floor
    courier = a_courier(shop_floor)
    assert of_check(regie, "couriers") == (True, "1 active, 0 to be checked")
    delivery = an_order(how=HandingOver.DELIVERY)
    job = job_of(shop_floor, packed(shop_floor, delivery))
    picked_up(shop_floor, claimed(shop_floor, courier, job), job)
    later = structs.replace(shop_floor, clock=SetClock(NOON + timedelta(hours=3)))
    while timers.turn(later):
        pass

    fine, text = of_check(regie, "couriers")

    assert not fine
    assert "1 delivery overdue" in text


def test_check_counts_what_is_tried_in_vain(floor: tuple[Command, ShopFloor]) -> None:
    regie, shop_floor = floor
    with shop_floor.write(MERCHANT) as here:
        troubles.note(here, troubles.INTAKE, "con_1/1001", "part_told_twice")

    assert of_check(regie, "floor") == (False, "1 thing does not go on alone: see /console")


def test_check_says_when_nobody_ends_what_has_ended(floor: tuple[Command, ShopFloor]) -> None:
    regie, shop_floor = floor
    taken_in(shop_floor)
    assert of_check(regie, "floor")[0]
    with shop_floor.database.write() as connection:
        connection.execute(update(order.fulfillment_order).values(timer_at=1))

    fine, text = of_check(regie, "floor")

    assert not fine
    assert text == "1 orders and jobs wait; is a worker running?"


def test_check_names_a_webhook_that_was_switched_off(floor: tuple[Command, ShopFloor]) -> None:
    regie, shop_floor = floor
    with shop_floor.write(MERCHANT) as here:
        hooks.add(shop_floor, here, "whk_1", "https://a.example/in", ("order.*",), b"s" * 32)
    assert of_check(regie, "webhook whk_1") == (True, "is told")
    with shop_floor.write(MERCHANT) as here:
        hooks.disable(here, "whk_1")

    assert of_check(regie, "webhook whk_1")[0] is False
