"""A served WooCommerce shop, and Regie's adapter opened on it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct

from connector.model.document import compose
from connector.model.location import Location
from connector.model.product import Product
from connector.model.publication import Withheld
from connector.platforms import Config, Incoming, Page
from connector.platforms.woocommerce import WooCommercePlatform
from connector.platforms.woocommerce.normalise import normalise
from connector.platforms.woocommerce.payload import WooProduct, WooVariation
from connector.platforms.woocommerce.terms import GlobalAttribute, Term, Terms, category_tree
from regie.demo.woocommerce import Changes, Options, Served, WooShop, serve
from regie.demo.woocommerce.testing import HandClock

IDENTITY = "https://degroenepan.example"
"""The shop that ids are made of, wherever it is served."""


class Vault:
    """Credentials in memory."""

    def __init__(self, credentials: Mapping[str, str]) -> None:
        self.credentials = credentials

    def load(self) -> Mapping[str, str]:
        return self.credentials

    def store(self, credentials: Mapping[str, str]) -> None:
        self.credentials = credentials

    def lease(self) -> Any:
        raise NotImplementedError


class Open(Struct, frozen=True):
    """A running shop and its adapter; both look at `clock`."""

    shop: WooShop
    served: Served
    platform: WooCommercePlatform
    clock: HandClock

    @property
    def changes(self) -> Changes:
        return self.shop.changes

    def products(self) -> dict[str, Product]:
        """Read everything."""
        self.platform.prepare()
        return by_id(self.platform.full(None))

    def product(self, number: int) -> Product:
        """Read one product by its id."""
        self.platform.prepare()
        (record,) = self.platform.fetch([str(number)]).records
        return record.product()

    def calls(self, path: str = "") -> list[str]:
        """Return what was asked of the shop below wc/v3, with queries."""
        told = (f"{each.path.removeprefix('/wp-json/wc/v3/')}?{each.query}" for each in self.log())
        return [call for call in told if call.startswith(path)]

    def log(self) -> list[Any]:
        return list(self.shop.log)


def by_id(pages: Iterator[Page]) -> dict[str, Product]:
    return {record.external_id: record.product() for page in pages for record in page.records}


def config(url: str, shop: WooShop, now: Any, folder: Path, identity: str | None = None) -> Config:
    """Return what the adapter needs; with an `identity`, `url` is only where to call."""
    pair = {
        "consumer_key": shop.key.consumer_key,
        "consumer_secret": shop.key.consumer_secret,
    }
    named, endpoint = (identity, url) if identity else (url, None)
    return Config(named, endpoint, Vault(pair), folder, now, allow_private=True)


def open_at(url: str) -> WooCommercePlatform:
    """Open whatever answers at that address, with some key."""
    pair = {"consumer_key": "ck_1", "consumer_secret": "cs_1"}
    now = partial(datetime.now, UTC)
    asked = Config(url, None, Vault(pair), Path("unused"), now, allow_private=True)
    return WooCommercePlatform.open(asked)


@contextmanager
def opened(
    folder: Path, *, options: Options | None = None, identity: str | None = None, data: Any = None
) -> Iterator[Open]:
    """Serve a shop on a clock in hand, and open it."""
    clock = HandClock()
    loaded = {"folder": data} if data else {}
    shop = WooShop.load(clock=clock, options=options, **loaded)
    with serve(shop) as served:
        platform = WooCommercePlatform.open(config(served.url, shop, clock, folder, identity))
        try:
            yield Open(shop, served, platform, clock)
        finally:
            platform.close()


TERMS = Terms(
    shop=IDENTITY,
    currency="EUR",
    tax_included=True,
    language="nl-NL",
    weight_unit="kg",
    dimension_unit="cm",
    rates={"standard": "21", "reduced-rate": "9", "zero-rate": "0"},
    categories=category_tree(
        [
            Term(1, "Keuken", "keuken"),
            Term(2, "Pannen &amp; potten", "pannen-potten", 1),
            Term(3, "Woks", "woks", 2),
        ]
    ),
    attributes={7: GlobalAttribute(7, "Kleur", "pa_kleur", "select")},
    shipping_classes={"zwaar": "Zwaar"},
    digest=b"terms",
)
NOON = datetime.fromisoformat("2026-11-21T12:00:00+00:00")


def woo(**changes: Any) -> WooProduct:
    """Return a plain product that is sold for 12.50."""
    plain: dict[str, Any] = {
        "id": 107,
        "name": "Braadpan",
        "slug": "braadpan",
        "permalink": f"{IDENTITY}/product/braadpan/",
        "status": "publish",
        "price": "12.50",
        "regular_price": "12.50",
        "purchasable": True,
        "stock_status": "instock",
        "date_created_gmt": "2026-11-01T08:00:00",
        "date_modified_gmt": "2026-11-20T08:00:00",
    }
    if "regular_price" in changes and "price" not in changes:
        changes["price"] = changes["regular_price"]
    return WooProduct(**{**plain, **changes})


def variation(**changes: Any) -> WooVariation:
    """Return a variation of product 107 that is sold for 12.50."""
    plain: dict[str, Any] = {
        "id": 108,
        "type": "variation",
        "parent_id": 107,
        "name": "24 cm",
        "status": "publish",
        "price": "12.50",
        "regular_price": "12.50",
        "purchasable": True,
        "stock_status": "instock",
        "date_modified_gmt": "2026-11-20T09:00:00",
    }
    return WooVariation(**{**plain, **changes})


def incoming(letter: Any) -> Incoming:
    """Return a message of the shop as our door hands it on."""
    headers = {name.lower(): value for name, value in letter.headers.items()}
    return Incoming(headers, letter.body)


def read(product: WooProduct, *variations: WooVariation) -> Product:
    return normalise(product, variations, TERMS, NOON)


def reasons(product: Product) -> tuple[Withheld, ...]:
    places: dict[str, Location] = {}
    return compose(product, places, NOON).document.publication.reasons
