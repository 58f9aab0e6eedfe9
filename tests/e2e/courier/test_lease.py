"""The courier's page says in words what a claim hangs on, and keeps it while it is looked at."""

from playwright.sync_api import expect

from storefront.fulfillment.store import jobs
from tests.kit.browser import IN_CHROMIUM
from tests.kit.courier.street import Street
from tests.kit.floor.world import MERCHANT

pytestmark = IN_CHROMIUM


def test_the_page_says_that_it_keeps_the_job_and_until_when_it_must_be_fetched(
    street: Street,
) -> None:
    context, page = street.phone()
    street.at_work(page)
    job = street.yard.job()
    page.locator("[data-tab=offers]").click()
    page.locator(f"[data-key=take-{job}]").click()
    page.locator("[data-tab=mine]").click()
    told = page.locator("#mine .lease")

    expect(told).to_contain_text("This page keeps the delivery for you while it is open, until")
    expect(told).to_contain_text("Fetch it in time to be at the door by")
    expect(told).to_contain_text("others may take it from")
    street.carry_on(context, page, job)

    expect(told).to_contain_text("the store knows that you are on the way")
    expect(told).not_to_contain_text("others may take it")


def test_a_page_that_is_looked_at_again_keeps_the_claim_at_once(street: Street) -> None:
    _, page = street.phone()
    street.at_work(page)
    job = street.yard.job()
    page.locator("[data-tab=offers]").click()
    page.locator(f"[data-key=take-{job}]").click()
    page.locator("[data-tab=mine]").click()
    expect(page.locator("#mine .lease")).to_be_visible()

    with page.expect_response(lambda it: "renewLease" in (it.request.post_data or "")):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    with street.house.database.read() as connection:
        assert jobs.get(connection, MERCHANT, job).renewals >= 1
