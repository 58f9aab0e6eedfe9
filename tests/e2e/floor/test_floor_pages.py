"""The pages in a real browser: by keyboard, without a script, and as they follow what happens."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from connector.store.database import Database
from storefront.fulfillment.order.order import OrderState
from storefront.fulfillment.store import orders
from storefront.fulfillment.work import preparing
from tests.kit.browser import IN_CHROMIUM
from tests.kit.catalogue import served
from tests.kit.floor.orders import STAFF, an_order, bought
from tests.kit.floor.walk import packed, pin_of, taken_in
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.browsing import DESK, a_page
from tests.kit.pages.world import World, a_world

pytestmark = IN_CHROMIUM


@pytest.fixture
def world(sqlite_url: str, open_at: Callable[[str], Database]) -> World:
    return a_world(open_at(sqlite_url))


Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, world: World) -> Iterator[Open]:
    """Open a path as one of the staff, or as a customer."""
    with served(world.app) as root:
        yield lambda path, who="", **how: a_page(browser, world, root, path, who, **how)


def state(world: World, order_id: str) -> OrderState:
    with world.floor.database.read() as connection:
        return orders.get(connection, MERCHANT, order_id).state


def press_to(page: Page, name: str) -> None:
    """Go with the Tab key to a control of that name, as somebody without a mouse does."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(_FOCUSED) == name:
            return
    raise AssertionError(f"{name} is not reached by Tab")


_FOCUSED = """() => {
  const at = document.activeElement;
  const label = at.labels && at.labels[0];
  return (at.getAttribute('aria-label') || (label || at).textContent).trim();
}"""


def test_a_member_of_the_staff_packs_and_hands_over_by_keyboard_alone(
    world: World, opened: Open
) -> None:
    order_id = taken_in(world.floor, an_order(bought(1)))
    page = opened("/board", "staff")

    press_to(page, "Start picking")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pick?order=*")
    press_to(page, "One more of Enamel mug")
    page.keyboard.press("Enter")
    page.get_by_text("All is there.").wait_for()
    press_to(page, "Packed")
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/*")
    assert state(world, order_id) is OrderState.READY

    press_to(page, "Hand over")
    page.keyboard.press("Enter")
    page.wait_for_url("**/handover*")
    press_to(page, "QR code, PIN or order number")
    page.keyboard.type(pin_of(world.floor, f"order:{order_id}"))
    page.keyboard.press("Enter")
    page.get_by_text("The code is right.").wait_for()
    page.locator("main").focus()
    press_to(page, "Hand over")
    page.keyboard.press("Enter")
    page.get_by_text("Handed over.").wait_for()

    assert state(world, order_id) is OrderState.COLLECTED


def test_everything_works_without_a_script(world: World, opened: Open) -> None:
    order_id = taken_in(world.floor, an_order(bought(1)))
    page = opened("/board", "staff", scripts=False)

    page.get_by_role("button", name="Start picking").click()
    page.get_by_role("button", name="One more of Enamel mug").click()
    page.get_by_role("button", name="Packed", exact=True).click()
    page.get_by_role("link", name="Hand over").last.click()
    page.get_by_label("PIN of six digits").fill(pin_of(world.floor, f"order:{order_id}"))
    page.get_by_role("button", name="Check").click()
    page.get_by_role("button", name="Hand over").click()

    assert page.get_by_text("Handed over.").is_visible()
    assert state(world, order_id) is OrderState.COLLECTED


def test_a_customer_changes_the_time_by_keyboard_alone(world: World, opened: Open) -> None:
    order_id = taken_in(world.floor)
    page = opened(world.track(order_id))
    before = _slot(world, order_id)

    press_to(page, "Time")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("The order has a new time.").wait_for()

    assert _slot(world, order_id) != before


def _slot(world: World, order_id: str) -> int:
    with world.floor.database.read() as connection:
        found = orders.get(connection, MERCHANT, order_id).slot
    assert found is not None
    return found.start_at


def test_the_pin_is_seen_only_after_a_tap(world: World, opened: Open) -> None:
    order = packed(world.floor)
    pin = pin_of(world.floor, f"order:{order.id}")
    page = opened(world.track(order.id))
    shown = page.get_by_text(f"{pin[:3]} {pin[3:]}")
    assert not shown.is_visible()

    page.get_by_text("Show PIN and QR code").click()

    assert shown.is_visible()


def test_the_board_follows_and_says_what_changed(world: World, opened: Open) -> None:
    page = opened("/board", "staff")
    page.wait_for_timeout(300)

    taken_in(world.floor)

    page.get_by_role("link", name=re.compile("#1001")).wait_for(timeout=10_000)
    assert "New: 1" in (page.locator("#said").text_content() or "")


def test_the_customer_s_page_follows_and_keeps_the_code_open(world: World, opened: Open) -> None:
    order_id = taken_in(world.floor)
    page = opened(world.track(order_id))
    page.get_by_text("Show PIN and QR code").click()
    page.wait_for_timeout(300)

    with world.floor.write(MERCHANT) as here:
        preparing.start(here, order_id, STAFF)

    page.locator("li.now", has_text="Being put together").wait_for(timeout=10_000)
    assert page.locator("details#code").get_attribute("open") is not None


def test_j_and_k_go_through_the_orders_and_enter_opens_one(world: World, opened: Open) -> None:
    for number in (1, 2):
        taken_in(world.floor, an_order(bought(1), number=number))
    page = opened("/board", "staff", size=DESK)

    page.keyboard.press("j")
    first = page.evaluate(_FOCUSED)
    page.keyboard.press("j")
    second = page.evaluate(_FOCUSED)
    page.keyboard.press("k")

    assert first != second
    assert page.evaluate(_FOCUSED) == first
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/*")


def test_quick_taps_pick_no_more_than_was_seen(world: World, opened: Open) -> None:
    order_id = taken_in(world.floor, an_order(bought(1, 5)))
    with world.floor.write(MERCHANT) as here:
        preparing.start(here, order_id, STAFF)
    page = opened(f"/pick?order={order_id}", "staff")
    more = page.get_by_role("button", name="One more of Enamel mug")

    for pieces in (1, 2, 3):
        more.click()
        page.get_by_text(f"{pieces} of 5").wait_for()

    with world.floor.database.read() as connection:
        assert orders.get(connection, MERCHANT, order_id).lines[0].picked == 3
