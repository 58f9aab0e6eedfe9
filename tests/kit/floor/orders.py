"""Orders of a platform to test the shop floor with."""

from collections.abc import Sequence
from datetime import timedelta

from msgspec import structs

from connector.model.location import Address, Geo
from connector.model.money import Money
from connector.model.order import (
    Bought,
    Buyer,
    HandingOver,
    OrderPart,
    PaymentState,
    PlacedOrder,
)
from storefront.fulfillment.order.event import Actor
from storefront.fulfillment.work.intake import Shop
from tests.kit.floor.world import MERCHANT, NOON, PLACE
from tests.kit.samples import product

SHOP = Shop(MERCHANT, "con_1", "test")
STAFF = Actor("store", "stf_1")
MANAGER = Actor("manager", "stf_2")
BUYER = Buyer(
    name="Saskia van Uylenburgh",
    email="saskia@example.org",
    phone="+31612345678",
    language="nl",
    address=Address("Jodenbreestraat 4", None, "1011NK", "Amsterdam", None, "NL"),
    geo=Geo(52.3694, 4.9012),
    note="Bel bij de zijdeur, code 4711",
)


def bought(number: int, quantity: int = 1, refunded: int = 0) -> Bought:
    found = product(number)
    return Bought(
        external_id=f"line-{number}",
        variant_id=found.variants[0].external_id,
        title=found.title,
        sku=found.variants[0].sku,
        quantity=quantity,
        refunded=refunded,
        unit_price=Money(1250, "EUR"),
    )


def a_part(
    lines: Sequence[Bought], how: HandingOver = HandingOver.PICKUP, part_id: str = "part-1"
) -> OrderPart:
    return OrderPart(
        external_id=part_id,
        handing_over=how,
        place=PLACE.external_id,
        place_name=PLACE.name,
        earliest=None,
        latest=None,
        closed=False,
        cancelled=False,
        on_hold=False,
        lines=tuple(lines),
        raw_state="OPEN",
    )


def an_order(
    *lines: Bought,
    number: int = 1001,
    how: HandingOver = HandingOver.PICKUP,
    later_s: int = 0,
    **changes: object,
) -> PlacedOrder:
    plain = PlacedOrder(
        external_id=f"order-{number}",
        number=f"#{number}",
        placed_at=NOON,
        updated_at=NOON + timedelta(seconds=later_s),
        cancelled=False,
        test=False,
        payment=PaymentState.PAID,
        total=Money(2500, "EUR"),
        cash_due=None,
        channel="web",
        references=(),
        parts=(a_part(lines or (bought(1),), how),),
        buyer=BUYER,
    )
    return structs.replace(plain, **changes)
