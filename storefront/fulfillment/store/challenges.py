"""A riddle that a key answers once: random bytes, known for some minutes, used up by the answer."""

from sqlalchemy import delete

from connector.model.errors import NotAllowed
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.tables import person

_challenge = person.challenge
BYTES = 32
KEPT_MS = 5 * 60_000


class ChallengeDead(NotAllowed):
    """The challenge was answered before, is too old, or never was one."""

    code = "challenge_dead"
    status = 401
    remedy = "Ask for a new challenge and sign that one."


def make(here: Floor, kind: str, value: bytes, person_id: str | None = None) -> bytes:
    """Keep a challenge for five minutes; those that are older go."""
    here.connection.execute(
        delete(_challenge).where(
            _challenge.c.merchant_id == here.merchant_id, _challenge.c.expires_at <= here.now
        )
    )
    here.connection.execute(
        _challenge.insert().values(
            merchant_id=here.merchant_id,
            value=value,
            kind=kind,
            person_id=person_id,
            expires_at=here.now + KEPT_MS,
        )
    )
    return value


def use(here: Floor, kind: str, value: bytes, person_id: str | None = None) -> None:
    """Use a challenge up, or raise ChallengeDead; of two who try at once one succeeds."""
    whose = _challenge.c.person_id
    done = here.connection.execute(
        delete(_challenge).where(
            _challenge.c.merchant_id == here.merchant_id,
            _challenge.c.value == value,
            _challenge.c.kind == kind,
            _challenge.c.expires_at > here.now,
            whose.is_(None) if person_id is None else whose == person_id,
        )
    )
    if done.rowcount != 1:
        raise ChallengeDead("The challenge does not work any more.")
