"""Where the merchant wants to be told: addresses, what of, and how often they failed."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select, update

from connector.model.errors import NotFound
from connector.store.secrets import SecretBox
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.tables import person

_hook = person.hook_endpoint
MOST_FAILURES = 15


class HookNotFound(NotFound):
    """No webhook of this merchant has that id."""

    code = "hook_not_found"
    remedy = "See the list of webhooks."


class Endpoint(Struct, frozen=True):
    """One address; `topics` may end in `*`; a disabled one is told nothing."""

    id: str
    url: str
    topics: tuple[str, ...]
    failures: int
    disabled_at: int | None


def add(
    floor: ShopFloor, here: Floor, hook_id: str, url: str, topics: Sequence[str], secret: bytes
) -> Endpoint:
    """Enter an address; `secret` signs what is sent (HMAC-SHA256)."""
    here.connection.execute(
        _hook.insert().values(
            merchant_id=here.merchant_id,
            id=hook_id,
            url=url,
            sealed_secret=floor.box.seal(secret, f"hook/{hook_id}"),
            topics=msgspec.json.encode(list(topics)),
            failures=0,
            created_at=here.now,
        )
    )
    return Endpoint(hook_id, url, tuple(topics), 0, None)


def all_of(connection: Connection, merchant_id: str) -> Sequence[Endpoint]:
    """Return the merchant's addresses, oldest first."""
    query = select(_hook).where(_hook.c.merchant_id == merchant_id).order_by(_hook.c.created_at)
    return [
        Endpoint(
            row["id"],
            row["url"],
            tuple(msgspec.json.decode(row["topics"])),
            row["failures"],
            row["disabled_at"],
        )
        for row in connection.execute(query).mappings()
    ]


def listening(connection: Connection, merchant_id: str, topic: str) -> Sequence[str]:
    """Return the addresses that want to hear of a topic."""
    return [
        endpoint.id
        for endpoint in all_of(connection, merchant_id)
        if endpoint.disabled_at is None and any(_covers(it, topic) for it in endpoint.topics)
    ]


def _covers(wanted: str, topic: str) -> bool:
    return topic.startswith(wanted[:-1]) if wanted.endswith("*") else wanted == topic


def secret_of(floor: ShopFloor, connection: Connection, merchant_id: str, hook_id: str) -> bytes:
    """Return what signs for an address, or raise HookNotFound."""
    query = select(_hook.c.sealed_secret).where(
        _hook.c.merchant_id == merchant_id, _hook.c.id == hook_id
    )
    sealed = connection.execute(query).scalar_one_or_none()
    if sealed is None:
        raise HookNotFound("There is no such webhook.", hook=hook_id)
    return floor.box.open(bytes(sealed), f"hook/{hook_id}")


def note(here: Floor, hook_id: str, *, delivered: bool) -> None:
    """Count failures in a row; after fifteen the address is left alone until it is set anew."""
    same = (_hook.c.merchant_id == here.merchant_id, _hook.c.id == hook_id)
    if delivered:
        here.connection.execute(update(_hook).where(*same).values(failures=0))
        return
    here.connection.execute(update(_hook).where(*same).values(failures=_hook.c.failures + 1))
    here.connection.execute(
        update(_hook)
        .where(*same, _hook.c.failures >= MOST_FAILURES, _hook.c.disabled_at.is_(None))
        .values(disabled_at=here.now)
    )


def disable(here: Floor, hook_id: str) -> None:
    """Leave an address alone from now on: it said that it is gone."""
    here.connection.execute(
        update(_hook)
        .where(
            _hook.c.merchant_id == here.merchant_id,
            _hook.c.id == hook_id,
            _hook.c.disabled_at.is_(None),
        )
        .values(disabled_at=here.now)
    )


def drop(here: Floor, hook_id: str) -> None:
    """Take an address away, or raise HookNotFound."""
    done = here.connection.execute(
        _hook.delete().where(_hook.c.merchant_id == here.merchant_id, _hook.c.id == hook_id)
    )
    if done.rowcount != 1:
        raise HookNotFound("There is no such webhook.", hook=hook_id)


def rotate(connection: Connection, box: SecretBox) -> int:
    """Seal the secrets of all webhooks anew under the first secret key; return how many."""
    moved = 0
    query = select(_hook.c.merchant_id, _hook.c.id, _hook.c.sealed_secret)
    for merchant_id, hook_id, sealed in connection.execute(query).all():
        if not box.is_current(bytes(sealed)):
            owner = f"hook/{hook_id}"
            fresh = box.seal(box.open(bytes(sealed), owner), owner)
            same = (_hook.c.merchant_id == merchant_id, _hook.c.id == hook_id)
            connection.execute(update(_hook).where(*same).values(sealed_secret=fresh))
            moved += 1
    return moved
