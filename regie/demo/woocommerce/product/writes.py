"""Changing the catalog through the API, with everything the shop silently does to the input."""

from datetime import datetime

from regie.demo.woocommerce.errors import RestError, unknown
from regie.demo.woocommerce.product.blank import PRODUCT, blank
from regie.demo.woocommerce.product.checks import PRODUCT_KINDS, check_body
from regie.demo.woocommerce.product.fields import apply_common
from regie.demo.woocommerce.product.views import item_view, permalink
from regie.demo.woocommerce.state import Shop
from regie.demo.woocommerce.stock import changed, settle, watch_clock
from regie.demo.woocommerce.text import Json, links, read_moment, set_dates, slugify


def create_product(shop: Shop, body: Json) -> Json:
    """Store a new product and fire `product.created`, for a draft too."""
    check_body(body, PRODUCT_KINDS)
    item = blank(PRODUCT, date_created=None)
    apply_common(shop, item, body)
    item["id"] = shop.new_id()
    set_dates(item, "date_created", _asked_date(shop, body) or shop.now(), shop.zone)
    shop.products[item["id"]] = item
    shop.children.setdefault(item["id"], [])
    _finish(shop, item)
    shop.webhooks.fire("product.created", item["id"])
    if item["status"] == "publish":
        shop.webhooks.fire("product.published", item["id"])
    return item_view(shop, item)


def _asked_date(shop: Shop, body: Json) -> datetime | None:
    text = body.get("date_created_gmt") or body.get("date_created")
    if not text:
        return None
    return read_moment(f"{text}Z" if body.get("date_created_gmt") else text, shop.zone)


def _finish(shop: Shop, item: Json) -> None:
    if not item["slug"] and item["status"] in {"publish", "private", "future"}:
        item["slug"] = _free_slug(shop, slugify(item["name"]) or str(item["id"]), item["id"])
    item["permalink"] = permalink(item)
    item["_links"] = links(f"products/{item['id']}")
    shop.touch(item)
    settle(shop, item)
    watch_clock(shop, item)


def _free_slug(shop: Shop, slug: str, own_id: int) -> str:
    taken = {item["slug"] for item in shop.products.values() if item["id"] != own_id}
    number, free = 2, slug
    while free in taken:
        number, free = number + 1, f"{slug}-{number}"
    return free


def update_product(shop: Shop, product_id: int, body: Json) -> Json:
    """Change a product and fire `product.updated`; taking it out of the trash does no more."""
    item = shop.products.get(product_id)
    if not item:
        raise _no_product(shop, product_id)
    check_body(body, PRODUCT_KINDS)
    before = item["status"]
    changes = {**item}
    apply_common(shop, changes, body)
    item.update(changes)
    if before == "trash" and item["status"] != "trash":
        item["slug"] = item["slug"].removesuffix("__trashed")
    _finish(shop, item)
    changed(shop, item)
    if before not in {"publish", "trash"} and item["status"] == "publish":
        shop.webhooks.fire("product.published", product_id)
    return item_view(shop, item)


def _no_product(shop: Shop, product_id: int) -> RestError:
    if product_id in shop.variations:
        text = "To manipulate product variations you should use their own endpoint."
        return RestError("woocommerce_rest_invalid_product_id", text, 404)
    return unknown("product")


def delete_product(shop: Shop, product_id: int, *, force: bool) -> Json:
    """Trash a product, answering how it was; or remove it for good, telling nobody."""
    item = shop.products.get(product_id)
    if not item:
        raise _no_product(shop, product_id)
    before = dict(item_view(shop, item))
    if force:
        _forget(shop, product_id)
        return before
    if item["status"] == "trash":
        text = "The product has already been deleted."
        raise RestError("woocommerce_rest_already_trashed", text, 410)
    trash(shop, item)
    return before


def _forget(shop: Shop, product_id: int) -> None:
    del shop.products[product_id]
    for child in shop.children.pop(product_id, []):
        shop.variations.pop(child, None)


def trash(shop: Shop, item: Json) -> None:
    """Move an item to the trash and fire `product.deleted`."""
    item["status"] = "trash"
    if "slug" in item:
        item["slug"] = f"{item['slug']}__trashed"
        item["permalink"] = permalink(item)
    shop.touch(item)
    shop.webhooks.fire("product.deleted", item["id"])
