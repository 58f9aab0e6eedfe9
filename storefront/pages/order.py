"""The page of one order: what is in it, what happened, whom it is for, and what may be done."""

from collections.abc import Sequence

from flask import Blueprint, Response, request
from msgspec import Struct
from sqlalchemy import Connection

from storefront.fulfillment.job.job import DeliveryJob
from storefront.fulfillment.job.life import LIFE as JOB_LIFE
from storefront.fulfillment.order import handing
from storefront.fulfillment.order.event import Event
from storefront.fulfillment.order.handover import HandoverState
from storefront.fulfillment.order.life import LIFE
from storefront.fulfillment.order.order import FulfillmentOrder, Method
from storefront.fulfillment.order.past import PAST
from storefront.fulfillment.person.visibility import Visible
from storefront.fulfillment.place.hours import Service
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.slot.slot import Slot
from storefront.fulfillment.store import (
    couriers,
    handovers,
    jobs,
    links,
    orders,
    people,
    places,
    told,
)
from storefront.fulfillment.work import calling, calling_off, contacts, preparing, promising
from storefront.fulfillment.work.evidence import Evidence
from storefront.pages import proofs, who
from storefront.pages.order_deeds import DEEDS
from storefront.pages.qr import square
from storefront.pages.shell import Rooms
from storefront.pages.staffed import Visit, screen

REASONS = ("out_of_stock", "too_busy", "closed", "customer", "fraud", "other")
_MOST_BAGS = 20
_CODE_OPEN = frozenset({HandoverState.ISSUED, HandoverState.PRESENTED, HandoverState.LOCKED})
_HIDDEN = frozenset({"order.linked", "order.seen", "order.remind"})
_ON_THE_WAY = frozenset(
    {
        "job.claim",
        "job.release",
        "job.lapse",
        "job.unassign",
        "job.transfer",
        "job.pickUp",
        "job.arriveDropoff",
        "job.fail",
        "job.retry",
        "job.returnToStore",
        "job.acceptReturn",
        "job.overdue",
        "job.late",
        "job.loseParcel",
        "job.proofSeen",
        "job.proofsKept",
    }
)
_PAST = frozenset(state.value for state in PAST)
_WITHOUT_CODE = "handover.overridden"


class Look(Struct, frozen=True):
    """An order and all that its page shows of it."""

    order: FulfillmentOrder
    store: Store
    person: Visible
    story: Sequence[Event]
    told: Sequence[told.Message]
    may: tuple[str, ...]
    job: DeliveryJob | None
    courier: str | None
    courier_phone: str | None
    others: Sequence[tuple[str, str]]
    job_may: tuple[str, ...]
    tracking: str
    code_open: bool
    why: str
    job_why: str
    proofs: Evidence | None


def routes(rooms: Rooms) -> Blueprint:
    """Return the routes of an order's page and its labels."""
    blueprint = Blueprint("pages_order", __name__)
    screen(rooms, blueprint, "/orders/<order_id>", draw, DEEDS)
    screen(rooms, blueprint, "/orders/<order_id>/labels", labels)
    screen(rooms, blueprint, "/orders/<order_id>/proofs/<job_id>/<digest>", proofs.picture)
    return blueprint


def draw(visit: Visit, order_id: str) -> Response:
    """Draw the page of an order."""
    with visit.floor.database.read() as connection:
        order = visit.order(connection, order_id)
        look = _look(visit, connection, order)
        free = _free(connection, look, visit.floor.now()) if "reslot" in look.may else ()
    return visit.draw("order.html", look=look, order=order, free=free, reasons=REASONS, past=_PAST)


def _look(visit: Visit, connection: Connection, order: FulfillmentOrder) -> Look:
    job = jobs.get(connection, visit.merchant_id, order.job_id) if order.job_id else None
    role = visit.actor.role
    active = couriers.all_of(connection, visit.merchant_id) if job else ()
    names = {one.id: one.display_name for one in active}
    known = [(one.id, one.display_name) for one in active if one.state.value == "ACTIVE"]
    held = handovers.of_subject(connection, visit.merchant_id, f"order:{order.id}")
    return Look(
        order=order,
        store=places.get(connection, visit.merchant_id, order.store_id),
        person=who.people(visit, connection, [order])[order.id],
        story=_story(connection, order, held[0].id if held else None),
        told=told.of_order(connection, visit.merchant_id, order.id),
        may=LIFE.events(order.state, role),
        job=job,
        courier=names.get(job.courier_id or "") if job else None,
        courier_phone=_phone(visit, connection, job) if job else None,
        others=[one for one in known if job and one[0] != job.courier_id],
        job_may=JOB_LIFE.events(job.state, role) if job else (),
        # whoever has it can read the PIN, and who may do without the PIN is a manager
        tracking=tracking_url(visit, connection, order) if role == "manager" else "",
        code_open=held is not None
        and handing.lapse(held[0], visit.floor.now())[0].state in _CODE_OPEN,
        why=contacts.reason(connection, visit.merchant_id, visit.floor.box, order.id),
        job_why=calling_off.why_of_jobs(connection, visit.floor.box, order),
        proofs=proofs.shown(visit, connection, order),
    )


def _phone(visit: Visit, connection: Connection, job: DeliveryJob) -> str | None:
    """Return by which number the courier is called who holds the delivery."""
    box, now = visit.floor.box, visit.floor.now()
    return calling.of_holder(connection, visit.merchant_id, box, job, now)


def _story(
    connection: Connection, order: FulfillmentOrder, handover_id: str | None
) -> Sequence[Event]:
    """Return what happened to an order, to its delivery, and at the counter against the rule."""
    merchant_id = order.merchant_id
    found = [
        event
        for event in orders.story(connection, merchant_id, order.id)
        if event.type not in _HIDDEN
    ]
    for job in jobs.of_order(connection, merchant_id, order.id):
        way = jobs.story(connection, merchant_id, job.id)
        found += [event for event in way if event.type in _ON_THE_WAY]
    if handover_id is not None:
        counter = handovers.story(connection, merchant_id, handover_id)
        found += [event for event in counter if event.type == _WITHOUT_CODE]
    return sorted(found, key=lambda event: event.at)


def _free(connection: Connection, look: Look, now: int) -> Sequence[Slot]:
    """Return the slots to which the order may be moved."""
    pickup = look.order.method is Method.PICKUP
    service = Service.PICKUP if pickup else Service.DELIVERY
    load = preparing.load_of_order(look.order)
    offered = promising.offered(connection, look.store, service, now)
    return [slot for slot in offered if slot.takes(load, now)]


def tracking_url(visit: Visit, connection: Connection, order: FulfillmentOrder) -> str:
    """Return the address of the customer's page, empty where there is none."""
    key = people.opener(connection, visit.merchant_id, visit.floor.box)
    if key is None:
        return ""
    return f"{request.url_root}t/{links.token_text(key.token('track', order.id))}"


class Label(Struct, frozen=True):
    """One label: which bag of how many, how cold, and what a scanner reads of it.

    That is the parcel's code for a courier, else the order's number: never the code of the
    counter, which is the shopper's alone.
    """

    number: int
    of: int
    temp: str
    code: str
    square: str


def labels(visit: Visit, order_id: str) -> Response:
    """Draw the labels of an order's bags, to be printed."""
    with visit.floor.database.read() as connection:
        order = visit.order(connection, order_id)
        store = places.get(connection, visit.merchant_id, order.store_id)
        name = who.first_names(visit, connection, [order])[order.id]
        job = jobs.get(connection, visit.merchant_id, order.job_id) if order.job_id else None
    return visit.draw(
        "labels.html", order=order, store=store, name=name, labels=_labels(order, job)
    )


def _labels(order: FulfillmentOrder, job: DeliveryJob | None) -> Sequence[Label]:
    if job is not None:
        bags = [(parcel.temp.value, parcel.code) for parcel in job.parcels]
    else:
        bags = [(temp, order.number) for temp in _temps(order)]
    return [
        Label(place, len(bags), temp, code, square(code))
        for place, (temp, code) in enumerate(bags, 1)
    ]


def _temps(order: FulfillmentOrder) -> Sequence[str]:
    """Return what each bag is: those asked for, and one for each way of cooling."""
    cold = sorted({line.temp.value for line in order.lines if line.temp.value != "AMBIENT"})
    given = request.args.get("bags", "1")
    asked = min(_MOST_BAGS, max(1, int(given))) if given.isdecimal() and len(given) < 4 else 1
    warm = any(line.temp.value == "AMBIENT" for line in order.lines)
    return (*["AMBIENT"] * (max(asked - len(cold), 1) if warm else 0), *cold)
