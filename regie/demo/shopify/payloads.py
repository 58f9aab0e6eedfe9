"""What the shop writes into a webhook: the same facts in its older words."""

import json
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from regie.demo.shopify.query.fields import quantity
from regie.demo.shopify.query.paging import number
from regie.demo.shopify.store import Row, Store, kind_of

MOST_VARIANTS: Final = 100
ESCAPES: Final = {"/": "\\/", "<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def encode(body: Row) -> bytes:
    """Write a body byte by byte as the shop does; these bytes are what is signed."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    for plain, escaped in ESCAPES.items():
        text = text.replace(plain, escaped)
    return text.encode()


def local(store: Store, moment: str | None) -> str | None:
    """Return a moment in the shop's own time."""
    if moment is None:
        return None
    zone = ZoneInfo(store.shop["ianaTimezone"])
    return datetime.fromisoformat(moment).astimezone(zone).isoformat()


def product_body(store: Store, product: Row) -> Row:
    """Return the body of products/create and products/update."""
    images = [row for row in product["media"] if kind_of(row) == "MediaImage"]
    told = [_image(store, product, row, place) for place, row in enumerate(images, 1)]
    return {
        "admin_graphql_api_id": product["id"],
        "body_html": product["descriptionHtml"],
        "created_at": local(store, product["createdAt"]),
        "handle": product["handle"],
        "id": number(product["id"]),
        "product_type": product["productType"],
        "published_at": local(store, product["publishedAt"]),
        "template_suffix": None,
        "title": product["title"],
        "updated_at": local(store, product["updatedAt"]),
        "vendor": product["vendor"],
        "status": product["status"].lower(),
        "published_scope": "global",
        "tags": ", ".join(product["tags"]),
        "variants": [_variant(store, row) for row in product["variants"][:MOST_VARIANTS]],
        "options": [_option(product, row) for row in product["options"]],
        "images": told,
        "image": told[0] if told else None,
        "media": [_media(store, product, row, at) for at, row in enumerate(product["media"], 1)],
        "variant_gids": [_variant_id(row) for row in product["variants"]],
        "has_variants_that_requires_components": any(
            row["requiresComponents"] for row in product["variants"]
        ),
        "category": _category(product["category"]),
    }


def _variant(store: Store, row: Row) -> Row:
    options = [option["value"] for option in row["selectedOptions"]] + [None, None, None]
    return {
        "admin_graphql_api_id": row["id"],
        "barcode": row["barcode"],
        "compare_at_price": row["compareAtPrice"],
        "created_at": local(store, row["product"]["createdAt"]),
        "id": number(row["id"]),
        "inventory_policy": row["inventoryPolicy"].lower(),
        "position": row["position"],
        "price": row["price"],
        "product_id": number(row["product"]["id"]),
        "sku": row["sku"],
        "taxable": row["taxable"],
        "title": row["title"],
        "updated_at": local(store, row["updatedAt"]),
        "option1": options[0],
        "option2": options[1],
        "option3": options[2],
        "image_id": None,
        "inventory_item_id": number(row["inventoryItem"]["id"]),
        "inventory_quantity": row["inventoryQuantity"],
        "old_inventory_quantity": row["inventoryQuantity"],
    }


def _variant_id(row: Row) -> Row:
    moment = row["updatedAt"].removesuffix("Z") + ".000Z"
    return {"admin_graphql_api_id": row["id"], "updated_at": moment}


def _option(product: Row, row: Row) -> Row:
    return {
        "name": row["name"],
        "id": number(row["id"]),
        "product_id": number(product["id"]),
        "position": row["position"],
        "values": row["values"],
    }


def _placed(store: Store, product: Row, row: Row, place: int) -> Row:
    return {
        "id": number(row["id"]),
        "product_id": number(product["id"]),
        "position": place,
        "created_at": local(store, product["createdAt"]),
        "updated_at": local(store, product["updatedAt"]),
        "alt": row["alt"],
    }


def _image(store: Store, product: Row, row: Row, place: int) -> Row:
    image = row["image"]
    return _placed(store, product, row, place) | {
        "width": image["width"],
        "height": image["height"],
        "src": image["url"],
        "variant_ids": [],
        "admin_graphql_api_id": row["id"].replace("MediaImage", "ProductImage"),
    }


def _media(store: Store, product: Row, row: Row, place: int) -> Row:
    image = row.get("image")
    preview = image and {
        "width": image["width"],
        "height": image["height"],
        "src": image["url"],
        "status": row["status"],
    }
    return _placed(store, product, row, place) | {
        "status": row["status"],
        "media_content_type": row["mediaContentType"],
        "preview_image": preview,
        "variant_ids": [],
        "admin_graphql_api_id": row["id"],
    }


def _category(category: Row | None) -> Row | None:
    return category and {
        "admin_graphql_api_id": category["id"],
        "name": category["name"],
        "full_name": category["fullName"],
    }


def metafield_body(row: Row) -> Row:
    """Return one metafield as a webhook carries it."""
    return {
        "id": number(row["id"]),
        "namespace": row["namespace"],
        "key": row["key"],
        "value": row["value"],
        "type": row["type"],
        "admin_graphql_api_id": row["id"],
    }


def level_body(store: Store, level: Row) -> Row:
    """Return the body of inventory_levels/*; untracked stock is null."""
    tracked = level["item"]["tracked"]
    return {
        "inventory_item_id": number(level["item"]["id"]),
        "location_id": number(level["location"]["id"]),
        "available": quantity(level, "available")["quantity"] if tracked else None,
        "updated_at": local(store, level["updatedAt"]),
        "admin_graphql_api_id": level["id"],
    }


def location_body(store: Store, location: Row) -> Row:
    """Return the body of locations/*."""
    address = location["address"]
    return {
        "id": number(location["id"]),
        "name": location["name"],
        "address1": address["address1"],
        "address2": address["address2"],
        "city": address["city"],
        "zip": address["zip"],
        "province": address["province"],
        "country": address["countryCode"],
        "phone": address["phone"],
        "created_at": local(store, location["createdAt"]),
        "updated_at": local(store, location["updatedAt"]),
        "country_code": address["countryCode"],
        "country_name": address["country"],
        "province_code": address["provinceCode"],
        "legacy": False,
        "active": location["isActive"],
        "admin_graphql_api_id": location["id"],
    }


def bulk_body(operation: Row) -> Row:
    """Return the body of bulk_operations/finish."""
    code: Any = operation["errorCode"]
    return {
        "admin_graphql_api_id": operation["id"],
        "completed_at": operation["completedAt"],
        "created_at": operation["createdAt"],
        "error_code": code.lower() if code else None,
        "status": operation["status"].lower(),
        "type": operation["type"].lower(),
    }
