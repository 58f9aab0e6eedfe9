"""Letting staff in by name and password, and letting somebody in no more."""

from collections.abc import Callable
from typing import TypeVar

from msgspec import Struct

from storefront.fulfillment.store import (
    attempts,
    devices,
    links,
    passkeys,
    passwords,
    people,
    staff,
)
from storefront.fulfillment.store.attempts import Bound
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.staff import Staff

T = TypeVar("T")


class Try(Struct, frozen=True):
    """Who wants to come in: what was typed, and the address that it came from."""

    login: str
    password: str
    address: str

    def __repr__(self) -> str:
        """Show nothing of it: a representation may land in a log."""
        return "Try()"


def sign_in(
    floor: ShopFloor,
    merchant_id: str,
    wanted: Try,
    let_in: Callable[[Floor, Staff], T],
    fits: Callable[[str | None, str], bool] = passwords.fits,
) -> T | None:
    """Return what `let_in` makes of who signs in, or None for a wrong try, which is counted.

    A wrong name and a wrong password are equally slow. The password is compared before the write;
    in the write it is looked whether what it was compared with still stands. Raises RateLimited
    after too many tries for this name or from this address.
    """
    stored = _stored(floor, merchant_id, wanted)
    right = fits(stored, wanted.password)
    with floor.write(merchant_id) as here:
        mark = people.sealer(floor, here).mark("login", wanted.login)
        doors = _doors(mark, wanted.address)
        for door, bound in doors:
            attempts.require(here, door, bound)
        found = staff.by_login(here.connection, merchant_id, mark)
        if right and found is not None and found.password == stored:
            return let_in(here, found.staff)
        for door, bound in doors:
            attempts.count(here, door, bound)
    return None


def _stored(floor: ShopFloor, merchant_id: str, wanted: Try) -> str | None:
    """Return what is stored of the password; where the door is shut, nothing is worked out."""
    with floor.database.read() as connection:
        key = people.opener(connection, merchant_id, floor.box)
        if key is None:
            return None
        mark = key.mark("login", wanted.login)
        for door, bound in _doors(mark, wanted.address):
            attempts.look(connection, merchant_id, door, bound, floor.now())
        found = staff.by_login(connection, merchant_id, mark)
    return found.password if found else None


def _doors(mark: bytes, address: str) -> tuple[tuple[str, Bound], ...]:
    """Return where tries are counted: for the name, and for the address."""
    return (f"login:{mark.hex()}", attempts.SIGN_IN), (f"from:{address}", attempts.BY_ADDRESS)


def close(here: Floor, staff_id: str) -> None:
    """Let somebody in no more: all devices are signed out, links and passkeys are dead.

    Raises LastOwner for the only one who may do everything.
    """
    staff.change(here, staff_id, active=False)
    devices.sign_out_all(here, devices.STAFF, staff_id)
    passkeys.drop(here, devices.STAFF, staff_id)
    links.end(here, links.SIGN_IN, staff_id, here.now)
