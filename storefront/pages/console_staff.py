"""Who works here: entered, given a role, let in once by a link, and closed."""

from collections.abc import Mapping, Sequence

from flask import Response, request
from msgspec import Struct
from sqlalchemy import Connection

from connector.model.errors import InvalidInput
from connector.model.ids import new_id
from storefront.fulfillment.errors.person import RoleRequired
from storefront.fulfillment.store import links, people, staff
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.staff import Role, Staff
from storefront.fulfillment.work import welcoming
from storefront.pages import given
from storefront.pages.language import LANGUAGES
from storefront.pages.staffed import Deed, Outcome, Visit

_HOME = "/console/staff"
_LINK_MS = 2 * 86_400_000
_MANY = 2


class Colleague(Struct, frozen=True):
    """One of the staff, with the name that is sealed beside, and whether he may be changed."""

    staff: Staff
    name: str
    is_under: bool


def draw(visit: Visit) -> Response:
    """Draw the staff, or with a fresh link that."""
    with visit.floor.database.read() as connection:
        found = colleagues(visit, connection)
        stores = visit.stores(connection)
    link = f"{request.url_root}sign-in/{visit.secret}" if visit.secret else ""
    return visit.draw(
        "console_staff.html",
        people=found,
        stores=stores,
        roles=_roles(visit),
        link=link,
        languages=LANGUAGES,
    )


def colleagues(visit: Visit, connection: Connection) -> Sequence[Colleague]:
    """Return the staff with their names."""
    found = staff.all_of(connection, visit.merchant_id)
    subjects = [f"staff:{one.id}" for one in found]
    known = people.get(connection, visit.merchant_id, visit.floor.box, subjects)
    return [
        Colleague(one, known[f"staff:{one.id}"].get("name", b"").decode(), _is_under(visit, one))
        for one in found
    ]


def _roles(visit: Visit) -> Sequence[Role]:
    """Return the roles that the person may give: never one above his own."""
    return [role for role in Role if visit.staff.may(role)]


def _is_under(visit: Visit, other: Staff) -> bool:
    """Tell whether he may change somebody: never himself, nobody above, nobody of other stores."""
    mine = visit.staff
    return other.id != mine.id and mine.may(other.role) and mine.reaches(other)


def _other(visit: Visit, here: Floor) -> Staff:
    """Return whom the form is about, or raise RoleRequired."""
    found = staff.get(here.connection, here.merchant_id, given.text("staff"))
    if not _is_under(visit, found):
        raise RoleRequired("This person is not yours to change.", role=Role.OWNER.value)
    return found


def _role(visit: Visit) -> Role:
    named = given.text("role")
    if named not in {role.value for role in Role}:
        raise InvalidInput("There is no such role.", field="role")
    visit.staff.require(Role(named))
    return Role(named)


def _stores(visit: Visit, here: Floor) -> Sequence[str]:
    """Return the stores that were ticked; none means all, which only who has all may give."""
    known = {store.id for store in visit.stores(here.connection)}
    chosen = [one for one in given.several("store") if one in known]
    return chosen or list(visit.staff.stores)


def _stores_of(visit: Visit, here: Floor, other: Staff) -> Sequence[str]:
    """Return where somebody works from now on; what the form does not show stays as it is.

    It shows no archived stores, and where there is but one to tick, nothing to tick.
    """
    shown = {store.id for store in visit.stores(here.connection)}
    kept = [one for one in other.stores if one not in shown]
    if len(shown) < _MANY:
        return other.stores
    ticked = any(one in shown for one in given.several("store"))
    return [*kept, *_stores(visit, here)] if ticked else kept or _stores(visit, here)


def _add(visit: Visit, here: Floor) -> Outcome:
    """Enter somebody, and make the link by which he comes in the first time."""
    fresh = staff.add(
        visit.floor,
        here,
        new_id("stf", lambda: here.now),
        given.text("login"),
        _role(visit),
        name=given.text("name")[:100],
        stores=_stores(visit, here),
        language=_language(),
    )
    return Outcome(_HOME, secret=_link(visit, here, fresh.id))


def _language() -> str:
    asked = given.text("language")
    return asked if asked in LANGUAGES else "en"


def _link(visit: Visit, here: Floor, staff_id: str) -> str:
    links.end(here, links.SIGN_IN, staff_id, here.now)
    token = visit.floor.random(links.BYTES)
    return links.make(here, links.SIGN_IN, staff_id, token, here.now + _LINK_MS)


def _sign_in_link(visit: Visit, here: Floor) -> Outcome:
    return Outcome(_HOME, secret=_link(visit, here, _other(visit, here).id))


def _change(visit: Visit, here: Floor) -> Outcome:
    found = _other(visit, here)
    staff.change(here, found.id, role=_role(visit), stores=_stores_of(visit, here, found))
    return Outcome(f"{_HOME}?done=saved")


def _close(visit: Visit, here: Floor) -> Outcome:
    """Let somebody in no more."""
    welcoming.close(here, _other(visit, here).id)
    return Outcome(f"{_HOME}?done=signed_out")


def _open(visit: Visit, here: Floor) -> Outcome:
    staff.change(here, _other(visit, here).id, active=True)
    return Outcome(f"{_HOME}?done=saved")


DEEDS: Mapping[str, Deed] = {
    "add": _add,
    "link": _sign_in_link,
    "change": _change,
    "close": _close,
    "open": _open,
}
"""By the value of the button."""
