"""What follows from a stored price or stock: status, sale, parents, and the events they fire."""

from datetime import datetime, timedelta

from regie.demo.woocommerce.chance import roll
from regie.demo.woocommerce.product.views import amount, on_sale, price_html
from regie.demo.woocommerce.state import Shop
from regie.demo.woocommerce.text import Json, read_gmt, set_dates

PARENT_FIELDS = ("stock_quantity", "stock_status", "backorders", "backorders_allowed")


def settle(shop: Shop, item: Json) -> None:
    """Work out the fields that follow from the others."""
    item["on_sale"] = on_sale(item, shop.now())
    item["price"] = item["sale_price"] if item["on_sale"] else item["regular_price"]
    item["backorders_allowed"] = item["backorders"] in {"yes", "notify"}
    if item["manage_stock"] is True:
        _settle_stock(shop, item)
    if item["type"] == "variable":
        settle_parent(shop, item)
    item["purchasable"] = item["price"] != ""
    if "price_html" in item:
        item["price_html"] = price_html(shop, item)


def _settle_stock(shop: Shop, item: Json) -> None:
    item["stock_quantity"] = item["stock_quantity"] or 0
    least = int(shop.setting("products", "woocommerce_notify_no_stock_amount") or 0)
    if item["stock_quantity"] > least:
        item["stock_status"] = "instock"
    else:
        item["stock_status"] = "onbackorder" if item["backorders_allowed"] else "outofstock"
    item["backordered"] = item["stock_quantity"] < 0 and item["backorders"] == "yes"


def settle_parent(shop: Shop, parent: Json) -> None:
    """Let a product with variations follow them, and those that share its stock follow it."""
    children = [shop.variations[child] for child in shop.children.get(parent["id"], [])]
    for child in children:
        _share_stock(parent, child)
    parent["variations"] = [child["id"] for child in children if child["status"] != "trash"]
    parent["has_options"] = True
    parent["on_sale"] = any(child["on_sale"] for child in children)
    sold = [child for child in children if child["status"] == "publish"]
    prices = [child["price"] for child in sold if amount(child["price"]) is not None]
    parent["price"] = min(prices, key=float, default="")
    if parent["manage_stock"] is not True and sold:
        states = {child["stock_status"] for child in sold}
        order = ("instock", "onbackorder", "outofstock")
        parent["stock_status"] = next(state for state in order if state in states)


def _share_stock(parent: Json, child: Json) -> None:
    if child["manage_stock"] is True:
        return
    child["manage_stock"] = "parent" if parent["manage_stock"] else False
    if parent["manage_stock"]:
        child.update({name: parent[name] for name in PARENT_FIELDS})


def watch_clock(shop: Shop, item: Json, since: datetime | None = None) -> None:
    """Leave a note for the moments at which a sale or a publication is due."""
    for field in ("date_on_sale_from", "date_on_sale_to"):
        moment = read_gmt(item, field)
        if moment and moment >= (since or shop.now()):
            last = timedelta(seconds=1) if field.endswith("_to") else timedelta(0)
            shop.later(moment + last + shop.options.queue_lag, "sale", item["id"])
    created = read_gmt(item, "date_created")
    if item["status"] == "future" and created:
        shop.later(created, "publish", item["id"])


def bump_parent(shop: Shop, variation: Json) -> None:
    """Let the parent's date of change follow, a second or two later and without an event."""
    delay = 1 if roll(shop.seed, "bump", len(shop.due), variation["id"]) < 0.5 else 2
    shop.later(shop.now() + timedelta(seconds=delay), "bump", variation["parent_id"])


def pass_time(shop: Shop) -> None:
    """Do what has become due since the last call."""
    for when, what, item_id in shop.take_due():
        item = shop.sellable(item_id)
        if not item:
            continue
        if what == "bump":
            shop.touch(item, when)
        elif what == "publish" and item["status"] == "future":
            item["status"] = "publish"
            changed(shop, item, when)
            shop.webhooks.fire("product.published", item_id)
        elif what == "sale":
            _flip_sale(shop, item, when)


def _flip_sale(shop: Shop, item: Json, when: datetime) -> None:
    end = read_gmt(item, "date_on_sale_to")
    if end and end < shop.now():
        item["sale_price"] = ""
        set_dates(item, "date_on_sale_from", None, shop.zone)
        set_dates(item, "date_on_sale_to", None, shop.zone)
    changed(shop, item, when)


def changed(shop: Shop, item: Json, at: datetime | None = None) -> None:
    """Write down a change of an item and tell the hooks; the parent is not told."""
    settle(shop, item)
    shop.touch(item, at)
    if item["type"] == "variation":
        parent = shop.products.get(item["parent_id"])
        if parent:
            settle(shop, parent)
        bump_parent(shop, item)
    shop.webhooks.fire("product.updated", item["id"])


def move_stock(shop: Shop, product_id: int, variation_id: int, by: int) -> bool:
    """Add to or take from the stock an order line draws on; tells whether any is managed."""
    item = stock_holder(shop, product_id, variation_id)
    if not item:
        return False
    item["stock_quantity"] = (item["stock_quantity"] or 0) + by
    changed(shop, item)
    if by < 0:
        _warn(shop, item)
    return True


def stock_holder(shop: Shop, product_id: int, variation_id: int) -> Json | None:
    """Return the item whose stock is counted for this line, if anyone counts."""
    variation, product = shop.variations.get(variation_id), shop.products.get(product_id)
    if variation and variation["manage_stock"] is True:
        return variation
    return product if product and product["manage_stock"] is True else None


def _warn(shop: Shop, item: Json) -> None:
    left = item["stock_quantity"]
    default = shop.setting("products", "woocommerce_notify_low_stock_amount") or 2
    own = item["low_stock_amount"]
    none = int(shop.setting("products", "woocommerce_notify_no_stock_amount") or 0)
    if left <= none:
        shop.webhooks.fire("action.woocommerce_no_stock", item["id"])
    elif left <= int(default if own is None else own):
        shop.webhooks.fire("action.woocommerce_low_stock", item["id"])
