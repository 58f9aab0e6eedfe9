"""What proves the delivery of an order, for managers: seen one by one, and kept longer."""

from flask import Response
from sqlalchemy import Connection

from storefront.fulfillment.order.order import FulfillmentOrder
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.staff import Role
from storefront.fulfillment.work import evidence
from storefront.fulfillment.work.evidence import Evidence
from storefront.pages.staffed import Outcome, Visit

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Disposition": "inline",
    "X-Content-Type-Options": "nosniff",
}


def shown(visit: Visit, connection: Connection, order: FulfillmentOrder) -> Evidence | None:
    """Return what the visitor may see of the proofs, None where there is nothing for him."""
    if not visit.staff.may(Role.MANAGER, order.store_id):
        return None
    return evidence.of_order(connection, visit.merchant_id, order.id)


def picture(visit: Visit, order_id: str, job_id: str, digest: str) -> Response:
    """Show one picture; that he looked is on record."""
    with visit.floor.write(visit.merchant_id) as here:
        _require(visit, here, order_id)
        found = evidence.look(visit.floor, here, order_id, job_id, digest, visit.actor)
    return Response(found, headers=_HEADERS, content_type="image/jpeg")


def keep(visit: Visit, here: Floor, order_id: str) -> Outcome:
    """Keep the proofs for half a year: somebody disputes the delivery."""
    _require(visit, here, order_id)
    evidence.keep_longer(here, order_id, visit.actor)
    return Outcome(f"/orders/{order_id}?done=kept")


def _require(visit: Visit, here: Floor, order_id: str) -> None:
    order = visit.order(here.connection, order_id)
    visit.staff.require(Role.MANAGER, order.store_id)
