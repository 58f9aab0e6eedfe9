"""Changing variations: they speak for themselves, the product they belong to stays silent."""

from urllib.parse import urlencode

from regie.demo.woocommerce.errors import RestError, unknown
from regie.demo.woocommerce.product.blank import VARIATION, blank
from regie.demo.woocommerce.product.checks import VARIATION_KINDS, check_body
from regie.demo.woocommerce.product.fields import apply_common
from regie.demo.woocommerce.product.products import find_variation
from regie.demo.woocommerce.product.views import item_view
from regie.demo.woocommerce.product.writes import trash
from regie.demo.woocommerce.state import Shop
from regie.demo.woocommerce.stock import bump_parent, changed, settle, watch_clock
from regie.demo.woocommerce.text import HOME, Json, links, set_dates


def create_variation(shop: Shop, product_id: int, body: Json) -> Json:
    """Store a new variation and fire `product.created` for it alone."""
    parent = shop.products.get(product_id)
    if not parent:
        raise unknown("product")
    check_body(body, VARIATION_KINDS)
    item = blank(VARIATION, parent_id=product_id)
    apply_common(shop, item, body)
    item["id"] = shop.new_id()
    set_dates(item, "date_created", shop.now(), shop.zone)
    shop.variations[item["id"]] = item
    shop.children.setdefault(product_id, []).append(item["id"])
    _finish(shop, parent, item)
    bump_parent(shop, item)
    shop.webhooks.fire("product.created", item["id"])
    return item_view(shop, item)


def _finish(shop: Shop, parent: Json, item: Json) -> None:
    path = f"products/{parent['id']}/variations/{item['id']}"
    item["_links"] = links(path, up=f"products/{parent['id']}")
    item["name"] = ", ".join(entry["option"] for entry in item["attributes"])
    choices = {f"attribute_{entry['slug']}": entry["option"] for entry in item["attributes"]}
    item["permalink"] = f"{HOME}/product/{parent['slug']}/?{urlencode(choices)}"
    shop.touch(item)
    settle(shop, item)
    settle(shop, parent)
    watch_clock(shop, item)


def update_variation(shop: Shop, product_id: int, variation_id: int, body: Json) -> Json:
    """Change a variation and fire `product.updated` for it alone."""
    item = find_variation(shop, product_id, variation_id)
    check_body(body, VARIATION_KINDS)
    changes = {**item}
    apply_common(shop, changes, body)
    item.update(changes)
    _finish(shop, shop.products[product_id], item)
    changed(shop, item)
    return item_view(shop, item)


def delete_variation(shop: Shop, product_id: int, variation_id: int, *, force: bool) -> Json:
    """Trash a variation; or remove it for good, telling nobody."""
    item = find_variation(shop, product_id, variation_id)
    before = dict(item_view(shop, item))
    if item["status"] == "trash" and not force:
        text = "The product_variation has already been deleted."
        raise RestError("woocommerce_rest_already_trashed", text, 410)
    if force:
        del shop.variations[variation_id]
        shop.children[product_id].remove(variation_id)
    else:
        trash(shop, item)
    settle(shop, shop.products[product_id])
    bump_parent(shop, item)
    return before
