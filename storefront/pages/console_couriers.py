"""The couriers of the merchant: invited, joined, checked, let work, stopped."""

import datetime as dt
from collections.abc import Mapping, Sequence

from flask import Response, request
from msgspec import Struct
from sqlalchemy import Connection

from connector.model.errors import Conflict, InvalidInput
from connector.model.money import Money
from storefront.fulfillment.courier.courier import CheckKind, Courier, CourierState, Skill
from storefront.fulfillment.courier.life import BOND, LIFE
from storefront.fulfillment.courier.standing import Acquaintance, Standing, standing
from storefront.fulfillment.errors.job import NotEligible
from storefront.fulfillment.store import acquaintances, couriers, jobs
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.staff import Role
from storefront.fulfillment.work import calling, cash, joining, overseeing
from storefront.pages import given
from storefront.pages.staffed import Deed, Outcome, Visit

_HOME = "/console/couriers"
_YEAR_DAYS = 365


class Row(Struct, frozen=True):
    """One courier on the page: where he stands, what may be done, and what he holds.

    `movable`: some of it is of stores that the visitor manages.
    """

    courier: Courier
    standing: Standing
    known: Acquaintance
    may: tuple[str, ...]
    held: int
    movable: bool
    phone: str | None
    cash: Sequence[Money]


def draw(visit: Visit) -> Response:
    """Draw the couriers, or with a fresh invitation its link."""
    with visit.floor.database.read() as connection:
        rows = _rows(visit, connection)
        stores = visit.stores(connection)
    today = dt.datetime.fromtimestamp(visit.floor.now() / 1000, dt.UTC).date()
    return visit.draw(
        "console_couriers.html",
        rows=rows,
        zone=stores[0].timezone if stores else "UTC",
        active=sum(it.courier.state is CourierState.ACTIVE for it in rows),
        kinds=list(CheckKind),
        skills=list(Skill),
        link=f"{request.url_root.rstrip('/')}{visit.secret}" if visit.secret else "",
        next_year=(today + dt.timedelta(days=_YEAR_DAYS)).isoformat(),
    )


def _rows(visit: Visit, connection: Connection) -> Sequence[Row]:
    now, merchant_id = visit.floor.now(), visit.merchant_id
    known = acquaintances.of_couriers(connection, merchant_id, now)
    found = couriers.all_of(connection, merchant_id)
    ids = [courier.id for courier in found]
    phones = calling.of_couriers(connection, merchant_id, visit.floor.box, ids, now)
    rows = []
    for courier in found:
        met = known.get(courier.id, acquaintances.NOBODY)
        stands = standing(courier, merchant_id, met, now)
        held = jobs.of_courier(connection, merchant_id, courier.id)
        movable = any(visit.staff.may(Role.MANAGER, job.store_id) for job in held)
        may, phone = _may(visit, courier), phones.get(courier.id)
        owed = cash.held(connection, merchant_id, courier)
        rows.append(Row(courier, stands, met, may, len(held), movable, phone, owed))
    return rows


def _may(visit: Visit, courier: Courier) -> tuple[str, ...]:
    """Return what may be done with a courier now: his own life, and the bond with the merchant.

    A courier rides for all stores, so all this is for who manages all of them.
    """
    if not visit.everywhere:
        return ()
    bond = courier.membership(visit.merchant_id)
    steps = LIFE.events(courier.state, visit.actor.role)
    return (*steps, *(BOND.events(bond, visit.actor.role) if bond else ()))


def _invite(visit: Visit, here: Floor) -> Outcome:
    invited = joining.invite(visit.floor, here, given.text("name"), visit.actor)
    return Outcome(_HOME, secret=invited.path)


def _invite_again(visit: Visit, here: Floor) -> Outcome:
    invited = joining.invite_again(visit.floor, here, given.text("courier"), visit.actor)
    return Outcome(_HOME, secret=invited.path)


def _check(visit: Visit, here: Floor) -> Outcome:
    """Note that a document was looked at, and until when it holds."""
    kind = given.text("kind")
    if kind not in {one.value for one in CheckKind}:
        raise InvalidInput("There is no such document.", field="kind")
    until = _day("validUntil")
    joining.check(here, given.text("courier"), CheckKind(kind), until, visit.actor)
    return Outcome(f"{_HOME}?done=noted")


def _day(name: str) -> int:
    """Return the end of a date (UTC) in epoch ms, or raise InvalidInput."""
    try:
        date = dt.date.fromisoformat(given.text(name))
    except ValueError:
        raise InvalidInput("This is no date.", field=name) from None
    end = dt.datetime.combine(date, dt.time(23, 59, 59), dt.UTC)
    return int(end.timestamp() * 1000)


def _set_skills(visit: Visit, here: Floor) -> Outcome:
    """Say what he may do besides: look at ages, take cash, carry cold or heavy things."""
    named = given.several("skill")
    skills = tuple(skill for skill in Skill if skill.value in named)
    joining.permit(here, given.text("courier"), skills, visit.actor)
    return Outcome(f"{_HOME}?done=saved")


class CourierNotReady(Conflict):
    """A courier of whom a check or the vehicle is missing; `reason` says which."""

    code = "courier_not_ready"
    remedy = "Look at the documents, and let him name his vehicle."


def _approve(visit: Visit, here: Floor) -> Outcome:
    try:
        joining.approve(here, given.text("courier"), visit.actor)
    except NotEligible as error:
        raise CourierNotReady(error.message, **error.details()) from None
    return Outcome(f"{_HOME}?done=saved")


def _suspend(visit: Visit, here: Floor) -> Outcome:
    joining.suspend(here, given.text("courier"), visit.actor)
    return Outcome(f"{_HOME}?done=saved")


def _resume(visit: Visit, here: Floor) -> Outcome:
    joining.resume(here, given.text("courier"), visit.actor)
    return Outcome(f"{_HOME}?done=saved")


def _block(visit: Visit, here: Floor) -> Outcome:
    joining.block(here, given.text("courier"), visit.actor)
    return Outcome(f"{_HOME}?done=saved")


def _unblock(visit: Visit, here: Floor) -> Outcome:
    joining.unblock(here, given.text("courier"), visit.actor)
    return Outcome(f"{_HOME}?done=saved")


def _leave(visit: Visit, here: Floor) -> Outcome:
    joining.leave(here, given.text("courier"), visit.actor)
    return Outcome(f"{_HOME}?done=saved")


def _transfer_all(visit: Visit, here: Floor) -> Outcome:
    """Give all that one courier holds for the visitor's stores to another: he fell ill."""
    stores = None if visit.everywhere else visit.staff.stores
    named = given.text("courier"), given.text("to")
    overseeing.transfer_all(here, *named, visit.actor, stores)
    return Outcome(f"{_HOME}?done=transferred")


def _cash(visit: Visit, here: Floor) -> Outcome:
    """Take in the cash that he holds, if it is still what the page showed."""
    counted = Money(given.whole("amount", InvalidInput), given.text("currency"))
    cash.receive(here, given.text("courier"), counted, visit.actor)
    return Outcome(f"{_HOME}?done=cash")


def _everywhere(act: Deed) -> Deed:
    """Return the deed as one for who manages all stores."""

    def deed(visit: Visit, here: Floor) -> Outcome:
        visit.require_everywhere()
        return act(visit, here)

    return deed


_OF_ALL_STORES: Mapping[str, Deed] = {
    "invite": _invite,
    "invite_again": _invite_again,
    "check": _check,
    "skills": _set_skills,
    "approve": _approve,
    "suspend": _suspend,
    "resume": _resume,
    "block": _block,
    "unblock": _unblock,
    "leave": _leave,
}
DEEDS: Mapping[str, Deed] = {
    **{name: _everywhere(act) for name, act in _OF_ALL_STORES.items()},
    "transfer_all": _transfer_all,
    "cash": _cash,
}
"""By the value of the button."""
