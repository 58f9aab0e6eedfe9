"""A device that is signed in: short access, a longer way to renew it, and an end at any time."""

from collections.abc import Sequence
from hashlib import sha256

from msgspec import Struct
from sqlalchemy import Connection, select, update

from storefront.fulfillment.errors.person import SignInRequired
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.links import token_text
from storefront.fulfillment.store.tables import person

_device = person.device
STAFF, COURIER = "staff", "courier"
ACCESS_MS = 15 * 60_000
REFRESH_MS = 60 * 86_400_000
SESSION_MS = 14 * 3_600_000


class Device(Struct, frozen=True):
    """Who is signed in where; `public_key` is the device's own (SPKI, DER), if it has one."""

    merchant_id: str
    id: str
    kind: str
    person_id: str
    access_until: int
    public_key: bytes | None


class Tokens(Struct, frozen=True):
    """What the device keeps; shown once."""

    device_id: str
    access: str
    access_until: int
    refresh: str | None


_columns = [_device.c[name] for name in Device.__struct_fields__]


def sign_in(
    here: Floor,
    device_id: str,
    kind: str,
    person_id: str,
    random: Sequence[bytes],
    *,
    public_key: bytes | None = None,
) -> Tokens:
    """Let a device in: staff for a shift, couriers with a token that is renewed by the device."""
    renewable = kind == COURIER
    access, refresh = token_text(random[0]), token_text(random[1]) if renewable else None
    until = here.now + (ACCESS_MS if renewable else SESSION_MS)
    here.connection.execute(
        _device.insert().values(
            merchant_id=here.merchant_id,
            id=device_id,
            kind=kind,
            person_id=person_id,
            access_hash=_hash(access),
            access_until=until,
            refresh_hash=_hash(refresh) if refresh else None,
            refresh_until=here.now + REFRESH_MS if refresh else None,
            public_key=public_key,
            created_at=here.now,
            seen_at=here.now,
        )
    )
    return Tokens(device_id, access, until, refresh)


def find(connection: Connection, kind: str, access: str, now: int) -> Device:
    """Return the device of a token, or raise SignInRequired."""
    query = select(*_columns).where(
        _device.c.access_hash == _hash(access),
        _device.c.kind == kind,
        _device.c.access_until > now,
        _device.c.revoked_at.is_(None),
    )
    row = connection.execute(query).first()
    if row is None:
        raise SignInRequired("Nobody is signed in, or the sign-in ended.")
    return Device(*row)


def by_refresh(connection: Connection, refresh: str, now: int) -> Device:
    """Return the device that may renew its token, or raise SignInRequired."""
    query = select(*_columns).where(
        _device.c.refresh_hash == _hash(refresh),
        _device.c.refresh_until > now,
        _device.c.revoked_at.is_(None),
    )
    row = connection.execute(query).first()
    if row is None:
        raise SignInRequired("The sign-in ended.")
    return Device(*row)


def renew(here: Floor, device: Device, access: bytes) -> Tokens:
    """Give the device a fresh access token; the renewing one stays, bound to the device's key."""
    text = token_text(access)
    until = here.now + ACCESS_MS
    here.connection.execute(
        update(_device)
        .where(_device.c.merchant_id == here.merchant_id, _device.c.id == device.id)
        .values(access_hash=_hash(text), access_until=until, seen_at=here.now)
    )
    return Tokens(device.id, text, until, None)


def get(connection: Connection, merchant_id: str, device_id: str) -> Device:
    """Return a device that is not closed, or raise SignInRequired."""
    query = select(*_columns).where(
        _device.c.merchant_id == merchant_id,
        _device.c.id == device_id,
        _device.c.revoked_at.is_(None),
    )
    row = connection.execute(query).first()
    if row is None:
        raise SignInRequired("The device is not signed in.")
    return Device(*row)


def sign_out(here: Floor, device_id: str) -> None:
    """Close a device."""
    _close(here, _device.c.id == device_id)


def sign_out_all(here: Floor, kind: str, person_id: str) -> None:
    """Close every device of somebody: on leaving, suspension, or a lost phone."""
    _close(here, (_device.c.kind == kind) & (_device.c.person_id == person_id))


def sign_out_others(here: Floor, kind: str, person_id: str, but: str) -> None:
    """Close every device of somebody but one: his password is another now."""
    mine = (_device.c.kind == kind) & (_device.c.person_id == person_id)
    _close(here, mine & (_device.c.id != but))


def _close(here: Floor, which: object) -> None:
    here.connection.execute(
        update(_device)
        .where(_device.c.merchant_id == here.merchant_id, which)  # type: ignore[arg-type]
        .values(revoked_at=here.now)
    )


def _hash(text: str) -> bytes:
    """Hash a token; it is random, so a slow hash would add nothing."""
    return sha256(text.encode()).digest()
