"""Connecting a shop: prove address and keys first, then store them sealed."""

import secrets
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import Connection

from connector.model.errors import InvalidInput
from connector.model.ids import new_id
from connector.platforms import Config, Context
from connector.store import connections, merchants
from connector.store.clock import ms
from connector.store.connections import Shopfront
from connector.store.merchants import Merchant
from connector.sync.guards import refuse_skew
from regie.database import one_at_a_time
from regie.house import House


class PrivateHost(InvalidInput):
    """A shop on this machine or without https, where that is not allowed."""

    code = "private_host"
    remedy = "Use the shop's public https address, or set REGIE_ALLOW_PRIVATE_HOSTS=1 for tests."


def connect_shop(
    house: House,
    platform: str,
    shop: str,
    credentials: Mapping[str, str],
    *,
    endpoint: str | None = None,
) -> tuple[Shopfront, Context]:
    """Call the shop with these credentials; store the connection only if it answers well."""
    _refuse_private(house, endpoint or (shop if "://" in shop else None))
    trial = _Trial(credentials)
    adapter = house.platforms(platform).open(
        Config(
            shop=shop,
            endpoint=endpoint,
            vault=trial,
            workdir=house.settings.home_path / "work",
            now=house.clock,
            allow_private=house.settings.allow_private_hosts,
        )
    )
    try:
        context = adapter.prepare()
    finally:
        adapter.close()
    refuse_skew(context)
    return _store(house, platform, shop, endpoint, trial, context), context


class _Trial:
    """Credentials on trial, held in memory until the shop has accepted them."""

    def __init__(self, credentials: Mapping[str, str]) -> None:
        self._credentials = dict(credentials)

    def load(self) -> Mapping[str, str]:
        return self._credentials

    def store(self, credentials: Mapping[str, str]) -> None:
        self._credentials = dict(credentials)

    def lease(self) -> "_Trial":
        return self

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


def _refuse_private(house: House, address: str | None) -> None:
    if address and urlsplit(address).scheme != "https" and not house.settings.allow_private_hosts:
        raise PrivateHost(f"{address} is not an https address.", address=address)


def _store(
    house: House,
    platform: str,
    shop: str,
    endpoint: str | None,
    trial: _Trial,
    context: Context,
) -> Shopfront:
    now = ms(house.clock())
    with house.database.write() as connection:
        one_at_a_time(connection)
        merchant = merchants.first(connection)
        if merchant is None:
            merchant = Merchant(new_id("mer"), context.shop.name, {})
            merchants.add(connection, merchant, now)
        known = [
            found
            for found in connections.by_shop(connection, platform, shop)
            if found.merchant_id == merchant.id
        ]
        shopfront = _shopfront(merchant.id, platform, shop, endpoint, known)
        said = trial.load().get("client_secret")
        secret = said or _hook_secret(house, connection, platform, known)
        connections.put(connection, shopfront, trial.load(), secret, house.box, now)
        facts = msgspec.json.encode(context.shop)
        connections.note(connection, shopfront, shop_facts=facts)
        return connections.get(connection, shopfront.id)


def _hook_secret(
    house: House, connection: Connection, platform: str, known: Sequence[Shopfront]
) -> str:
    """Return the secret that stands, or a new one; none where the platform signs with its own."""
    if known:
        return connections.hook_secret(connection, known[0], house.box)
    return "" if platform == "shopify" else secrets.token_urlsafe(32)


def _shopfront(
    merchant_id: str, platform: str, shop: str, endpoint: str | None, known: list[Shopfront]
) -> Shopfront:
    """Return the connection to store: a new one, or the one that stands with a new address."""
    if known:
        return msgspec.structs.replace(known[0], endpoint=endpoint, status=connections.ACTIVE)
    learned = dict.fromkeys(Shopfront.__struct_fields__[6:])
    return Shopfront(
        merchant_id, new_id("con"), platform, shop, endpoint, connections.ACTIVE, **learned
    )
