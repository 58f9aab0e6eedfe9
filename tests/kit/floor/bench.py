"""A store to try things at that must not be done, and what such a try is made of."""

from collections.abc import Callable

from msgspec import Struct

from connector.model.order import HandingOver
from storefront.fulfillment.courier.courier import Courier, Skill
from storefront.fulfillment.job.job import DeliveryJob, JobState
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.store import goods, holds, jobs, places, slots
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.holds import Basket
from storefront.fulfillment.store.stock import Wanted
from tests.kit.floor.orders import an_order, bought
from tests.kit.floor.walk import a_courier, job_of, packed
from tests.kit.floor.world import MERCHANT, SetClock, variant_of

Act = Callable[[], object]


class Bench(Struct, frozen=True):
    """A store on a merchant's floor, with a clock that is set."""

    floor: ShopFloor
    store: Store
    clock: SetClock

    def does(self, verb: Callable[[Floor], object]) -> Act:
        """Return a deed of one write."""

        def act() -> object:
            with self.floor.write(MERCHANT) as here:
                return verb(here)

        return act

    def keeps(self, cart: str, slot: str | None = None) -> Act:
        def verb(here: Floor) -> object:
            store = places.get(here.connection, MERCHANT, self.store.id)
            found = goods.goods(here.connection, MERCHANT, [variant_of(1)])
            chosen = slots.one(here.connection, store, slot, here.now) if slot else None
            basket = Basket(f"hld_{cart}", cart, cart.encode(), None, (Wanted(variant_of(1), 1),))
            return holds.take(here, store, chosen, found, basket)

        return self.does(verb)

    def delivery(self, number: int = 5001, good: int = 1) -> DeliveryJob:
        placed = an_order(bought(good), number=number, how=HandingOver.DELIVERY)
        return job_of(self.floor, packed(self.floor, placed))

    def rider(self, name: str = "cou_1") -> Courier:
        return a_courier(self.floor, name, Skill.AGE18)

    def state(self, job: DeliveryJob) -> JobState:
        with self.floor.database.read() as connection:
            return jobs.get(connection, MERCHANT, job.id).state


class Case(Struct, frozen=True):
    """What is tried and must not be done, and what must still be possible afterwards."""

    act: Act
    still: Act
