"""What the shop refuses to store, and what it quietly makes of the rest."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from regie.demo.woocommerce.errors import (
    RestError,
    WrongParam,
    invalid_params,
    not_in,
    wrong_type,
)
from regie.demo.woocommerce.product.views import amount
from regie.demo.woocommerce.state import Shop
from regie.demo.woocommerce.text import HOME, Json

PRODUCT_KINDS: dict[str, str | tuple[str, ...]] = {
    "name": "string",
    "sku": "string",
    "global_unique_id": "string",
    "regular_price": "string",
    "sale_price": "string",
    "description": "string",
    "short_description": "string",
    "weight": "string",
    "tax_class": "string",
    "stock_quantity": "integer",
    "low_stock_amount": "integer",
    "menu_order": "integer",
    "featured": "boolean",
    "virtual": "boolean",
    "sold_individually": "boolean",
    "manage_stock": "boolean",
    "type": ("simple", "grouped", "external", "variable"),
    "status": ("draft", "pending", "private", "publish", "future", "auto-draft", "trash"),
    "catalog_visibility": ("visible", "catalog", "search", "hidden"),
    "tax_status": ("taxable", "shipping", "none"),
    "backorders": ("no", "notify", "yes"),
    "stock_status": ("instock", "outofstock", "onbackorder"),
}
VARIATION_KINDS = {k: v for k, v in PRODUCT_KINDS.items() if k != "type"}
NULLABLE = {"low_stock_amount"}
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def check_body(body: Json, kinds: dict[str, str | tuple[str, ...]]) -> None:
    """Refuse a body whose values have the wrong type, naming all of them."""
    wrong: dict[str, WrongParam] = {}
    for name, value in body.items():
        found = _finding(name, value, kinds.get(name))
        if found:
            wrong[name] = found
    if wrong:
        raise invalid_params(wrong)


def _finding(name: str, value: Any, kind: str | tuple[str, ...] | None) -> WrongParam | None:
    if kind is None or (value is None and name in NULLABLE):
        return None
    if isinstance(kind, tuple):
        return None if value in kind else not_in(name, kind)
    return None if _is(kind, value) else wrong_type(name, kind)


def _is(kind: str, value: Any) -> bool:
    if kind == "string":
        return isinstance(value, str)
    if kind == "boolean":
        return isinstance(value, bool) or str(value).lower() in {"true", "false", "0", "1"}
    return not isinstance(value, bool) and re.fullmatch(r"-?\d+(\.0+)?", str(value)) is not None


def clean_price(shop: Shop, text: str) -> str:
    """Return what the shop makes of a price: a comma is not a decimal point, it just goes."""
    point = shop.setting("general", "woocommerce_price_decimal_sep", ".")
    plain = text.strip().replace(point, ".")
    return re.sub(r"\.(?=.*\.)|[^0-9.\-]", "", plain)


def clean_gtin(text: str) -> str:
    """Return what the shop keeps of a code: digits, X and hyphens, with no check at all."""
    return re.sub(r"[^0-9X\-]", "", text)


def drop_useless_sale(item: Json) -> None:
    """Empty a sale price that is not below the regular one, without a word."""
    sale, regular = amount(item["sale_price"]), amount(item["regular_price"])
    if sale is not None and (regular is None or sale >= regular):
        item["sale_price"] = ""


def _items(shop: Shop) -> Iterable[Json]:
    yield from shop.products.values()
    yield from shop.variations.values()


def _holder(shop: Shop, item: Json, field: str, value: str) -> Json | None:
    for other in _items(shop):
        same = other[field].lower() == value.lower()
        if same and other["id"] != item["id"] and other["status"] != "trash":
            return other
    return None


def check_sku(shop: Shop, item: Json, sku: str) -> None:
    """Refuse a SKU that another item holds, and propose a free one."""
    holder = _holder(shop, item, "sku", sku) if sku else None
    if not holder:
        return
    number = 1
    while _holder(shop, item, "sku", f"{sku}-{number}"):
        number += 1
    raise RestError(
        "product_invalid_sku",
        "Invalid or duplicated SKU.",
        400,
        resource_id=holder["id"],
        unique_sku=f"{sku}-{number}",
    )


def check_gtin(shop: Shop, item: Json, gtin: str) -> None:
    """Refuse a code that another item holds."""
    holder = _holder(shop, item, "global_unique_id", gtin) if gtin else None
    if holder:
        raise RestError(
            "product_invalid_global_unique_id",
            "Invalid or duplicated GTIN, UPC, EAN or ISBN.",
            400,
            resource_id=holder["id"],
        )


def check_image(shop: Shop, source: str) -> None:
    """Refuse a picture that cannot be fetched, and with it the whole product."""
    parts = urlsplit(source)
    ours = source.startswith((HOME, shop.home))
    if ours or (parts.scheme in {"http", "https"} and parts.hostname not in LOOPBACK):
        return
    raise RestError(
        "woocommerce_product_image_upload_error",
        f"Error getting remote image {source}. Error: Couldn't connect to server",
        400,
    )
