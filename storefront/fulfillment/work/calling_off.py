"""Calling off an order or a delivery: what somebody writes of the reason lies sealed for a day."""

from sqlalchemy import Connection

from connector.store.secrets import SecretBox
from storefront.fulfillment.job.job import DeliveryJob
from storefront.fulfillment.order.event import Actor
from storefront.fulfillment.order.order import FulfillmentOrder
from storefront.fulfillment.order.why import Why
from storefront.fulfillment.person.retention import What, due_at
from storefront.fulfillment.store import jobs, people
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.work import contacts, overseeing, preparing

_LONGEST = 200
_FIELD = "cancel_note"


def reject(
    floor: ShopFloor, here: Floor, order_id: str, reason: Why, actor: Actor
) -> FulfillmentOrder:
    """Say no to an order; the shop hears our word for it."""
    contacts.keep_reason(floor, here, order_id, reason.own[:_LONGEST], tell=reason.tell)
    return preparing.reject(here, order_id, reason.word, actor)


def cancel(
    floor: ShopFloor, here: Floor, order_id: str, reason: Why, actor: Actor
) -> FulfillmentOrder:
    """Call an order off; the shop hears our word for it."""
    contacts.keep_reason(floor, here, order_id, reason.own[:_LONGEST], tell=reason.tell)
    return preparing.cancel(here, order_id, reason.word, actor)


def cancel_job(
    floor: ShopFloor, here: Floor, job_id: str, reason: Why, actor: Actor
) -> DeliveryJob:
    """Call a delivery off; the courier hears our word for it."""
    after = overseeing.cancel(here, job_id, reason.word, actor)
    if reason.own:
        note = {_FIELD: reason.own[:_LONGEST].encode()}
        people.put(floor, here, f"job:{job_id}", note, {_FIELD: due_at(What.NOTES, here.now)})
    return after


def why_of_jobs(connection: Connection, box: SecretBox, order: FulfillmentOrder) -> str:
    """Return what staff wrote of why deliveries of an order were called off, while it is kept."""
    merchant_id = order.merchant_id
    subjects = [f"job:{job.id}" for job in jobs.of_order(connection, merchant_id, order.id)]
    found = people.get(connection, merchant_id, box, subjects)
    return " / ".join(found[it][_FIELD].decode() for it in subjects if _FIELD in found[it])
