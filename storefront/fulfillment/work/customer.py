"""What a customer does on the page of his order: look, change the time, answer, call off."""

from collections.abc import Sequence

from msgspec import Struct, structs
from sqlalchemy import Connection

from connector.model.ids import new_id
from connector.model.money import Money
from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.errors.slot import SlotCutOff
from storefront.fulfillment.job.job import DeliveryJob
from storefront.fulfillment.order import cash, handing
from storefront.fulfillment.order.event import Actor, record
from storefront.fulfillment.order.handover import HandoverState
from storefront.fulfillment.order.life import LIFE
from storefront.fulfillment.order.order import Flag, FulfillmentOrder, Method, OrderState
from storefront.fulfillment.order.past import PAST
from storefront.fulfillment.order.picking import answer as answered
from storefront.fulfillment.place.hours import Service
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.slot.slot import Slot
from storefront.fulfillment.store import (
    couriers,
    handovers,
    jobs,
    links,
    orders,
    paybacks,
    people,
    places,
)
from storefront.fulfillment.store.couriers import Presence
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.work import contacts, preparing, promising
from storefront.fulfillment.work.keeping import keep

CUSTOMER = Actor("customer")
_SHOWN = frozenset(HandoverState) - {HandoverState.DONE, HandoverState.VOID}
"""A code that was looked at is still his, until he has the goods."""
_MOVABLE = frozenset({OrderState.PLACED, OrderState.ACCEPTED, OrderState.RETURNED_TO_STORE})
_WAITING = frozenset({OrderState.READY, OrderState.READY_PARTIAL})
_LONGEST_NAME = 100


class Code(Struct, frozen=True):
    """What the customer shows: six digits and the text of the square. Never log it."""

    pin: str
    square: str
    locked_until: int | None

    def __repr__(self) -> str:
        """Show nothing: a representation may land in a log."""
        return "Code(...)"


class Page(Struct, frozen=True):
    """All that the page of an order shows; `courier` only while the goods are carried.

    `told` is what the store wrote for the customer on why it called the order
    off. `to_pay` is what he still has to pay when he gets it. `owed` says that the store was asked
    to pay back and has not been seen to do so.
    """

    merchant_id: str
    order: FulfillmentOrder
    store: Store
    first_name: str
    alternate: str | None
    locale: str
    code: Code | None
    job: DeliveryJob | None
    courier: Presence | None
    movable: bool
    cancellable: bool
    told: str | None
    owed: bool
    to_pay: Money | None


def open_page(floor: ShopFloor, token: str) -> Page:
    """Return what a tracking link shows, or raise LinkDead."""
    now = floor.now()
    with floor.database.read() as connection:
        right = links.look(connection, links.TRACK, token, now)
        order = orders.get(connection, right.merchant_id, right.subject_id)
        contact = contacts.of_order(connection, right.merchant_id, floor.box, order.id)
        job = jobs.get(connection, right.merchant_id, order.job_id) if order.job_id else None
        return Page(
            merchant_id=right.merchant_id,
            order=order,
            store=places.get(connection, right.merchant_id, order.store_id),
            first_name=contact.name.split(" ")[0],
            alternate=contact.alternate,
            locale=contact.locale,
            code=_code(floor, connection, order),
            job=job,
            courier=_courier(connection, order, job, now),
            movable=_in_time(order, now) and order.state in _MOVABLE,
            cancellable=_in_time(order, now) and "cancel" in LIFE.events(order.state, "customer"),
            told=contacts.reason_told(connection, right.merchant_id, floor.box, order.id),
            owed=paybacks.stands(connection, right.merchant_id, order.id),
            to_pay=None if order.state in PAST else cash.to_pay(order),
        )


def _in_time(order: FulfillmentOrder, now: int) -> bool:
    return now < (order.cancel_until or 0) or Flag.NEEDS_RESLOT in order.flags


def _code(floor: ShopFloor, connection: Connection, order: FulfillmentOrder) -> Code | None:
    """Return the code of the counter, or of the door once the goods are on their way."""
    door = order.method is Method.DELIVERY
    if door and order.state is not OrderState.OUT_FOR_DELIVERY:
        return None
    subject = f"door:{order.job_id}" if door else f"order:{order.id}"
    found = handovers.of_subject(connection, order.merchant_id, subject)
    key = people.opener(connection, order.merchant_id, floor.box)
    if found is None or key is None:
        return None
    turn, (held, _) = found[1], handing.lapse(found[0], floor.now())
    if held.state not in _SHOWN:
        return None
    pin, _ = handovers.codes(key, held.id, turn)
    return Code(pin, handovers.square(key, held.id, turn), held.locked_until)


def _courier(
    connection: Connection, order: FulfillmentOrder, job: DeliveryJob | None, now: int
) -> Presence | None:
    if job is None or job.courier_id is None or order.state is not OrderState.OUT_FOR_DELIVERY:
        return None
    return couriers.presence(connection, order.merchant_id, job.courier_id, now)


def choices(connection: Connection, page: Page, now: int) -> Sequence[Slot]:
    """Return the slots to which the customer may still move his order."""
    service = Service.PICKUP if page.order.method is Method.PICKUP else Service.DELIVERY
    slots = promising.offered(connection, page.store, service, now)
    load = preparing.load_of_order(page.order)
    return [slot for slot in slots if slot.takes(load, now)]


def move(here: Floor, order_id: str, slot_key: str) -> FulfillmentOrder:
    """Choose another slot, until the cut-off of the present one; raises SlotCutOff, SlotFull."""
    order = orders.get(here.connection, here.merchant_id, order_id)
    if not _in_time(order, here.now):
        raise SlotCutOff("It is too late to change the time online.", until=order.cancel_until)
    if order.state not in _MOVABLE:
        raise IllegalTransition(
            "The order is being prepared.", event="reslot", state=order.state.name
        )
    return preparing.reslot(here, order_id, slot_key, CUSTOMER)


def cancel(here: Floor, order_id: str) -> FulfillmentOrder:
    """Call the order off, until the cut-off."""
    return preparing.cancel(here, order_id, "customer", CUSTOMER)


def answer(
    here: Floor, order_id: str, line_id: str, *, accepted: bool, actor: Actor = CUSTOMER
) -> FulfillmentOrder:
    """Say whether the substitute will do; staff may note what the customer told them."""
    before = orders.get(here.connection, here.merchant_id, order_id)
    fresh = new_id("lin", lambda: here.now)
    told = answered(before, line_id, fresh, actor, here.now, accepted=accepted)
    return keep(here, before, told)


def name_alternate(floor: ShopFloor, here: Floor, order_id: str, name: str) -> None:
    """Name somebody else who may collect; an empty name takes it back."""
    order = orders.get(here.connection, here.merchant_id, order_id)
    if order.state in PAST:
        raise IllegalTransition("The order is over.", event="nameAlternate", state=order.state.name)
    contacts.name_alternate(floor, here, order_id, name.strip()[:_LONGEST_NAME])
    told, event = record(order, order, "order.alternateNamed", here.now, CUSTOMER)
    keep(here, order, (told, (event,)))


def arrive(here: Floor, order_id: str, spot: str = "") -> FulfillmentOrder:
    """Say "I am here", with the parking spot; the board shows it."""
    order = orders.get(here.connection, here.merchant_id, order_id)
    if order.state not in _WAITING:
        raise IllegalTransition(
            "The order is not ready yet.", event="arrive", state=order.state.name
        )
    after = structs.replace(order, here_at=here.now, spot=spot.strip()[:20] or None)
    told, event = record(order, after, "order.customerHere", here.now, CUSTOMER)
    return keep(here, order, (told, (event,)))
