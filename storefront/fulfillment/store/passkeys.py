"""Passkeys by which people come in again: public keys and a counter, nothing that is secret."""

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import Connection, delete, select, update

from connector.store.database.upsert import insert_missing
from storefront.fulfillment.errors.person import SignInRequired
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.tables import person

_passkey = person.passkey


class Passkey(Struct, frozen=True):
    """One passkey (WebAuthn); `public_key` is COSE, `kind` is whose: staff or courier."""

    merchant_id: str
    credential_id: bytes
    kind: str
    person_id: str
    public_key: bytes
    sign_count: int


_columns = [_passkey.c[name] for name in Passkey.__struct_fields__]


def add(here: Floor, fresh: Passkey) -> bool:
    """Keep a passkey; False where somebody has one of that id."""
    values = {name: getattr(fresh, name) for name in Passkey.__struct_fields__}
    return insert_missing(here.connection, _passkey, {**values, "created_at": here.now})


def find(connection: Connection, merchant_id: str, kind: str, credential_id: bytes) -> Passkey:
    """Return a passkey, or raise SignInRequired."""
    query = select(*_columns).where(
        _passkey.c.merchant_id == merchant_id,
        _passkey.c.credential_id == credential_id,
        _passkey.c.kind == kind,
    )
    row = connection.execute(query).first()
    if row is None:
        raise SignInRequired("This passkey is not known here.")
    return Passkey(row[0], bytes(row[1]), row[2], row[3], bytes(row[4]), row[5])


def of_person(
    connection: Connection, merchant_id: str, kind: str, person_id: str
) -> Sequence[bytes]:
    """Return the credential ids of somebody."""
    query = select(_passkey.c.credential_id).where(
        _passkey.c.merchant_id == merchant_id,
        _passkey.c.kind == kind,
        _passkey.c.person_id == person_id,
    )
    return [bytes(row[0]) for row in connection.execute(query)]


def counted(here: Floor, found: Passkey, sign_count: int) -> None:
    """Keep how often a passkey has signed: a copy of it would count behind."""
    here.connection.execute(
        update(_passkey)
        .where(
            _passkey.c.merchant_id == here.merchant_id,
            _passkey.c.credential_id == found.credential_id,
        )
        .values(sign_count=sign_count)
    )


def drop(here: Floor, kind: str, person_id: str) -> None:
    """Forget the passkeys of somebody."""
    here.connection.execute(
        delete(_passkey).where(
            _passkey.c.merchant_id == here.merchant_id,
            _passkey.c.kind == kind,
            _passkey.c.person_id == person_id,
        )
    )
