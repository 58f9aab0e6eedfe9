"""Who guesses is slowed down: so many wrong tries in a while, then the door stays shut."""

from msgspec import Struct
from sqlalchemy import Connection, select, update

from connector.model.errors import RateLimited
from connector.store.database.upsert import insert_missing
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.tables import person

_attempt = person.attempt


class Bound(Struct, frozen=True):
    """So many tries in so many milliseconds."""

    most: int
    window_ms: int


SIGN_IN = Bound(8, 15 * 60_000)
BY_ADDRESS = Bound(40, 15 * 60_000)


def require(here: Floor, door: str, bound: Bound) -> None:
    """Raise RateLimited with `retry_after` seconds where the door is shut."""
    look(here.connection, here.merchant_id, door, bound, here.now)


def look(connection: Connection, merchant_id: str, door: str, bound: Bound, now: int) -> None:
    """Raise RateLimited as `require` does, from a mere read."""
    began = now - now % bound.window_ms
    query = select(_attempt.c.count).where(
        _attempt.c.merchant_id == merchant_id,
        _attempt.c.door == door,
        _attempt.c.began_at == began,
    )
    if (connection.execute(query).scalar_one_or_none() or 0) >= bound.most:
        wait = (began + bound.window_ms - now) // 1000 + 1
        raise RateLimited("Too many tries.", retry_after=wait)


def count(here: Floor, door: str, bound: Bound) -> None:
    """Count one wrong try."""
    key = {
        "merchant_id": here.merchant_id,
        "door": door,
        "began_at": here.now - here.now % bound.window_ms,
    }
    insert_missing(here.connection, _attempt, {**key, "count": 0})
    here.connection.execute(
        update(_attempt)
        .where(*[_attempt.c[name] == value for name, value in key.items()])
        .values(count=_attempt.c.count + 1)
    )


def forget(here: Floor, before: int) -> int:
    """Drop what was counted before a moment."""
    old = (_attempt.c.merchant_id == here.merchant_id, _attempt.c.began_at < before)
    return here.connection.execute(_attempt.delete().where(*old)).rowcount
