"""What the store may see of a customer now: the one way from an order to a name on a page."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from storefront.fulfillment.order.order import FulfillmentOrder, OrderState
from storefront.fulfillment.order.past import ended_at
from storefront.fulfillment.person.mask import first_name
from storefront.fulfillment.person.visibility import Phase, Viewer, Visible, When, visible
from storefront.fulfillment.work import contacts
from storefront.pages.staffed import Visit


def when(order: FulfillmentOrder) -> When:
    """Return how far an order is, in the words of the visibility table."""
    ended = ended_at(order)
    if ended is not None:
        return When(Phase.ENDED, ended)
    carried = order.state is OrderState.OUT_FOR_DELIVERY
    return When(Phase.CARRIED if carried else Phase.OPEN)


def people(
    visit: Visit, connection: Connection, orders: Sequence[FulfillmentOrder]
) -> Mapping[str, Visible]:
    """Return what the store may see of the customers, by order."""
    ids = [order.id for order in orders]
    known = contacts.of_orders(connection, visit.merchant_id, visit.floor.box, ids)
    now = visit.floor.now()
    return {order.id: visible(known[order.id], Viewer.STORE, when(order), now) for order in orders}


def first_names(
    visit: Visit, connection: Connection, orders: Sequence[FulfillmentOrder]
) -> Mapping[str, str]:
    """Return the first names, by order; empty where none may be seen."""
    found = people(visit, connection, orders)
    return {key: first_name(one.name) if one.name else "" for key, one in found.items()}
