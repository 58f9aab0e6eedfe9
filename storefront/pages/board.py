"""The order board: what is to be done in the store, the most urgent first."""

from collections.abc import Mapping, Sequence
from enum import Enum

from flask import Blueprint, Response, request
from msgspec import Struct
from sqlalchemy import Connection

from connector.model.errors import RegieError
from storefront.fulfillment.errors.place import BadHours
from storefront.fulfillment.job.job import DeliveryJob, JobState
from storefront.fulfillment.order import cash
from storefront.fulfillment.order.life import LIFE
from storefront.fulfillment.order.order import FulfillmentOrder, Method, OrderState, Temp
from storefront.fulfillment.place.hours import Service
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.place.wall import local_date
from storefront.fulfillment.slot.slot import Slot
from storefront.fulfillment.store import jobs, orders, slots
from storefront.fulfillment.store.floor import Change, Floor
from storefront.fulfillment.store.staff import Role
from storefront.fulfillment.work import preparing
from storefront.pages import live, store_life
from storefront.pages.shell import Rooms, is_signed_in
from storefront.pages.staffed import Outcome, Visit, enter, screen
from storefront.pages.who import first_names

SOON_MS = 30 * 60_000
_KINDS = frozenset({"order.changed", "job.changed", "store.changed"})
_S = OrderState
COLUMNS: Mapping[str, frozenset[OrderState]] = {
    "NEW": frozenset({_S.PLACED, _S.ACCEPTED}),
    "PICKING": frozenset({_S.PICKING}),
    "WAITING": frozenset({_S.AWAITING_CUSTOMER}),
    "READY": frozenset({_S.READY, _S.READY_PARTIAL, _S.PARTLY_COLLECTED}),
    "OUT": frozenset({_S.OUT_FOR_DELIVERY}),
    "PROBLEM": frozenset({_S.NO_SHOW, _S.RETURNED_TO_STORE}),
}
_TROUBLED = frozenset({JobState.FAILED, JobState.RETURNING, JobState.EXPIRED, JobState.CANCELLED})
# What one tap on the board does; all else is done on the order's own page.
QUICK: Mapping[str, str] = {
    "accept": "accept",
    "startPicking": "start",
    "pick": "pick",
    "handOver": "handover",
}


class Urgency(Enum):
    """How near the end of an order's time is."""

    LATE = "LATE"
    SOON = "SOON"
    CALM = "CALM"


class Card(Struct, frozen=True):
    """One order as the board shows it; `deeds` are the buttons that its state allows."""

    order: FulfillmentOrder
    name: str
    store: Store
    pieces: int
    urgency: Urgency
    cold: Temp | None
    age: int | None
    to_pay: bool
    job: DeliveryJob | None
    deeds: tuple[str, ...]


class Column(Struct, frozen=True):
    """Orders that are equally far."""

    key: str
    cards: Sequence[Card]


class Today(Struct, frozen=True):
    """How full the coming slots of a store are."""

    store: Store
    service: Service
    slots: Sequence[Slot]


def routes(rooms: Rooms) -> Blueprint:
    """Return the routes of the board."""
    blueprint = Blueprint("pages_board", __name__)
    deeds = {"accept": _accept, "start": _start, "pause": _pause, "resume": _resume}
    screen(rooms, blueprint, "/board", draw, deeds)

    @blueprint.get("/board/events")
    def events() -> Response:
        try:
            visit = enter(rooms)
        except RegieError as error:
            return Response(status=error.status)
        person = visit.person
        return live.follow(
            rooms,
            visit.merchant_id,
            lambda it: _mine(visit, it),
            person.device.id,
            goes_on=lambda: is_signed_in(rooms, person.token),
        )

    return blueprint


def _mine(visit: Visit, change: Change) -> bool:
    return change.kind in _KINDS and visit.staff.may(Role.STAFF, change.store_id)


def draw(visit: Visit) -> Response:
    """Draw the board of all stores of the person, or of the one that was chosen."""
    since = live.position(visit.rooms, visit.merchant_id)
    chosen = request.args.get("store", "")
    with visit.floor.database.read() as connection:
        mine = visit.stores(connection)
        shown = [store for store in mine if chosen in {"", store.id}]
        columns = board(visit, connection, shown)
        today = _today(connection, shown, visit.floor.now())
    newest = max((card.order.created_at for it in columns for card in it.cards), default=0)
    return visit.draw(
        "board.html",
        columns=columns,
        stores=mine,
        shown=shown,
        chosen=chosen,
        today=today,
        newest=newest,
        since=since,
        may={store.id: store_life.may(visit, store) for store in shown},
    )


def board(visit: Visit, connection: Connection, stores: Sequence[Store]) -> Sequence[Column]:
    """Return the columns of the board."""
    by_id = {store.id: store for store in stores}
    found = orders.open_of(connection, visit.merchant_id, list(by_id))
    names = first_names(visit, connection, found)
    running = _jobs(visit, connection, found)
    cards = [_card(visit, by_id[it.store_id], it, names[it.id], running) for it in found]
    return [Column(key, [one for one in cards if _column(one) == key]) for key in COLUMNS]


def _jobs(
    visit: Visit, connection: Connection, found: Sequence[FulfillmentOrder]
) -> Mapping[str, DeliveryJob]:
    ids = [order.job_id for order in found if order.job_id]
    return {job.id: job for job in jobs.several(connection, visit.merchant_id, ids)}


def _card(
    visit: Visit,
    store: Store,
    order: FulfillmentOrder,
    name: str,
    running: Mapping[str, DeliveryJob],
) -> Card:
    temps = {line.temp for line in order.lines} - {Temp.AMBIENT}
    ages = [line.age_min for line in order.lines if line.age_min]
    return Card(
        order=order,
        name=name,
        store=store,
        pieces=sum(line.quantity - line.refunded for line in order.lines),
        urgency=urgency(order, visit.floor.now()),
        cold=max(temps, key=list(Temp).index, default=None),
        age=max(ages, default=None),
        to_pay=cash.to_pay(order) is not None,
        job=running.get(order.job_id or ""),
        deeds=_deeds(visit, order),
    )


def _deeds(visit: Visit, order: FulfillmentOrder) -> tuple[str, ...]:
    """Return the quick buttons: what the lifecycle allows this person now."""
    allowed = LIFE.events(order.state, visit.actor.role)
    known = tuple(QUICK[event] for event in allowed if event in QUICK)
    by_courier = order.method is Method.DELIVERY and "handover" in known
    return tuple(one for one in known if not by_courier) or (("handover",) if by_courier else ())


def urgency(order: FulfillmentOrder, now: int) -> Urgency:
    """Return how near the end of the order's time is; what has left or waits is not pressed."""
    at_work = order.state in COLUMNS["NEW"] | COLUMNS["PICKING"] | COLUMNS["WAITING"]
    if order.slot is None or not (at_work or order.state is _S.OUT_FOR_DELIVERY):
        return Urgency.CALM
    left = order.slot.end_at - now
    if left < 0:
        return Urgency.LATE
    return Urgency.SOON if left < SOON_MS else Urgency.CALM


def _column(card: Card) -> str:
    """Return where a card lies: what a person must look at goes before how far it is."""
    job = card.job
    troubled = job is not None and (job.overdue or job.state in _TROUBLED)
    if card.order.flags or (troubled and card.order.state is not _S.PICKING):
        return "PROBLEM"
    return next(key for key, states in COLUMNS.items() if card.order.state in states)


def _today(connection: Connection, stores: Sequence[Store], now: int) -> Sequence[Today]:
    """Return today's coming slots of each store and service that works with slots."""
    found = []
    for store in stores:
        date = local_date(now, store.timezone)
        for service in (Service.PICKUP, Service.DELIVERY):
            if not slots.has_slots(connection, store, service):
                continue
            coming = coming_slots(connection, store, service, now, 0)
            left = [it for it in coming if local_date(it.start_at, store.timezone) == date]
            found.append(Today(store, service, left))
    return found


def coming_slots(
    connection: Connection, store: Store, service: Service, now: int, days: int
) -> Sequence[Slot]:
    """Return the slots that are still to come; a store without hours has none."""
    try:
        return slots.coming(connection, store, service, now, days)
    except BadHours:
        return ()


def _accept(visit: Visit, here: Floor) -> Outcome:
    order = visit.order(here.connection, request.form.get("order", ""))
    preparing.accept(here, order.id, visit.actor)
    return _home("accepted")


def _start(visit: Visit, here: Floor) -> Outcome:
    order = visit.order(here.connection, request.form.get("order", ""))
    preparing.start(here, order.id, visit.actor)
    return Outcome(f"/pick?order={order.id}")


def _pause(visit: Visit, here: Floor) -> Outcome:
    store = visit.store(here.connection, request.form.get("store", ""))
    store_life.move(visit, here, store, "pause")
    return _home("saved")


def _resume(visit: Visit, here: Floor) -> Outcome:
    store = visit.store(here.connection, request.form.get("store", ""))
    store_life.move(visit, here, store, "resume")
    return _home("saved")


def _home(done: str) -> Outcome:
    chosen = request.args.get("store", "")
    return Outcome(f"/board?store={chosen}&done={done}" if chosen else f"/board?done={done}")
