"""How a new product comes into the shop."""

import re
from decimal import Decimal
from typing import Any

from regie.demo.shopify.loading import keep_level, keep_variant
from regie.demo.shopify.stock import new_level
from regie.demo.shopify.store import Row, Store, gid


def new_product(
    store: Store,
    moment: str,
    title: str,
    price: str,
    *,
    sku: str | None = None,
    barcode: str | None = None,
    vendor: str = "",
    product_type: str = "",
    html: str = "",
    status: str = "ACTIVE",
    location: str | None = None,
    available: int = 0,
) -> Row:
    """Put a product with one variant into the shop, stocked at one location."""
    text = str(Decimal(price).quantize(Decimal("0.01")))
    product = _product(store, moment, title, text, status)
    product |= {"vendor": vendor, "productType": product_type, "descriptionHtml": html}
    store.put(store.products, product)
    variant = _variant(store, moment, text) | {"sku": sku, "barcode": barcode}
    keep_variant(store, product, variant)
    place = store.location(location) if location else next(iter(store.locations.values()))
    _stock(store, variant, place, available, moment)
    for channel in store.publications.values():
        placed = {"isPublished": True, "publishDate": moment, "publication": channel}
        product["resourcePublicationsV2"].append(placed)
    return product


def _stock(store: Store, variant: Row, place: Row, available: int, moment: str) -> None:
    item, product = variant["inventoryItem"], variant["product"]
    keep_level(store, item, new_level(item, place, available, moment))
    variant["inventoryQuantity"] = product["totalInventory"] = available
    variant["sellableOnlineQuantity"] = available if place["fulfillsOnlineOrders"] else 0
    variant["availableForSale"] = available > 0


def handle_of(store: Store, title: str) -> str:
    """Return a free address for a title."""
    base = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "product"
    taken = {row["handle"] for row in store.products.values()}
    place = 0
    handle = base
    while handle in taken:
        place += 1
        handle = f"{base}-{place}"
    return handle


def _product(store: Store, moment: str, title: str, price: str, status: str) -> Row:
    number, handle = store.new_number(), handle_of(store, title)
    shown = status in {"ACTIVE", "UNLISTED"}
    money = {"amount": f"{float(price)}", "currencyCode": store.currency}
    values: dict[str, Any] = {
        "id": gid("Product", number),
        "legacyResourceId": str(number),
        "handle": handle,
        "title": title,
        "status": status,
        "tags": [],
        "createdAt": moment,
        "updatedAt": moment,
        "publishedAt": moment if shown else None,
        "onlineStoreUrl": f"{store.shop['url']}/products/{handle}" if shown else None,
        "isGiftCard": False,
        "hasOnlyDefaultVariant": True,
        "tracksInventory": True,
        "totalInventory": 0,
        "requiresSellingPlan": False,
        "seo": {"title": None, "description": None},
        "category": None,
        "options": [_option(store)],
        "featuredMedia": None,
        "priceRangeV2": {"minVariantPrice": money, "maxVariantPrice": money},
        "variantsCount": {"count": 1, "precision": "EXACT"},
    }
    lists = ("variants", "media", "metafields", "collections", "resourcePublicationsV2")
    return values | {name: [] for name in lists}


def _option(store: Store) -> Row:
    return {
        "id": gid("ProductOption", store.new_number()),
        "name": "Title",
        "position": 1,
        "values": ["Default Title"],
        "linkedMetafield": None,
        "optionValues": [
            {
                "id": gid("ProductOptionValue", store.new_number()),
                "name": "Default Title",
                "linkedMetafieldValue": None,
                "hasVariants": True,
            }
        ],
    }


def _variant(store: Store, moment: str, price: str) -> Row:
    number = store.new_number()
    return {
        "id": gid("ProductVariant", number),
        "legacyResourceId": str(number),
        "title": "Default Title",
        "position": 1,
        "price": price,
        "compareAtPrice": None,
        "inventoryPolicy": "DENY",
        "taxable": True,
        "requiresComponents": False,
        "showUnitPrice": False,
        "unitPrice": None,
        "unitPriceMeasurement": None,
        "selectedOptions": [{"name": "Title", "value": "Default Title"}],
        "updatedAt": moment,
        "inventoryItem": {
            "id": gid("InventoryItem", store.new_number()),
            "tracked": True,
            "requiresShipping": True,
            "countryCodeOfOrigin": None,
            "harmonizedSystemCode": None,
            "measurement": {"weight": {"unit": "KILOGRAMS", "value": 0.0}},
        },
    }
