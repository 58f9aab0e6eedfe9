"""A Shopify shop to practise on: real schema, real rules, invented goods."""

from pathlib import Path
from typing import Final

from regie.demo.shopify.clock import Clock
from regie.demo.shopify.faults import Faults
from regie.demo.shopify.query.schema import VERSIONS
from regie.demo.shopify.server import Served, serve
from regie.demo.shopify.shop import CUSTOMER_DATA, FLOOR_SCOPES, ShopifyShop
from regie.demo.shopify.state import SCOPES
from regie.demo.shopify.webhooks import Tried, sign

HAFEN_UND_HOF: Final = Path(__file__).parent.parent / "data" / "hafen-und-hof"

__all__ = [
    "CUSTOMER_DATA",
    "FLOOR_SCOPES",
    "HAFEN_UND_HOF",
    "SCOPES",
    "VERSIONS",
    "Clock",
    "Faults",
    "Served",
    "ShopifyShop",
    "Tried",
    "serve",
    "sign",
]
