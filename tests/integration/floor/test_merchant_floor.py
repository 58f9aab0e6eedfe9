"""The merchant's surface runs the shop floor: by key, once, and with an answer for every no."""

import msgspec
import pytest
from msgspec import structs

from connector.model.money import Money
from connector.model.order import HandingOver
from connector.store.database import Database
from gateway.merchant.mutation import DEEDS
from storefront.fulfillment.order.event import record
from storefront.fulfillment.store import couriers, places
from tests.kit.floor.merchant_desk import Desk
from tests.kit.floor.orders import STAFF, an_order, bought
from tests.kit.floor.walk import a_courier, job_of, packed, pin_of, taken_in
from tests.kit.floor.world import MERCHANT, STORE_ID, first_slot, variant_of

ORDER = "order { id state lines { id picked } customer { name } events } userErrors { code field }"
STORE = "store { id code status store hours slotTemplates zones } userErrors { code field message }"


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_an_order_is_taken_on_picked_packed_and_handed_over(desk: Desk) -> None:
    order_id = taken_in(desk.floor)
    pin = pin_of(desk.floor, f"order:{order_id}")
    named = f'orderId: "{order_id}"'

    line = desk.do(f"startPicking({named})", ORDER)["order"]["lines"][0]["id"]
    states = [
        desk.do(call, ORDER)["order"]["state"]
        for call in (
            f'pickLine({named}, lineId: "{line}")',
            f"packOrder({named})",
            f'provePin({named}, pin: "{pin}")',
            f"handOver({named})",
        )
    ]

    assert states == ["PICKING", "READY", "READY", "COLLECTED"]


def test_the_board_shows_open_orders_with_their_customer_and_what_may_follow(desk: Desk) -> None:
    order_id = taken_in(desk.floor)

    (found,) = desk.ask("{ board { id state customer { name phone } events } }")["board"]

    assert (found["id"], found["state"]) == (order_id, "PLACED")
    assert found["customer"] == {"name": "Saskia van Uylenburgh", "phone": "+31612345678"}
    assert {"accept", "reject", "cancel"} <= set(found["events"])


def test_a_repeated_key_has_one_effect_and_one_answer(desk: Desk) -> None:
    order_id = taken_in(desk.floor)
    call = f'acceptOrder(orderId: "{order_id}")'

    first, again = (desk.do(call, ORDER, key="wish-1") for _ in range(2))

    assert first == again
    assert first["order"]["state"] == "ACCEPTED"


def test_a_key_with_another_wish_is_refused(desk: Desk) -> None:
    order_id = taken_in(desk.floor)
    desk.do(f'acceptOrder(orderId: "{order_id}")', ORDER, key="wish-1")

    found = desk.do(f'startPicking(orderId: "{order_id}")', ORDER, key="wish-1")

    assert found == {
        "order": None,
        "userErrors": [{"code": "idempotency_key_reused", "field": None}],
    }


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ('acceptOrder(orderId: "ful_none")', "order_not_found"),
        ('packOrder(orderId: "ORDER")', "illegal_transition"),
        ('handOver(orderId: "ORDER")', "illegal_transition"),
        ('provePin(orderId: "ORDER", pin: "000000")', "code_wrong"),
        ('moveOrder(orderId: "ORDER", slot: "sto_1/PICKUP/1")', "slot_not_found"),
    ],
)
def test_what_cannot_be_done_is_told_by_its_code(desk: Desk, call: str, code: str) -> None:
    order_id = taken_in(desk.floor)

    found = desk.do(call.replace("ORDER", order_id), ORDER)

    assert [it["code"] for it in found["userErrors"]] == [code]


def test_five_wrong_pins_lock_the_hand_over(desk: Desk) -> None:
    order = packed(desk.floor)
    right = pin_of(desk.floor, f"order:{order.id}")
    wrong = "111111" if right != "111111" else "222222"
    call = f'provePin(orderId: "{order.id}", pin: "%s")'

    codes = [desk.do(call % pin, ORDER)["userErrors"][0]["code"] for pin in [wrong] * 5 + [right]]

    assert codes == ["code_wrong"] * 4 + ["code_locked"] * 2


def test_a_store_is_changed_in_the_form_in_which_it_is_shown(desk: Desk) -> None:
    shown = desk.ask("{ stores { id store } }")["stores"][0]["store"]
    shown["pickup"]["prepMinutes"] = 45

    found = desk.do(f'saveStore(storeId: "{STORE_ID}", document: $it)', STORE, it=shown)

    assert found["userErrors"] == []
    assert found["store"]["store"]["pickup"]["prepMinutes"] == 45


def test_a_field_that_cannot_stand_is_named(desk: Desk) -> None:
    shown = desk.ask("{ stores { id store } }")["stores"][0]["store"]
    wrong = {**shown, "pickup": {**shown["pickup"], "holdDays": 0}}

    refused = desk.do(f'saveStore(storeId: "{STORE_ID}", document: $it)', STORE, it=wrong)
    unreadable = desk.do(
        f'saveStore(storeId: "{STORE_ID}", document: $it)', STORE, it={**shown, "name": 7}
    )

    assert [it["field"] for it in refused["userErrors"]] == ["pickup.holdDays"]
    assert [it["code"] for it in unreadable["userErrors"]] == ["bad_floor_document"]
    assert "$.name" in unreadable["userErrors"][0]["message"]


def test_a_store_is_paused_and_opened_again_but_not_archived_with_work(desk: Desk) -> None:
    taken_in(desk.floor)
    named = f'storeId: "{STORE_ID}"'

    paused = desk.do(f"moveStore({named}, event: pause)", STORE)["store"]["status"]
    busy = desk.do(f"moveStore({named}, event: archive)", STORE)["userErrors"][0]["code"]
    opened = desk.do(f"moveStore({named}, event: resume)", STORE)["store"]["status"]

    assert (paused, busy, opened) == ("PAUSED", "store_busy", "ACTIVE")


def test_who_paused_a_store_is_told_and_not_written_by_others(desk: Desk) -> None:
    named = f'storeId: "{STORE_ID}"'
    shown = desk.do(f"moveStore({named}, event: pause)", STORE)["store"]["store"]
    forged = {**shown, "pausedBy": "stf_1", "pausedAt": 1}

    kept = desk.do(f"saveStore({named}, document: $it)", STORE, it=forged)["store"]["store"]
    opened = desk.do(f"moveStore({named}, event: resume)", STORE)["store"]["store"]

    assert shown["pausedBy"].startswith("key:")
    assert (kept["pausedBy"], kept["pausedAt"]) == (shown["pausedBy"], shown["pausedAt"])
    assert (opened["pausedBy"], opened["pausedAt"]) == (None, None)


def test_a_delivery_is_called_off_by_the_store(desk: Desk) -> None:
    order = packed(desk.floor, an_order(bought(1), number=7, how=HandingOver.DELIVERY))
    job = job_of(desk.floor, order)

    found = desk.do(
        f'cancelDelivery(jobId: "{job.id}", reason: "shop")',
        "delivery { id state } userErrors { code }",
    )

    assert found == {"delivery": {"id": job.id, "state": "CANCELLED"}, "userErrors": []}


def test_cash_is_taken_in_when_it_is_what_was_counted(desk: Desk) -> None:
    courier = a_courier(desk.floor)
    with desk.floor.write(MERCHANT) as here:
        rich = structs.replace(courier, cash_held=(Money(2550, "EUR"),))
        rich, event = record(courier, rich, "courier.cash", here.now, STAFF)
        couriers.save(here, courier, rich, (event,))

    def receive(amount: int) -> list[str]:
        call = f'receiveCash(courierId: "{courier.id}", amount: {amount}, currency: "EUR")'
        return [it["code"] for it in desk.do(call, "userErrors { code }")["userErrors"]]

    def listed() -> object:
        return desk.ask("{ couriers { cash { amount currency } } }")["couriers"]

    before = listed()
    wrong, right = receive(2500), receive(2550)

    assert before == [{"cash": [{"amount": 2550, "currency": "EUR"}]}]
    assert (wrong, right, listed()) == (["cash_changed"], [], [{"cash": []}])


def test_a_courier_is_invited_with_a_link_that_is_shown_once(desk: Desk) -> None:
    wanted = "courierId link userErrors { code }"

    found = desk.do('inviteCourier(name: "Jan")', wanted)

    assert found["link"].startswith("/courier")
    (listed,) = desk.ask("{ couriers { id displayName state online openJobs } }")["couriers"]
    assert (listed["id"], listed["displayName"]) == (found["courierId"], "Jan")


def test_a_checkout_holds_a_basket_and_gives_it_back(desk: Desk) -> None:
    call = f'takeHold(storeId: "{STORE_ID}", cart: "c", session: "s", '
    lines = f'lines: [{{variantId: "{variant_of(1)}", quantity: %d}}])'
    wanted = "hold { id state slot } userErrors { code }"

    held = desk.do(call + lines % 40, wanted)["hold"]
    short = desk.do(call.replace('"c"', '"d"') + lines % 20, wanted)["userErrors"]
    back = desk.do(f'releaseHold(holdId: "{held["id"]}")', wanted)["hold"]["state"]

    assert (held["state"], back) == ("ACTIVE", "RELEASED")
    assert [it["code"] for it in short] == ["out_of_stock"]


def test_one_address_does_not_hold_a_whole_slot(desk: Desk, database: Database) -> None:
    with database.read() as connection:
        store = places.get(connection, MERCHANT, STORE_ID)
    slot = first_slot(desk.floor, store).key
    one = f'lines: [{{variantId: "{variant_of(1)}", quantity: 1}}], slot: "{slot}"'
    call = f'takeHold(storeId: "{STORE_ID}", cart: "%s", session: "%s", address: "%s", {one})'
    wanted = "hold { id } userErrors { code }"

    told = [
        desk.do(call % (number, number, address), wanted)["userErrors"]
        for number, address in enumerate(["192.0.2.7", "192.0.2.7", "192.0.2.7", "192.0.2.8"])
    ]

    assert [[it["code"] for it in each] for each in told] == [[], [], ["hold_limit"], []]
    with database.read() as connection:
        rows = connection.exec_driver_sql("SELECT address FROM hold").all()
    assert all(b"192.0.2" not in bytes(row[0]) for row in rows)


@pytest.mark.parametrize(
    "lines", ["[]", '[{variantId: "x", quantity: 0}]', '[{variantId: "x", quantity: 1001}]']
)
def test_an_empty_or_endless_basket_is_not_held(desk: Desk, lines: str) -> None:
    call = f'takeHold(storeId: "{STORE_ID}", cart: "c", session: "s", lines: {lines})'

    told = desk.do(call, "hold { id } userErrors { code }")

    assert told["hold"] is None
    assert [it["code"] for it in told["userErrors"]] == ["invalid_input"]


@pytest.mark.parametrize("field", ["cart", "session"])
def test_a_basket_of_an_endless_name_is_not_held(desk: Desk, field: str) -> None:
    names = {"cart": "c", "session": "s", field: "x" * 201}
    named = ", ".join(f'{name}: "{text}"' for name, text in names.items())
    lines = f'lines: [{{variantId: "{variant_of(1)}", quantity: 1}}]'

    told = desk.do(
        f'takeHold(storeId: "{STORE_ID}", {named}, {lines})', "userErrors { code field }"
    )

    assert told["userErrors"] == [{"code": "invalid_input", "field": field}]


@pytest.mark.parametrize("bags", [-1, 0, 21, 100_000])
def test_no_order_is_packed_into_more_bags_than_anybody_carries(desk: Desk, bags: int) -> None:
    order_id = taken_in(desk.floor)

    found = desk.do(f'packOrder(orderId: "{order_id}", bags: {bags})', ORDER)

    assert found["userErrors"] == [{"code": "bad_order", "field": "bags"}]


def test_every_mutation_has_a_deed_with_words() -> None:
    assert all(deed.description.endswith(".") and deed.act.__doc__ for deed in DEEDS.values())


def test_the_answers_lie_sealed_in_the_database(desk: Desk, database: Database) -> None:
    order_id = taken_in(desk.floor)
    desk.do(f'acceptOrder(orderId: "{order_id}")', ORDER)

    with database.read() as connection:
        rows = connection.exec_driver_sql("SELECT response FROM answered").all()

    assert rows
    assert all(b"Saskia" not in bytes(row[0]) for row in rows)
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(bytes(rows[0][0]))
