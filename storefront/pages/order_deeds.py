"""What staff do on the page of an order; each goes back to the order and says what was done."""

from collections.abc import Mapping

from connector.model.errors import InvalidInput
from storefront.fulfillment.errors.person import RoleRequired
from storefront.fulfillment.job.job import StockDecision
from storefront.fulfillment.order.order import BadOrder
from storefront.fulfillment.order.why import Why, why
from storefront.fulfillment.store import jobs
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.staff import Role
from storefront.fulfillment.work import calling_off, codes, customer, overseeing, preparing
from storefront.pages import given, proofs
from storefront.pages.staffed import Deed, Outcome, Visit


def _home(order_id: str, done: str) -> Outcome:
    return Outcome(f"/orders/{order_id}?done={done}")


def _why() -> Why:
    """Return why: one of our words, and those of the person, which are told only if he says so."""
    found = why(given.text("reason"), given.text("note"), tell=given.text("tell") == "1")
    if not (given.text("reason") or found.own):
        raise BadOrder("A reason is needed.", field="reason")
    return found


def _accept(visit: Visit, here: Floor, order_id: str) -> Outcome:
    visit.order(here.connection, order_id)
    preparing.accept(here, order_id, visit.actor)
    return _home(order_id, "accepted")


def _reject(visit: Visit, here: Floor, order_id: str) -> Outcome:
    visit.order(here.connection, order_id)
    calling_off.reject(visit.floor, here, order_id, _why(), visit.actor)
    return _home(order_id, "rejected")


def _start(visit: Visit, here: Floor, order_id: str) -> Outcome:
    visit.order(here.connection, order_id)
    preparing.start(here, order_id, visit.actor)
    return Outcome(f"/pick?order={order_id}")


def _cancel(visit: Visit, here: Floor, order_id: str) -> Outcome:
    visit.order(here.connection, order_id)
    calling_off.cancel(visit.floor, here, order_id, _why(), visit.actor)
    return _home(order_id, "cancelled")


def _reslot(visit: Visit, here: Floor, order_id: str) -> Outcome:
    visit.order(here.connection, order_id)
    preparing.reslot(here, order_id, given.text("slot"), visit.actor)
    return _home(order_id, "moved")


def _extend(visit: Visit, here: Floor, order_id: str) -> Outcome:
    visit.order(here.connection, order_id)
    days = given.whole("days", BadOrder)
    if not 1 <= days <= 90:
        raise BadOrder("An order is kept 1 to 90 days longer.", field="days")
    preparing.extend(here, order_id, days, visit.actor)
    return _home(order_id, "noted")


def _restock(visit: Visit, here: Floor, order_id: str) -> Outcome:
    visit.order(here.connection, order_id)
    preparing.restock(here, order_id, visit.actor)
    return _home(order_id, "noted")


def _look_after(visit: Visit, here: Floor, order_id: str) -> Outcome:
    visit.order(here.connection, order_id)
    preparing.look_after(here, order_id, visit.actor)
    return _home(order_id, "noted")


def _answer(visit: Visit, here: Floor, order_id: str) -> Outcome:
    """Note what the customer said by telephone about a replacement."""
    visit.order(here.connection, order_id)
    accepted = given.text("accepted") == "1"
    customer.answer(here, order_id, given.text("line"), accepted=accepted, actor=visit.actor)
    return _home(order_id, "noted")


def _rotate(visit: Visit, here: Floor, order_id: str) -> Outcome:
    visit.order(here.connection, order_id)
    codes.rotate(visit.floor, here, f"order:{order_id}", visit.actor)
    return _home(order_id, "fresh_codes")


def _job_id(visit: Visit, here: Floor, order_id: str) -> str:
    order = visit.order(here.connection, order_id)
    if order.job_id is None:
        raise InvalidInput("The order has no delivery.", field="job")
    return order.job_id


def _unassign(visit: Visit, here: Floor, order_id: str) -> Outcome:
    overseeing.unassign(here, _job_id(visit, here, order_id), visit.actor)
    return _home(order_id, "unassigned")


def _transfer(visit: Visit, here: Floor, order_id: str) -> Outcome:
    job_id = _job_id(visit, here, order_id)
    overseeing.transfer(here, job_id, given.text("courier"), visit.actor)
    return _home(order_id, "transferred")


def _cancel_job(visit: Visit, here: Floor, order_id: str) -> Outcome:
    job_id = _job_id(visit, here, order_id)
    if not visit.staff.may(Role.MANAGER):
        raise RoleRequired("A manager calls a delivery off.", role=Role.MANAGER.value)
    calling_off.cancel_job(visit.floor, here, job_id, _why(), visit.actor)
    return _home(order_id, "cancelled")


def _accept_return(visit: Visit, here: Floor, order_id: str) -> Outcome:
    """Take the parcels back, each with what becomes of it, or as lost."""
    job = jobs.get(here.connection, here.merchant_id, _job_id(visit, here, order_id))
    said = {parcel.code: given.text(f"parcel-{parcel.code}") for parcel in job.parcels}
    lost = [code for code, what in said.items() if what == "LOST"]
    known = {one.value for one in StockDecision}
    kept = {code: StockDecision(what) for code, what in said.items() if what in known}
    overseeing.accept_return(here, job.id, kept, visit.actor, lost)
    return _home(order_id, "returned")


def _send_again(visit: Visit, here: Floor, order_id: str) -> Outcome:
    """Show couriers a packed order anew whose delivery ended without one."""
    visit.order(here.connection, order_id)
    preparing.send_again(visit.floor, here, order_id, visit.actor)
    return _home(order_id, "noted")


DEEDS: Mapping[str, Deed] = {
    "accept": _accept,
    "reject": _reject,
    "start": _start,
    "cancel": _cancel,
    "reslot": _reslot,
    "extend": _extend,
    "restock": _restock,
    "look_after": _look_after,
    "answer": _answer,
    "rotate": _rotate,
    "unassign": _unassign,
    "transfer": _transfer,
    "cancel_job": _cancel_job,
    "accept_return": _accept_return,
    "send_again": _send_again,
    "keep_proofs": proofs.keep,
}
"""By the value of the button."""
