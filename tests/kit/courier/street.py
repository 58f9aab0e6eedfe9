"""A served house with one store, and couriers' phones before it, to test the page with."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from regie.app import create_app
from regie.house import House, build
from regie.settings import Settings
from storefront.fulfillment.store import couriers
from tests.kit.browser import PATIENCE_MS
from tests.kit.catalogue import served
from tests.kit.courier.world import Yard
from tests.kit.floor.world import MERCHANT

PHONE = {"width": 390, "height": 844}
AT_STORE = {"latitude": 52.3731, "longitude": 4.8926, "accuracy": 10}
AT_DOOR = {"latitude": 52.3694, "longitude": 4.9012, "accuracy": 10}


class Street:
    """A served house with one store, and a browser that is a phone."""

    def __init__(self, browser: Browser, house: House, root: str) -> None:
        self.browser = browser
        self.house = house
        self.root = root
        self.yard = Yard(house.database, floor=house.floor)

    def phone(self, language: str = "en") -> tuple[BrowserContext, Page]:
        context = self.browser.new_context(
            viewport=PHONE, locale=language, geolocation=AT_STORE, permissions=["geolocation"]
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        return context, page

    def join(self, page: Page, name: str = "Jan") -> str:
        page.goto(f"{self.root}/courier#join={self.yard.invitation(name)}")
        page.locator("#name").fill(name)
        page.locator("#joining button").click()
        expect(page.locator("#in")).to_be_visible()
        with self.house.database.read() as connection:
            return couriers.all_of(connection, MERCHANT)[-1].id

    def at_work(self, page: Page) -> str:
        courier_id = self.join(page)
        self.yard.approve(courier_id)
        page.reload()
        page.locator("#work").click()
        expect(page.locator("#work")).to_have_class("quiet")
        return courier_id

    def carrying(self, language: str = "en") -> tuple[BrowserContext, Page, str]:
        """Let a courier with a phone of his own ride to the door with a job."""
        context, page = self.phone(language)
        self.at_work(page)
        job = self.yard.job()
        self.carry(context, page, job)
        return context, page, job

    def carry(self, context: BrowserContext, page: Page, job: str) -> None:
        """Take a job from the list and its parcels from the store, and ride to the door."""
        page.locator("[data-tab=offers]").click()
        page.locator(f"[data-key=take-{job}]").click()
        self.carry_on(context, page, job)

    def carry_on(self, context: BrowserContext, page: Page, job: str) -> None:
        """Take the parcels of a job that is his from the store, and ride to the door."""
        page.locator(f"[data-key=main-{job}]").click()
        page.locator(f"#code-{job}").fill(self.yard.code(f"job:{job}"))
        for number, label in enumerate(self.yard.labels(job)):
            page.locator(f"#label{number}-{job}").fill(label.lower())
        page.locator(f"[data-key=main-{job}]").click()
        expect(page.get_by_text("Saskia")).to_be_visible()
        context.set_geolocation(AT_DOOR)

    def at_door(self, page: Page, job: str) -> None:
        """Say that one is there; the phone may need a moment to notice that it has moved."""
        page.locator(f"[data-key=main-{job}]").click()
        again = page.locator(f"[data-key=close-{job}]")
        pin = page.locator(f"#pin-{job}")
        expect(again.or_(pin)).to_be_visible()
        if again.is_visible():
            again.click()
            self.at_door(page, job)


@contextmanager
def a_street(browser: Browser, home: Path, url: str) -> Iterator[Street]:
    """Yield a street whose house keeps its files at `home` and its rows at `url`."""
    house = build(Settings(home=str(home), database_url=url, log="off"))
    with served(create_app(house)) as root:
        yield Street(browser, house, root.replace("127.0.0.1", "localhost"))
    house.close()
