"""Lines of a Shopify export to write tests with, and the product they make."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from connector.model.product import Product
from connector.platforms.shopify.export.bundle import bundle_of
from connector.platforms.shopify.export.spelling import (
    COLLECTION,
    LEVEL,
    MEDIA,
    METAFIELD,
    PRODUCT,
    PUBLICATION,
    VARIANT,
)
from connector.platforms.shopify.product.normalise import normalise
from connector.platforms.shopify.terms import Terms

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
BEFORE = "2026-10-01T08:00:00Z"
AFTER = "2026-12-24T08:00:00Z"
GID = "gid://shopify/"
OWN = f"{GID}Product/1"
Row = dict[str, Any]


def terms(currency: str = "EUR", *, tax_included: bool | None = True) -> Terms:
    return Terms("hafen.myshopify.com", currency, tax_included, None, b"terms")


def product_row(**changes: Any) -> Row:
    row = {
        "id": OWN,
        "handle": "becher",
        "title": "Becher",
        "descriptionHtml": "<p>Aus Emaille.</p>",
        "vendor": "Emalia",
        "productType": "Haushalt",
        "status": "ACTIVE",
        "tags": ["neu", "blau"],
        "createdAt": BEFORE,
        "updatedAt": BEFORE,
        "publishedAt": BEFORE,
        "onlineStoreUrl": "https://hafen.example/products/becher",
        "hasOnlyDefaultVariant": False,
        "options": [{"name": "Farbe", "position": 1, "values": ["Blau", "Rot"]}],
    }
    return row | changes


def item_row(number: int = 11, **changes: Any) -> Row:
    row = {"id": f"{GID}InventoryItem/{number}", "tracked": True, "requiresShipping": True}
    return row | changes


def variant_row(number: int = 11, **changes: Any) -> Row:
    row = {
        "id": f"{GID}ProductVariant/{number}",
        "title": "Blau",
        "position": 1,
        "sku": "B-1",
        "barcode": "4006381333931",
        "price": "12.50",
        "compareAtPrice": None,
        "inventoryPolicy": "DENY",
        "selectedOptions": [{"name": "Farbe", "value": "Blau"}],
        "updatedAt": BEFORE,
        "inventoryItem": item_row(number),
        "__parentId": OWN,
    }
    return row | changes


def level_row(number: int = 11, place: int = 1, **changes: Any) -> Row:
    item = f"{GID}InventoryItem/{number}"
    row = {
        "id": f"{GID}InventoryLevel/{place}?inventory_item_id={number}",
        "isActive": True,
        "updatedAt": BEFORE,
        "item": {"id": item},
        "location": {"id": f"{GID}Location/{place}"},
        "quantities": [{"name": "available", "quantity": 3, "updatedAt": BEFORE}],
        "__parentId": item,
    }
    return row | changes


def metafield_row(key: str, value: str, kind: str = "single_line_text_field", **more: Any) -> Row:
    space, _, name = key.partition(".")
    row = {"namespace": space, "key": name, "type": kind, "value": value, "__parentId": OWN}
    return row | more


def placed_row(**changes: Any) -> Row:
    return {"isPublished": True, "publishDate": BEFORE, "__parentId": OWN} | changes


def media_row(number: int, kind: str = "IMAGE", **more: Any) -> Row:
    picture = {"url": f"https://cdn.example/{number}.jpg", "width": 10, "height": 20}
    row: Row = {"id": f"{GID}MediaImage/{number}", "mediaContentType": kind, "__parentId": OWN}
    return row | ({"image": picture} if kind == "IMAGE" else {}) | more


def collection_row(number: int, title: str = "Sale") -> Row:
    own = f"{GID}Collection/{number}"
    return {"id": own, "handle": title.lower(), "title": title, "__parentId": OWN}


def read(
    product: Row | None = None,
    *,
    variants: list[Row] | None = None,
    levels: list[Row] | None = None,
    metafields: list[Row] | None = None,
    media: list[Row] | None = None,
    collections: list[Row] | None = None,
    placements: list[Row] | None = None,
    with_terms: Terms | None = None,
) -> Product:
    """Return the product that these rows tell, each part defaulting to something plain."""
    rows = {
        PRODUCT: [product or product_row()],
        VARIANT: [variant_row()] if variants is None else variants,
        LEVEL: [level_row()] if levels is None else levels,
        PUBLICATION: [placed_row()] if placements is None else placements,
        METAFIELD: metafields or [],
        MEDIA: media or [],
        COLLECTION: collections or [],
    }
    lines = [(tag, msgspec.json.encode(row)) for tag, each in rows.items() for row in each]
    return normalise(bundle_of(lines), with_terms or terms(), NOON)
