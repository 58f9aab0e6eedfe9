"""The pages on which an order or a delivery is called off: who reads a person's own words."""

import pytest

from connector.model.order import HandingOver
from storefront.fulfillment.job.job import JobState
from storefront.fulfillment.store import jobs
from tests.kit.floor.orders import an_order, bought
from tests.kit.floor.planted import rows
from tests.kit.floor.walk import job_of, packed, taken_in
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.world import LANGUAGES, World, send

MARK = "Zyxmark fell ill"


@pytest.mark.parametrize("do", ["cancel", "reject"])
@pytest.mark.parametrize(("ticked", "read"), [({}, False), ({"tell": "1"}, True)])
def test_own_words_are_for_staff_unless_they_are_to_be_told(
    world: World, do: str, ticked: dict[str, str], *, read: bool
) -> None:
    order_id = taken_in(world.floor)
    staff = world.signed_in("staff")

    send(staff, f"/orders/{order_id}", do, reason="too_busy", note=MARK, **ticked)

    assert MARK in staff.get(f"/orders/{order_id}").text
    assert (MARK in world.visitor().get(world.track(order_id)).text) is read
    assert "Zyxmark" not in rows(world.floor.database)


def test_nothing_is_told_that_was_not_ticked(world: World) -> None:
    order_id = taken_in(world.floor)

    page = world.signed_in("staff").get(f"/orders/{order_id}").text

    assert 'name="tell" value="1">' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_customer_is_told_in_his_language_and_with_the_store_s_own_words(
    world: World, language: str
) -> None:
    order_id = taken_in(world.floor)
    send(world.signed_in("staff"), f"/orders/{order_id}", "cancel", note="<b>so</b>", tell="1")

    page = world.visitor().get(f"{world.track(order_id)}?lang={language}").text

    assert "<bdi>&lt;b&gt;so&lt;/b&gt;</bdi>" in page


def test_a_delivery_is_called_off_with_words_that_only_staff_read(world: World) -> None:
    order = packed(world.floor, an_order(bought(1), how=HandingOver.DELIVERY))
    manager = world.signed_in("manager")

    send(manager, f"/orders/{order.id}", "cancel_job", reason="other", note=MARK)

    with world.floor.database.read() as connection:
        job = jobs.get(connection, MERCHANT, job_of(world.floor, order).id)
    assert (job.state, job.cancel_reason) == (JobState.CANCELLED, "other")
    assert MARK in manager.get(f"/orders/{order.id}").text
    assert "Zyxmark" not in rows(world.floor.database)
