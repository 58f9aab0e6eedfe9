"""Orders as a greengrocer gets them, for the suites of the shop floor's rules."""

from typing import Any

from msgspec import structs

from storefront.fulfillment.order import closing, picking, placing
from storefront.fulfillment.order.event import Actor, Event
from storefront.fulfillment.order.order import (
    FulfillmentOrder,
    Item,
    Line,
    Method,
    Payment,
    Question,
    SlotWindow,
    Substitution,
    Temp,
)

NOON = 1_800_000_000_000
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
KEY = b"k" * 32
STAFF = Actor("store", "stf_1")
MANAGER = Actor("manager", "stf_2")
SHOPPER = Actor("customer")
RIDER = Actor("courier", "cou_1")
APPLES = Item("var_a", "APPLE", "Apples", weight_g=1000, volume_ml=1500)
PEARS = Item("var_p", "PEAR", "Pears", weight_g=900, volume_ml=1400)
WINE = Item("var_w", "WINE", "Wine", age_min=18, weight_g=1300, volume_ml=1000)
MILK = Item("var_m", "MILK", "Milk", temp=Temp.CHILL, weight_g=1000, volume_ml=1000)


def line(line_id: str, item: Item, quantity: int, **fields: Any) -> Line:
    given = {"external_id": f"x-{line_id}", **structs.asdict(item), **fields}
    return Line(id=line_id, quantity=quantity, **given)


def fresh(*lines: Line, **fields: Any) -> FulfillmentOrder:
    given: dict[str, Any] = {
        "id": "ful_1",
        "merchant_id": "mer_1",
        "store_id": "sto_1",
        "number": "1001",
        "method": Method.PICKUP,
        "slot": SlotWindow(NOON + 2 * HOUR, NOON + 3 * HOUR, "Europe/Amsterdam", "s/1"),
        "payment": Payment.PAID,
        "cancel_until": NOON + HOUR,
        **fields,
    }
    return FulfillmentOrder(lines=lines or (line("l1", APPLES, 3),), **given)


class Story:
    """An order and everything that happened to it."""

    def __init__(self, order: FulfillmentOrder, *, held: bool = True) -> None:
        self.order, events = placing.place(order, SHOPPER, NOON, held=held)
        self.events: list[Event] = list(events)
        self.now = NOON

    def do(self, verb: Any, *given: Any, by: Actor | None = STAFF, **named: Any) -> "Story":
        """Do one verb: the order first, the actor and the time last."""
        actors = () if by is None else (by,)
        self.order, events = verb(self.order, *given, *actors, self.now, **named)
        self.events.extend(events)
        return self


def accepted(*lines: Line, **fields: Any) -> Story:
    return Story(fresh(*lines, **fields)).do(placing.accept)


def picking_order(*lines: Line, **fields: Any) -> Story:
    return accepted(*lines, **fields).do(picking.start, "stf_1")


def ready(*lines: Line, **fields: Any) -> Story:
    story = picking_order(*lines, **fields)
    for each in story.order.lines:
        story.do(picking.pick, each.id, each.quantity)
    return story.do(picking.pack, hold_days=7)


def partial(**fields: Any) -> Story:
    """One of two pears is there."""
    story = picking_order(line("l1", APPLES, 1), line("l2", PEARS, 2), **fields)
    story.do(picking.pick, "l1", 1).do(picking.pick, "l2", 1)
    return story.do(picking.pack_partial, hold_days=7, allowed=True)


def collected(*lines: Line, **fields: Any) -> Story:
    return ready(*lines, **fields).do(closing.hand_over)


def out(*lines: Line, **fields: Any) -> Story:
    return ready(*lines, method=Method.DELIVERY, **fields).do(closing.hand_over, by=RIDER)


def question(line_id: str = "l1", pieces: int = 1, **fields: Any) -> Question:
    given: dict[str, Any] = {
        "item": PEARS,
        "line_id": line_id,
        "quantity": pieces,
        "asked_at": NOON,
        "until": NOON + 10 * MINUTE,
        "default": False,
        **fields,
    }
    return Question(**given)


ALLOWED = Substitution.ALLOW


def unfetched(story: Story | None = None) -> Story:
    story = story or ready()
    story.now = NOON + 8 * DAY
    return story.do(closing.no_show, by=None)
