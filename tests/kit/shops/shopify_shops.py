"""A served Shopify shop and Regie's reader of it, for tests."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from connector.model.product import Product
from connector.platforms import Config, Page, Record
from connector.platforms.shopify import ShopifyPlatform
from regie.demo.shopify import HAFEN_UND_HOF, ShopifyShop, serve

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
RICH = {"points": (1_000_000.0, 100_000.0)}


class Vault:
    """Credentials in memory."""

    def __init__(self, credentials: Mapping[str, str]) -> None:
        self.held = dict(credentials)

    def load(self) -> Mapping[str, str]:
        return self.held

    def store(self, credentials: Mapping[str, str]) -> None:
        self.held = dict(credentials)

    @contextmanager
    def lease(self) -> Iterator[None]:
        yield


@contextmanager
def opened(
    workdir: Path, folder: Path = HAFEN_UND_HOF, **options: Any
) -> Iterator[tuple[ShopifyShop, ShopifyPlatform]]:
    """Serve a shop on this machine and open it."""
    shop = ShopifyShop.load(folder, **({"seed": 7, "bulk_seconds": 0.0} | options))
    with serve(shop) as served:
        platform = reader(shop, served.url, workdir)
        try:
            yield shop, platform
        finally:
            platform.close()


def reader(shop: ShopifyShop, url: str, workdir: Path) -> ShopifyPlatform:
    config = Config(
        shop=shop.domain,
        endpoint=url,
        vault=Vault({"access_token": shop.access_token}),
        workdir=workdir,
        now=lambda: NOON,
        allow_private=True,
    )
    return ShopifyPlatform.open(config)


def records(pages: Iterator[Page]) -> dict[str, Record]:
    return {record.external_id: record for page in pages for record in page.records}


def products(pages: Iterator[Page]) -> dict[str, Product]:
    return {key: record.product() for key, record in records(pages).items()}


def encoded(product: Product) -> bytes:
    return msgspec.json.encode(product)
