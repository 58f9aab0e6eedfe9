"""The console of managers: what went wrong, who carries, who works here, who is told."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response
from sqlalchemy import Connection

from storefront.fulfillment.job.job import JobState
from storefront.fulfillment.store import jobs, orders, paybacks, troubles, undelivered
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.staff import Role
from storefront.fulfillment.store.troubles import Trouble
from storefront.fulfillment.work import preparing
from storefront.pages import console_couriers, console_hooks, console_staff, given
from storefront.pages.origin import origin, shop_names, store_of
from storefront.pages.shell import Rooms, code_text
from storefront.pages.staffed import Deed, Outcome, Visit, screen
from storefront.pages.who import first_names

_TROUBLED = frozenset({JobState.FAILED, JobState.RETURNING})


def routes(rooms: Rooms) -> Blueprint:
    """Return the routes of the console; staff without that role are told so."""
    blueprint = Blueprint("pages_console", __name__)
    for path, draw_it, deeds in (
        ("", draw, DEEDS),
        ("/couriers", console_couriers.draw, console_couriers.DEEDS),
        ("/staff", console_staff.draw, console_staff.DEEDS),
        ("/webhooks", console_hooks.draw, console_hooks.DEEDS),
    ):
        screen(rooms, blueprint, f"/console{path}", draw_it, deeds, Role.MANAGER)
    return blueprint


def draw(visit: Visit) -> Response:
    """Draw what a person must look at."""
    with visit.floor.database.read() as connection:
        stores = {store.id: store for store in visit.stores(connection)}
        open_now = orders.open_of(connection, visit.merchant_id, list(stores))
        flagged = [order for order in open_now if order.flags]
        running = jobs.open_of_store(connection, visit.merchant_id, list(stores))
        stuck = [job for job in running if job.overdue or job.state in _TROUBLED]
        carried = orders.several(connection, visit.merchant_id, [it.order_ids[0] for it in stuck])
        dead = undelivered.dead(connection, visit.merchant_id) if visit.everywhere else ()
        waiting = _waiting(visit, connection)
        owed = paybacks.owed(connection, visit.merchant_id, list(stores))
        whole = paybacks.whole(connection, visit.merchant_id)
        names = first_names(visit, connection, flagged)
        shops = shop_names(connection, visit.merchant_id)
    numbers = {order.id: order.number for order in carried}
    return visit.draw(
        "console.html",
        stores=stores,
        flagged=flagged,
        owed=owed,
        whole=whole,
        names=names,
        stuck=[(job, numbers.get(job.order_ids[0], "")) for job in stuck],
        dead=dead,
        waiting=[
            (one, origin(one, shops), code_text(visit.rooms, one.reason, visit.language))
            for one in waiting
        ],
    )


def _waiting(visit: Visit, connection: Connection) -> Sequence[Trouble]:
    """Return what does not go on; to who manages some stores, what belongs to one of those."""
    found = troubles.shown(connection, visit.merchant_id, visit.floor.now())
    if visit.everywhere:
        return found
    mine = (connection, visit.merchant_id)
    return [it for it in found if store_of(*mine, it.kind, it.subject_id) in visit.staff.stores]


def _look_after(visit: Visit, here: Floor) -> Outcome:
    order = visit.order(here.connection, given.text("order"))
    preparing.look_after(here, order.id, visit.actor)
    return Outcome("/console?done=noted")


def _paid_back(visit: Visit, here: Floor) -> Outcome:
    """Note that the customer got the money of a cancelled order back."""
    order = visit.order(here.connection, given.text("order"))
    visit.staff.require(Role.MANAGER, order.store_id)
    paybacks.settle(here, order.id)
    return Outcome("/console?done=noted")


def _again(visit: Visit, here: Floor) -> Outcome:
    """Let a message be sent once more; it belongs to no single store."""
    visit.require_everywhere()
    undelivered.again(here, given.text("message"))
    return Outcome("/console?done=noted")


def _try(visit: Visit, here: Floor) -> Outcome:
    """Let what rests after failures be tried at once."""
    kind, subject = given.text("kind"), given.text("subject")
    store_id = store_of(here.connection, here.merchant_id, kind, subject)
    if store_id is None:
        visit.require_everywhere()
    visit.staff.require(Role.MANAGER, store_id)
    troubles.again(here, kind, subject)
    return Outcome("/console?done=noted")


DEEDS: Mapping[str, Deed] = {
    "look_after": _look_after,
    "paid_back": _paid_back,
    "again": _again,
    "try": _try,
}
"""By the value of the button."""
