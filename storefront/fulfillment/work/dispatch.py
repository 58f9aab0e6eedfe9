"""From a packed order to a delivery job: what couriers may know, earn and must prove."""

from collections.abc import Sequence
from contextlib import nullcontext, suppress

from msgspec import structs

from connector.model.ids import new_id
from storefront.fulfillment.errors.place import BadPostcode, UnknownPlace
from storefront.fulfillment.errors.zone import AgeGate, ColdGate
from storefront.fulfillment.job import claiming
from storefront.fulfillment.job.job import (
    DeliveryJob,
    JobState,
    Parcel,
    Pay,
    PayPart,
    Pickup,
    ProofKind,
    ProofPlan,
    Requirements,
    Window,
)
from storefront.fulfillment.job.offer import dropoff
from storefront.fulfillment.order import placing
from storefront.fulfillment.order.event import TIMER, Actor, record
from storefront.fulfillment.order.handover import HandoverKind
from storefront.fulfillment.order.order import FulfillmentOrder, Line, Payment, Temp
from storefront.fulfillment.person.contact import Contact
from storefront.fulfillment.place.locate import locate
from storefront.fulfillment.place.point import Position
from storefront.fulfillment.place.postcode import normalise
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.store import handovers, jobs, places
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.work import charging, codes, contacts, outward, promising
from storefront.fulfillment.work.keeping import keep, keep_job
from storefront.fulfillment.work.timing import job_timer
from storefront.fulfillment.zone.decide import Dropoff as Destination

_LEAST_WINDOW_MS = 60 * 60_000
_OPEN = frozenset({JobState.OFFERED, JobState.AVAILABLE, JobState.CLAIMED, JobState.AT_PICKUP})


def send(
    floor: ShopFloor,
    here: Floor,
    store: Store,
    order: FulfillmentOrder,
    actor: Actor,
    *,
    bags: int = 1,
) -> FulfillmentOrder:
    """Make the delivery job of a packed order and show it to couriers.

    Raises UnknownPlace where nobody knows where the door is, AgeGate where the store lets no
    courier check ages, ColdGate where it sends nothing cold. A second call for the same packing
    returns the job that stands.
    """
    if order.age_min is not None and not store.delivery.age_restricted_allowed:
        raise AgeGate("This store delivers nothing that asks for an age.", order=order.id)
    if not store.delivery.cold_capable and _is_cold(order):
        raise ColdGate("This store sends nothing that must stay cold.", order=order.id)
    standing = jobs.of_order(here.connection, here.merchant_id, order.id)
    if any(it.state in _OPEN for it in standing):
        return order
    contact = contacts.of_order(here.connection, here.merchant_id, floor.box, order.id)
    job = _job(floor, here, store, order, contact, bags)
    told = claiming.create(job, actor, here.now)
    jobs.insert(here, *told, job_timer(told[0]))
    outward.announce(here, told[0], "job.created")
    publish(here, told[0], actor)
    return keep(here, order, placing.link(order, actor, here.now, job_id=job.id))


def _is_cold(order: FulfillmentOrder) -> bool:
    return any(line.due and line.temp is not Temp.AMBIENT for line in order.lines)


def publish(here: Floor, job: DeliveryJob, actor: Actor) -> DeliveryJob:
    """Show a job to couriers."""
    return keep_job(here, job, claiming.publish(job, actor, here.now))


def _job(
    floor: ShopFloor,
    here: Floor,
    store: Store,
    order: FulfillmentOrder,
    contact: Contact,
    bags: int,
) -> DeliveryJob:
    job_id = new_id("job", lambda: here.now)
    window = _window(here, order)
    door = _door(here, store, contact)
    if store.geo is None:
        raise UnknownPlace("The store has no place on the map.", store=store.id)
    counter = codes.issue(
        floor,
        here,
        HandoverKind.COURIER,
        subject=f"job:{job_id}",
        subject_id=job_id,
        store_id=store.id,
    )
    at_door = codes.issue(
        floor,
        here,
        HandoverKind.DOOR,
        subject=f"door:{job_id}",
        subject_id=job_id,
        store_id=store.id,
        age_min=order.age_min,
    )
    return DeliveryJob(
        id=job_id,
        merchant_id=here.merchant_id,
        order_ids=(order.id,),
        store_id=store.id,
        pickup=Pickup(
            Window(here.now, window.end_at),
            counter.id,
            order.ready_at or here.now,
            store.pickup.instructions,
        ),
        dropoff=dropoff(window, store.geo.point, door.point, handover_id=at_door.id),
        parcels=_parcels(floor, order, bags),
        pay=_pay(here, store, order, door, contact),
        expires_at=window.end_at,
        requirements=Requirements(
            cold=_is_cold(order),
            age_check=order.age_min,
        ),
        cod=charging.due(order),
        proof=ProofPlan(pickup=(ProofKind.PIN,), dropoff=(ProofKind.PIN,)),
    )


def _window(here: Floor, order: FulfillmentOrder) -> Window:
    """Return when it is to be at the door; what is late already gets another hour."""
    slot = order.slot
    end = max(slot.end_at if slot else 0, here.now + _LEAST_WINDOW_MS)
    start = min(slot.start_at if slot else here.now, end - 1)
    return Window(start, end)


def _door(here: Floor, store: Store, contact: Contact) -> Position:
    """Return where the door is: the buyer's own point, else the middle of his postcode.

    A postcode that cannot be read keeps nobody from going where the point is.
    """
    address = contact.address
    country = (address.country if address else None) or store.address.country or ""
    postcode = address.postcode if address else None
    if not postcode and contact.point is None:
        raise UnknownPlace("Nobody knows where this order goes.", order=contact.subject_id)
    centroid = None
    if postcode:
        with nullcontext() if contact.point is None else suppress(BadPostcode):
            code = normalise(postcode, country)
            centroid = places.postcode(here.connection, here.merchant_id, country, code)
    return locate(None, contact.point, centroid)


def _parcels(floor: ShopFloor, order: FulfillmentOrder, bags: int) -> tuple[Parcel, ...]:
    """Return the bags to be scanned: one for what is cold, the others share the rest."""
    cold = [line for line in order.lines if line.due and line.temp is not Temp.AMBIENT]
    warm = [line for line in order.lines if line.due and line.temp is Temp.AMBIENT]
    parcels = [_parcel(floor, order, cold, 1, 0)] if cold else []
    count = max(1, bags - len(parcels)) if warm else 0
    return (*parcels, *[_parcel(floor, order, warm, count, turn) for turn in range(count)])


def _parcel(
    floor: ShopFloor, order: FulfillmentOrder, lines: Sequence[Line], parts: int, turn: int
) -> Parcel:
    """Return one of `parts` equal bags; what an even share leaves over is in the first."""

    def share(whole: int) -> int:
        return whole // parts + (whole % parts if turn == 0 else 0)

    ages = [line.age_min for line in lines if line.age_min is not None]
    temps = [line.temp for line in lines]
    return Parcel(
        id=new_id("pcl"),
        code=handovers.parcel_code(floor.random(5)),
        weight_g=share(sum(line.weight_g * line.due for line in lines)),
        volume_ml=share(sum(line.volume_ml * line.due for line in lines)),
        temp=max(temps, key=list(Temp).index),
        age_min=max(ages, default=None),
        order_id=order.id,
    )


def _pay(
    here: Floor, store: Store, order: FulfillmentOrder, door: Position, contact: Contact
) -> Pay:
    """Return what the courier earns, by the store's own rules, each part explained."""
    drop = Destination(
        door,
        contact.address.postcode if contact.address else None,
        contact.address.country if contact.address else None,
    )
    ask = promising.Ask(
        country=store.address.country or "",
        postcode="",
        subtotal=order.total.amount if order.total else 0,
        weight_g=sum(line.weight_g * line.due for line in order.lines),
        cod=order.payment is Payment.COD,
    )
    fee = promising.earned(here.connection, store, drop, ask, here.now)
    parts = tuple(PayPart(it.component.value, it.amount) for it in fee.explain)
    return Pay(fee.amount, fee.currency, breakdown=parts)


def follow_window(here: Floor, order: FulfillmentOrder) -> None:
    """Let a job that nobody has taken yet move with its order's slot."""
    if order.job_id is None or order.slot is None:
        return
    job = jobs.get(here.connection, here.merchant_id, order.job_id)
    if job.state in {JobState.OFFERED, JobState.AVAILABLE}:
        window = Window(order.slot.start_at, order.slot.end_at)
        moved = structs.replace(
            job,
            pickup=structs.replace(job.pickup, window=Window(here.now, window.end_at)),
            dropoff=structs.replace(job.dropoff, window=window),
            expires_at=window.end_at,
        )
        told, event = record(job, moved, "job.rescheduled", here.now, TIMER)
        keep_job(here, job, (told, (event,)))
