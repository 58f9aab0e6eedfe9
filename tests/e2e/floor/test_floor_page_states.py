"""Pages as they look only now and then: refused, proven, ended, joining, offline. For everybody."""

from collections.abc import Callable
from functools import cache, partial

import pytest
from playwright.sync_api import Browser, expect

from connector.store.database import Database
from storefront.fulfillment.work import counter, preparing
from tests.kit.browser import IN_CHROMIUM
from tests.kit.catalogue import served
from tests.kit.courier.street import Street
from tests.kit.floor.orders import STAFF, an_order, bought
from tests.kit.floor.walk import collected, packed, pin_of, taken_in
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.accessible import WITH_AXE, faults
from tests.kit.pages.browsing import a_window
from tests.kit.pages.world import LANGUAGES, World, a_world

pytestmark = [*IN_CHROMIUM, WITH_AXE]


def states(world: World) -> dict[str, tuple[str, str]]:
    """Return pages in states that a busy day does not show: who opens them, and where."""
    floor = world.floor
    done, called_off = collected(floor), taken_in(floor, an_order(bought(2), number=1002))
    with floor.write(MERCHANT) as here:
        preparing.cancel(here, called_off, "broken", STAFF)
    proven, locked = (packed(floor, an_order(bought(1), number=each)) for each in (1003, 1004))
    pin = pin_of(floor, f"order:{proven.id}")
    with floor.write(MERCHANT) as here:
        counter.prove(floor, here, proven.id, pin, STAFF)
    return {
        "a link that is none": ("", "/sign-in/not-used-by-looking"),
        "an address that leads nowhere": ("", "/nowhere"),
        "a proven hand-over": ("owner", f"/handover?order={proven.id}"),
        "an order to hand over": ("owner", f"/handover?order={locked.id}"),
        "a collected order": ("owner", f"/orders/{done.id}"),
        "a cancelled order": ("owner", f"/orders/{called_off}"),
        "the page of who collected": ("", world.track(done.id)),
        "the page of who cancelled": ("", world.track(called_off)),
        "an order that is none": ("owner", "/orders/ful_none"),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_state_of_a_page_shuts_anybody_out(
    browser: Browser, sqlite_url: str, open_at: Callable[[str], Database], language: str
) -> None:
    world = a_world(open_at(sqlite_url))
    wrong: list[tuple[str, object]] = []
    with served(world.app) as root:
        window_of = cache(partial(a_window, browser, world, root))
        for name, (who, path) in states(world).items():
            page = window_of(who)
            page.goto(f"{root}{path}{'&' if '?' in path else '?'}lang={language}")
            wrong += faults(page, name)
            if name == "an order to hand over":
                page.locator("input[name=pin]").fill("000000")
                page.locator("button[value=prove]").click()
                page.wait_for_load_state()
                wrong += faults(page, "a wrong PIN")

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_state_of_the_courier_s_page_shuts_anybody_out(street: Street, language: str) -> None:
    context, page = street.phone(language)
    page.goto(f"{street.root}/")
    wrong = faults(page, "the front door")
    page.goto(f"{street.root}/courier")
    expect(page.locator("#out")).to_be_visible()
    wrong += faults(page, "outside")
    joining = context.new_page()
    joining.goto(f"{street.root}/courier#join={street.yard.invitation('Piet')}")
    expect(joining.locator("#joining")).to_be_visible()
    wrong += faults(joining, "joining")
    joining.close()
    page = context.new_page()
    street.at_work(page)
    job = street.yard.cash_job()
    street.carry(context, page, job)
    page.locator(f"[data-key=fail-{job}]").click()
    wrong += faults(page, "why it failed")
    page.locator(f"[data-key=close-{job}]").click()
    street.at_door(page, job)
    page.locator(f"#pin-{job}").fill("000000")
    wrong += faults(page, "at the door")
    context.set_offline(True)
    page.locator(f"[data-key=main-{job}]").click()
    expect(page.locator("#offline")).to_be_visible()
    wrong += faults(page, "offline")
    context.set_offline(False)
    expect(page.locator("#told")).to_be_visible(timeout=30_000)

    assert wrong + faults(page, "refused afterwards") == []
