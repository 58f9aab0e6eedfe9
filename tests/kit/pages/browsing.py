"""A browser in which somebody opens a page: one of the staff, or a customer."""

from playwright.sync_api import Browser, Page

from tests.kit.courier.street import PHONE
from tests.kit.pages.world import World

DESK = {"width": 1280, "height": 900}


def a_page(
    browser: Browser,
    world: World,
    root: str,
    path: str,
    who: str,
    *,
    scripts: bool = True,
    size: dict[str, int] = PHONE,
) -> Page:
    page = a_window(browser, world, root, who, scripts=scripts, size=size)
    page.goto(root + path)
    return page


def a_window(
    browser: Browser,
    world: World,
    root: str,
    who: str,
    *,
    scripts: bool = True,
    size: dict[str, int] = PHONE,
) -> Page:
    """Return an empty page of somebody; what is opened in it one after another costs less."""
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]  # a TypedDict of the driver
        java_script_enabled=scripts,
        reduced_motion="reduce",
        locale="en-GB",
    )
    cookies = [{"name": "regie_language", "value": "en", "url": root}]
    if who:
        cookies += [{"name": "regie_staff", "value": world.token(who), "url": root}]
    context.add_cookies(cookies)  # type: ignore[arg-type]  # as above
    return context.new_page()
