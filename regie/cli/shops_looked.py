"""The part of `regie check` that looks at the connected shops."""

from collections.abc import Iterator

from sqlalchemy import Connection

from connector.model.errors import RegieError
from connector.store import connections
from connector.store.connections import Shopfront
from connector.store.product.change import Scope
from connector.store.work import runs
from regie import hooks
from regie.cli.finding import Finding
from regie.cli.remedies import told
from regie.house import House

_STALE_FACTOR = 3


def on_shops(house: House) -> Iterator[Finding]:
    """Tell of each shop whether it is connected, read in time, and calls us."""
    now = house.clock().timestamp() * 1000
    with house.database.read() as connection:
        for shopfront in connections.all_of(connection):
            scope = Scope(shopfront.merchant_id, shopfront.id)
            yield from _sealed(house, connection, shopfront)
            count = runs.count_problems(connection, scope)
            yield _freshness(house, shopfront, now, count)
            yield from _hooks(connection, shopfront)
            for it in runs.problems(connection, scope, limit=20):
                yield Finding(shopfront.shop, True, f"product {it.external_id}: {it.message}")


def _sealed(house: House, connection: Connection, shopfront: Shopfront) -> Iterator[Finding]:
    """Tell when the stored credentials cannot be opened: no sync could run then."""
    try:
        connections.hook_secret(connection, shopfront, house.box)
    except RegieError as error:
        yield Finding(shopfront.shop, False, told(error))


def _freshness(house: House, shopfront: Shopfront, now: float, problems: int) -> Finding:
    if shopfront.status != connections.ACTIVE:
        text = f"{shopfront.id}: {shopfront.status}, its catalogue stands still; "
        text += f"`regie connect {shopfront.platform}` connects it again"
        return Finding(shopfront.shop, False, text)
    if shopfront.as_of is None:
        return Finding(shopfront.shop, False, f"{shopfront.id}: never synced; run `regie sync`")
    age = (now - shopfront.as_of) / 1000
    fresh = age < house.settings.delta_seconds * _STALE_FACTOR + house.settings.delta_seconds
    lag = "unknown" if shopfront.lag_ms is None else f"{shopfront.lag_ms / 1000:.1f} s"
    text = f"{shopfront.id}: complete as of {age:.0f} s ago, last change took {lag}, "
    text += f"{problems} products with problems"
    return Finding(shopfront.shop, fresh, text if fresh else f"{text}; is a worker running?")


def _hooks(connection: Connection, shopfront: Shopfront) -> Iterator[Finding]:
    """Tell which webhooks the shop refused, for nobody else would."""
    left = hooks.lacking(connection, shopfront)
    if left is not None and shopfront.status == connections.ACTIVE:
        yield Finding(shopfront.shop, False, f"{shopfront.id}: {left}")


def on_clocks(house: House) -> Iterator[Finding]:
    """Call every connected shop and compare clocks."""
    with house.database.read() as connection:
        found = connections.all_of(connection)
    for shopfront in found:
        if shopfront.status == connections.ACTIVE:
            yield _clock(house, shopfront)


def _clock(house: House, shopfront: Shopfront) -> Finding:
    platform = house.platform(shopfront)
    try:
        skew = platform.prepare().skew_seconds
        text = f"answers, its clock is {abs(skew):.0f} s from ours"
        return Finding(shopfront.shop, abs(skew) < 300, text)
    except RegieError as error:
        return Finding(shopfront.shop, False, told(error))
    finally:
        platform.close()
