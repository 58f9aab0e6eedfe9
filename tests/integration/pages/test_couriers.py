"""The list of couriers says where each one stands, and what the shop can do next."""

import re
from urllib.parse import urlsplit

from msgspec import structs

from connector.model.ids import new_id
from connector.model.money import Money
from storefront.fulfillment.order.event import record
from storefront.fulfillment.store import couriers, devices
from tests.kit.floor.orders import STAFF
from tests.kit.floor.walk import a_courier
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.world import World, form, notice, send

COURIERS = "/console/couriers"


def card(world: World) -> str:
    """Return the text of the only courier's card."""
    page = world.signed_in("manager").get(COURIERS).text
    (found,) = re.findall(
        r'<section class="card" aria-labelledby="cou_.*?</section>', page, re.DOTALL
    )
    return re.sub(r"<[^>]+>|\s+", " ", found)


def invited(world: World) -> str:
    send(world.signed_in("manager"), COURIERS, "invite", name="Noor")
    with world.floor.database.read() as connection:
        return couriers.all_of(connection, MERCHANT)[0].id


def a_phone(world: World, courier_id: str) -> None:
    chance = [world.floor.random(24), world.floor.random(24)]
    with world.floor.write(MERCHANT) as here:
        devices.sign_in(here, new_id("dev"), devices.COURIER, courier_id, chance)


def grown(world: World, courier_id: str, cash: int) -> None:
    """Let a courier hold so much cash."""
    with world.floor.write(MERCHANT) as here:
        before = couriers.get(here.connection, MERCHANT, courier_id)
        rich = structs.replace(before, cash_held=(Money(cash, "EUR"),))
        rich, event = record(before, rich, "courier.cash", here.now, STAFF)
        couriers.save(here, before, rich, (event,))


def test_an_invitation_that_waits_says_until_when(world: World) -> None:
    invited(world)

    told = card(world)

    assert " Invited " in told
    assert re.search(r"The link works until\s+Sat, Nov 28\s+13:00", told)
    assert "If it was lost, make a new one." in told


def test_an_invitation_that_grew_old_asks_for_a_new_link(world: World) -> None:
    invited(world)
    world.clock.move(days=9)

    told = card(world)

    assert " Invitation expired " in told
    assert re.search(r"The link stopped working\s+2 days ago", told)
    assert "Make a new link and send it." in told


def test_who_joined_is_told_apart_from_who_was_invited(world: World) -> None:
    a_phone(world, invited(world))

    told = card(world)

    assert " Joined " in told
    assert " Invited " not in told
    assert re.search(r"Joined on\s+Nov 21, 2026", told)
    assert re.search(r"1 phone is signed in\s*, last heard of\s+just now", told)
    assert "Look at the documents, then let the courier work." in told


def test_who_is_suspended_has_no_phone_and_can_be_let_work_again(world: World) -> None:
    courier = a_courier(world.floor)
    a_phone(world, courier.id)
    send(world.signed_in("manager"), COURIERS, "suspend")

    told = card(world)

    assert " Suspended " in told
    assert "No phone is signed in" in told
    assert "Let the courier work again" in told
    assert "New link" not in told


def test_who_is_blocked_is_offered_no_link_that_would_be_refused(world: World) -> None:
    a_courier(world.floor)
    send(world.signed_in("manager"), COURIERS, "block")

    told = card(world)

    assert " Blocked " in told
    assert "Unblock to take the courier back." in told
    assert "New link" not in told


def test_who_may_work_but_has_no_phone_left_needs_a_link(world: World) -> None:
    courier = a_courier(world.floor)
    a_phone(world, courier.id)
    with world.floor.write(MERCHANT) as here:
        devices.sign_out_all(here, devices.COURIER, courier.id)

    told = card(world)

    assert " Active " in told
    assert "A new link lets a phone in." in told


def test_the_secret_of_a_link_is_not_in_the_list(world: World) -> None:
    page = send(world.signed_in("manager"), COURIERS, "invite", name="Noor").text
    (link,) = re.findall(r'value="(http[^"]+#join=[^"]+)"', page)

    assert urlsplit(link).fragment.removeprefix("join=") not in card(world)


def test_cash_that_was_handed_in_is_noted_and_shown_no_more(world: World) -> None:
    grown(world, a_courier(world.floor).id, 2550)
    told = card(world)

    send(world.signed_in("manager"), COURIERS, "cash")

    assert re.search(r"Cash to hand in:\s+€25.50", told)
    assert "Cash" not in card(world)


def test_cash_that_grew_since_the_page_was_drawn_is_counted_again(world: World) -> None:
    courier_id = a_courier(world.floor).id
    client = world.signed_in("manager")
    grown(world, courier_id, 2550)
    fields = form(client.get(COURIERS).text, "cash")
    grown(world, courier_id, 5100)

    answer = client.post(COURIERS, data=fields)

    assert answer.status_code == 409
    assert "Count it again." in notice(answer.text)
