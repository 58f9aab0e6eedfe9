"""The customer's page of an order: how far it is, the code, another time, and who comes for it."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b

import msgspec
from flask import Blueprint, Response, request
from msgspec import Struct

from connector.model.errors import InvalidInput, RegieError
from storefront.fulfillment.errors.person import LinkDead
from storefront.fulfillment.job.job import JobState
from storefront.fulfillment.order.order import FulfillmentOrder, Method, OrderState
from storefront.fulfillment.place.store import PickupMode
from storefront.fulfillment.store import links
from storefront.fulfillment.store.floor import Change, Floor
from storefront.fulfillment.store.once import Wish, once
from storefront.fulfillment.work import customer
from storefront.fulfillment.work.customer import Page as OrderPage
from storefront.fulfillment.work.following import KEPT_FOR_WORK
from storefront.pages import given, live
from storefront.pages.qr import square
from storefront.pages.shell import (
    FormExpired,
    Notice,
    Page,
    Rooms,
    back,
    language_of,
    refused,
    render,
    texts,
)
from storefront.pages.sketch import seen
from storefront.pages.texts import DONE

_S = OrderState
_ROAD: Mapping[Method, Sequence[tuple[str, frozenset[OrderState]]]] = {
    Method.PICKUP: (
        ("PLACED", frozenset({_S.PLACED})),
        ("ACCEPTED", frozenset({_S.ACCEPTED})),
        ("PICKING", frozenset({_S.PICKING, _S.AWAITING_CUSTOMER})),
        ("READY", frozenset({_S.READY, _S.READY_PARTIAL, _S.PARTLY_COLLECTED})),
        ("COLLECTED", frozenset({_S.COLLECTED})),
    ),
    Method.DELIVERY: (
        ("PLACED", frozenset({_S.PLACED})),
        ("ACCEPTED", frozenset({_S.ACCEPTED})),
        ("PICKING", frozenset({_S.PICKING, _S.AWAITING_CUSTOMER})),
        ("PACKED", frozenset({_S.READY, _S.READY_PARTIAL})),
        ("OUT", frozenset({_S.OUT_FOR_DELIVERY})),
        ("DELIVERED", frozenset({_S.DELIVERED})),
    ),
}
_ELSE = {_S.CANCELLED: "CANCELLED", _S.NO_SHOW: "NO_SHOW", _S.RETURNED_TO_STORE: "RETURNED"}
_HERE = frozenset({_S.READY, _S.READY_PARTIAL})
_KINDS = frozenset({"order.changed", "job.changed", "courier.seen"})


class Step(Struct, frozen=True):
    """One stage on the way; `at` is when it was reached, where that is known."""

    name: str
    done: bool
    present: bool
    at: int | None


def routes(rooms: Rooms) -> Blueprint:
    """Return the routes of the customer's page: who has the link has the right."""
    blueprint = Blueprint("pages_customer", __name__)

    @blueprint.get("/t/<token>")
    def page(token: str) -> Response:
        return _guarded(rooms, lambda: _draw(rooms, _open(rooms, token), token))

    @blueprint.post("/t/<token>")
    def act(token: str) -> Response:
        return _guarded(rooms, lambda: _act(rooms, token))

    @blueprint.get("/t/<token>/events")
    def events(token: str) -> Response:
        try:
            found = _open(rooms, token)
        except RegieError as error:
            return Response(status=error.status)
        return live.follow(
            rooms,
            found.merchant_id,
            lambda it: _concerns(found, it),
            found.order.id,
            leaving_free=KEPT_FOR_WORK,
        )

    return blueprint


def _guarded(rooms: Rooms, answer: Callable[[], Response]) -> Response:
    """Answer, or say that the link is dead: used, too old or never one, all the same."""
    try:
        return answer()
    except LinkDead as error:
        language = language_of(rooms)
        return render(rooms, "track_dead.html", Page(language), error.status)


def _open(rooms: Rooms, token: str) -> OrderPage:
    return customer.open_page(rooms.floor, token)


def _concerns(found: OrderPage, change: Change) -> bool:
    """Tell whether a change is of this order: itself, its delivery, or its courier on the way."""
    if change.kind not in _KINDS:
        return False
    job = found.job
    mine = {found.order.id, job.id if job else found.order.id}
    if change.kind == "courier.seen":
        return found.courier is not None and job is not None and change.subject_id == job.courier_id
    return change.subject_id in mine


def _draw(rooms: Rooms, found: OrderPage, token: str, error: RegieError | None = None) -> Response:
    language = language_of(rooms, found.locale)
    floor = rooms.floor
    with floor.database.read() as connection:
        free = customer.choices(connection, found, floor.now()) if found.movable else ()
    page = Page(language, notice=_notice(rooms, language, error))
    return render(
        rooms,
        "track.html",
        page,
        error.status if error else 200,
        found=found,
        order=found.order,
        zone=found.store.timezone,
        steps=steps(found.order),
        free=free,
        asked=[line for line in found.order.lines if line.question],
        code=found.code,
        square=square(found.code.square) if found.code else None,
        drawn=seen(found, floor.now()),
        at_door=_at_door(found),
        may_come=_may_come(found),
        curbside=PickupMode.CURBSIDE in found.store.pickup.modes,
        path=f"/t/{token}",
        key=floor.random(12).hex(),
        since=live.position(rooms, found.merchant_id),
    )


def _notice(rooms: Rooms, language: str, error: RegieError | None) -> Notice | None:
    if error is not None:
        return refused(rooms, error, language)
    text = DONE.get(request.args.get("done", ""))
    return Notice(texts(rooms, language)(text), "good") if text else None


def _may_come(found: OrderPage) -> bool:
    return found.order.method is Method.PICKUP and found.order.state in _HERE


def _at_door(found: OrderPage) -> bool:
    """Tell whether the courier said that he stands at the customer's door."""
    out = found.order.state is _S.OUT_FOR_DELIVERY
    return out and found.job is not None and found.job.state is JobState.AT_DROPOFF


def steps(order: FulfillmentOrder) -> Sequence[Step]:
    """Return the stages of an order in their order, with their times."""
    road = _ROAD[order.method]
    known = next((n for n, (_, states) in enumerate(road) if order.state in states), None)
    reached = known if known is not None else _furthest(order)
    times = _times(order)
    found = [
        Step(name, place <= reached, place == known, times.get(name) if place <= reached else None)
        for place, (name, _) in enumerate(road)
    ]
    if known is None:
        found = [step for step in found if step.done]
        found.append(Step(_ELSE[order.state], done=True, present=True, at=order.updated_at))
    return found


def _furthest(order: FulfillmentOrder) -> int:
    """Return how far an order came that left its road."""
    times = (order.placed_at, order.accepted_at, order.accepted_at, order.ready_at)
    last = max((place for place, at in enumerate(times) if at is not None), default=0)
    return last + (order.handed_at is not None and order.method is Method.DELIVERY)


def _times(order: FulfillmentOrder) -> Mapping[str, int | None]:
    return {
        "PLACED": order.placed_at,
        "ACCEPTED": order.accepted_at,
        "READY": order.ready_at,
        "PACKED": order.ready_at,
        "OUT": order.handed_at,
        "COLLECTED": order.handed_at,
        "DELIVERED": order.closed_at,
    }


def _act(rooms: Rooms, token: str) -> Response:
    """Do what the customer asks for, once per form that was sent."""
    found = _open(rooms, token)
    deed = _DEEDS.get(request.form.get("do", ""))
    try:
        if deed is None:
            raise InvalidInput("There is no such deed.", field="do")
        done = _once(rooms, found, token, deed)
    except RegieError as error:
        return _draw(rooms, _open(rooms, token), token, error)
    return back(f"/t/{token}?done={done}")


_Deed = Callable[[Rooms, Floor, FulfillmentOrder], str]


def _once(rooms: Rooms, found: OrderPage, token: str, deed: _Deed) -> str:
    """Do it, unless this very form was sent before: then tell what came of it."""
    if not request.form.get("key"):
        raise FormExpired("The form is not one that was drawn here.")
    sent = sorted(request.form.items(multi=True))
    body = msgspec.json.encode([found.order.id, sent])
    wish = Wish(f"page:{found.order.id}", blake2b(body, digest_size=16).hexdigest(), body)

    def act(here: Floor) -> bytes:
        links.look(here.connection, links.TRACK, token, here.now)
        return deed(rooms, here, found.order).encode()

    return once(rooms.floor, found.merchant_id, wish, act).decode()


def _move(_rooms: Rooms, here: Floor, order: FulfillmentOrder) -> str:
    customer.move(here, order.id, given.text("slot"))
    return "moved"


def _cancel(_rooms: Rooms, here: Floor, order: FulfillmentOrder) -> str:
    customer.cancel(here, order.id)
    return "cancelled"


def _answer(_rooms: Rooms, here: Floor, order: FulfillmentOrder) -> str:
    accepted = given.text("accepted") == "1"
    customer.answer(here, order.id, given.text("line"), accepted=accepted)
    return "answered"


def _alternate(rooms: Rooms, here: Floor, order: FulfillmentOrder) -> str:
    customer.name_alternate(rooms.floor, here, order.id, given.text("name"))
    return "saved"


def _arrive(_rooms: Rooms, here: Floor, order: FulfillmentOrder) -> str:
    customer.arrive(here, order.id, given.text("spot"))
    return "here"


_DEEDS: Mapping[str, _Deed] = {
    "move": _move,
    "cancel": _cancel,
    "answer": _answer,
    "alternate": _alternate,
    "arrive": _arrive,
}
