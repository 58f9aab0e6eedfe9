"""Who works in the stores, and in which role."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import msgspec
from msgspec import Struct, structs
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import IntegrityError

from connector.model.errors import Conflict, InvalidInput, NotFound
from storefront.fulfillment.errors.person import RoleRequired, SignInRequired
from storefront.fulfillment.store import people
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.tables import person

_staff = person.staff


class LoginTaken(Conflict):
    """Somebody else signs in with that name."""

    code = "login_taken"
    remedy = "Choose another, or let the other one sign in."


class StaffNotFound(NotFound):
    """Nobody of the staff has that id."""

    code = "staff_not_found"
    remedy = "See `regie staff list`."


class LastOwner(Conflict):
    """Nobody would be left who may do everything."""

    code = "last_owner"
    remedy = "Make somebody else an owner first."


class Role(Enum):
    """What somebody may do; each role includes the next."""

    OWNER = "owner"
    MANAGER = "manager"
    STAFF = "staff"


_RANK = {Role.STAFF: 0, Role.MANAGER: 1, Role.OWNER: 2}


class Staff(Struct, frozen=True):
    """One person of the staff; no `stores` means all. The name lies sealed under `staff:ID`."""

    merchant_id: str
    id: str
    role: Role
    stores: tuple[str, ...]
    language: str
    active: bool
    has_password: bool

    @property
    def actor(self) -> str:
        """How the events name this person."""
        return f"staff:{self.id}"

    def may(self, role: Role, store_id: str | None = None) -> bool:
        """Tell whether this person has at least a role, there."""
        here = store_id is None or not self.stores or store_id in self.stores
        return self.active and here and _RANK[self.role] >= _RANK[role]

    def reaches(self, other: "Staff") -> bool:
        """Tell whether all stores of somebody are his, too."""
        everywhere = not self.stores
        return everywhere or (bool(other.stores) and set(other.stores) <= set(self.stores))

    def require(self, role: Role, store_id: str | None = None) -> None:
        """Raise RoleRequired unless this person has at least a role, there."""
        if not self.may(role, store_id):
            raise RoleRequired("Your role does not allow this.", role=role.value)


def add(
    floor: ShopFloor,
    here: Floor,
    staff_id: str,
    login: str,
    role: Role,
    *,
    name: str = "",
    stores: Sequence[str] = (),
    language: str = "en",
) -> Staff:
    """Enter somebody who will sign in as `login` (an e-mail address or a name)."""
    if not 3 <= len(login.strip()) <= 200:
        raise InvalidInput("A login has 3 to 200 characters.", field="login")
    values = {
        "merchant_id": here.merchant_id,
        "id": staff_id,
        "login_mark": people.sealer(floor, here).mark("login", login),
        "role": role.value,
        "stores": msgspec.json.encode(list(stores)),
        "language": language,
        "active": True,
        "created_at": here.now,
    }
    try:
        with here.connection.begin_nested():
            here.connection.execute(_staff.insert().values(**values))
    except IntegrityError:
        raise LoginTaken("Somebody signs in with that name.", field="login") from None
    people.put(floor, here, f"staff:{staff_id}", {"name": (name or login).encode()}, {})
    return get(here.connection, here.merchant_id, staff_id)


def get(connection: Connection, merchant_id: str, staff_id: str) -> Staff:
    """Return one of the staff, or raise StaffNotFound."""
    query = select(_staff).where(_staff.c.merchant_id == merchant_id, _staff.c.id == staff_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise StaffNotFound("Nobody of the staff has that id.", staff=staff_id)
    return _read(row)


def all_of(connection: Connection, merchant_id: str) -> Sequence[Staff]:
    """Return the staff, oldest entry first."""
    query = select(_staff).where(_staff.c.merchant_id == merchant_id)
    rows = connection.execute(query.order_by(_staff.c.created_at, _staff.c.id)).mappings()
    return [_read(row) for row in rows]


def _read(row: msgspec.UnsetType | object) -> Staff:
    found = dict(row)  # type: ignore[call-overload]  # a mapping of the driver
    return Staff(
        merchant_id=found["merchant_id"],
        id=found["id"],
        role=Role(found["role"]),
        stores=tuple(msgspec.json.decode(found["stores"])),
        language=found["language"],
        active=bool(found["active"]),
        has_password=found["password"] is not None,
    )


def set_password(here: Floor, staff_id: str, hashed: str) -> None:
    """Store what `passwords.hashed` made of the password of one of the staff."""
    _change(here, staff_id, password=hashed)


def change(
    here: Floor,
    staff_id: str,
    *,
    role: Role | None = None,
    active: bool | None = None,
    language: str | None = None,
    stores: Sequence[str] | None = None,
) -> Staff:
    """Change what somebody may do, or raise LastOwner where no owner would be left."""
    _require_owner(here, staff_id, role=role, active=active, stores=stores)
    given = {
        "role": role.value if role else None,
        "active": active,
        "language": language,
        "stores": None if stores is None else msgspec.json.encode(list(stores)),
    }
    _change(here, staff_id, **{name: value for name, value in given.items() if value is not None})
    return get(here.connection, here.merchant_id, staff_id)


def _require_owner(here: Floor, staff_id: str, **change: Any) -> None:
    """Raise LastOwner if nobody would own what one owner does; of two who go at once one stays."""
    before = get(here.connection, here.merchant_id, staff_id)
    given = {name: value for name, value in change.items() if value is not None}
    after = structs.replace(before, **given)
    others = (it for it in all_of(here.connection, here.merchant_id) if it.id != staff_id)
    left = any(it.may(Role.OWNER) and it.reaches(before) for it in (after, *others))
    if before.may(Role.OWNER) and not left:
        raise LastOwner("This is the last owner.", staff=staff_id)


def _change(here: Floor, staff_id: str, **values: object) -> None:
    if not values:
        return
    done = here.connection.execute(
        update(_staff)
        .where(_staff.c.merchant_id == here.merchant_id, _staff.c.id == staff_id)
        .values(**values)
    )
    if done.rowcount != 1:
        raise StaffNotFound("Nobody of the staff has that id.", staff=staff_id)


class Stored(Struct, frozen=True):
    """Who signs in with a login, and what is stored of the password."""

    staff: Staff
    password: str | None

    def __repr__(self) -> str:
        """Show no hash: a representation may land in a log."""
        return f"Stored({self.staff.id})"


def by_login(connection: Connection, merchant_id: str, mark: bytes) -> Stored | None:
    """Return who signs in with the login that has this mark, if he may still work here."""
    query = select(_staff).where(
        _staff.c.merchant_id == merchant_id, _staff.c.login_mark == mark, _staff.c.active
    )
    row = connection.execute(query).mappings().first()
    return None if row is None else Stored(_read(row), row["password"])


def require(connection: Connection, merchant_id: str, staff_id: str) -> Staff:
    """Return one of the staff who may still work here, or raise SignInRequired."""
    try:
        found = get(connection, merchant_id, staff_id)
    except StaffNotFound:
        raise SignInRequired("Nobody is signed in.") from None
    if not found.active:
        raise SignInRequired("This account is closed.")
    return found
