"""A link that is a right: to sign in, to join as a courier, to follow an order."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from msgspec import Struct
from sqlalchemy import Connection, select, update

from connector.store.database.upsert import insert_missing
from storefront.fulfillment.errors.person import LinkDead
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.tables import person

_capability = person.capability
BYTES = 16
SIGN_IN, INVITE, TRACK = "sign_in", "invite", "track"


class Right(Struct, frozen=True):
    """What a link opens: its kind, whom it is about, and whose house it is."""

    merchant_id: str
    kind: str
    subject_id: str
    expires_at: int | None
    used_at: int | None


def token_text(token: bytes) -> str:
    """Return a token as it stands in a link (base64url without padding)."""
    return urlsafe_b64encode(token).rstrip(b"=").decode()


def make(here: Floor, kind: str, subject_id: str, token: bytes, expires_at: int | None) -> str:
    """Store a right and return its text; 128 random bits, of which only a hash is kept."""
    text = token_text(token)
    values = {
        "merchant_id": here.merchant_id,
        "hash": _hash(text),
        "kind": kind,
        "subject_id": subject_id,
        "expires_at": expires_at,
        "created_at": here.now,
    }
    insert_missing(here.connection, _capability, values)
    return text


def look(connection: Connection, kind: str, text: str, now: int) -> Right:
    """Return what a link opens, or raise LinkDead: used, too old, or never one, all the same."""
    columns = [_capability.c[name] for name in Right.__struct_fields__]
    query = select(*columns).where(_capability.c.hash == _hash(text), _capability.c.kind == kind)
    row = connection.execute(query).first()
    right = Right(*row) if row else None
    late = right is not None and right.expires_at is not None and right.expires_at <= now
    if right is None or right.used_at is not None or late:
        raise LinkDead("The link does not work any more.")
    return right


def use(here: Floor, kind: str, text: str) -> Right:
    """Use a right up, or raise LinkDead; of two who try at once one succeeds."""
    right = look(here.connection, kind, text, here.now)
    done = here.connection.execute(
        update(_capability)
        .where(_capability.c.hash == _hash(text), _capability.c.used_at.is_(None))
        .values(used_at=here.now)
    )
    if done.rowcount != 1 or right.merchant_id != here.merchant_id:
        raise LinkDead("The link does not work any more.")
    return right


def end(here: Floor, kind: str, subject_id: str, at: int) -> None:
    """Let all links of a kind to a subject die at a moment (or earlier, if they would anyway)."""
    later = _capability.c.expires_at.is_(None) | (_capability.c.expires_at > at)
    here.connection.execute(
        update(_capability)
        .where(
            _capability.c.merchant_id == here.merchant_id,
            _capability.c.kind == kind,
            _capability.c.subject_id == subject_id,
            later,
        )
        .values(expires_at=at)
    )


def forget(here: Floor, before: int) -> int:
    """Drop links that died before a moment."""
    dead = (_capability.c.expires_at < before) | (_capability.c.used_at < before)
    return here.connection.execute(
        _capability.delete().where(_capability.c.merchant_id == here.merchant_id, dead)
    ).rowcount


def _hash(text: str) -> bytes:
    """Hash a token; it is 128 random bits, so a slow hash would add nothing."""
    return sha256(text.encode()).digest()
