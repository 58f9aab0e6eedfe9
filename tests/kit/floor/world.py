"""A shop floor to test on: a merchant with one database, a clock that is set, known randomness."""

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import structs

from connector.model.care import AgeRestriction
from connector.model.location import Address, Geo
from connector.model.product import Product
from connector.store import merchants, tables
from connector.store.database import Database
from connector.store.database.bulk import upsert_rows
from connector.store.merchants import Merchant
from connector.store.product import writer
from connector.store.product.change import Change, Scope
from connector.store.secrets import SecretBox
from storefront.fulfillment.place.hours import Hours, Service, Week, Weekday
from storefront.fulfillment.place.point import PlaceSource, Position
from storefront.fulfillment.place.store import (
    DeliveryTerms,
    PickupTerms,
    StockSource,
    Store,
    StoreStatus,
)
from storefront.fulfillment.slot.slot import Slot
from storefront.fulfillment.slot.template import Caps, SlotTemplate
from storefront.fulfillment.store import places, slots
from storefront.fulfillment.store.floor import ShopFloor
from tests.kit.samples import level, place, product, with_variant

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NOON_MS = int(NOON.timestamp() * 1000)
MERCHANT = "mer_test"
BOX = SecretBox(["a secret that is long enough for tests"])


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


def a_floor(
    database: Database, clock: Callable[[], datetime] | None = None, seed: int = 7
) -> ShopFloor:
    """Return the floor of a merchant who stands in the database."""
    with database.write() as connection:
        merchants.add(connection, Merchant(MERCHANT, "Test", {}), NOON_MS)
    chance = random.Random(seed)
    return ShopFloor(database, BOX, clock or SetClock(), random=chance.randbytes)


SCOPE = Scope(MERCHANT, "con_1")
PLACE = place("store")
STORE_ID = "sto_1"
WEEK_DAYS = tuple(Weekday)


def plain_store() -> Store:
    """Return an open store in Amsterdam that sells from one place."""
    return Store(
        id=STORE_ID,
        merchant_id=MERCHANT,
        code="centre",
        name={"en": "Centre", "nl": "Centrum"},
        address=Address("Dam 1", None, "1012JS", "Amsterdam", None, "NL"),
        timezone="Europe/Amsterdam",
        status=StoreStatus.ACTIVE,
        geo=Position(Geo(52.3731, 4.8926), 10, PlaceSource.PIN),
        location_id=PLACE.id,
        pickup=PickupTerms(enabled=True, prep_minutes=60),
        delivery=DeliveryTerms(enabled=True),
        stock_sources=(StockSource(PLACE.id),),
    )


def a_store(floor: ShopFloor, **changes: object) -> Store:
    """Store it, open every day from 8 to 20, with slots; return it."""
    store = structs.replace(plain_store(), **changes)
    day = ((8 * 60, 20 * 60),)
    week = Week(**{it.value: day for it in WEEK_DAYS})
    with floor.write(MERCHANT) as here:
        places.add(here, store)
        places.put_hours(here, Hours(store.id, Service.STORE, week))
        places.put_hours(here, Hours(store.id, Service.PICKUP, week))
        for service in (Service.PICKUP, Service.DELIVERY):
            places.put_template(here, a_template(store.id, service))
    return store


def an_open_floor(
    database: Database,
    pieces: Mapping[int, int | None],
    clock: Callable[[], datetime] | None = None,
) -> ShopFloor:
    """Return a floor with one open store, which holds so many pieces of product 1, 2, ..."""
    found = a_floor(database, clock)
    stock(database, pieces)
    a_store(found)
    return found


def a_template(store_id: str, service: Service, caps: Caps | None = None) -> SlotTemplate:
    """Return slots of two hours from 10 to 18 with room for three orders each."""
    return SlotTemplate(
        id=f"slt_{service.value.lower()}",
        store_id=store_id,
        service=service,
        days=WEEK_DAYS,
        from_min=10 * 60,
        to_min=18 * 60,
        length_min=120,
        step_min=120,
        caps=caps or Caps(orders=3),
    )


def stock(database: Database, counts: Mapping[int, int | None], now: datetime = NOON) -> None:
    """Let the shop have so many pieces of product 1, 2, ...; called again, the counts change."""
    with database.write() as connection:
        values = ("con_1", msgspec.json.encode(PLACE), 0)
        upsert_rows(connection, tables.location, [(MERCHANT, PLACE.id, *values)])
    put_on_shelf(database, {it: a_product(it, count) for it, count in counts.items()}, now)


def put_on_shelf(database: Database, products: Mapping[int, Product], now: datetime = NOON) -> None:
    """Let the shop sell product 1, 2, ... as they are given; the place they lie at stands."""
    changes = [Change(str(number), None, found, now) for number, found in products.items()]
    with database.write() as connection:
        writer.apply(connection, SCOPE, changes, {PLACE.id: PLACE}, now)


def a_product(number: int, count: int | None) -> Product:
    found = product(number, stock=0)
    return with_variant(found, inventory=(level(PLACE, count),))


def for_adults(number: int, count: int) -> Product:
    """Return a product that nobody under eighteen may have."""
    return structs.replace(a_product(number, count), age_restriction=AgeRestriction(18, "wine"))


def variant_of(number: int) -> str:
    return product(number).variants[0].id


def first_slot(floor: ShopFloor, store: Store, service: Service = Service.PICKUP) -> Slot:
    with floor.database.read() as connection:
        return slots.coming(connection, store, service, floor.now())[0]
