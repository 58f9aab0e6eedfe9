"""The commands of the shop floor, on SQLite and on Postgres."""

import re
from pathlib import Path

import msgspec
import pytest
from msgspec import structs

from connector.model.location import Location
from connector.store import tables
from storefront.fulfillment.place.postcode import normalise
from storefront.fulfillment.store import places
from storefront.fulfillment.store.floor import ShopFloor
from tests.kit.command import Command
from tests.kit.floor.orders import BUYER
from tests.kit.floor.walk import collected
from tests.kit.samples import place, rich_place

PLACE = rich_place().name
MAIL = str(BUYER.email)


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


@pytest.mark.parametrize("is_told", [True, False])
def test_where_a_place_lies_is_said_by_hand(regie: Command, *, is_told: bool) -> None:
    """Over what the shop tells, and where it tells nothing."""
    if not is_told:
        lose_position(regie, rich_place())
    words = ("store", "add", "centre", "--location", PLACE, "--radius", "4000")
    store_id = regie.ok(*words, "--at", "53.55,9.93").split()[0]

    with regie.house() as house, house.database.read() as connection:
        found = places.get(connection, "mer_1", store_id).geo
    assert found
    assert (found.point.latitude, found.point.longitude) == (53.55, 9.93)
    for nonsense in ("north", "53.55", "91,0", "1,2,3"):
        assert regie(*words, "--at", nonsense).code == 2


def lose_position(regie: Command, known: Location) -> None:
    """Let the shop tell of a place as WooCommerce does: without where it lies."""
    document = msgspec.json.encode(structs.replace(known, geo=None))
    with regie.house() as house, house.database.write() as connection:
        one = tables.location.c.id == known.id
        connection.execute(tables.location.update().where(one).values(document=document))


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
