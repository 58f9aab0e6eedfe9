"""Pictures that a platform gives of an order, and what a story makes of them."""

from typing import Any

from storefront.fulfillment.order import change
from storefront.fulfillment.order.order import Item
from storefront.fulfillment.order.picture import Picture, PictureLine
from tests.kit.floor.order_rules import APPLES, NOON, Story

IDS = {f"x-{name}": name for name in ("l1", "l2", "l3", "l9")}


def told(name: str, quantity: int, refunded: int = 0, item: Item = APPLES) -> PictureLine:
    return PictureLine(f"x-{name}", quantity, item, refunded)


def follow(story: Story, *lines: PictureLine, **fields: Any) -> list[tuple[str, int]]:
    """Apply a picture, and tell the notices as pairs."""
    given: dict[str, Any] = {"as_of": NOON + 1, **fields}
    applied = change.follow(story.order, Picture(lines=lines, **given), IDS, story.now)
    story.order = applied.order
    story.events.extend(applied.events)
    return [(each.kind.value, each.quantity) for each in applied.notices]


def pieces(story: Story, line_id: str = "l1") -> tuple[int, int, int, int]:
    each = story.order.line(line_id)
    return each.quantity, each.picked, each.refunded, each.surplus
