"""The commands of the shop floor, on SQLite and on Postgres."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs
from sqlalchemy import update

from connector.model.order import HandingOver
from storefront.fulfillment.place.postcode import normalise
from storefront.fulfillment.place.store import Store, StoreStatus
from storefront.fulfillment.store import hooks, places, troubles
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.store.tables import order
from storefront.fulfillment.work import timers
from storefront.fulfillment.zone.zone import Zone, ZoneKind
from tests.kit.command import Command, environment
from tests.kit.floor.orders import BUYER, an_order
from tests.kit.floor.walk import a_courier, claimed, collected, job_of, packed, picked_up, taken_in
from tests.kit.floor.world import MERCHANT, NOON, SetClock, a_floor, a_store, stock
from tests.kit.samples import place, rich_place

PLACE = rich_place().name
MAIL = str(BUYER.email)


def of_check(regie: Command, name: str) -> tuple[bool, str]:
    """Return what `regie check` says of one thing."""
    (found,) = [it for it in regie("check", "--json").json if it["name"] == name]
    return found["ok"], found["text"]


def test_a_store_is_open_at_once(regie: Command) -> None:
    said = regie.ok("store", "add", "centre", "--location", PLACE, "--radius", "4000")

    found = re.fullmatch(r"(sto_\S+)  centre  open; its page: /stores/\1", said)
    assert found
    listed = regie.ok("store", "list")
    assert listed == f"{found[1]}  centre  ACTIVE  pickup+delivery  0 orders  0 deliveries"
    assert regie("store", "list", "--json").json[0]["code"] == "centre"
    with regie.house() as house, house.database.read() as connection:
        assert places.hours(connection, "mer_1", found[1])
        assert places.templates(connection, "mer_1", found[1])
        assert places.zones(connection, "mer_1", found[1])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--location", "Nowhere"), "bad_store"),
        ((), "bad_store"),
        (("--location", PLACE, "--hours", "Mo-Xx 9-18"), "bad_hours"),
    ],
)
def test_a_store_that_cannot_be_opened_says_why(
    regie: Command, words: tuple[str, ...], code: str
) -> None:
    assert regie("store", "add", "centre", *words).failed(code)
    assert regie.ok("store", "list") == ""


def test_a_place_without_a_position_says_how_to_deliver_from_it(regie: Command) -> None:
    refused = regie("store", "add", "kiosk", "--location", place().name, "--radius", "4000")

    assert refused.failed("bad_store")
    assert "enter latitude and longitude on its page" in refused.err


def test_a_place_that_the_shop_does_not_tell_is_said_by_hand(regie: Command) -> None:
    words = ("store", "add", "centre", "--location", PLACE, "--radius", "4000")
    store_id = regie.ok(*words, "--at", "53.55,9.93").split()[0]

    with regie.house() as house, house.database.read() as connection:
        found = places.get(connection, "mer_1", store_id).geo
    assert found
    assert (found.point.latitude, found.point.longitude) == (53.55, 9.93)
    for nonsense in ("north", "53.55", "91,0", "1,2,3"):
        assert regie(*words, "--at", nonsense).code == 2


TABLE = ("--country", "NL", "--source", "somebody", "--licence", "CC-BY-4.0")


def test_postcodes_are_imported_and_replaced(regie: Command, tmp_path: Path) -> None:
    file = tmp_path / "nl.csv"
    file.write_text(
        "postcode,latitude,longitude,accuracy_m\n3511az,52.09,5.12,80\n1011,52.3,4.9,\n"
    )

    assert regie.ok("store", "postcodes", str(file), *TABLE) == "2 postcodes of NL"
    file.write_text("postcode,latitude,longitude\n3511 AZ,52.1,5.13\n")
    assert regie.ok("store", "postcodes", str(file), *TABLE) == "1 postcodes of NL"

    with regie.house() as house, house.database.read() as connection:
        one = places.postcode(connection, "mer_1", "NL", normalise("3511AZ", "NL"))
        two = places.postcode(connection, "mer_1", "NL", normalise("1011", "NL"))
    assert one
    assert two
    assert (one.latitude, one.accuracy_m, one.licence) == (52.1, 500, "CC-BY-4.0")
    assert two.accuracy_m == 500


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"code,lat\n1011,1\n",
        b"postcode,latitude,longitude\n1011,52.3,4.9\n1012,north,4.9\n",
        b"postcode,latitude,longitude\n1011,52.3,4.9\n!,52.3,4.9\n",
        b"postcode,latitude,longitude\n1011,52.3,4.9\n1012,nan,4.9\n",
        b"postcode,latitude,longitude\n1011,52.3,4.9\n1012,52.3\n",
        b"latitude,longitude,postcode\n52.3,4.9,1011\n52.3,4.9\n",
        b"postcode,latitude,longitude\n1011,52.3,4.9\n1012\xff,52.3,4.9\n",
        b"\xff\xfepostcode,latitude,longitude\n",
        b"postcode,latitude,longitude\n1011,52.3,4.9\n" + b"1" * 200_000 + b",52.3,4.9\n",
    ],
)
def test_a_table_with_a_bad_line_leaves_nothing(
    regie: Command, tmp_path: Path, data: bytes
) -> None:
    file = tmp_path / "nl.csv"
    file.write_bytes(data)

    assert regie("store", "postcodes", str(file), *TABLE).failed("bad_postcode_table")

    with regie.house() as house, house.database.read() as connection:
        assert places.postcode(connection, "mer_1", "NL", normalise("1011", "NL")) is None


def test_a_code_is_given_once(regie: Command) -> None:
    regie.ok("store", "add", "centre", "--location", PLACE)

    assert regie("store", "add", "centre", "--location", PLACE).failed("bad_store")


def test_staff_come_in_by_a_link_once_and_no_more_when_closed(regie: Command) -> None:
    told = regie.ok("staff", "add", "anna@a.example", "--role", "manager", "--name", "Anna")
    entered, link = told.splitlines()
    staff_id = entered.split()[0]
    assert re.fullmatch(r"https?://\S+/sign-in/[\w-]{22,}", link)
    assert regie.ok("staff", "link", staff_id) != link
    assert regie.ok("staff", "list") == f"{staff_id}  manager  open  all stores  Anna"
    regie.ok("staff", "close", staff_id)
    assert regie.ok("staff", "list") == f"{staff_id}  manager  closed  all stores  Anna"
    assert regie("staff", "link", staff_id).code == 1


def test_nobody_s_login_is_entered_twice(regie: Command) -> None:
    regie.ok("staff", "add", "anna@example.org")

    again = regie("staff", "add", "anna@example.org")

    assert again.code == 1
    assert "anna" not in again.err


def test_a_courier_is_invited_and_approved(regie: Command) -> None:
    entered, link = regie.ok("courier", "invite", "Jan").splitlines()

    courier_id = entered.split()[0]
    assert "#join=" in link
    assert courier_id in regie.ok("courier", "list")
    assert regie("courier", "approve", courier_id).code == 1
    assert regie("courier", "suspend", courier_id).failed("illegal_transition")


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


@pytest.fixture
def floor(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    database_url: str,
) -> Iterator[tuple[Command, ShopFloor]]:
    """Yield the commands of a house with one store, and its floor."""
    command = Command(monkeypatch, capsys, environment(tmp_path / "floor", database_url))
    with command.house() as house:
        shop_floor = a_floor(house.database)
        stock(house.database, {1: 40}, NOON)
        store = a_store(shop_floor)
        with shop_floor.write(MERCHANT) as here:
            near = Zone("zon_1", store.id, {"en": "Near"}, ZoneKind.RADIUS, radius_m=4000)
            places.put_zone(here, near)
        yield command, structs.replace(shop_floor, box=house.box)


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


def test_a_person_is_written_down_and_forgotten(
    floor: tuple[Command, ShopFloor], tmp_path: Path
) -> None:
    regie, shop_floor = floor
    collected(shop_floor)
    file = tmp_path / "person.json"

    assert "written to" in regie.ok(
        "erase", "--person", MAIL, "--export", str(file), "--export-only"
    )
    assert MAIL in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    assert regie.ok("erase", "--person", MAIL) == "forgotten in 1 orders"
    assert regie.ok("erase", "--person", MAIL) == "forgotten in 0 orders"
    assert regie("erase", "--person", MAIL, "--export-only").code == 2
