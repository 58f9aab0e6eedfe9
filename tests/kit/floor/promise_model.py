"""What a model of the floor believes of holds, to compare the rows with."""

from msgspec import Struct, structs

from connector.model.measure import Dimensions
from connector.model.product import Product
from storefront.fulfillment.hold import HoldState
from storefront.fulfillment.place.store import Throughput, ThroughputPer
from storefront.fulfillment.slot.load import Load
from storefront.fulfillment.slot.template import Caps
from tests.kit.floor.world import a_product

PIECES, LITRE_ML = {1: 9, 2: 6}, 1000
CAPS = Caps(orders=3, prep_points=5, volume_ml=3 * LITRE_ML)
"""Each of the three is what stops one basket or another: only the first product takes room."""
PACE = Throughput(4, ThroughputPer.DAY)
"""What stops a basket although its slot has room: both slots are of one day."""
FOLLOWS = {
    HoldState.ACTIVE: set(HoldState),
    HoldState.CONSUMED: {HoldState.CONSUMED, HoldState.RELEASED},
    HoldState.EXPIRED: {HoldState.EXPIRED},
    HoldState.RELEASED: {HoldState.RELEASED},
}
"""How a hold may stand after it stood so; an ended one comes back only by being taken again."""


class Kept(Struct):
    """What the model believes of one hold."""

    product: int
    quantity: int
    slot: str | None
    ends_at: int
    state: str = "held"
    settled: bool = False

    def binds_stock(self, now: int) -> bool:
        if self.state == "held":
            return now < self.ends_at
        return self.state == "sold" and not self.settled

    def binds_slot(self, now: int) -> bool:
        return self.state == "sold" or (self.state == "held" and now < self.ends_at)

    @property
    def load(self) -> Load:
        return Load(1, self.quantity, self.quantity * LITRE_ML if self.product == 1 else 0)


def a_good(number: int, left: int) -> Product:
    """Return a product of which the first takes a litre, and others no room worth counting."""
    found = a_product(number, left)
    size = Dimensions(100.0, 100.0, 100.0, "cm") if number == 1 else None
    return structs.replace(found, variants=(structs.replace(found.variants[0], dimensions=size),))
