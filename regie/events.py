"""What a webhook leads to: never its own words, always a fresh look at the platform."""

import shutil
from collections.abc import Iterable, Sequence

import structlog
from sqlalchemy import Connection, select, update

from connector.model.errors import PlatformCredentials
from connector.platforms import Hint, HintKind
from connector.platforms.shopify.errors import MissingScope
from connector.store import connections, tables
from connector.store.clock import ms
from connector.store.connections import NoConnection, Shopfront
from connector.store.listing import reader
from connector.store.product.change import Scope
from connector.store.product.erase import erase_connection
from connector.store.search.forget import forget
from connector.store.work import queue
from connector.store.work.queue import Work
from connector.webhooks import inbox_owner
from regie import compliance, orders
from regie.house import House
from regie.shops import Guard, Shops

_log = structlog.get_logger()
_KEY_OF = {HintKind.VARIANT: "v", HintKind.STOCK_ITEM: "i"}
_FORGET = "shop/redact"
_ABOUT_CUSTOMERS = frozenset({compliance.DATA_REQUEST, compliance.REDACT})


def take_events(
    house: House, shops: Shops, connection_id: str, events: Sequence[Work], guard: Guard
) -> None:
    """Refresh every product that some events of one connection point at, once, then end them.

    `guard` is called in every write on the way and proves that the events are still ours.
    """
    try:
        with house.database.read() as connection:
            shopfront = connections.get(connection, connection_id)
    except NoConnection:
        _end(house, events)
        return
    hints = _hints(house, shopfront, events)
    for event in events:
        if event.values["topic"] in _ABOUT_CUSTOMERS:
            compliance.take(house, shopfront, event.values["topic"], _body(house, event))
    if _asks_to_forget(events):
        _forget(house, shops, shopfront)
        return
    if _is_gone(shops, shopfront, hints):
        _uninstall(house, shops, shopfront)
    elif shopfront.status == connections.ACTIVE:
        _refresh(house, shops, shopfront, hints, guard)
    _end(house, events, shopfront)
    _log.info("events.taken", connection=connection_id, events=len(events), hints=len(hints))


def _end(house: House, events: Sequence[Work], shopfront: Shopfront | None = None) -> None:
    """End the events, and note how long the oldest of them took."""
    with house.database.write() as connection:
        now = ms(house.clock())
        queue.finish_all(connection, events, now)
        if shopfront is not None:
            oldest = min(event.values["created_at"] for event in events)
            connections.note(connection, shopfront, lag_ms=now - oldest)


def _hints(house: House, shopfront: Shopfront, events: Iterable[Work]) -> list[Hint]:
    platform = house.platforms(shopfront.platform)
    found = {
        hint: None
        for event in events
        for hint in platform.hints(event.values["topic"], _body(house, event))
    }
    return [hint for hint in found if hint.kind is not HintKind.NOTHING]


def _body(house: House, event: Work) -> bytes:
    """Open what the platform sent."""
    owner = inbox_owner(event.values["connection_id"])
    return house.box.open(bytes(event.values["body"]), owner)


def _refresh(
    house: House, shops: Shops, shopfront: Shopfront, hints: Sequence[Hint], guard: Guard
) -> None:
    if any(hint.kind is HintKind.CONTEXT for hint in hints):
        shops.forget(shopfront)
        _hurry_delta(house, shopfront)
    ordered = [hint for hint in hints if hint.kind is HintKind.ORDER]
    if ordered:
        orders.take_hints(house, shops, shopfront, ordered, guard)
    ids = {hint.external_id for hint in hints if hint.kind is HintKind.PRODUCT}
    ids.update(_products_of(house, shops, shopfront, hints))
    if ids:
        shops.refresher(shopfront, guard).refresh(sorted(ids))


def _products_of(
    house: House, shops: Shops, shopfront: Shopfront, hints: Sequence[Hint]
) -> Iterable[str]:
    """Find the product of a variant or counted item: our own keys first, then the platform."""
    for hint in hints:
        if hint.kind not in _KEY_OF:
            continue
        with house.database.read() as connection:
            found = _known_product(connection, shopfront, hint)
        found = found or shops.platform(shopfront).product_of(hint)
        if found:
            yield found


def _known_product(connection: Connection, shopfront: Shopfront, hint: Hint) -> str | None:
    kind = _KEY_OF[hint.kind]
    ids = reader.ids_by_key(connection, shopfront.merchant_id, kind, hint.external_id)
    table = tables.product.c
    query = select(table.external_id).where(
        table.merchant_id == shopfront.merchant_id,
        table.connection_id == shopfront.id,
        table.id.in_(list(ids)),
    )
    return connection.execute(query).scalars().first()


def _hurry_delta(house: House, shopfront: Shopfront) -> None:
    """Let the next delta come now: it finds out what a changed place or term means."""
    with house.database.write() as connection:
        job = tables.job.c
        connection.execute(
            update(tables.job)
            .where(
                job.merchant_id == shopfront.merchant_id,
                job.slot == f"delta:{shopfront.id}",
                job.state == queue.WAITING,
            )
            .values(run_at=ms(house.clock()))
        )


def _is_gone(shops: Shops, shopfront: Shopfront, hints: Iterable[Hint]) -> bool:
    """Ask the shop whether a told goodbye still holds: late news must not end an app that is back.

    Raises PlatformUnavailable where the shop does not say: then the news waits.
    """
    told = any(hint.kind is HintKind.UNINSTALLED for hint in hints)
    if not told or shopfront.status != connections.ACTIVE:
        return False
    shops.drop(shopfront.id)
    try:
        shops.platform(shopfront).prepare()
    except MissingScope:
        return False
    except PlatformCredentials:
        return True
    _log.info("connection.stays", connection=shopfront.id)
    return False


def _uninstall(house: House, shops: Shops, shopfront: Shopfront) -> None:
    """Drop the keys and stop the jobs of a removed app; the data stays until shop/redact."""
    shops.drop(shopfront.id)
    house.vault(shopfront).store({})
    with house.database.write() as connection:
        connections.note(connection, shopfront, status=connections.UNINSTALLED)
    _log.info("connection.uninstalled", connection=shopfront.id)


def _asks_to_forget(events: Iterable[Work]) -> bool:
    """Tell whether the shop asks to be forgotten."""
    return any(event.values["topic"] == _FORGET for event in events)


def _forget(house: House, shops: Shops, shopfront: Shopfront) -> None:
    """Erase all that came from a shop, these events and the files of its exports included."""
    shops.drop(shopfront.id)
    compliance.forget_shop(house, shopfront)
    scope = Scope(shopfront.merchant_id, shopfront.id)
    with house.database.write() as connection:
        forget(connection, scope)
        erase_connection(connection, scope, ms(house.clock()))
    shutil.rmtree(house.workdir(shopfront), ignore_errors=True)
    _log.info("connection.erased", connection=shopfront.id)
