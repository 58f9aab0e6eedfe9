"""A wish that a nervous network repeats is fulfilled once, and answered the same each time."""

from collections.abc import Callable
from hashlib import blake2b
from typing import TypeVar

import msgspec
from msgspec import Struct
from sqlalchemy import select

from connector.model.errors import Conflict, InvalidInput, NotAllowed, NotFound, RegieError
from storefront.fulfillment.errors.deed import IdempotencyKeyReused
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.people import Sealer, sealer
from storefront.fulfillment.store.tables import promise

_answered = promise.answered
T = TypeVar("T")
KEPT_MS = 30 * 86_400_000
_LONGEST_KEY = 200
# What is decided by the state of things; a fault of the machine may be tried again.
_DECIDED = (Conflict, NotAllowed, NotFound, InvalidInput)


class BadIdempotencyKey(InvalidInput):
    """A key that cannot make a wish unique."""

    code = "bad_idempotency_key"
    remedy = "Give 1 to 200 characters, fresh for every wish."


class Refused(Exception):
    """Refuse, but keep what was written on the way: a wrong code counts as a try."""

    def __init__(self, error: RegieError) -> None:
        super().__init__(str(error))
        self.error = error


class Told(RegieError):
    """A refusal that was given before; it carries the code, words and facts of then."""

    def __init__(self, told: "_Refusal") -> None:
        super().__init__(told.message, **told.facts)
        self.code = told.code  # type: ignore[misc]  # the code of then, not of a class
        self.status = told.status  # type: ignore[misc]  # as above
        self.remedy = told.remedy  # type: ignore[misc]  # as above


class _Refusal(Struct, frozen=True):
    code: str
    status: int
    message: str
    remedy: str
    facts: dict[str, object]


class Wish(Struct, frozen=True):
    """Who wants what: `key` is fresh for every wish, `body` all that the wish says."""

    actor: str
    key: str
    body: bytes


def once(floor: ShopFloor, merchant_id: str, wish: Wish, act: Callable[[Floor], bytes]) -> bytes:
    """Do `act` in one write unless the wish was answered before; return the answer then given.

    A refusal is an answer, too: it is raised again for the same key. Raises IdempotencyKeyReused
    for a key that came with other content.
    """
    if not 0 < len(wish.key) <= _LONGEST_KEY:
        raise BadIdempotencyKey("The key is empty or too long.", field="key")
    with floor.write(merchant_id) as here:
        key = sealer(floor, here)
        known = _known(here, wish, key)
        if known is not None:
            return _again(known)
        response, refusal = _tried(here, act)
        sealed = key.seal(response, _owner(wish), floor.random(12))
        _keep(here, wish, _digest(wish, key), sealed, refusal)
    if refusal is not None:
        raise refusal
    return response


def _tried(here: Floor, act: Callable[[Floor], bytes]) -> tuple[bytes, RegieError | None]:
    """Act behind a savepoint, so that a refusal undoes the act and yet is remembered."""
    savepoint = here.connection.begin_nested()
    try:
        response = act(here)
    except Refused as kept:
        savepoint.commit()
        return _told(kept.error), kept.error
    except _DECIDED as error:
        savepoint.rollback()
        if error.status == 503:
            raise
        return _told(error), error
    except BaseException:
        savepoint.rollback()
        raise
    savepoint.commit()
    return response, None


class _Known(Struct, frozen=True):
    digest: bytes
    refused: str | None
    response: bytes


def _known(here: Floor, wish: Wish, key: Sealer) -> _Known | None:
    query = select(_answered.c.digest, _answered.c.refused, _answered.c.response).where(
        _answered.c.merchant_id == here.merchant_id,
        _answered.c.actor == wish.actor,
        _answered.c.key == wish.key,
    )
    row = here.connection.execute(query).first()
    if row is None:
        return None
    if bytes(row[0]) != _digest(wish, key):
        raise IdempotencyKeyReused("This key came before with other content.", key=wish.key)
    return _Known(bytes(row[0]), row[1], key.open(bytes(row[2]), _owner(wish)))


def _owner(wish: Wish) -> str:
    """Return what an answer is sealed for: it may tell of a person, as a job at the door does."""
    return f"answered/{wish.actor}/{wish.key}"


def _again(known: _Known) -> bytes:
    if known.refused is None:
        return known.response
    raise Told(msgspec.json.decode(known.response, type=_Refusal))


def _told(error: RegieError) -> bytes:
    refusal = _Refusal(error.code, error.status, error.message, error.remedy, error.details())
    return msgspec.json.encode(refusal, enc_hook=str)


def _keep(
    here: Floor, wish: Wish, digest: bytes, sealed: bytes, refusal: RegieError | None
) -> None:
    here.connection.execute(
        _answered.insert().values(
            merchant_id=here.merchant_id,
            actor=wish.actor,
            key=wish.key,
            digest=digest,
            refused=None if refusal is None else refusal.code,
            response=sealed,
            at=here.now,
        )
    )


def _digest(wish: Wish, key: Sealer) -> bytes:
    """Return by what a repeated body is known; keyed, for a body may hold a PIN of six digits."""
    return blake2b(wish.body, digest_size=16, key=key.code_key).digest()


def forget(here: Floor) -> int:
    """Drop answers that nobody will ask for again."""
    old = _answered.delete().where(
        _answered.c.merchant_id == here.merchant_id, _answered.c.at < here.now - KEPT_MS
    )
    return here.connection.execute(old).rowcount
