"""A courier with a phone: joins, takes a delivery, rides through a dead spot, and is believed."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from storefront.fulfillment.store import jobs, proofs
from tests.kit.browser import IN_CHROMIUM
from tests.kit.courier.street import Street
from tests.kit.floor.world import MERCHANT

pytestmark = IN_CHROMIUM


def settled(page: Page) -> None:
    expect(page.locator("#offline")).to_be_hidden(timeout=30_000)


def photo() -> dict[str, object]:
    out = BytesIO()
    Image.new("RGB", (900, 700), (120, 90, 60)).save(out, "JPEG")
    return {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_a_delivery_in_a_dead_spot_is_sent_when_the_network_is_back(street: Street) -> None:
    context, page, job = street.carrying()

    context.set_offline(True)
    street.at_door(page, job)
    for digit in street.yard.code(f"door:{job}"):
        page.locator(f"[data-key=pad-{digit}-{job}]").click()
    page.locator(f"#photo-{job}").set_input_files(files=[photo()])
    expect(page.locator(f"label[for=photo-{job}]")).to_contain_text("✓")
    page.locator(f"[data-key=main-{job}]").click()
    expect(page.locator("#offline")).to_contain_text("Kept to send: 2")
    before = street.yard.state(job)
    context.set_offline(False)
    settled(page)

    assert before == "PICKED_UP"
    assert street.yard.state(job) == "DELIVERED"
    with street.house.database.read() as connection:
        assert len(proofs.blobs(connection, MERCHANT, job)) == 1
        told = {it.kind.value: it for it in proofs.of_job(connection, MERCHANT, job)}
    assert set(told) == {"PIN", "PHOTO"}
    assert told["PIN"].device_id


def test_a_step_that_the_store_could_not_take_stays_queued_and_is_sent_again(
    street: Street,
) -> None:
    context, page, job = street.carrying()
    told: list[str] = []

    def busy(route: Route) -> None:
        asked = route.request.post_data_json
        if told or "submitOffline" not in asked["query"]:
            route.fallback()
            return
        told.extend(it["opId"] for it in asked["variables"]["ops"])
        waits = [{"opId": it, "outcome": "WAITING", "userErrors": []} for it in told]
        route.fulfill(json={"data": {"results": waits}})

    page.route("**/graphql/courier", busy)
    context.set_offline(True)
    street.at_door(page, job)
    context.set_offline(False)
    settled(page)

    assert len(told) == 1
    assert street.yard.state(job) == "AT_DROPOFF"


def test_a_wrong_pin_from_a_dead_spot_is_told_when_it_is_sent(street: Street) -> None:
    context, page, job = street.carrying()
    street.at_door(page, job)
    right = street.yard.code(f"door:{job}")

    context.set_offline(True)
    page.locator(f"#pin-{job}").fill("000000" if right != "000000" else "111111")
    page.locator(f"[data-key=main-{job}]").click()
    expect(page.locator("#offline")).to_contain_text("Kept to send: 1")
    context.set_offline(False)

    expect(page.locator("#told")).to_contain_text("The code is not right")
    expect(page.locator(f"#pin-{job}")).to_be_visible()
    assert street.yard.state(job) == "AT_DROPOFF"


def test_the_page_opens_without_a_network_with_the_job_that_is_held(street: Street) -> None:
    context, page, job = street.carrying()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    expect(page.locator(f"[data-key=main-{job}]")).to_be_visible()

    context.set_offline(True)
    page.reload()

    expect(page.get_by_text("Jodenbreestraat 4")).to_be_visible()
    expect(page.locator("#offline")).to_contain_text("No network")


def test_the_shell_that_is_kept_holds_nothing_of_a_person(street: Street) -> None:
    context, page = street.phone()
    street.at_work(page)
    street.carry(context, page, street.yard.job())
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    kept = page.evaluate(
        """async () => {
          const cache = await caches.open((await caches.keys())[0]);
          const all = await cache.keys();
          const texts = await Promise.all(all.map(async (it) => (await cache.match(it)).text()));
          return [all.map((it) => new URL(it.url).pathname), texts.join("")];
        }"""
    )

    assert sorted(kept[0]) == sorted(
        ["/courier", "/courier/manifest.webmanifest"]
        + [
            f"/pages/static/{name}"
            for name in (
                "style.css",
                "regie.js",
                "courier.css",
                "courier.js",
                "courier-net.js",
                "courier-icon.svg",
            )
        ]
    )
    assert "Saskia" not in kept[1]
    assert "Jodenbreestraat" not in kept[1]


def test_a_delivery_is_undone_on_the_page(street: Street) -> None:
    _, page, job = street.carrying()
    street.at_door(page, job)
    page.locator(f"#pin-{job}").fill(street.yard.code(f"door:{job}"))
    page.locator(f"[data-key=main-{job}]").click()

    page.locator(f"[data-key=undo-{job}]").click()
    expect(page.locator(f"#pin-{job}")).to_be_visible()

    assert street.yard.state(job) == "AT_DROPOFF"


def test_a_failure_is_told_with_its_reason(street: Street) -> None:
    _, page, job = street.carrying()

    page.locator(f"[data-key=fail-{job}]").click()
    page.locator(f"#why-{job}").select_option("WRONG_ADDRESS")
    page.locator(f"[data-key=report-{job}]").click()
    expect(page.locator(f"[data-key=again-{job}]")).to_be_visible()

    with street.house.database.read() as connection:
        failure = jobs.get(connection, MERCHANT, job).failure
    assert failure
    assert failure.code.value == "WRONG_ADDRESS"


def test_an_offer_appears_by_itself(street: Street) -> None:
    _, page = street.phone()
    street.at_work(page)
    page.locator("[data-tab=offers]").click()
    expect(page.locator("#offers article")).to_have_count(0)

    street.yard.job()

    expect(page.locator("#offers article")).to_have_count(1)


@pytest.mark.parametrize("key", [None, "Space"])
def test_a_tap_outlives_news_that_come_in_between(street: Street, key: str | None) -> None:
    """What is drawn anew under a finger is another button, which was never pressed."""
    _, page, job = street.carrying()
    street.at_door(page, job)
    page.locator(f"#pin-{job}").fill(street.yard.code(f"door:{job}"))
    main = page.locator(f"[data-key=main-{job}]")
    main.hover()
    main.focus()

    page.keyboard.down(key) if key else page.mouse.down()
    with page.expect_response("**/graphql/courier"):
        street.yard.job()
    page.wait_for_timeout(150)
    page.keyboard.up(key) if key else page.mouse.up()

    expect(main).to_have_count(0)


def test_a_courier_works_with_the_keyboard_alone(street: Street) -> None:
    _, page = street.phone()
    street.at_work(page)
    job = street.yard.job()
    page.locator("[data-tab=offers]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"[data-key=take-{job}]")).to_be_visible()

    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.key || ''") == f"take-{job}":
            break
    page.keyboard.press("Enter")
    expect(page.locator(f"[data-key=main-{job}]")).to_be_visible()

    assert street.yard.state(job) == "CLAIMED"
