"""The counter: one field for a square, a PIN or an order's number, and a large answer."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, request
from msgspec import Struct
from sqlalchemy import Connection

from connector.model.errors import InvalidInput
from connector.model.money import Money
from storefront.fulfillment.errors.order import OrderNotFound
from storefront.fulfillment.errors.person import RoleRequired
from storefront.fulfillment.job.job import IN_STORE, DeliveryJob, JobState
from storefront.fulfillment.order import cash, handing
from storefront.fulfillment.order.handover import AgeResult, Handover, HandoverState
from storefront.fulfillment.order.order import FulfillmentOrder, Method, OrderState
from storefront.fulfillment.place.store import IdCheck, Store
from storefront.fulfillment.store import couriers, handovers, jobs, orders, people, places
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.staff import Role
from storefront.fulfillment.work import counter
from storefront.pages import given, who
from storefront.pages.shell import Rooms
from storefront.pages.staffed import Deed, Outcome, Visit, screen

_BY_SIGHT = frozenset({IdCheck.NONE, IdCheck.ID_NAME})
_LONGEST_REASON = 200


class Counter(Struct, frozen=True):
    """An order at the counter; `proven` when a code, or somebody with a reason, said it is his."""

    order: FulfillmentOrder
    store: Store
    held: Handover
    name: str
    alternate: str | None
    proven: bool
    locked: bool
    age: int | None
    ready: bool
    by_sight: bool
    to_pay: Money | None


class Waiting(Struct, frozen=True):
    """A delivery that leaves the store next: who comes for it, and the code that he types in."""

    order: FulfillmentOrder
    job: DeliveryJob
    courier: str | None
    pin: str | None

    def __repr__(self) -> str:
        """Show no code: a representation may land in a log."""
        return f"Waiting({self.job.id})"


def routes(rooms: Rooms) -> Blueprint:
    """Return the routes of the counter."""
    blueprint = Blueprint("pages_handover", __name__)
    screen(rooms, blueprint, "/handover", draw, DEEDS)
    return blueprint


def draw(visit: Visit) -> Response:
    """Draw the counter: the field, or the order that somebody came for."""
    with visit.floor.database.read() as connection:
        stores = [
            one for one in visit.stores(connection) if one.pickup.enabled or one.delivery.enabled
        ]
        found = [visit.order(connection, one) for one in request.args.getlist("order")[:20]]
        names = who.first_names(visit, connection, found)
        one = found[0] if len(found) == 1 else None
        shown = _counter(visit, connection, one) if one and one.method is Method.PICKUP else None
        waiting = _couriers(visit, connection, stores, one)
    return visit.draw(
        "handover.html",
        stores=stores,
        store_id=_store_id(stores),
        found=found,
        names=names,
        shown=shown,
        waiting=waiting,
        one=one,
    )


def _store_id(stores: Sequence[Store]) -> str:
    asked = request.values.get("store", "")
    return asked if any(store.id == asked for store in stores) else stores[0].id if stores else ""


def _counter(visit: Visit, connection: Connection, order: FulfillmentOrder) -> Counter | None:
    found = handovers.of_subject(connection, visit.merchant_id, f"order:{order.id}")
    if found is None:
        return None
    held, _ = handing.lapse(found[0], visit.floor.now())
    store = places.get(connection, visit.merchant_id, order.store_id)
    person = who.people(visit, connection, [order])[order.id]
    locked = held.state is HandoverState.LOCKED and visit.floor.now() < (held.locked_until or 0)
    return Counter(
        order=order,
        store=store,
        held=held,
        name=who.first_names(visit, connection, [order])[order.id],
        alternate=person.alternate,
        proven=held.state is HandoverState.VERIFIED,
        locked=locked,
        age=order.age_min if handing.unchecked(held, order.age_min) else None,
        ready=order.state in counter.READY,
        by_sight=store.pickup.id_check in _BY_SIGHT,
        to_pay=cash.to_pay(order),
    )


def _couriers(
    visit: Visit,
    connection: Connection,
    stores: Sequence[Store],
    one: FulfillmentOrder | None,
) -> Sequence[Waiting]:
    """Return the deliveries that leave next; of one order only its own."""
    open_now = jobs.open_of_store(connection, visit.merchant_id, [it.id for it in stores])
    leaving = [job for job in open_now if job.state in IN_STORE | {JobState.AVAILABLE}]
    if one is not None:
        leaving = [job for job in leaving if one.id in job.order_ids]
    else:
        leaving = [job for job in leaving if job.state in IN_STORE]
    return [_waiting(visit, connection, job) for job in leaving]


def _waiting(visit: Visit, connection: Connection, job: DeliveryJob) -> Waiting:
    order = orders.get(connection, visit.merchant_id, job.order_ids[0])
    name = None
    if job.courier_id is not None:
        name = couriers.get(connection, visit.merchant_id, job.courier_id).display_name
    held = handovers.of_subject(connection, visit.merchant_id, f"job:{job.id}")
    key = people.opener(connection, visit.merchant_id, visit.floor.box)
    able = held is not None and key is not None and job.state in IN_STORE
    pin = handovers.codes(key, held[0].id, held[1])[0] if able and held and key else None
    return Waiting(order, job, name, pin)


def _find(visit: Visit, here: Floor) -> Outcome:
    """Look for what was scanned or typed; a code proves at once, a number only finds."""
    store = visit.store(here.connection, given.text("store"))
    typed = given.text("code")
    if not typed:
        raise InvalidInput("Nothing was typed.", field="code")
    for_courier = _deliveries(here, store, typed)
    if for_courier:
        return _to(for_courier)
    found = counter.find(visit.floor, here, store.id, typed, visit.actor)
    for shown in found:
        visit.staff.require(Role.STAFF, shown.order.store_id)
    return _to([shown.order.id for shown in found])


def _deliveries(here: Floor, store: Store, typed: str) -> Sequence[str]:
    """Return the orders of that number that a courier comes for."""
    found = orders.by_number(here.connection, here.merchant_id, typed)
    mine = [order for order in found if order.store_id == store.id]
    if any(order.method is Method.PICKUP for order in mine):
        return ()
    return [order.id for order in mine if order.state in counter.READY]


def _to(order_ids: Sequence[str], done: str = "") -> Outcome:
    parts = [f"order={one}" for one in order_ids] + ([f"done={done}"] if done else [])
    return Outcome("/handover?" + "&".join(parts))


def _order(visit: Visit, here: Floor) -> FulfillmentOrder:
    order = visit.order(here.connection, given.text("order"))
    if order.method is not Method.PICKUP:
        raise OrderNotFound("This order is not collected at the counter.", order=order.id)
    return order


def _prove(visit: Visit, here: Floor) -> Outcome:
    order = _order(visit, here)
    counter.prove(visit.floor, here, order.id, given.text("pin"), visit.actor)
    return _to([order.id])


def _seen(visit: Visit, here: Floor) -> Outcome:
    """Go by the name on a document, where the store's terms say so."""
    order = _order(visit, here)
    terms = visit.store(here.connection, order.store_id).pickup
    if terms.id_check not in _BY_SIGHT:
        raise RoleRequired("This store asks for a code.", role=Role.MANAGER.value)
    counter.override(here, order.id, terms.id_check.value, visit.actor)
    return _to([order.id])


def _override(visit: Visit, here: Floor) -> Outcome:
    """Let a manager go on without a code, for a reason."""
    order = _order(visit, here)
    visit.staff.require(Role.MANAGER, order.store_id)
    reason = given.text("reason")[:_LONGEST_REASON]
    if not reason:
        raise InvalidInput("A reason is needed.", field="reason")
    counter.override(here, order.id, reason, visit.actor)
    return _to([order.id])


def _age(visit: Visit, here: Floor) -> Outcome:
    order = _order(visit, here)
    passed = given.text("result") == AgeResult.PASS.value
    result = AgeResult.PASS if passed else AgeResult.REFUSED
    counter.check_age(here, order.id, result, visit.actor)
    return _to([order.id], "noted" if passed else "refused_age")


def _alternate(visit: Visit, here: Floor) -> Outcome:
    order = _order(visit, here)
    counter.tick_alternate(here, order.id, visit.actor)
    return _to([order.id], "noted")


def _hand_over(visit: Visit, here: Floor) -> Outcome:
    order = _order(visit, here)
    after = counter.hand_over(here, order.id, visit.actor)
    ended = after.state in {OrderState.COLLECTED, OrderState.PARTLY_COLLECTED}
    return _to([order.id], "handed" if ended else "noted")


DEEDS: Mapping[str, Deed] = {
    "find": _find,
    "prove": _prove,
    "seen": _seen,
    "override": _override,
    "age": _age,
    "alternate": _alternate,
    "hand_over": _hand_over,
}
"""By the value of the button."""
