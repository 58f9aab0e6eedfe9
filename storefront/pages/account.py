"""One's own account: language, password, passkey, and the way out."""

from collections.abc import Mapping

from flask import Blueprint, Response

from connector.model.errors import InvalidInput
from storefront.fulfillment.store import devices, passkeys, passwords, people, staff
from storefront.fulfillment.store.floor import Floor
from storefront.pages import given
from storefront.pages.language import LANGUAGES
from storefront.pages.shell import Rooms
from storefront.pages.staffed import Deed, Outcome, Prepared, Visit, screen


def routes(rooms: Rooms) -> Blueprint:
    """Return the route of the account."""
    blueprint = Blueprint("pages_account", __name__)
    screen(rooms, blueprint, "/account", draw, DEEDS)
    return blueprint


def draw(visit: Visit) -> Response:
    """Draw one's own account."""
    subject = f"staff:{visit.staff.id}"
    with visit.floor.database.read() as connection:
        known = people.get(connection, visit.merchant_id, visit.floor.box, [subject])[subject]
        keys = passkeys.of_person(connection, visit.merchant_id, devices.STAFF, visit.staff.id)
    name = known.get("name", b"").decode()
    return visit.draw("account.html", name=name, passkeys=len(keys))


def _set_language(visit: Visit, here: Floor) -> Outcome:
    chosen = given.text("language")
    if chosen not in LANGUAGES:
        raise InvalidInput("There is no such language.", field="language")
    staff.change(here, visit.staff.id, language=chosen)
    return Outcome(f"/account?lang={chosen}&done=saved")


def _hashed() -> str:
    return passwords.hashed(given.text("password"))


def _set_password(visit: Visit, here: Floor, hashed: str) -> Outcome:
    """Set one's own password; the other devices are signed out, for they may be a thief's."""
    staff.set_password(here, visit.staff.id, hashed)
    devices.sign_out_others(here, devices.STAFF, visit.staff.id, visit.person.device.id)
    return Outcome("/account?done=saved")


def _drop_passkeys(visit: Visit, here: Floor) -> Outcome:
    passkeys.drop(here, devices.STAFF, visit.staff.id)
    return Outcome("/account?done=removed")


DEEDS: Mapping[str, Deed | Prepared] = {
    "language": _set_language,
    "password": Prepared(_hashed, _set_password),
    "drop_passkeys": _drop_passkeys,
}
"""By the value of the button."""
