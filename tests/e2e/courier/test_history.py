"""A courier looks back on the phone: what he finished, when and for how much, and nobody's name."""

import re

import pytest
from playwright.sync_api import Page, expect

from storefront.fulfillment.job.job import StockDecision
from storefront.fulfillment.work import overseeing
from tests.kit.browser import IN_CHROMIUM
from tests.kit.courier.street import AT_STORE, PHONE, Street
from tests.kit.floor.orders import MANAGER
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.accessible import WITH_AXE, faults
from tests.kit.pages.world import LANGUAGES

pytestmark = IN_CHROMIUM
PRIVATE = ("Saskia", "Uylenburgh", "Jodenbreestraat", "1011NK", "4711")


def deliver(street: Street, page: Page, job: str) -> None:
    street.at_door(page, job)
    page.locator(f"#pin-{job}").fill(street.yard.code(f"door:{job}"))
    page.locator(f"[data-key=main-{job}]").click()
    expect(page.locator(f"[data-key=main-{job}]")).to_have_count(0)


def bring_back(street: Street, page: Page, job: str) -> None:
    street.at_door(page, job)
    page.locator(f"[data-key=fail-{job}]").click()
    page.locator(f"#why-{job}").select_option("REFUSED")
    page.locator(f"[data-key=report-{job}]").click()
    expect(page.get_by_role("heading", name="It did not work")).to_be_visible()
    page.locator(f"[data-key=main-{job}]").click()
    expect(page.get_by_text("Bring it to the store")).to_be_visible()
    with street.house.floor.write(MERCHANT) as here:
        kept = dict.fromkeys(street.yard.labels(job), StockDecision.RESTOCK)
        overseeing.accept_return(here, job, kept, MANAGER)


def looking_back(street: Street, language: str) -> Page:
    """Return the page of a courier who delivered once and looks at his earnings."""
    _, page, job = street.carrying(language)
    deliver(street, page, job)
    page.locator("[data-tab=pay]").click()
    expect(page.locator("section[aria-labelledby=rides] li")).to_have_count(1)
    return page


def test_what_a_courier_finished_stands_under_his_earnings(street: Street) -> None:
    context, page = street.phone()
    street.at_work(page)
    for end in (deliver, bring_back):
        job = street.yard.job()
        context.set_geolocation(AT_STORE)  # type: ignore[arg-type]  # a TypedDict of the driver
        street.carry(context, page, job)
        end(street, page, job)

    page.locator("[data-tab=pay]").click()
    rides = page.locator("section[aria-labelledby=rides] li")

    expect(rides).to_have_count(2)
    back, brought = rides.all_inner_texts()
    assert "Brought back to the store" in back
    assert "They do not want it" in back
    assert "Delivered" in brought
    assert "Centre" in brought
    assert [mark for mark in PRIVATE if mark in page.locator("#pay").inner_text()] == []


def test_the_times_of_a_ride_are_of_24_hours(street: Street) -> None:
    page = looking_back(street, "en")

    told = page.locator("section[aria-labelledby=rides] li").inner_text()

    assert re.search(r"\b\d\d:\d\d\N{EN DASH}\d\d:\d\d\b", told)
    assert not re.search(r"\d\s?[AP]M", told)


@pytest.mark.parametrize("language", ["en", "nl", "fr", "he"])
def test_the_rides_fit_a_phone_in_every_language(street: Street, language: str) -> None:
    page = looking_back(street, language)

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_number_that_is_none_is_told_beside_the_form_and_can_be_corrected(
    street: Street,
) -> None:
    _, page = street.phone()
    page.goto(f"{street.root}/courier#join={street.yard.invitation('Jan')}")
    page.locator("#name").fill("Jan")
    page.locator("#number").fill("abc")
    page.locator("#joining button").click()
    expect(page.locator("#told")).to_contain_text("Give a phone number of 5 to 15 digits")
    expect(page.locator("#number")).to_be_focused()

    page.locator("#number").fill("+31 6 1234 5678")
    page.locator("#joining button").click()

    expect(page.locator("#in")).to_be_visible()


@WITH_AXE
@pytest.mark.parametrize("language", LANGUAGES)
def test_looking_back_shuts_nobody_out(street: Street, language: str) -> None:
    page = looking_back(street, language)

    assert faults(page, "looking back") == []
