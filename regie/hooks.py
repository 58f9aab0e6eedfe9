"""The webhooks of the shops: made, looked after, and what of them could not be made."""

from collections.abc import Sequence

import structlog
from sqlalchemy import Connection, select

from connector.store import connections, tables
from connector.store.clock import ms
from connector.store.connections import Shopfront
from regie.house import House
from regie.shops import Shops

_log = structlog.get_logger()
_UNSIGNED, _MISSING = "unsigned", "missing:"
_READ_KEY = (
    "WooCommerce refused {topics}: give the key the permission Read/Write, connect again, and "
    "switch paused ones on under WooCommerce, Settings, Advanced, Webhooks"
)
_REFUSED = (
    "Shopify refused {topics}: set REGIE_PUBLIC_URL to the https address of this server, and "
    "for orders request access to protected customer data"
)
UNPROVEN = (
    "no webhooks, for nothing could prove them: connect again with --client-secret too; until then "
    "only the worker's regular reads bring what changed"
)


def look_after(house: House, shops: Shops, shopfront: Shopfront) -> str | None:
    """See to it that the shop calls us; return in words of ours what is missing.

    Without a secret that proves them no webhook is asked for: each would be turned away.
    """
    with house.database.read() as connection:
        secret = connections.hook_secret(connection, shopfront, house.box).split("\n")[0]
    if not secret:
        return _UNSIGNED
    platform = shops.platform(shopfront)
    report = platform.ensure_hooks(house.callback_url(shopfront), secret)
    with house.database.write() as connection:
        connections.note(connection, shopfront, hooks_at=ms(house.clock()))
    failed = list(dict.fromkeys(topic.partition(":")[0] for topic in report.failed))
    _log.info("hooks.checked", connection=shopfront.id, created=len(report.created), failed=failed)
    return " ".join([_MISSING, *failed]) if failed else None


def are_proven(house: House, shopfront: Shopfront) -> bool:
    """Tell whether the secret is known that signs the shop's webhooks."""
    with house.database.read() as connection:
        return bool(connections.hook_secret(connection, shopfront, house.box))


def lacking(connection: Connection, shopfront: Shopfront) -> str | None:
    """Return what the last look found missing, with what to do; None: nothing."""
    job = tables.job.c
    query = select(job.error).where(
        job.merchant_id == shopfront.merchant_id, job.slot == f"hooks:{shopfront.id}"
    )
    left = connection.execute(query).scalar_one_or_none() or ""
    if left == _UNSIGNED:
        return UNPROVEN
    if left.startswith(_MISSING):
        return _told(shopfront, left.split()[1:])
    return None


def _told(shopfront: Shopfront, topics: Sequence[str]) -> str:
    text = _REFUSED if shopfront.platform == "shopify" else _READ_KEY
    named = ", ".join(topics[:3])
    more = f" and {len(topics) - 3} more topics" if len(topics) > 3 else ""
    return f"not all webhooks could be made; {text.format(topics=named + more)}"
