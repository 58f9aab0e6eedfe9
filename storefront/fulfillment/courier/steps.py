"""How a courier joins, is checked, goes online, and leaves."""

from msgspec import structs

from storefront.fulfillment.courier.courier import (
    Check,
    CheckKind,
    Courier,
    Membership,
    MembershipState,
    Online,
    Vehicle,
)
from storefront.fulfillment.courier.life import BOND, LIFE
from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.errors.job import NotEligible
from storefront.fulfillment.errors.person import RoleRequired
from storefront.fulfillment.order.event import Actor, Event, begin, record

Told = tuple[Courier, tuple[Event, ...]]
NEEDED = frozenset({CheckKind.IDENTITY, CheckKind.RIGHT_TO_WORK})


def apply(courier: Courier, actor: Actor, now: int) -> Told:
    """Begin with a courier who applied."""
    told, event = begin(courier, "courier.applied", now, actor)
    return told, (event,)


def note_check(courier: Courier, check: Check, actor: Actor, now: int) -> Told:
    """Keep that a document was looked at, and nothing of the document."""
    others = tuple(each for each in courier.checks if each.kind is not check.kind)
    after = structs.replace(courier, checks=(*others, check))
    return _told(courier, after, "checked", actor, now, kind=check.kind.value)


def verify(courier: Courier, actor: Actor, now: int) -> Told:
    """Confirm that every needed check is valid."""
    valid = {check.kind for check in courier.checks if check.valid_until > now}
    if not valid >= NEEDED:
        raise NotEligible("Checks are missing or too old.", reason="CHECK_EXPIRED")
    return _step(courier, courier, "verify", actor, now)


def activate(courier: Courier, actor: Actor, now: int) -> Told:
    """Let him take jobs; he needs a vehicle."""
    if not courier.vehicles:
        raise NotEligible("No vehicle is known.", reason="VEHICLE")
    return _step(courier, courier, "activate", actor, now)


def suspend(courier: Courier, actor: Actor, now: int) -> Told:
    """Let him work no more for now; what he holds the store gives to another."""
    return _step(courier, structs.replace(courier, online=None), "suspend", actor, now)


def resume(courier: Courier, actor: Actor, now: int) -> Told:
    """Let him take jobs again."""
    return _step(courier, courier, "resume", actor, now)


def leave(courier: Courier, actor: Actor, now: int, *, open_jobs: int) -> Told:
    """End it; not while he holds a job."""
    if open_jobs:
        raise IllegalTransition("He still holds jobs.", event="leave", state=courier.state.name)
    return _step(courier, structs.replace(courier, online=None), "leave", actor, now)


def add_vehicle(courier: Courier, vehicle: Vehicle, actor: Actor, now: int) -> Told:
    """Add a vehicle, or correct the one of that id."""
    others = tuple(each for each in courier.vehicles if each.id != vehicle.id)
    after = structs.replace(courier, vehicles=(*others, vehicle))
    return _told(courier, after, "vehicleAdded", actor, now, vehicle=vehicle.id)


def invite(courier: Courier, merchant_id: str, actor: Actor, now: int) -> Told:
    """Begin a merchant's bond with him; a bond that is there stays as it is."""
    if courier.membership(merchant_id) is not None:
        return courier, ()
    bond = Membership(merchant_id, MembershipState.INVITED)
    after = structs.replace(courier, merchants=(*courier.merchants, bond))
    return _told(courier, after, "invited", actor, now, merchant=merchant_id)


def move_bond(courier: Courier, merchant_id: str, event: str, actor: Actor, now: int) -> Told:
    """Approve, block or unblock him for one merchant."""
    present = courier.membership(merchant_id)
    if present is None:
        raise NotEligible("He was never invited.", reason="NOT_APPROVED_BY_MERCHANT")
    state = BOND.next(present, event)
    if event not in BOND.events(present, actor.role):
        raise RoleRequired(f"{event} is not for {actor.role}.", role=actor.role, event=event)
    others = tuple(each for each in courier.merchants if each.merchant_id != merchant_id)
    after = structs.replace(courier, merchants=(*others, Membership(merchant_id, state)))
    return _told(courier, after, event, actor, now, merchant=merchant_id)


def go_online(courier: Courier, vehicle_id: str, cell: str, actor: Actor, now: int) -> Told:
    """Look for jobs, on one of his vehicles, in an area."""
    if not LIFE.events(courier.state, "courier") or courier.vehicle(vehicle_id) is None:
        raise NotEligible("Unknown vehicle.", reason="VEHICLE")
    since = courier.online.since if courier.online else now
    after = structs.replace(courier, online=Online(since, vehicle_id, cell, now))
    return _told(courier, after, "online", actor, now)


def go_offline(courier: Courier, actor: Actor, now: int) -> Told:
    """Look for no more jobs; what he holds stays his."""
    return _told(courier, structs.replace(courier, online=None), "offline", actor, now)


def _step(courier: Courier, after: Courier, event: str, actor: Actor, now: int) -> Told:
    state = LIFE.next(courier.state, event)
    if event not in LIFE.events(courier.state, actor.role):
        raise RoleRequired(f"{event} is not for {actor.role}.", role=actor.role, event=event)
    return _told(courier, structs.replace(after, state=state), event, actor, now)


def _told(
    courier: Courier, after: Courier, event: str, actor: Actor, now: int, **data: str
) -> Told:
    told, happened = record(courier, after, f"courier.{event}", now, actor, **data)
    return told, (happened,)
