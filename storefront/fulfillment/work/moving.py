"""Orders that end here because the platform says so: called off, or given to another store."""

from storefront.fulfillment.order import change
from storefront.fulfillment.order.order import OrderState
from storefront.fulfillment.order.picture import Picture
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.store import orders
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.orders import Known
from storefront.fulfillment.work.keeping import keep

_LEFT = frozenset(
    {
        OrderState.PARTLY_COLLECTED,
        OrderState.COLLECTED,
        OrderState.OUT_FOR_DELIVERY,
        OrderState.DELIVERED,
        OrderState.CANCELLED,
    }
)
"""What has left the store, or is over, is not moved to another one."""


def end(here: Floor, it: Known, as_of: int) -> None:
    """Call off what we have of a part; `as_of` is the platform's moment, epoch ms."""
    picture = Picture(as_of=as_of, lines=(), cancelled=True)
    applied = change.follow(it.order, picture, {}, here.now)
    keep(here, it.order, (applied.order, applied.events))


def moves(it: Known, store: Store | None) -> bool:
    """Tell whether an order is owed by another store now, or by none of ours."""
    stays = store is not None and store.id == it.order.store_id
    return not stays and it.order.state not in _LEFT


def leave(here: Floor, it: Known, as_of: int) -> None:
    """End an order in its store, so that the part can begin anew in another under its own id."""
    end(here, it, as_of)
    orders.let_go_of_part(here, it.order.id)
