"""On the courier's page: deliveries that go well together, and a parcel that is gone."""

from playwright.sync_api import expect

from storefront.fulfillment.job.job import Fate
from storefront.fulfillment.store import jobs, places
from storefront.fulfillment.work import overseeing
from storefront.fulfillment.zone.fee import Component, FeeList, FeeRule
from tests.kit.browser import IN_CHROMIUM
from tests.kit.courier.street import Street
from tests.kit.floor.orders import MANAGER
from tests.kit.floor.world import MERCHANT, STORE_ID

pytestmark = IN_CHROMIUM


def test_deliveries_that_go_well_together_are_taken_together(street: Street) -> None:
    _, page = street.phone()
    courier_id = street.at_work(page)
    pay = FeeList(STORE_ID, "EUR", (FeeRule("fee_1", Component.BASE, amount=475),))
    with street.house.floor.write(MERCHANT) as here:
        places.put_fees(here, pay, pay=True)
    both = [street.yard.job(), street.yard.job()]

    page.locator("[data-tab=offers]").click()
    card = page.get_by_role("article", name="2 together")
    expect(card.get_by_text("€9.50")).to_be_visible()
    card.get_by_role("button", name="Take all 2").click()

    expect(page.locator("#mine article")).to_have_count(2)
    with street.house.database.read() as connection:
        held = jobs.of_courier(connection, MERCHANT, courier_id)
    assert sorted(it.id for it in held) == sorted(both)
    assert {it.bundle_id for it in held} == {held[0].bundle_id} != {None}


def test_a_suggestion_goes_with_a_job_that_somebody_took(street: Street) -> None:
    _, page = street.phone()
    street.at_work(page)
    one, _ = street.yard.job(), street.yard.job()
    page.locator("[data-tab=offers]").click()
    expect(page.get_by_role("article", name="2 together")).to_be_visible()

    with street.house.floor.write(MERCHANT) as here:
        overseeing.cancel(here, one, "sold out", MANAGER)

    expect(page.get_by_role("article", name="2 together")).to_have_count(0)
    expect(page.locator("#offers article")).to_have_count(1)


def test_a_parcel_that_is_gone_is_told_by_its_label(street: Street) -> None:
    _, page, job = street.carrying()

    page.locator(f"[data-key=lose-{job}]").click()
    label = page.locator(f"#gone-{job}").input_value()
    page.locator(f"[data-key=lost-{job}]").click()
    expect(page.locator(f"[data-key=lost-{job}]")).to_have_count(0)
    expect(page.locator(f"[data-key=lose-{job}]")).to_have_count(0)

    with street.house.database.read() as connection:
        (parcel,) = jobs.get(connection, MERCHANT, job).parcels
    assert (parcel.code, parcel.fate) == (label, Fate.LOST)
