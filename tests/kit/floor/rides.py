"""A store, three couriers and a few deliveries, for a state machine that drives them."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import msgspec
from msgspec import Struct, structs
from sqlalchemy import Row, select

from connector.model.errors import RegieError
from connector.model.location import Address, Geo
from connector.model.measure import Weight
from connector.model.money import Money
from connector.model.order import HandingOver, PaymentState, PlacedOrder
from connector.store import tables
from connector.store.database import Database
from storefront.fulfillment.courier.courier import Courier, Skill
from storefront.fulfillment.job.job import DeliveryJob
from storefront.fulfillment.order.event import Event
from storefront.fulfillment.order.order import FulfillmentOrder, OrderState
from storefront.fulfillment.place.store import DeliveryTerms
from storefront.fulfillment.store import couriers, hooks, jobs, orders, places
from storefront.fulfillment.store import floor as floors
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.work import intake, timers
from storefront.fulfillment.zone.fee import Component, FeeList, FeeRule
from tests.kit.floor.orders import BUYER, SHOP, an_order, bought
from tests.kit.floor.walk import a_courier, job_of, packed, pin_of
from tests.kit.floor.world import (
    MERCHANT,
    NOON,
    STORE_ID,
    SetClock,
    a_floor,
    a_product,
    a_store,
    for_adults,
    put_on_shelf,
    stock,
)

MUG, WINE, ANVIL = 1, 2, 3
KINDS = ("mug", "wine", "cash", "anvil")
FEE = 650
NEIGHBOUR = structs.replace(
    BUYER,
    name="Geertje Dircx",
    email="geertje@example.org",
    phone="+31687654321",
    address=Address("Sint Antoniesluis 9", None, "1011NK", "Amsterdam", None, "NL"),
    geo=Geo(52.3695, 4.9013),
    note="Hond heet Blok",
)
PERSONS = (
    *("Saskia", "Uylenburgh", "saskia@", "612345678", "Jodenbree", "zijdeur", "4711"),
    *("Geertje", "Dircx", "geertje@", "687654321", "Antoniesluis", "Blok", "1011", "52.369"),
)
"""What tells of the two buyers and their doors; they live in one area."""


class Seen(Struct, frozen=True):
    """All rows of the deliveries as they stand, to tell whether anything changed."""

    jobs: tuple[DeliveryJob, ...]
    orders: tuple[FulfillmentOrder, ...]
    stories: tuple[tuple[Event, ...], ...]


class Rides:
    """The world of one run: a day of its own, its own orders and couriers."""

    def __init__(self, database: Database) -> None:
        self.clock = SetClock()
        self.floor: ShopFloor = a_floor(database, self.clock)
        self.days = 0
        stock(database, {MUG: 9_999})
        self._stock_rarities(database)
        a_store(self.floor, delivery=DeliveryTerms(enabled=True, age_restricted_allowed=True))
        with self.floor.write(MERCHANT) as here:
            pay = FeeList(STORE_ID, "EUR", (FeeRule("pay", Component.BASE, amount=FEE),))
            places.put_fees(here, pay, pay=True)
            hooks.add(self.floor, here, "whk_1", "https://example.org/hook", ("*",), b"s" * 32)

    def _stock_rarities(self, database: Database) -> None:
        anvil = a_product(ANVIL, 9_999)
        heavy = structs.replace(anvil.variants[0], weight=Weight(60_000.0, "60", "kg"))
        anvil = structs.replace(anvil, variants=(heavy,))
        put_on_shelf(database, {WINE: for_adults(WINE, 9_999), ANVIL: anvil})

    def begin(self, kinds: Sequence[str]) -> None:
        """Begin a new day with a packed delivery of each kind, and three fresh couriers."""
        self.days += 1
        self.kinds = tuple(kinds)
        self.clock.at = NOON + timedelta(days=2 * self.days)
        while timers.turn(self.floor):
            pass
        made = [self._packed(kind, number) for number, kind in enumerate(kinds)]
        self.order_ids = [order.id for order in made]
        self.job_ids = [job_of(self.floor, order).id for order in made]
        skilled, plain = (Skill.AGE18, Skill.COD), ()
        self.courier_ids = [
            a_courier(self.floor, f"cou_{self.days}_{number}", *skills).id
            for number, skills in enumerate((skilled, plain, skilled))
        ]
        self.since = self.position()

    def _packed(self, kind: str, number: int) -> FulfillmentOrder:
        made = packed(self.floor, self._placed(kind, number))
        assert made.state is OrderState.READY
        return made

    def tell_due(self, which: int, cents: int) -> None:
        """Let the shop say how much is still to be paid at the door, where cash was to be taken."""
        number = which % len(self.kinds)
        if self.kinds[number] == "cash":
            told = self._placed("cash" if cents else "mug", number, cents)
            intake.take(self.floor, SHOP, structs.replace(told, updated_at=self.clock.at))

    def add_to(self, which: int) -> None:
        """Let the shop add something to an order: wine, or to wine a mug."""
        number = which % len(self.kinds)
        told = self._placed(self.kinds[number], number)
        more = bought(MUG if self.kinds[number] == "wine" else WINE)
        part = structs.replace(told.parts[0], lines=(*told.parts[0].lines, more))
        told = structs.replace(told, parts=(part,), updated_at=self.clock.at)
        intake.take(self.floor, SHOP, told)

    def _placed(self, kind: str, place: int, cents: int = 2500) -> PlacedOrder:
        good = {"wine": WINE, "anvil": ANVIL}.get(kind, MUG)
        number = self.days * 100 + place
        placed = an_order(bought(good), number=number, how=HandingOver.DELIVERY)
        if number % 2:
            placed = structs.replace(placed, buyer=NEIGHBOUR)
        if kind != "cash":
            return placed
        due = {"payment": PaymentState.CASH_ON_DELIVERY, "cash_due": Money(cents, "EUR")}
        return structs.replace(placed, **due)

    def position(self) -> int:
        with self.floor.database.read() as connection:
            return floors.position(connection, MERCHANT)

    def job(self, which: int) -> DeliveryJob:
        with self.floor.database.read() as connection:
            return jobs.get(connection, MERCHANT, self.job_ids[which % len(self.job_ids)])

    def courier(self, which: int) -> Courier:
        with self.floor.database.read() as connection:
            return couriers.get(connection, MERCHANT, self.courier_ids[which])

    def seen(self) -> Seen:
        with self.floor.database.read() as connection:
            return Seen(
                tuple(jobs.get(connection, MERCHANT, each) for each in self.job_ids),
                tuple(orders.get(connection, MERCHANT, each) for each in self.order_ids),
                tuple(tuple(jobs.story(connection, MERCHANT, each)) for each in self.job_ids),
            )

    def pin(self, job: DeliveryJob, place: str, *, right: bool) -> str:
        """Return the PIN of `job` at the counter or of the `door`, or another one."""
        pin = pin_of(self.floor, f"{place}:{job.id}")
        return pin if right else f"{(int(pin) + 1) % 1_000_000:06d}"

    def tried(self, verb: Callable[[Floor], object]) -> RegieError | None:
        """Do something of the store's; return why not, if it was refused."""
        try:
            with self.floor.write(MERCHANT) as here:
                verb(here)
        except RegieError as error:
            return error
        return None

    def messages(self) -> list[dict[str, object]]:
        """Return all webhook messages about this run's deliveries, in the order they were made."""
        outbox = tables.outbox
        query = select(outbox.c.payload).where(outbox.c.target == "hook:whk_1")
        with self.floor.database.read() as connection:
            rows: Sequence[Row[tuple[bytes]]] = connection.execute(
                query.order_by(outbox.c.id)
            ).all()
        found = [msgspec.json.decode(bytes(row[0]), type=dict[str, object]) for row in rows]
        return [each for each in found if _subject(each) in self.job_ids]


def _subject(message: dict[str, object]) -> str:
    data = message["data"]
    assert isinstance(data, dict)
    return str(data["id"])
