"""How a courier comes to a merchant, is let work, is stopped, and leaves."""

from collections.abc import Sequence

from msgspec import Struct, structs

from connector.model.errors import InvalidInput
from connector.model.ids import new_id
from storefront.fulfillment.courier import steps
from storefront.fulfillment.courier.courier import (
    Check,
    CheckKind,
    Courier,
    CourierState,
    Membership,
    MembershipState,
    Skill,
    Vehicle,
    VehicleType,
)
from storefront.fulfillment.errors.person import LinkDead, RoleRequired
from storefront.fulfillment.order.event import Actor, record
from storefront.fulfillment.store import couriers, devices, jobs, links, passkeys, people
from storefront.fulfillment.store.devices import COURIER, Tokens
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.links import Right
from storefront.fulfillment.work import calling, entering

INVITED_MS = 7 * 86_400_000
_LONGEST_NAME = 60
_LONGEST_VALID_MS = 100 * 366 * 86_400_000

# What a vehicle of this kind usually carries, in millilitres and grams; the store may correct it.
ROOM = {
    VehicleType.FOOT: (30_000, 8_000),
    VehicleType.BIKE: (45_000, 15_000),
    VehicleType.CARGO_BIKE: (200_000, 80_000),
    VehicleType.EBIKE: (60_000, 20_000),
    VehicleType.SCOOTER: (80_000, 25_000),
    VehicleType.CAR: (400_000, 200_000),
}


class BadName(InvalidInput):
    """A name that nobody could be called by."""

    code = "bad_name"
    remedy = "Give 1 to 60 characters."


class Invited(Struct, frozen=True):
    """A courier, and the text of the link by which he joins; it is shown once."""

    courier: Courier
    token: str

    @property
    def path(self) -> str:
        """The link: what stands behind the # never reaches a server, so no log has it."""
        return f"/courier#join={self.token}"

    def __repr__(self) -> str:
        """Show no token: a representation may land in a log."""
        return f"Invited({self.courier.id})"


def invite(floor: ShopFloor, here: Floor, name: str, actor: Actor) -> Invited:
    """Enter somebody who may join as a courier, and make his link."""
    _require_store(actor)
    bond = Membership(here.merchant_id, MembershipState.INVITED)
    fresh = Courier(
        id=new_id("cou", lambda: here.now),
        display_name=_called(name),
        merchants=(bond,),
        cash_held=(),
    )
    told = steps.apply(fresh, actor, here.now)
    couriers.insert(here, *told)
    return Invited(told[0], _link(floor, here, fresh.id))


def invite_again(floor: ShopFloor, here: Floor, courier_id: str, actor: Actor) -> Invited:
    """Make another link for a courier, as for a new phone; the former one dies."""
    _require_store(actor)
    courier = couriers.get(here.connection, here.merchant_id, courier_id)
    entering.require_welcome(here, courier)
    links.end(here, links.INVITE, courier_id, here.now)
    return Invited(courier, _link(floor, here, courier_id))


def _require_store(actor: Actor) -> None:
    if actor.role not in {"store", "manager"}:
        raise RoleRequired("This is the store's to decide.", role=actor.role)


def _link(floor: ShopFloor, here: Floor, courier_id: str) -> str:
    token = floor.random(links.BYTES)
    return links.make(here, links.INVITE, courier_id, token, here.now + INVITED_MS)


class Application(Struct, frozen=True):
    """What a phone sends to join: `public_key` is its own (SPKI, DER), which signed `challenge`."""

    invitation: str
    name: str
    public_key: bytes
    challenge: bytes
    signature: bytes
    vehicle: VehicleType | None = None
    phone: str | None = None
    locale: str = "en"


def require_open(here: Floor, invitation: str) -> None:
    """Raise LinkDead or SignInRequired unless a phone could join by this link; only looks."""
    _invited(here, links.look(here.connection, links.INVITE, invitation, here.now))


def _invited(here: Floor, right: Right) -> Courier:
    """Return who was invited by a link of this house, if he may still come in."""
    if right.merchant_id != here.merchant_id:
        raise LinkDead("The link does not work any more.")
    courier = couriers.get(here.connection, here.merchant_id, right.subject_id)
    entering.require_welcome(here, courier)
    return courier


def join(floor: ShopFloor, here: Floor, told: Application) -> Tokens:
    """Let an invited phone in: the link is used up, and the device's key bound to the sign-in.

    Raises BadPhone for a number that is none; then the link still works.
    """
    entering.require_proof(here, told.public_key, "join", told.challenge, told.signature)
    courier = _invited(here, links.use(here, links.INVITE, told.invitation))
    courier = _introduced(here, courier, told)
    if told.phone and told.phone.strip():
        calling.keep(floor, here, courier.id, told.phone)
    return entering.let_in(floor, here, courier.id, told.public_key)


def _introduced(here: Floor, courier: Courier, told: Application) -> Courier:
    """Keep how he is called and what he rides, as he says himself."""
    actor = Actor("courier", courier.id)
    named = structs.replace(courier, display_name=_called(told.name), locale=told.locale)
    after, event = record(courier, named, "courier.joined", here.now, actor)
    after = couriers.save(here, courier, after, (event,))
    if told.vehicle is None or after.vehicles:
        return after
    vehicle = Vehicle(new_id("veh", lambda: here.now), told.vehicle, *ROOM[told.vehicle])
    return couriers.save(here, after, *steps.add_vehicle(after, vehicle, actor, here.now))


def check(here: Floor, courier_id: str, kind: CheckKind, valid_until: int, actor: Actor) -> Courier:
    """Note that a document was looked at, and until when that holds; nothing of it is kept."""
    if valid_until > here.now + _LONGEST_VALID_MS:
        raise InvalidInput("No document holds for so long.", field="validUntil")
    found = _get(here, courier_id)
    seen = Check(kind, here.now, valid_until, actor.id or actor.role)
    return couriers.save(here, found, *steps.note_check(found, seen, actor, here.now))


def add_vehicle(here: Floor, courier_id: str, vehicle: Vehicle, actor: Actor) -> Courier:
    """Add what he rides, or correct how much it carries."""
    found = _get(here, courier_id)
    return couriers.save(here, found, *steps.add_vehicle(found, vehicle, actor, here.now))


def permit(here: Floor, courier_id: str, skills: Sequence[Skill], actor: Actor) -> Courier:
    """Say what he may carry: for adults, against cash, cold, heavy."""
    _require_store(actor)
    found = _get(here, courier_id)
    after = structs.replace(found, skills=tuple(skills))
    told, event = record(found, after, "courier.permitted", here.now, actor)
    return couriers.save(here, found, told, (event,))


def approve(here: Floor, courier_id: str, actor: Actor) -> Courier:
    """Let him work: verified, active and approved, one step after the other.

    Raises NotEligible with the reason where a check or a vehicle is missing.
    """
    found = _get(here, courier_id)
    if found.state is CourierState.APPLIED:
        found = couriers.save(here, found, *steps.verify(found, actor, here.now))
    if found.state is CourierState.VERIFIED:
        found = couriers.save(here, found, *steps.activate(found, actor, here.now))
    if found.membership(here.merchant_id) is MembershipState.INVITED:
        found = _bond(here, found, "approve", actor)
    return found


def suspend(here: Floor, courier_id: str, actor: Actor) -> Courier:
    """Let him work no more for now: all his devices are closed; the store gives his jobs on."""
    found = _get(here, courier_id)
    after = couriers.save(here, found, *steps.suspend(found, actor, here.now))
    sign_out_all(here, courier_id)
    return after


def resume(here: Floor, courier_id: str, actor: Actor) -> Courier:
    """Let him work again; he comes in by his passkey, or by another link."""
    found = _get(here, courier_id)
    return couriers.save(here, found, *steps.resume(found, actor, here.now))


def block(here: Floor, courier_id: str, actor: Actor) -> Courier:
    """End the merchant's bond with him, and close his devices."""
    after = _bond(here, _get(here, courier_id), "block", actor)
    sign_out_all(here, courier_id)
    return after


def unblock(here: Floor, courier_id: str, actor: Actor) -> Courier:
    """Take him back."""
    return _bond(here, _get(here, courier_id), "unblock", actor)


def leave(here: Floor, courier_id: str, actor: Actor) -> Courier:
    """End it, unless he still holds a job: devices, passkeys, place and number are gone."""
    found = _get(here, courier_id)
    held = len(jobs.of_courier(here.connection, here.merchant_id, courier_id))
    after = couriers.save(here, found, *steps.leave(found, actor, here.now, open_jobs=held))
    sign_out_all(here, courier_id)
    passkeys.drop(here, COURIER, courier_id)
    couriers.forget_presence(here, here.now, courier_id)
    people.drop(here, calling.subject(courier_id))
    return after


def sign_out_all(here: Floor, courier_id: str) -> None:
    """Close every device of his, and the link that he may not have used yet."""
    devices.sign_out_all(here, COURIER, courier_id)
    links.end(here, links.INVITE, courier_id, here.now)


def _bond(here: Floor, found: Courier, event: str, actor: Actor) -> Courier:
    told = steps.move_bond(found, here.merchant_id, event, actor, here.now)
    return couriers.save(here, found, *told)


def _get(here: Floor, courier_id: str) -> Courier:
    return couriers.get(here.connection, here.merchant_id, courier_id)


def _called(name: str) -> str:
    """Return how somebody is called, or raise BadName."""
    clean = " ".join(name.split())
    if not 0 < len(clean) <= _LONGEST_NAME or not clean.isprintable():
        raise BadName("The name is empty or too long.", field="name")
    return clean
