"""A courier who opens an invitation learns at once whether it still works."""

from playwright.sync_api import expect

from tests.kit.browser import IN_CHROMIUM
from tests.kit.courier.street import Street
from tests.kit.courier.world import Phone

pytestmark = IN_CHROMIUM


def test_a_used_invitation_is_told_before_any_form(street: Street) -> None:
    link = street.yard.invitation()
    Phone(street.yard).join(link)
    context, page = street.phone()
    asked: list[str] = []
    page.on("request", lambda it: asked.append(it.url))

    page.goto(f"{street.root}/courier#join={link}")

    expect(page.locator("#told")).to_contain_text("This link does not work any more")
    expect(page.locator("#join")).to_be_hidden()
    expect(page.locator("#out")).to_be_visible()
    assert [url for url in asked if link in url.partition("#")[0]] == []
    context.close()


def test_without_a_network_an_invitation_shows_its_form(street: Street) -> None:
    context, page = street.phone()
    page.goto(f"{street.root}/courier")
    expect(page.locator("#out")).to_be_visible()
    context.set_offline(True)

    page.evaluate("location.hash = '#join=AAAAAAAAAAAAAAAAAAAAAA'")

    expect(page.locator("#joining")).to_be_visible()
    context.close()
