"""One step of an order: the table allows it, the person may do it, and it is told."""

from typing import Any

from msgspec import structs

from storefront.fulfillment.errors.person import RoleRequired
from storefront.fulfillment.order.event import Actor, Event, record
from storefront.fulfillment.order.life import LIFE
from storefront.fulfillment.order.order import FulfillmentOrder, OrderState

Told = tuple[FulfillmentOrder, tuple[Event, ...]]
"""The order after a verb, and what happened."""


def require(
    order: FulfillmentOrder, event: str, actor: Actor, wanted: OrderState | None = None
) -> OrderState:
    """Return the state after the event, or raise IllegalTransition, then RoleRequired."""
    state = LIFE.next(order.state, event, wanted)
    if event not in LIFE.events(order.state, actor.role):
        raise RoleRequired(f"{event} is not for {actor.role}.", role=actor.role, event=event)
    return state


def step(
    order: FulfillmentOrder,
    after: FulfillmentOrder,
    event: str,
    actor: Actor,
    now: int,
    *,
    wanted: OrderState | None = None,
    **data: Any,
) -> Told:
    """Return `after` in the state that the table gives, with the event `order.<event>`."""
    state = require(order, event, actor, wanted)
    moved = structs.replace(after, state=state)
    told, happened = record(order, moved, f"order.{event}", now, actor, **data)
    return told, (happened,)
