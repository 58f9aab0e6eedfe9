"""The console: couriers, problems, messages that were given up, staff and webhooks."""

import re

import pytest

from connector.model.order import PaymentState
from connector.store import tables
from connector.store.work import queue
from storefront.fulfillment.courier.courier import Courier, CourierState, MembershipState, Skill
from storefront.fulfillment.store import couriers, hooks, paybacks, staff, troubles
from storefront.fulfillment.work import preparing
from tests.kit.floor.orders import STAFF, an_order
from tests.kit.floor.walk import a_courier, taken_in
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.world import World, form, notice, send

COURIERS = "/console/couriers"


def the_courier(world: World) -> Courier:
    with world.floor.database.read() as connection:
        return couriers.all_of(connection, MERCHANT)[0]


def test_a_courier_is_invited_by_a_link_that_is_shown_once(world: World) -> None:
    client = world.signed_in("manager")

    page = send(client, COURIERS, "invite", name="Noor").text

    assert re.search(r"http://localhost/courier#join=[\w-]{22}", page)
    assert "#join=" not in client.get(COURIERS).text
    assert the_courier(world).display_name == "Noor"


def test_a_courier_without_checks_is_not_let_work(world: World) -> None:
    client = world.signed_in("manager")
    send(client, COURIERS, "invite", name="Noor")

    answer = send(client, COURIERS, "approve")

    assert answer.status_code == 409
    assert notice(answer.text) == (
        "First look at two documents, identity and right to work, and know the vehicle."
    )


def test_a_check_is_noted_with_its_end(world: World) -> None:
    client = world.signed_in("manager")
    send(client, COURIERS, "invite", name="Noor")

    send(client, COURIERS, "check", kind="IDENTITY", validUntil="2027-11-21")

    assert [it.kind.value for it in the_courier(world).checks] == ["IDENTITY"]
    assert "Nov 21, 2027" in client.get(COURIERS).text


def test_a_date_that_is_none_is_named_beside_its_field(world: World) -> None:
    client = world.signed_in("manager")
    send(client, COURIERS, "invite", name="Noor")

    answer = send(client, COURIERS, "check", kind="IDENTITY", validUntil="soon")

    assert answer.status_code == 400
    assert "-validUntil-error" in answer.text


def test_skills_are_set(world: World) -> None:
    a_courier(world.floor)

    send(world.signed_in("manager"), COURIERS, "skills", skill="AGE18")

    assert the_courier(world).skills == (Skill.AGE18,)


@pytest.mark.parametrize(
    ("do", "state"),
    [("suspend", CourierState.SUSPENDED), ("leave", CourierState.LEFT)],
)
def test_a_courier_is_stopped(world: World, do: str, state: CourierState) -> None:
    a_courier(world.floor)

    send(world.signed_in("manager"), COURIERS, do)

    assert the_courier(world).state is state


def test_a_courier_is_blocked_and_taken_back(world: World) -> None:
    a_courier(world.floor)
    client = world.signed_in("manager")
    send(client, COURIERS, "block")
    assert the_courier(world).membership(MERCHANT) is MembershipState.BLOCKED

    send(client, COURIERS, "unblock")

    assert the_courier(world).membership(MERCHANT) is MembershipState.APPROVED


def test_the_queue_shows_what_needs_somebody(world: World) -> None:
    taken_in(world.floor, an_order(test=True))
    client = world.signed_in("manager")
    assert "This is a test order." in client.get("/console").text

    send(client, "/console", "look_after")

    assert "This is a test order." not in client.get("/console").text


def test_a_message_that_was_given_up_is_sent_again(world: World) -> None:
    values = {
        "merchant_id": MERCHANT,
        "id": "msg_1",
        "idempotency_key": "k",
        "target": "hook:hok_1",
        "kind": "order.placed",
        "payload": b"{}",
        "state": queue.DEAD,
    }
    with world.floor.write(MERCHANT) as here:
        queue.put(here.connection, tables.outbox, values, here.now)
    client = world.signed_in("manager")
    assert "order.placed" in client.get("/console").text

    send(client, "/console", "again")

    with world.floor.database.read() as connection:
        assert queue.depth(connection, tables.outbox) == {queue.WAITING: 1}


def test_closing_an_account_signs_all_its_devices_out(world: World) -> None:
    theirs = world.signed_in("staff")

    send(world.signed_in("owner"), "/console/staff", "close", {"staff": "stf_staff"})

    assert theirs.get("/board").status_code == 303
    with world.floor.database.read() as connection:
        assert not staff.get(connection, MERCHANT, "stf_staff").active


def test_a_role_is_changed(world: World) -> None:
    send(
        world.signed_in("owner"), "/console/staff", "change", {"staff": "stf_staff"}, role="manager"
    )

    assert world.signed_in("staff").get("/console").status_code == 200


def test_a_webhook_s_secret_is_shown_once(world: World) -> None:
    client = world.signed_in("manager")

    page = send(client, "/console/webhooks", "add", url="https://example.org/hook").text

    assert re.search(r"whsec_[A-Za-z0-9+/]{43}=", page.replace("&#43;", "+"))
    later = client.get("/console/webhooks").text
    assert "whsec_" not in later
    assert "https://example.org/hook" in later


@pytest.mark.parametrize(
    "url", ["http://example.org/", "ftp://x.test/", "https://", "https://me:pw@x.test/", "here"]
)
def test_an_address_that_nothing_can_be_sent_to_is_refused(world: World, url: str) -> None:
    answer = send(world.signed_in("manager"), "/console/webhooks", "add", url=url)

    assert answer.status_code == 400
    assert notice(answer.text) == "Give an address that begins with https://."


def test_a_webhook_is_removed(world: World) -> None:
    client = world.signed_in("manager")
    send(client, "/console/webhooks", "add", url="https://example.org/hook")

    send(client, "/console/webhooks", "drop")

    with world.floor.database.read() as connection:
        assert hooks.all_of(connection, MERCHANT) == []


def test_a_deed_that_nobody_knows_is_refused(world: World) -> None:
    client = world.signed_in("manager")
    fields = form(client.get(COURIERS).text, "invite")

    assert client.post(COURIERS, data={**fields, "do": "explode"}).status_code == 400


def test_what_does_not_go_on_by_itself_is_shown_and_tried_again(world: World) -> None:
    with world.floor.write(MERCHANT) as here:
        for _ in range(3):
            troubles.note(here, troubles.JOB, "job_7", "internal")
        troubles.note(here, troubles.INTAKE, "con_1/1001", "part_told_twice")
    manager = world.signed_in("manager")
    page = manager.get("/console").text

    answer = send(manager, "/console", "try", {"subject": "job_7"})

    assert "The shop tells one part of this order twice, in different words." in page
    assert "Something went wrong on our side; the log of the server tells more." in page
    assert answer.status_code == 303
    with world.floor.database.read() as connection:
        found = troubles.shown(connection, MERCHANT, world.floor.now())
    assert [it.until for it in found if it.kind == troubles.JOB] == [world.floor.now()]


def test_money_that_is_owed_back_stands_there_until_somebody_has_paid_it(world: World) -> None:
    order_id = taken_in(world.floor, an_order(number=1234))
    with world.floor.write(MERCHANT) as here:
        preparing.cancel(here, order_id, "other", STAFF)
    manager = world.signed_in("manager")
    page = manager.get("/console").text

    answer = send(manager, "/console", "paid_back", {"order": order_id})

    assert f'<a href="/orders/{order_id}">Pay back: order <bdi>#1234</bdi></a>' in page
    assert "25.00" in page
    assert answer.status_code == 303
    with world.floor.database.read() as connection:
        assert not paybacks.stands(connection, MERCHANT, order_id)
    assert "Pay back" not in manager.get("/console").text


def test_an_amount_that_only_the_shop_knows_is_not_named(world: World) -> None:
    order_id = taken_in(world.floor, an_order(payment=PaymentState.PARTLY_REFUNDED))
    with world.floor.write(MERCHANT) as here:
        preparing.cancel(here, order_id, "other", STAFF)

    page = world.signed_in("manager").get("/console").text

    assert "See the web shop for the amount." in page
    assert "25.00" not in page
