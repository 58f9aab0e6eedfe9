"""A shop to play with: loaded from recordings, changed by verbs, opened on a port."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from regie.demo.woocommerce.app import create_app
from regie.demo.woocommerce.call import Key
from regie.demo.woocommerce.changes import Changes
from regie.demo.woocommerce.loading import fill
from regie.demo.woocommerce.state import Clock, Options, Shop

DEMO_SHOP = Path(__file__).parent.parent / "data" / "de-groene-pan"


def _now() -> datetime:
    return datetime.now(UTC)


class WooShop(Shop):
    """One fake WooCommerce shop with its first consumer key."""

    key: Key

    @classmethod
    def load(
        cls,
        folder: Path = DEMO_SHOP,
        *,
        clock: Clock = _now,
        seed: int = 0,
        consumer_key: str | None = None,
        consumer_secret: str | None = None,
        options: Options | None = None,
        rebase: bool = False,
    ) -> "WooShop":
        """Fill a shop from recordings; `rebase` moves all dates so that they end now."""
        shop = cls(clock=clock, seed=seed, options=options)
        fill(shop, Path(folder), rebase=rebase)
        shop.key = shop.new_key()
        if consumer_key and consumer_secret:
            del shop.keys[shop.key.consumer_key]
            shop.key = Key(1, consumer_key, consumer_secret)
            shop.keys[consumer_key] = shop.key
        return shop

    @property
    def changes(self) -> Changes:
        """The verbs of the shopkeeper."""
        return Changes(self)

    def app(self, sleep: Callable[[float], None] = time.sleep) -> Flask:
        """Return the shop as a Flask application."""
        return create_app(self, sleep)

    def connect_line(self, url: str) -> str:
        """Return the command that connects Regie to this shop."""
        key, secret = self.key.consumer_key, self.key.consumer_secret
        return f"regie connect woocommerce --url {url} --key {key} --secret {secret}"
