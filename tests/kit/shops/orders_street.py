"""Both fake shops with stores behind them, and the hands that work an order through the floor."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct
from sqlalchemy import select

from connector.store import tables
from connector.sync import Mode
from regie.demo.shopify import FLOOR_SCOPES
from storefront.fulfillment.job.proof import Stage
from storefront.fulfillment.job.steps import Holder
from storefront.fulfillment.order.event import Actor
from storefront.fulfillment.order.order import FulfillmentOrder
from storefront.fulfillment.store import couriers, goods, handovers, jobs, orders, people, places
from storefront.fulfillment.store import stock as shelves
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.work import counter, preparing, riding
from tests.kit.shops.orders_shops import COFFEE, CUP, HERE, PAN, THERE, Hafen, Pan, Side
from tests.kit.shops.orders_stores import hire, open_stores
from tests.kit.shops.street import Home, Letter, Street, moved_in, silence, street

STAFF = Actor("store", "stf_1")
SHOPS = pytest.mark.parametrize("name", ["hafen", "pan"])


class Scene(Struct):
    """Both shops read, three stores open, one courier at work."""

    shops: Street
    home: Home
    hafen: Hafen
    pan: Pan

    def side(self, name: str) -> Side:
        return self.hafen if name == "hafen" else self.pan

    @property
    def merchant(self) -> str:
        return self.hafen.front.merchant_id

    def letters(self) -> list[Letter]:
        """Return what the shops have to tell, caught in flight."""
        self.shops.send()
        return self.shops.bag.emptied()

    def deliver(self, letters: Sequence[Letter] | None = None) -> None:
        """Bring letters to the door and let the worker work, until the shops have told all."""
        for _ in range(6):
            found = self.letters() if letters is None else letters
            for letter in found:
                assert self.home.receive(letter) == 200
            self.work()
            if letters is not None or not found:
                return

    def work(self) -> None:
        """Let two seconds pass and the worker do what is due."""
        for _ in range(2):
            self.shops.clock.advance(1)
            self.home.worker.drain()

    def wait(self, **time: float) -> None:
        self.shops.clock.advance(timedelta(**time).total_seconds())
        self.work()

    def orders(self, side: Side, external_id: str) -> list[FulfillmentOrder]:
        with self.home.house.database.read() as connection:
            args = (self.merchant, side.front.id, external_id)
            return [each.order for each in orders.of_source(connection, *args)]

    def order(self, side: Side, external_id: str) -> FulfillmentOrder:
        (found,) = self.orders(side, external_id)
        return found

    def free(self, side: Side, store_code: str) -> int:
        """Return how many pieces of the story's good the store may still promise."""
        house, external = self.home.house, self._variant(side)
        with house.database.read() as connection:
            ids = [external]
            known = goods.by_external(connection, self.merchant, side.front.id, ids)
            store = next(
                it for it in places.all_of(connection, self.merchant) if it.code == store_code
            )
            by_id = {it.variant_id: it for it in known.values() if it.external_id == external}
            found = shelves.free(connection, self.merchant, store, by_id, house.floor.now())
        return sum(sum(each.values()) for each in found.values())

    def _variant(self, side: Side) -> str:
        if side is self.pan:
            return str(PAN)
        return str(self.hafen.shop.store.variant(COFFEE)["id"])

    def write(self) -> Any:
        return self.home.house.floor.write(self.merchant)

    def pick(self, order_id: str) -> FulfillmentOrder:
        """Take an order on and put everything into the bag."""
        with self.write() as here:
            found = preparing.start(here, order_id, STAFF)
            for line in found.lines:
                if line.open:
                    found = preparing.pick(here, order_id, line.id, line.open, STAFF)
        return found

    def pack(self, order_id: str) -> FulfillmentOrder:
        with self.write() as here:
            return preparing.pack(self.home.house.floor, here, order_id, STAFF)

    def prepare(self, order_id: str) -> FulfillmentOrder:
        self.pick(order_id)
        return self.pack(order_id)

    def hand_over(self, order: FulfillmentOrder) -> FulfillmentOrder:
        """Let the customer show his code at the counter."""
        floor = self.home.house.floor
        with self.write() as here:
            pin = self._pin(here, f"order:{order.id}")
            (proven,) = counter.find(floor, here, order.store_id, pin, STAFF)
            assert proven.verified
            return counter.hand_over(here, order.id, STAFF)

    def set_off(self, order: FulfillmentOrder) -> Holder:
        """Let the courier claim the order's job and pick it up."""
        floor = self.home.house.floor
        with self.write() as here:
            courier = couriers.get(here.connection, self.merchant, "cou_1")
            store = places.get(here.connection, self.merchant, order.store_id)
            assert store.geo is not None
            where = riding.Where(store.geo.point)
            job = riding.claim(here, courier, str(order.job_id), where)
            by = Holder(courier.id, job.fence)
            pin = self._pin(here, f"job:{job.id}")
            job = riding.arrive(floor, here, by, job.id, Stage.PICKUP, where)
            riding.pick_up(floor, here, by, job.id, pin, [each.code for each in job.parcels])
        return by

    def ring(self, order: FulfillmentOrder, by: Holder) -> None:
        """Let the courier hand it over at the door."""
        floor = self.home.house.floor
        with self.write() as here:
            job = jobs.get(here.connection, self.merchant, str(order.job_id))
            pin = self._pin(here, f"door:{job.id}")
            cash = job.cod.due if job.cod else None
            riding.deliver(floor, here, by, job.id, riding.Given(code=pin, cash=cash))

    def _pin(self, here: Floor, subject: str) -> str:
        found = handovers.of_subject(here.connection, self.merchant, subject)
        assert found is not None
        held, turn = found
        return handovers.codes(people.sealer(self.home.house.floor, here), held.id, turn)[0]

    def told(self) -> list[str]:
        with self.home.house.database.read() as connection:
            query = select(tables.outbox.c.kind).order_by(tables.outbox.c.created_at)
            return list(connection.execute(query).scalars())


@contextmanager
def scene(folder: Path, url: str, **settings: str) -> Iterator[Scene]:
    """Connect both shops, read them, and open a store at three of their places."""
    with silence(), street() as shops, moved_in() as move_in:
        home = move_in(folder, url, shops.clock, **settings)
        shops.hafen.scopes = FLOOR_SCOPES
        shops.hafen.approved = ("name", "address", "phone", "email")
        shops.pan.options.plugin = True
        for sku in (COFFEE, CUP):
            for place in (HERE, THERE):
                shops.hafen.changes.set_stock(sku, place, 10)
        hafen, pan = shops.connect_hafen(home.house), shops.connect_pan(home.house)
        home.sync(hafen, Mode.FULL)
        home.sync(pan, Mode.FULL)
        found = Scene(shops, home, Hafen(shops.hafen, hafen), Pan(shops.pan, pan))
        open_stores(home, hafen, pan)
        hire(home, found.merchant)
        found.work()
        found.letters()
        yield found
