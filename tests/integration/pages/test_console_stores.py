"""Who manages one store sees to what is of that store, and decides nothing for the others."""

import pytest
from flask.testing import FlaskClient

from connector.store import tables
from connector.store.work import queue
from storefront.fulfillment.courier.courier import CourierState
from storefront.fulfillment.store import couriers, staff, troubles
from storefront.pages import console_couriers
from tests.kit.floor.deliveries import a_delivery
from tests.kit.floor.walk import a_courier, claimed, job_of, taken_in
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.world import World, form, send

COURIERS = "/console/couriers"
OF_ALL_STORES = sorted(set(console_couriers.DEEDS) - {"cash", "transfer_all"})


def manager_of(world: World, store_id: str) -> FlaskClient:
    with world.floor.write(MERCHANT) as here:
        staff.change(here, "stf_elsewhere", role=staff.Role.MANAGER, stores=(store_id,))
    return world.signed_in("elsewhere")


def wait(world: World, kind: str, subject: str) -> None:
    """Let something not go on, until people see that it waits."""
    with world.floor.write(MERCHANT) as here:
        for _ in range(troubles.SHOWN_AFTER):
            troubles.note(here, kind, subject, "stuck")


def tries(client: FlaskClient, kind: str, subject: str) -> int:
    mark = form(client.get("/console/staff").text, "add")
    sent = {**mark, "do": "try", "kind": kind, "subject": subject}
    return client.post("/console", data=sent).status_code


@pytest.mark.parametrize("do", OF_ALL_STORES)
def test_what_concerns_a_courier_of_all_stores_is_neither_drawn_nor_done(
    world: World, do: str
) -> None:
    courier = a_courier(world.floor)
    client = manager_of(world, "sto_1")
    page = client.get(COURIERS).text
    mark = form(client.get("/console/staff").text, "add")

    answer = client.post(COURIERS, data={**mark, "do": do, "courier": courier.id, "name": "Noor"})

    assert f'value="{do}"' not in page
    assert answer.status_code == 403
    with world.floor.database.read() as connection:
        (found,) = couriers.all_of(connection, MERCHANT)
    assert found.state is CourierState.ACTIVE


@pytest.mark.parametrize(("store_id", "holder"), [("sto_1", "cou_2"), ("sto_2", "cou_1")])
def test_only_deliveries_of_ones_own_store_are_given_to_another(
    world: World, store_id: str, holder: str
) -> None:
    order, job = a_delivery(world.floor)
    claimed(world.floor, a_courier(world.floor), job)
    a_courier(world.floor, "cou_2")
    client = manager_of(world, store_id)
    page = client.get(COURIERS).text
    mark = form(client.get("/console/staff").text, "add")

    sent = {**mark, "do": "transfer_all", "courier": "cou_1", "to": "cou_2"}
    client.post(COURIERS, data=sent)

    assert ('value="transfer_all"' in page) is (store_id == "sto_1")
    assert job_of(world.floor, order).courier_id == holder


def test_what_waits_in_another_store_is_neither_shown_nor_tried(world: World) -> None:
    order_id = taken_in(world.floor)
    wait(world, troubles.ORDER, order_id)
    there, here = manager_of(world, "sto_2"), world.signed_in("manager")

    assert order_id not in there.get("/console").text
    assert tries(there, troubles.ORDER, order_id) == 403
    assert order_id in here.get("/console").text
    assert tries(here, troubles.ORDER, order_id) == 303


def test_what_waits_in_ones_own_store_is_shown_and_tried(world: World) -> None:
    order_id = taken_in(world.floor)
    wait(world, troubles.ORDER, order_id)
    client = manager_of(world, "sto_1")

    answer = send(client, "/console", "try")

    assert order_id in client.get("/console").text
    assert answer.status_code == 303


def test_what_is_of_no_single_store_is_for_who_manages_all(world: World) -> None:
    values = {"idempotency_key": "k", "target": "hook:hok_1", "kind": "order.placed"}
    values |= {"merchant_id": MERCHANT, "id": "msg_1", "state": queue.DEAD}
    with world.floor.write(MERCHANT) as here:
        queue.put(here.connection, tables.outbox, {**values, "payload": b"{}"}, here.now)
    wait(world, troubles.INTAKE, "con_1/1001")
    client = manager_of(world, "sto_1")
    mark = form(client.get("/console/staff").text, "add")

    page = client.get("/console").text
    again = client.post("/console", data={**mark, "do": "again", "message": "msg_1"})

    assert "hok_1" not in page
    assert "1001" not in page
    assert again.status_code == 403
    assert tries(client, troubles.INTAKE, "con_1/1001") == 403
