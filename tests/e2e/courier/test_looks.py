"""The courier's page for every hand, eye and language, and how small it is."""

import re
from pathlib import Path

import pytest

from tests.kit.browser import IN_CHROMIUM
from tests.kit.courier.street import PHONE, Street
from tests.kit.pages.accessible import WITH_AXE, faults

STATIC = Path("storefront/pages/static")
pytestmark = IN_CHROMIUM


@WITH_AXE
@pytest.mark.parametrize("language", ["en", "nl", "fr", "he"])
def test_the_page_is_accessible_in_every_language(street: Street, language: str) -> None:
    context, page = street.phone(language)
    street.at_work(page)
    street.carry(context, page, street.yard.job())
    street.yard.job()
    found = []
    for tab in ("mine", "offers", "pay"):
        page.locator(f"[data-tab={tab}]").click()
        page.wait_for_timeout(500)
        found += faults(page, tab)

    assert found == []
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "he" else "ltr")


@pytest.mark.parametrize("language", ["en", "he"])
def test_main_buttons_are_large_and_nothing_sticks_out(street: Street, language: str) -> None:
    _, page, job = street.carrying(language)
    street.at_door(page, job)

    small = page.evaluate(
        """[...document.querySelectorAll('#in button')].filter((it) => it.checkVisibility())
          .map((it) => [it.textContent, it.getBoundingClientRect()])
          .filter(([, box]) => Math.min(box.width, box.height) < 48).map(([text]) => text)"""
    )
    width = page.evaluate("document.documentElement.scrollWidth")

    assert small == []
    assert width <= PHONE["width"]


def test_all_that_the_page_needs_is_small(street: Street) -> None:
    _, page = street.phone()
    sizes: dict[str, int] = {}
    page.on("response", lambda it: sizes.update({it.url: len(it.body())}))
    page.goto(f"{street.root}/courier")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    html = len(page.request.get(f"{street.root}/courier?lang=he").body())
    kept = [*STATIC.glob("courier*"), STATIC / "style.css", STATIC / "regie.js"]

    assert html + sum(path.stat().st_size for path in kept) <= 100_000
    assert all(re.match(street.root, url) for url in sizes)
