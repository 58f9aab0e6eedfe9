"""The pages in a real browser are for everybody: four languages, a phone, large controls."""

from collections.abc import Iterator
from functools import cache, partial

import pytest
from playwright.sync_api import Browser

from connector.store.database import Database
from regie.database import upgrade
from tests.kit.browser import IN_CHROMIUM
from tests.kit.catalogue import served
from tests.kit.pages.accessible import WCAG, WITH_AXE, faults
from tests.kit.pages.browsing import a_page, a_window
from tests.kit.pages.world import LANGUAGES, Scene, World, a_busy_day, a_world, paths

pytestmark = IN_CHROMIUM


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Scene, str]]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('pages') / 'regie.sqlite3'}")
    upgrade(database)
    world = a_world(database)
    scene = a_busy_day(world)
    with served(world.app) as root:
        yield world, scene, root
    database.close()


@WITH_AXE
@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_shut_out_of_any_page(
    browser: Browser, day: tuple[World, Scene, str], language: str
) -> None:
    world, scene, root = day
    window_of = cache(partial(a_window, browser, world, root))
    wrong: list[object] = []

    for name, (who, path) in paths(scene, world).items():
        page = window_of(who)
        page.goto(f"{root}{path}{'&' if '?' in path else '?'}lang={language}")
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        wrong += [(name, "wider than a phone")] if page.evaluate(wide) else []
        wrong += faults(page, name, WCAG)

    assert wrong == []


@pytest.mark.parametrize("name", ["board", "pick", "handover-order", "customer-ready"])
def test_what_is_touched_is_large_enough(
    browser: Browser, day: tuple[World, Scene, str], name: str
) -> None:
    world, scene, root = day
    who, path = paths(scene, world)[name]
    page = a_page(browser, world, root, path, who)

    small = page.evaluate(
        """() => [...document.querySelectorAll('main button, main a.button, header a, summary')]
           .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
           .filter(([, box]) => box.width && (box.width < 24 || box.height < 24))
           .map(([text]) => text)"""
    )

    assert small == []


def test_a_main_button_is_48_pixels_high(browser: Browser, day: tuple[World, Scene, str]) -> None:
    world, scene, root = day
    page = a_page(browser, world, root, f"/handover?order={scene.ready}", "staff")

    box = page.get_by_role("button", name="Check").bounding_box()

    assert box is not None
    assert box["height"] >= 48


def test_hebrew_is_mirrored_but_maps_are_not(
    browser: Browser, day: tuple[World, Scene, str]
) -> None:
    world, scene, root = day
    path = world.track(scene.out)
    places = []

    for language in ("en", "he"):
        page = a_page(browser, world, root, f"{path}?lang={language}", "")
        box = page.locator("svg.map .store").evaluate("(one) => one.getAttribute('x')")
        direction = page.evaluate("getComputedStyle(document.body).direction")
        places.append((box, direction))

    assert [one[1] for one in places] == ["ltr", "rtl"]
    assert places[0][0] == places[1][0]
