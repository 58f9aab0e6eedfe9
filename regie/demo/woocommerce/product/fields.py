"""How the shop reads each field of a product it is sent."""

from collections.abc import Callable
from typing import Any

from regie.demo.woocommerce.product.checks import (
    check_gtin,
    check_image,
    check_sku,
    clean_gtin,
    clean_price,
    drop_useless_sale,
)
from regie.demo.woocommerce.state import Shop
from regie.demo.woocommerce.text import (
    HOME,
    Json,
    encode_name,
    is_true,
    read_moment,
    set_dates,
    slugify,
)

PLAIN = frozenset(
    {
        *("status", "featured", "catalog_visibility", "description", "short_description"),
        *("virtual", "downloadable", "external_url", "button_text", "tax_status", "tax_class"),
        *("stock_quantity", "stock_status", "backorders", "low_stock_amount"),
        *("sold_individually", "weight", "reviews_allowed", "upsell_ids", "cross_sell_ids"),
        *("purchase_note", "grouped_products", "menu_order", "post_password"),
        *("default_attributes", "manage_stock"),
    }
)


def apply_common(shop: Shop, item: Json, body: Json) -> None:
    """Write a body's fields into an item, the way the shop reads them."""
    for name, value in body.items():
        if name in SPECIAL:
            SPECIAL[name](shop, item, value)
        elif name in PLAIN and name in item:
            item[name] = value
    _settle_stock_fields(item)
    drop_useless_sale(item)


def _settle_stock_fields(item: Json) -> None:
    if isinstance(item["manage_stock"], str) and item["manage_stock"] != "parent":
        item["manage_stock"] = is_true(item["manage_stock"])
    if item["manage_stock"] is False:
        item["stock_quantity"] = None
    elif item["stock_quantity"] is not None:
        item["stock_quantity"] = int(item["stock_quantity"])


def _set_type(_shop: Shop, item: Json, value: str) -> None:
    if item["type"] != "variation":
        item["type"] = value


def _set_name(_shop: Shop, item: Json, value: str) -> None:
    if item["type"] != "variation":
        item["name"] = encode_name(value)


def _set_sku(shop: Shop, item: Json, value: str) -> None:
    check_sku(shop, item, value)
    item["sku"] = value


def _set_gtin(shop: Shop, item: Json, value: str) -> None:
    kept = clean_gtin(value)
    check_gtin(shop, item, kept)
    item["global_unique_id"] = kept


def _set_price(name: str) -> Callable[[Shop, Json, str], None]:
    def write(shop: Shop, item: Json, value: str) -> None:
        item[name] = clean_price(shop, value)

    return write


def _set_sale_date(name: str) -> Callable[[Shop, Json, str | None], None]:
    def write(shop: Shop, item: Json, value: str | None) -> None:
        sent = f"{value}Z" if name.endswith("_gmt") and value else value
        moment = read_moment(sent, shop.zone) if sent else None
        set_dates(item, name.removesuffix("_gmt"), moment, shop.zone)

    return write


def _set_terms(name: str) -> Callable[[Shop, Json, list[Json]], None]:
    def write(shop: Shop, item: Json, value: list[Json]) -> None:
        known = {term["id"]: term for term in shop.entries(f"products/{name}")}
        found = [known[entry["id"]] for entry in value if entry.get("id") in known]
        item[name] = [{field: term[field] for field in ("id", "name", "slug")} for term in found]

    return write


def _set_attributes(shop: Shop, item: Json, value: list[Json]) -> None:
    known = {entry["id"]: entry for entry in shop.entries("products/attributes")}
    written = []
    for place, sent in enumerate(value):
        owner = known.get(sent.get("id", 0))
        name = owner["name"] if owner else sent.get("name", "")
        head = {
            "id": owner["id"] if owner else 0,
            "name": name,
            "slug": owner["slug"] if owner else name,
        }
        if item["type"] == "variation":
            if sent.get("option"):
                written.append({**head, "option": sent["option"]})
            continue
        flags = {field: is_true(sent.get(field, False)) for field in ("visible", "variation")}
        tail = {"position": int(sent.get("position", place)), **flags}
        written.append({**head, **tail, "options": sent.get("options", [])})
    item["attributes"] = written


def _set_meta(shop: Shop, item: Json, value: list[Json]) -> None:
    held = {entry["key"]: dict(entry) for entry in item["meta_data"]}
    for sent in value:
        if sent.get("value") is None:
            held.pop(sent["key"], None)
            continue
        entry = held.setdefault(sent["key"], {"id": shop.new_id(), "key": sent["key"]})
        entry["value"] = sent["value"]
    item["meta_data"] = list(held.values())


def _set_images(shop: Shop, item: Json, value: list[Json]) -> None:
    item["images"] = [picture(shop, sent, item["images"]) for sent in value]


def picture(shop: Shop, sent: Json, held: list[Json]) -> Json:
    """Return the stored picture for one a caller sent, fetched under the shop's own address."""
    known = next((image for image in held if image["id"] == sent.get("id")), None)
    if known and "src" not in sent:
        return {**known, **{name: sent[name] for name in ("name", "alt") if name in sent}}
    source = str(sent.get("src", ""))
    check_image(shop, source)
    file = source.rsplit("/", 1)[-1]
    image: Json = {"id": shop.new_id()}
    set_dates(image, "date_created", shop.now(), shop.zone)
    set_dates(image, "date_modified", shop.now(), shop.zone)
    address = f"{HOME}/wp-content/uploads/{shop.now():%Y/%m}/{file}"
    image |= {"src": address, "name": sent.get("name", file), "alt": sent.get("alt", "")}
    stem, _, ending = address.rpartition(".")
    thumb = f"{stem}-324x324.{ending}"
    sizes = {"srcset": f"{address} 400w", "sizes": "(max-width: 400px) 100vw, 400px"}
    return {**image, **sizes, "thumbnail": thumb}


def _set_shipping_class(shop: Shop, item: Json, value: str) -> None:
    known = {entry["slug"]: entry["id"] for entry in shop.entries("products/shipping_classes")}
    item["shipping_class"] = value if value in known else ""
    item["shipping_class_id"] = known.get(value, 0)


def _set_slug(_shop: Shop, item: Json, value: str) -> None:
    if "slug" in item:
        item["slug"] = slugify(value)


def _set_image(shop: Shop, item: Json, value: Json | None) -> None:
    if "image" in item:
        item["image"] = picture(shop, value, []) if value else None


def _set_dimensions(_shop: Shop, item: Json, value: Json) -> None:
    item["dimensions"] = {**item["dimensions"], **value}


SPECIAL: dict[str, Callable[[Shop, Json, Any], None]] = {
    "type": _set_type,
    "name": _set_name,
    "slug": _set_slug,
    "sku": _set_sku,
    "global_unique_id": _set_gtin,
    "regular_price": _set_price("regular_price"),
    "sale_price": _set_price("sale_price"),
    "date_on_sale_from": _set_sale_date("date_on_sale_from"),
    "date_on_sale_from_gmt": _set_sale_date("date_on_sale_from_gmt"),
    "date_on_sale_to": _set_sale_date("date_on_sale_to"),
    "date_on_sale_to_gmt": _set_sale_date("date_on_sale_to_gmt"),
    "categories": _set_terms("categories"),
    "tags": _set_terms("tags"),
    "brands": _set_terms("brands"),
    "attributes": _set_attributes,
    "meta_data": _set_meta,
    "images": _set_images,
    "image": _set_image,
    "dimensions": _set_dimensions,
    "shipping_class": _set_shipping_class,
}
