"""What tells of a person lies sealed with the merchant's own key; drop the key and it is gone."""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, select, update

from connector.store.database.upsert import insert_missing
from connector.store.errors import SecretKeyWrong
from connector.store.secrets import SecretBox
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.tables import person

_key = person.merchant_key
_contact = person.contact
_mark = person.person_mark
_NONCE = 12


class Sealer:
    """Seals and opens what belongs to one merchant; a field sealed for one owner opens for him.

    `code_key` keys the hashes of PINs and tokens of this merchant.
    """

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)
        self.code_key = blake2b(key, digest_size=32, person=b"regie-code").digest()

    def mark(self, kind: str, value: str) -> bytes:
        """Return a keyed hash of an e-mail address or phone number, to find a person by."""
        text = f"{kind}/{value.strip().casefold()}".encode()
        return hmac.digest(self.code_key, text, "sha256")[:16]

    def token(self, use: str, subject: str) -> bytes:
        """Return 16 bytes that nobody can guess without the key, the same each time."""
        return hmac.digest(self.code_key, f"{use}\0{subject}".encode(), "sha256")[:16]

    def seal(self, plain: bytes, owner: str, nonce: bytes) -> bytes:
        """Encrypt for `owner` (AES-256-GCM, the nonce in front)."""
        return nonce + self._aead.encrypt(nonce, plain, owner.encode())

    def open(self, sealed: bytes, owner: str) -> bytes:
        """Decrypt what was sealed for `owner`, or raise SecretKeyWrong."""
        try:
            return self._aead.decrypt(sealed[:_NONCE], sealed[_NONCE:], owner.encode())
        except InvalidTag:
            raise SecretKeyWrong("Personal data was altered or belongs to another.") from None


def sealer(floor: ShopFloor, here: Floor) -> Sealer:
    """Return the merchant's sealer, making the key with his first customer."""
    found = _stored_key(here.connection, here.merchant_id, floor.box)
    if found is None:
        owner = _owner(here.merchant_id)
        values = {
            "merchant_id": here.merchant_id,
            "sealed": floor.box.seal(floor.random(32), owner),
            "created_at": here.now,
        }
        insert_missing(here.connection, _key, values)
        found = _stored_key(here.connection, here.merchant_id, floor.box)
    if found is None:
        raise SecretKeyWrong("The merchant's key cannot be stored.")
    return found


def opener(connection: Connection, merchant_id: str, box: SecretBox) -> Sealer | None:
    """Return the merchant's sealer for reading, None where nothing was ever sealed."""
    return _stored_key(connection, merchant_id, box)


def _stored_key(connection: Connection, merchant_id: str, box: SecretBox) -> Sealer | None:
    query = select(_key.c.sealed).where(_key.c.merchant_id == merchant_id)
    sealed = connection.execute(query).scalar_one_or_none()
    return None if sealed is None else Sealer(box.open(bytes(sealed), _owner(merchant_id)))


def _owner(merchant_id: str) -> str:
    return f"people/{merchant_id}"


def put(
    floor: ShopFloor,
    here: Floor,
    subject: str,
    fields: Mapping[str, bytes],
    purge_at: Mapping[str, int | None],
) -> None:
    """Seal fields of a subject (`order:ID`, `courier:ID` ...); a field that stands is replaced."""
    box = sealer(floor, here)
    for field, plain in fields.items():
        same = (
            _contact.c.merchant_id == here.merchant_id,
            _contact.c.subject == subject,
            _contact.c.field == field,
        )
        here.connection.execute(_contact.delete().where(*same))
        sealed = box.seal(plain, f"{subject}/{field}", floor.random(_NONCE))
        values = {
            "merchant_id": here.merchant_id,
            "subject": subject,
            "field": field,
            "sealed": sealed,
            "purge_at": purge_at.get(field),
        }
        here.connection.execute(_contact.insert().values(**values))


def get(
    connection: Connection, merchant_id: str, box: SecretBox, subjects: Sequence[str]
) -> Mapping[str, dict[str, bytes]]:
    """Return the opened fields by subject; what was purged is missing."""
    key = opener(connection, merchant_id, box)
    found: dict[str, dict[str, bytes]] = {subject: {} for subject in subjects}
    if key is None:
        return found
    query = select(_contact.c.subject, _contact.c.field, _contact.c.sealed).where(
        _contact.c.merchant_id == merchant_id, _contact.c.subject.in_(list(subjects))
    )
    for subject, field, sealed in connection.execute(query):
        found[subject][field] = key.open(bytes(sealed), f"{subject}/{field}")
    return found


def fields(connection: Connection, merchant_id: str, subject: str) -> Sequence[str]:
    """Return which fields of a subject are kept, unopened."""
    mine = (_contact.c.merchant_id == merchant_id, _contact.c.subject == subject)
    return connection.execute(select(_contact.c.field).where(*mine)).scalars().all()


def put_marks(here: Floor, subject: str, marks: Iterable[bytes]) -> None:
    """Let a person be found by the marks."""
    for value in marks:
        insert_missing(
            here.connection,
            _mark,
            {"merchant_id": here.merchant_id, "mark": value, "subject": subject},
        )


def subjects_of(connection: Connection, merchant_id: str, marks: Sequence[bytes]) -> Sequence[str]:
    """Return everything that is about the person with one of the marks."""
    query = (
        select(_mark.c.subject)
        .where(_mark.c.merchant_id == merchant_id, _mark.c.mark.in_(list(marks)))
        .distinct()
        .order_by(_mark.c.subject)
    )
    return connection.execute(query).scalars().all()


def set_purge(
    here: Floor, subject: str, purge_at: int | None, apart: Mapping[str, int | None]
) -> None:
    """Say when the fields of a subject are to be erased; `apart` names those with another term."""
    mine = (_contact.c.merchant_id == here.merchant_id, _contact.c.subject == subject)
    here.connection.execute(update(_contact).where(*mine).values(purge_at=purge_at))
    for field, moment in apart.items():
        here.connection.execute(
            update(_contact).where(*mine, _contact.c.field == field).values(purge_at=moment)
        )


def purge(here: Floor) -> int:
    """Erase what is over its term, and the marks that lead to nothing any more."""
    mine = _contact.c.merchant_id == here.merchant_id
    over = mine & (_contact.c.purge_at <= here.now)
    done = here.connection.execute(_contact.delete().where(over)).rowcount
    left = select(_contact.c.subject).where(mine)
    here.connection.execute(
        _mark.delete().where(_mark.c.merchant_id == here.merchant_id, _mark.c.subject.not_in(left))
    )
    return done


def drop(here: Floor, subject: str, fields: Sequence[str] | None = None) -> int:
    """Erase fields of a subject, or all of it with the marks that lead there."""
    where = [_contact.c.merchant_id == here.merchant_id, _contact.c.subject == subject]
    if fields is not None:
        where.append(_contact.c.field.in_(list(fields)))
    else:
        here.connection.execute(
            _mark.delete().where(
                _mark.c.merchant_id == here.merchant_id, _mark.c.subject == subject
            )
        )
    return here.connection.execute(_contact.delete().where(*where)).rowcount


def rotate(connection: Connection, box: SecretBox) -> int:
    """Seal the merchants' own keys anew under the first secret key; return how many."""
    moved = 0
    for merchant_id, sealed in connection.execute(select(_key.c.merchant_id, _key.c.sealed)).all():
        if not box.is_current(bytes(sealed)):
            owner = _owner(merchant_id)
            fresh = box.seal(box.open(bytes(sealed), owner), owner)
            mine = _key.c.merchant_id == merchant_id
            connection.execute(update(_key).where(mine).values(sealed=fresh))
            moved += 1
    return moved
